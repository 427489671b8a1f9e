# shellcheck shell=bash
# Retention, killed at any point: either nothing was dropped, or all was and the archive is whole. Readers see the
# warehouse before it or after it, and nothing between.
POINTS=${RD_KILL_POINTS:-8}

rd-gen --rows 40000 --seed 21 --months 12 --start 2011-01 > "$WORK/year.csv"
rd-db init -q
rd-ingest -q "$WORK/year.csv" | rd-clean -q | rd-transform -q | rd-load > /dev/null
# As autovacuum leaves it, sooner or later: the planner knows the size of the catalogue.
sql "ANALYZE" > /dev/null
url=$(rd-db url)

# A copy of the warehouse, which the commands then work with.
trial() {
    unset RD_DATABASE_URL
    sql "DROP DATABASE IF EXISTS trial WITH (FORCE)" > /dev/null
    psql -Xq -d "${url/\/retail/\/template1}" -c "CREATE DATABASE trial TEMPLATE retail" || return 1
    rm -rf "$RD_HOME/archive"
    export RD_DATABASE_URL=${url/\/retail/\/trial}
}

held() {
    sql "SELECT (SELECT count(*) FROM retail_dw.fact_sales), (SELECT sum(net_amount) FROM retail_dw.fact_sales),
        (SELECT count(*) FROM retail_dw.fact_months), (SELECT count(*) FROM retail_dw.data_versions),
        (SELECT count(*) FROM retail_dw.retention), (SELECT count(*) FROM retail_dw.dim_customers),
        (SELECT count(*) FROM retail_dw.etl_job_runs)"
}

# What the files of the archive hold: rows and money, by the manifest, whose hashes are those of the files.
archived() {
    local folder=$RD_HOME/archive/before-2011-10
    jq -r '.files[] | "\(.compressed_sha256)  \(.name)"' "$folder/manifest.json" | (cd "$folder" && sha256sum -c --quiet) &&
        jq -r '"\(.rows) \(.net_amount)"' "$folder/manifest.json"
}

trial || echo "not ok no copy of the warehouse"
before=$(held)
gone=$(sql "SELECT count(*), sum(net_amount) FROM retail_dw.fact_sales WHERE transaction_datetime < '2011-10-01'")
began=$(date +%s%N)
rd-db retention --keep 3 --yes > "$WORK/out"
is "an undisturbed run" 0 $?
took=$(($(date +%s%N) - began))
after=$(held)
is "the archive holds what was dropped" "${gone/|/ }" "$(archived)"
is "months that are left" 3 "$(sql 'SELECT count(*) FROM retail_dw.fact_months')"

backend() { sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'rd-db' AND datname = 'trial' LIMIT 1"; }

# kill_one WHO: says what went wrong; nothing where all is well.
kill_one() {
    local code now victim
    rd-db retention --keep 3 --yes > "$WORK/out" 2> "$WORK/err" &
    local command=$!
    sleep "$(awk -v took="$took" -v r="$RANDOM" 'BEGIN { printf "%.3f", took / 1e9 * r / 32768 }')"
    victim=$command
    [ "$1" = backend ] && victim=$(backend)
    [ -n "$victim" ] && kill -9 "$victim" 2> /dev/null
    wait "$command" 2> /dev/null
    code=$?
    # The server needs a moment to come back, or to notice that nobody is there any more.
    until [ "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")" = 0 ]; do sleep 0.05; done
    now=$(held)
    case $code:$now in
        *":$before") ;;
        *":$after") archived > /dev/null || echo "dropped without a whole archive" ;;
        *) echo "exit $code: neither before nor after: $now" ;;
    esac
    rd-db retention --keep 3 --yes > "$WORK/out" 2> "$WORK/err" || echo "the next run: exit $? $(cat "$WORK/err")"
    [ "$(held)" = "$after" ] || echo "after the next run: $(held)"
    archived > /dev/null || echo "the archive is not whole"
    [ "$(ls -A "$RD_HOME/archive")" = before-2011-10 ] || echo "left behind: $(ls -A "$RD_HOME/archive")"
    trial
}

trial
for who in command backend; do
    wrong=
    for ((point = 0; point < POINTS; point++)); do
        wrong+=$(kill_one "$who" 2>&1 | head -c 600)
    done
    is "$who killed at $POINTS points" "" "$wrong"
done

# Who reads all the while sees one of the two states.
: > "$WORK/seen"
(until [ -e "$WORK/stop" ]; do
    psql -XqAt -d "$RD_DATABASE_URL" -c 'SELECT count(*), sum(net_amount) FROM retail_dw.fact_sales' 2>&1
done > "$WORK/seen") &
reader=$!
rd-db retention --keep 3 --yes > "$WORK/out" 2> "$WORK/err"
is "a run under a reader" 0 $?
touch "$WORK/stop"
wait "$reader"
is "the reader saw what was and what is" "" \
    "$(grep -vxF -e "$(cut -d'|' -f1,2 <<< "$before")" -e "$(cut -d'|' -f1,2 <<< "$after")" "$WORK/seen" | sort -u)"
is "the reader was not kept waiting to the end" 1 "$(($(wc -l < "$WORK/seen") > 3))"

# A reader who does not let go.
trial
psql -XqAt -d "$RD_DATABASE_URL" -c 'BEGIN; SELECT count(*) FROM retail_dw.fact_sales; SELECT pg_sleep(600)' > /dev/null 2>&1 &
reader=$!
until [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()")" = 1 ]; do
    sleep 0.05
done
rd-db retention --keep 3 --yes --wait 1 > "$WORK/out" 2> "$WORK/err"
is "a reader who does not let go" 75 $?
has "is named" "$(cat "$WORK/err")" "readers hold the months"
is "nothing was dropped" "$before" "$(held)"
is "nothing is left behind" "" "$(ls -A "$RD_HOME/archive")"
kill "$reader" 2> /dev/null
unset RD_DATABASE_URL
