# shellcheck shell=bash disable=SC2016
# One run of the scheduler, followed through all that keeps something of it.
cd "$WORK" || exit
export RD_TIMETABLE=$WORK/timetable.yaml RD_LOG_FILE=$WORK/lines.ndjson
rd-db init > /dev/null 2>&1
rd-gen --rows 300 > small.csv 2> /dev/null
cat > "$RD_TIMETABLE" << 'END'
# Kept.
jobs:
  - name: load
    at: "02:00"
    run: rd-ingest small.csv | rd-clean | rd-transform | rd-load --force
END

rd-sched run -q load --for 2026-11-22 > summary
run=$(rd-sched history load | jq -r .run)
is "the load is the run" "$run load" "$(jq -r '"\(.run) \(.job)"' summary)"
is "versions, figures and lineage carry it" "1|t|t" "$(sql "SELECT
    (SELECT count(*) FROM retail_dw.data_versions WHERE run = '$run'),
    (SELECT count(*) > 0 FROM retail_dw.data_quality_metrics WHERE run = '$run'),
    (SELECT count(*) > 0 FROM retail_dw.data_lineage WHERE run = '$run')")"
is "lineage shows it" "$run" "$(rd-lineage show "$run" | jq -r '.run // empty' | sort -u)"
is "its lines in the log carry it, from each stage" "rd-clean rd-ingest rd-load rd-transform" \
    "$(rd-logs --run "$run" | jq -r '.attributes["process.executable.name"] | select(. != "rd-sched")' | sort -u | xargs)"
is "and what the scheduler says of it" 1 "$(rd-logs --run "$run" | jq -c 'select(.body | startswith("load done after"))' | grep -c .)"
is "the log of the chain is among them" 1 "$(rd-logs --run "$run" | jq -c 'select(.body | test("\"version\": *1\\b"))' | grep -c .)"
is "the account of changes has the load, with the run and the job" "${run//-/} load" \
    "$(rd-logs audit | jq -r 'select(.attributes["process.executable.name"] == "rd-load" and .attributes["rd.audit.phase"] == "end")
        | "\(.traceId) \(.attributes["rd.job"])"')"
is "and who asked for it" "rd-sched run -q load --for 2026-11-22" \
    "$(rd-logs audit | jq -r 'select(.attributes["rd.audit.phase"] == "begin") | .attributes["process.command_args"] | join(" ")' | grep '^rd-sched')"
is "rows are in the metrics" 'rd_job_last_rows{job="load"} 300' "$(rd-sched metrics | grep '^rd_job_last_rows')"

rd-sched mirror -q
is "the scheduler's own has them too" "rd-ingest rd-clean rd-transform rd-load" \
    "$(rd-sched history load | jq -r '[.stages[] | .command | split(" ")[0]] | join(" ")')"
is "the history has when it was for and its stages, beside what the load wrote, once" "load|2026-11-22 02:00:00+00|manual|1|success|4" \
    "$(sql "SELECT kind, scheduled_for, cause, attempt, chain_status, jsonb_array_length(stages) FROM retail_dw.etl_job_runs WHERE run = '$run'")"
is "what is no run is refused" "65 65 65" "$(for line in '{"run":1}' 'x' "{\"run\":\"$run\"}"; do echo "$line" | rd-db record > /dev/null 2>&1; echo $?; done | xargs)"

# The private server is nobody's orphan: a chain that starts it leaves it running.
rd-db down -q
rd-sched run -q load > /dev/null 2>&1
server=$(head -n 1 "$RD_HOME/postgres/data/postmaster.pid")
is "a chain may start the private server" 0 "$(kill -0 "$server"; echo $?)"
rd-sched run -q load > /dev/null 2>&1
is "and it stays" "$server" "$(head -n 1 "$RD_HOME/postgres/data/postmaster.pid")"
is "the timetable is as it was" "# Kept." "$(head -n 1 "$RD_TIMETABLE")"
