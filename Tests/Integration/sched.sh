# shellcheck shell=bash disable=SC2016,SC2154
# The scheduler as a process: killed again and again, with and without a database, many runs at once.
# shellcheck source=/dev/null
. "$CHECKOUT/Tests/Integration/scheduler.bash"

chains() {
    table chains '{name: killed, run: "sleep 1 | bash -c \"kill -9 \\$\\$\" | cat"}' \
        "{name: stubborn, run: \"trap '' TERM; while :; do sleep 0.1; done\", timeout: 1s, grace: 1s}" \
        '{name: demon, run: "setsid sleep 300 & (sleep 300 &) ; echo left"}'
    sed -i 's/run:/every: 2s, run:/' chains.yaml
    begin chains --no-mirror --no-alerts
    until_true 20 bash -c "rd-sched history --timetable chains.yaml | jq -e -s 'map(select(.ended) | .job) | unique | length == 3'"
    drain
    history_of chains > chains.runs
    is "a middle filter that is killed fails the run" "failed 137" \
        "$(jq -r 'select(.job == "killed") | "\(.status) \(.code)"' chains.runs | sort -u)"
    is "one that ignores TERM is killed after its timeout and grace" "timeout" \
        "$(jq -r 'select(.job == "stubborn") | .status' chains.runs | sort -u)"
    is "one that leaves processes behind is done" "success" "$(jq -r 'select(.job == "demon") | .status' chains.runs | sort -u)"
    is "and nothing of any chain stays" "0 0 0" "$(processes_of killed) $(processes_of stubborn) $(processes_of demon)"
}

# A scheduler that is killed again and again, at moments that chance picks, and begun anew.
kills() {
    local round
    # shellcheck disable=SC2016
    table kills '{name: a, every: 1s, catchup: all, overlap: queue, retries: 50, retry_on: [lost], backoff: 1s, run: ./work 0.3}' \
        '{name: b, every: 2s, catchup: all, overlap: queue, retries: 50, retry_on: [lost], backoff: 1s, run: ./work 0.7 | cat}' \
        '{name: c, after: [a], retries: 50, retry_on: [lost], backoff: 1s, run: ./work 0}'
    cat > work << 'END'
#!/usr/bin/env bash
# One line when it begins and one when it is done, each in one write.
echo "begin $RD_JOB $RD_SCHEDULED_FOR $RD_RUN_ID" >> "$WORK/work.log"
sleep "$1"
echo "done $RD_JOB $RD_SCHEDULED_FOR $RD_RUN_ID" >> "$WORK/work.log"
END
    chmod +x work
    export WORK
    cat > overlap.awk << 'END'
# Between the lines of the journal that say that a run began and that it ended, no other run of its job begins.
function value(name) { return match($0, "\"" name "\":\"[^\"]*") ? substr($0, RSTART + length(name) + 4, RLENGTH - length(name) - 4) : "" }
value("event") == "queued" { job[value("run")] = value("job") }
value("event") == "began" { name = job[value("run")]; if (running[name] != "") print name " twice"; running[name] = value("run") }
value("event") == "ended" { running[job[value("run")]] = "" }
END
    for round in $(seq 12); do
        begin kills --no-mirror --no-alerts
        sleep "0.$((RANDOM % 10))$((RANDOM % 10))"
        [ $((round % 3)) -eq 0 ] && kill "$scheduler" && sleep 0.05 # while it drains, too
        kill -9 "$scheduler" 2> /dev/null
        wait "$scheduler" 2> /dev/null
    done
    begin kills --no-mirror --no-alerts
    until_true 60 bash -c "rd-sched status --timetable kills.yaml | jq -e -s '.[0].queued < 1'"
    drain
    history_of kills > kills.runs
    is "killed 12 times: no logical date has two successes" "" \
        "$(jq -r 'select(.status == "success") | "\(.job) \(.scheduled_for)"' kills.runs | sort | uniq -d)"
    is "and none is missing between the first and the last" "" "$(jq -s -r '
        def gaps(step): map(.scheduled_for | sub("\\+00:00"; "Z") | fromdate) | unique
            | if . == [] then ["none"] else [range(min; max + 1; step)] - . | map(todate) end;
        map(select(.status == "success")) | (map(select(.job == "a")) | gaps(1)), (map(select(.job == "b")) | gaps(2))
        | .[]' kills.runs)"
    is "what comes after ran for the same dates" "" "$(jq -s -r 'map(select(.status == "success"))
        | (map(select(.job == "a").scheduled_for) - map(select(.job == "c").scheduled_for)) | .[:-1] | .[]' kills.runs)"
    is "no run was started twice" "" "$(grep '^begin' "$WORK/work.log" | sort | uniq -d)"
    is "runs of a job did not overlap" "" "$(journal_of kills | jq -s -r 'map(select(.event == "known")) | length | select(. > 0)
        | "the journal was made shorter: \(.)"')$(journal_of kills | awk -f overlap.awk)"
    is "and nothing of them stays" "0 0 0" "$(processes_of a) $(processes_of b) $(processes_of c)"
    echo "# $(jq -s 'length' kills.runs) runs, $(jq -s 'map(select(.status == "lost")) | length' kills.runs) of them lost to the kills"
}

many() {
    local job jobs=()
    for job in $(seq 500); do jobs+=("{name: j$job, every: 15s, run: 'true', expect_within: 1h}"); done
    SLOTS=500 table many "${jobs[@]}"
    begin many --no-mirror --no-alerts --starts-per-second 100
    until_true 40 bash -c "rd-sched history -n 100000 --timetable many.yaml | jq -e -s 'map(select(.ended) | .job) | unique | length == 500'"
    drain
    history_of many > many.runs
    first=$(jq -r .scheduled_for many.runs | sort | head -n 1)
    is "500 jobs in one second: each ran for it" 500 "$(jq -r "select(.scheduled_for == \"$first\") | .job" many.runs | sort -u | wc -l)"
    is "and once" "" "$(jq -r "select(.scheduled_for == \"$first\") | .job" many.runs | sort | uniq -d)"
    is "all went well" success "$(jq -r .status many.runs | sort -u)"
    journal_of many | jq -r 'select(.event == "began") | .at' | sort -n > many.starts
    most=$(awk '{ at[NR] = $1; while ($1 - at[from + 1] >= 1000) from++; if (NR - from > most) most = NR - from } END { print most }' many.starts)
    is "at most 125 began in any second" true "$([ "$most" -le 130 ] && echo true || echo "$most")"
    echo "# 500 runs: $(awk 'NR == 1 { first = $1 } NR == 500 { print $1 - first }' many.starts) ms from the first start to the last, at most $most in a second"
}

telling() {
    mkdir -p in
    table tell '{name: bad, every: 2s, run: "echo the reason; exit 65", on_failure: "cat > hook.failed"}' \
        '{name: good, every: 2s, run: "true", on_success: "echo $RD_JOB $RD_STATUS > hook.good"}' \
        '{name: late, every: 1s, run: sleep 30, expect_within: 1s}' \
        '{name: files, on_file: {path: in/*.csv, settle: 1s}, run: "grep -q fine \"$RD_FILE\""}' \
        '{name: waits, every: 1s, overlap: queue, run: sleep 90}'
    begin tell --no-mirror --metrics-file tell.prom
    echo fine > in/good.csv
    echo wrong > in/bad.csv
    until_true 20 [ -e in/done/good.csv -a -e in/failed/bad.csv ]
    is "files that arrived are moved by how their run ended" "in/done/good.csv in/failed/bad.csv" "$(find in -type f | sort | xargs)"
    until_true 20 grep -q '"alert.subject":"expect_within"' "$RD_HOME/alerts.ndjson"
    until_true 20 grep -q '"alert.job":"bad"' "$RD_HOME/alerts.ndjson"
    is "a failure raises an alert with the end of the log" "bad run true" \
        "$(jq -r 'select(.attributes["alert.job"] == "bad") | "\(.attributes["alert.job"]) \(.attributes["alert.subject"]) \(.body | contains("the reason"))"' "$RD_HOME/alerts.ndjson" | head -n 1)"
    is "an overdue job raises one, once" alert.raised \
        "$(jq -r '.attributes | select(.["alert.job"] == "late" and .["alert.subject"] == "expect_within" and .["event.name"] == "alert.raised") | .["event.name"]' "$RD_HOME/alerts.ndjson")"
    until_true 20 [ -s hook.failed -a -s hook.good ]
    is "hooks are run, with the end of the log" "the reason, good success" "$(cat hook.failed), $(cat hook.good)"
    until_true 20 grep -qF 'rd_job_last_exit_code{job="bad"} 65' tell.prom
    has "metrics are kept in a file" "$(cat tell.prom)" 'rd_job_last_exit_code{job="bad"} 65'
    is "another scheduler is told who holds the lock" "75 $scheduler" \
        "$(said=$(rd-sched start --timetable tell.yaml --log-format text 2>&1)
        echo "$? $(grep -o "process $scheduler" <<< "$said" | cut -d' ' -f2)")"
    # A run of it may be under way.
    paused='select(.job == "good").state | contains("paused")'
    is "pause" true "$(rd-sched pause good --quiet --timetable tell.yaml; rd-sched status --timetable tell.yaml | jq "$paused")"
    is "resume" false "$(rd-sched resume good --quiet --timetable tell.yaml; rd-sched status --timetable tell.yaml | jq "$paused")"
    run=$(rd-sched history waits --timetable tell.yaml | jq -r 'select(.status == "running") | .run')
    rd-sched cancel "$run" --quiet --timetable tell.yaml
    until_true 20 bash -c "rd-sched history waits --timetable tell.yaml |
        jq -e -s 'any(.run == \"$run\" and .status == \"cancelled\") and any(.status == \"running\")'"
    is "a run that goes on is cancelled, and the next one in the queue begins" "cancelled running" \
        "$(rd-sched history waits --timetable tell.yaml | jq -r 'select(.run == "'"$run"'" or .status == "running") | .status' | sort | xargs)"
    sed -i 's/every: 2s, run: "true"/every: never, run: "true"/' tell.yaml
    kill -HUP "$scheduler"
    until_true 20 grep -q 'not taken over' tell.out
    has "a flawed timetable is not taken over" "$(cat tell.out)" "the one from before goes on"
    sed -i 's/every: never/every: 1h/' tell.yaml
    kill -HUP "$scheduler"
    until_true 20 grep -q 'was read again' tell.out
    has "one that was put right is" "$(cat tell.out)" "the timetable was read again: 5 jobs"
    kill "$scheduler"
    sleep 0.5
    is "a scheduler that drains lets its runs go on" true "$(kill -0 "$scheduler" && echo true)"
    drain
    is "and a second signal ends them" "0 0" "$(processes_of waits) $(processes_of late)"
    is "which a scheduler will catch up" lost "$(rd-sched history late --timetable tell.yaml | jq -r .status | tail -n 1)"
    is "without a scheduler, health says so" 69 "$(rd-sched health --quiet --timetable tell.yaml 2> /dev/null; echo $?)"
}

database() {
    rd-db init > /dev/null 2>&1
    rd-gen --rows 300 > small.csv 2> /dev/null
    table base '{name: load, every: 2s, run: rd-ingest small.csv | rd-clean | rd-transform | rd-load}' '{name: other, every: 1s, run: "true"}'
    begin base --no-alerts
    until_true 30 bash -c "[ \"\$(rd-db psql -XqAt -c \"SELECT count(*) FROM retail_dw.etl_job_runs WHERE kind = 'load' AND chain_status = 'success'\")\" -gt 0 ]"
    is "a load has what the scheduler knows of it" "load success schedule 1 300" \
        "$(sql "SELECT job_name || ' ' || chain_status || ' ' || cause || ' ' || attempt || ' ' || records_processed FROM retail_dw.etl_job_runs WHERE kind = 'load' AND chain_status IS NOT NULL ORDER BY job_id LIMIT 1")"
    # The server stays down: the load would start it again.
    sed -i '/name: load/d' base.yaml
    kill -HUP "$scheduler"
    until_true 20 bash -c "! grep -q . <<< \"\$(rd-sched history --timetable base.yaml | jq 'select(.job == \"load\" and .status == \"running\")')\""
    rd-db down > /dev/null 2>&1
    before=$(history_of base | wc -l)
    until_true 30 bash -c "[ \$(rd-sched history --timetable base.yaml -n 100000 | jq -c 'select(.status != \"queued\")' | wc -l) -gt $before ]"
    sleep 2
    is "while the database is down, runs go on" true "$([ "$(history_of base | wc -l)" -gt "$before" ] && echo true)"
    is "and are kept for it" true "$([ -n "$(ls "$RD_HOME"/sched/base-*/spool)" ] && echo true)"
    rd-db up > /dev/null 2>&1
    drain
    rd-sched mirror --quiet --timetable base.yaml
    is "once it is back, it knows of every run" "$(history_of base | jq -r .run | sort | sha256sum)" \
        "$(sql "SELECT DISTINCT run::text COLLATE \"C\" FROM retail_dw.etl_job_runs WHERE chain_status IS NOT NULL ORDER BY 1" | sha256sum)"
}

for part in ${SCHED_PARTS:-chains telling many kills database}; do $part; done
