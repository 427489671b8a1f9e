# shellcheck shell=bash
# What stands in pipelines/ does what its first lines say.
pipelines=$CHECKOUT/pipelines
for month in 2010-12 2011-01 2011-02; do rd-gen --rows 1500 --seed "${month/-/}" --start "$month" --months 1 > "$WORK/$month.csv"; done
loaded() { sql "SELECT count(*) FROM retail_dw.data_versions"; }

# daily.sh
fresh
"$pipelines/daily.sh" "$WORK/2010-12.csv" > "$WORK/out" 2> "$WORK/err"
is "daily.sh loads a file" "0 committed 1" "$? $(jq -r .status "$WORK/out") $(loaded)"
RETAIL_CSV=$WORK/2010-12.csv RD_JOB=night "$pipelines/daily.sh" > "$WORK/out" 2> "$WORK/err"
is "a second time it changes nothing" "0 already_loaded 1" "$? $(jq -r .status "$WORK/out") $(loaded)"
is "its job has a name" daily "$(sql "SELECT job_name FROM retail_dw.etl_job_runs WHERE version_id IS NOT NULL ORDER BY 1 LIMIT 1")"
"$pipelines/daily.sh" > /dev/null 2>&1
is "without a file: exit 64" 64 $?
"$pipelines/daily.sh" "$WORK/missing.csv" > /dev/null 2>&1
is "a file that is not there: the stage's code and not its echo" 66 $?
RD_DATABASE_URL='postgresql:///nope?host=/nowhere' "$pipelines/daily.sh" "$WORK/2011-01.csv" > /dev/null 2>&1
is "no database: exit 69, which a timetable tries again" 69 $?
sql "DELETE FROM retail_dw.etl_rejects" > /dev/null
"$pipelines/daily.sh" "$WORK/2010-12.csv" > /dev/null 2> "$WORK/err"
is "rows that nobody accounts for: exit 70" 70 $?
has "and it says how many" "$(cat "$WORK/err")" "rows are neither facts nor rejects"

# backfill.sh
fresh
"$pipelines/backfill.sh" "$WORK"/201*.csv > "$WORK/out" 2> "$WORK/err"
is "backfill.sh loads all files" "0 3" "$? $(loaded)"
is "a line for each" "0 committed 1,0 committed 2,0 committed 3" "$(jq -r '"\(.code) \(.status) \(.version)"' "$WORK/out" | paste -sd,)"
before=$(fingerprint)
is "again it passes over them" "already_loaded already_loaded already_loaded" "$("$pipelines/backfill.sh" "$WORK"/201*.csv 2> /dev/null | jq -r .status | paste -sd' ')"
is "and changes nothing" "$before" "$(fingerprint)"
fresh
RD_RUN_ID=01a20af2-2ab5-7ff4-8ec2-1766552f9a9f RD_JOB=past "$pipelines/backfill.sh" "$WORK"/201*.csv > /dev/null 2> "$WORK/err"
is "as a run of a job each file has a run of its own" "0 3 past" "$? $(sql "SELECT count(DISTINCT run) || ' ' || min(job_name) FROM retail_dw.etl_job_runs")"
fresh
"$pipelines/backfill.sh" "$WORK/2010-12.csv" "$WORK/missing.csv" "$WORK/2011-01.csv" > "$WORK/out" 2> /dev/null
is "it stops at a failure" "66 1" "$? $(loaded)"
is "and says at which" "committed failed" "$(jq -r .status "$WORK/out" | paste -sd' ')"
"$pipelines/backfill.sh" --keep-going "$WORK/2010-12.csv" "$WORK/missing.csv" "$WORK/2011-01.csv" > "$WORK/out" 2> /dev/null
is "or goes on" "66 2 already_loaded failed committed" "$? $(loaded) $(jq -r .status "$WORK/out" | paste -sd' ')"

# Makefile
fresh
mkdir "$WORK/in"
cp "$WORK"/2010-12.csv "$WORK"/2011-01.csv "$WORK/in"
made() { make -f "$pipelines/Makefile" IN="$WORK/in" OUT="$WORK/made" BIN="$BIN" "$@" > "$WORK/made.log" 2>&1; }
made -j2
is "make loads all files" "0 2" "$? $(loaded)"
is "with a file for each stage" "clean.ndjson facts.ndjson loaded.json raw.ndjson" "$(cd "$WORK/made" && printf '%s\n' 2011-01.* | sed 's/^2011-01\.//' | sort | paste -sd' ')"
made
has "again there is nothing to do" "$(cat "$WORK/made.log")" "Nothing to be done"
touch "$WORK/made/2011-01.clean.ndjson"
made
is "only what comes after a change is made again" "rd-transform rd-load" "$(grep -o '^rd-[a-z]*' "$WORK/made.log" | paste -sd' ')"
before=$(fingerprint)
printf 'No,Such,Columns\n1,2,3\n' > "$WORK/in/bad.csv"
made
is "a file that is no good: make fails" 2 $?
is "and leaves no half of a stage" "" "$(cd "$WORK/made" && printf '%s\n' bad.* | grep -v '\*')"
is "and loads nothing" "$before" "$(fingerprint)"
rm "$WORK/in/bad.csv"
made clean
is "make clean takes the stages' files away" "" "$(ls "$WORK/made")"

# crontab: each line is run as cron runs it.
fresh
mkdir -p "$WORK/state"
sed -e "s#/usr/local/bin#$BIN:$CHECKOUT/bin#" -e "s#/usr/local/share/retail-data-platform#$CHECKOUT#" \
    -e "s#^RD_HOME=.*#RD_HOME=$WORK/state#" -e "s#^RETAIL_CSV=.*#RETAIL_CSV=$WORK/2010-12.csv#" "$pipelines/crontab" > "$WORK/crontab"
mapfile -t variables < <(grep -E '^[A-Z_]+=' "$WORK/crontab")
mapfile -t commands < <(grep -vE '^(#|$|[A-Z_]+=)' "$WORK/crontab" | sed -E 's/^([^ ]+ +){5}//; s/\\%/%/g')
is "the crontab has its lines" "5 2" "${#variables[@]} ${#commands[@]}"
cron() { (cd / && env -i HOME=/root LOGNAME=root SHELL=/bin/sh PATH=/usr/bin:/bin "${variables[@]}" RD_CONFIG=/dev/null "RD_DATABASE_URL=$(rd-db url)" /bin/bash -c "$1" < /dev/null); }
is "cron's daily load says nothing" "" "$(cron "${commands[0]}" 2>&1)"
is "and has loaded the file" 1 "$(loaded)"
is "cron's check says nothing" "" "$(cron "${commands[1]}" 2>&1)"
is "and has held the tables against the rules" check "$(sql "SELECT DISTINCT kind FROM retail_dw.etl_job_runs WHERE kind = 'check'")"
output=$(variables+=("RETAIL_CSV=/nowhere/missing.csv") && cron "${commands[0]}" 2>&1)
is "a failure is the command's" 66 $?
has "and is what cron mails" "$output" "the daily load failed with exit code 66"
exec 9> "$WORK/state/daily.lock"
flock 9
cron "${commands[0]}" > /dev/null 2>&1
is "a load that still runs is not overtaken: exit 75" 75 $?
exec 9>&-
if command -v crontab > /dev/null && crontab -T "$WORK/crontab" > /dev/null 2>&1; then echo "ok cron takes the crontab"; else echo "skip no crontab that checks files"; fi

# The unit.
if command -v systemd-analyze > /dev/null; then
    sed "s#/usr/local/bin/rd-sched#$BIN/rd-sched#; s#^User=.*#User=root#" "$pipelines/rd-sched.service" > "$WORK/rd-sched.service"
    output=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no "$WORK/rd-sched.service" 2>&1)
    is "systemd takes the unit" "0 " "$? $(grep rd-sched <<< "$output")"
    command=$(sed -n 's/^ExecStartPre=//p' "$WORK/rd-sched.service")
    RD_TIMETABLE=$pipelines/timetable.yaml $command > "$WORK/err" 2>&1
    is "and what it runs first runs" "0 " "$? $(cat "$WORK/err")"
else
    echo "skip systemd-analyze is not installed"
fi

# As jobs of a timetable: the run is known by one name wherever it shows.
fresh
cat > "$WORK/timetable.yaml" <<END
kind: timetable
version: 1
timezone: Europe/London
jobs:
  - name: night
    at: "02:00"
    run: rd-ingest "\$RETAIL_CSV" | rd-clean | rd-transform | rd-load --openlineage "\$RD_HOME/events.ndjson"
    env: {RETAIL_CSV: "$WORK/2010-12.csv"}
  - name: file
    run: $pipelines/daily.sh
    env: {RETAIL_CSV: "$WORK/2011-01.csv"}
END
export RD_TIMETABLE=$WORK/timetable.yaml
rd-sched run night --for 2011-01-01 --explain > "$WORK/out" 2> "$WORK/err"
is "a job loads" "0 committed" "$? $(jq -r .status "$WORK/out")"
run=$(rd-sched history night | jq -r .run)
is "the warehouse has the run and the job" "$run night" "$(sql "SELECT run || ' ' || job_name FROM retail_dw.etl_job_runs WHERE kind = 'load'")"
is "so have its metrics" "$run" "$(sql "SELECT DISTINCT run FROM retail_dw.data_quality_metrics")"
is "and its lineage the moment it was due" "$run 2011-01-01T02:00:00+00:00" "$(tail -n 1 "$RD_HOME/events.ndjson" | jq -r '"\(.run.runId) \(.run.facets.nominalTime.nominalStartTime)"')"
is "each stage is explained" "rd-ingest rd-clean rd-transform rd-load" "$(grep -E '^rd-[a-z]+ .* [0-9.]+ [KM]iB' "$WORK/err" | grep -o '^rd-[a-z]*' | paste -sd' ')"
has "and a bottleneck is named" "$(cat "$WORK/err")" "bottleneck: rd-"
is "the log has what it wrote" "$(jq -r .run "$WORK/out")" "$(rd-sched logs "$run" | grep '"status":"committed"' | jq -r .run)"
rd-db down > /dev/null 2>&1
rd-sched run --quiet file > "$WORK/out" 2> "$WORK/err"
is "a run that has to start the private server" "0 committed " "$? $(jq -r .status "$WORK/out") $(cat "$WORK/err")"
kill -0 "$(head -n 1 "$RD_HOME/postgres/data/postmaster.pid")" 2> /dev/null
is "leaves it running" "0 2" "$? $(loaded)"
unset RD_TIMETABLE
