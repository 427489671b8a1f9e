# shellcheck shell=bash
# kill -9 of a load and of a rollback over a filled warehouse, and of the PostgreSQL behind them, at each of their steps:
# afterwards every row of every table is what the last committed version left, and the next run succeeds.
POINTS=${RD_CRASH_POINTS:-5}

# Months that are there get changed, moved and new rows; two months are new.
rd-gen -q --rows 4000 --seed 51 --months 6 > "$WORK/one.csv"
awk -F, -v OFS=, 'NR % 9 == 0 && NF == 8 && $4 > 0 { $4 += 1 } { print }' "$WORK/one.csv" > "$WORK/two.csv"
{
    awk -F, -v OFS=, 'NF == 8 && NR % 11 == 0 && $4 > 0 { $4 += 2 }
        NR > 300 && NF == 8 && NR % 300 < 9 && $7 != "" { $8 = "Atlantis\r" } { print }' "$WORK/one.csv"
    rd-gen -q --rows 3000 --seed 52 --months 8 --unsorted-rate 0.1 --bad-row-rate 0.01 | tail -n +2
} > "$WORK/three.csv"
for name in one two three; do rd-ingest -q "$WORK/$name.csv" | rd-clean -q | rd-transform -q > "$WORK/$name.ndjson"; done
lines=$(wc -l < "$WORK/three.ndjson")

# Makes the warehouse of the first two versions, or of three.
fill() {
    fresh
    local name
    for name; do rd-load -q < "$WORK/$name.ndjson" > /dev/null; done
    before=$(tables)
}

# What the victim's backend is doing: pid, state, what it waits for, its statement.
doing() {
    sql "SELECT pid, state, coalesce(wait_event_type, 'nothing'), left(regexp_replace(query, '\s+', ' ', 'g'), 60)
        FROM pg_stat_activity WHERE application_name = '$application' LIMIT 1"
}

# until_doing PATTERN: waits until the backend does that, or its client has ended.
until_doing() {
    local tries
    for ((tries = 0; tries < 400; tries++)); do
        what=$(doing)
        # shellcheck disable=SC2053
        [[ $what == $1 ]] && return
        kill -0 "$client" 2> /dev/null || return
        sleep 0.02
    done
}

# strike VICTIM: kills the client or its backend, waits for the end of both, and says what is wrong then.
strike() {
    local pid=$client code found tries
    [ "$1" = client ] || pid=${what%%|*}
    [ -n "$pid" ] && kill -9 "$pid" 2> /dev/null
    release
    exec 9>&-
    wait "$client" 2> /dev/null
    code=$?
    for ((tries = 0; tries < 400; tries++)); do
        [ -z "$(doing)" ] && break
        sleep 0.02
    done
    if [ "$(sql "SELECT count(*) FROM retail_dw.data_versions")" -gt ${#filled[@]} ]; then
        echo "# it was committed by then"
        [ "$1" = client ] || [ "$code" -eq 0 ] || echo "exit $code, but it was committed"
        [ "$(contents)" = "$after" ] || echo "committed, but not as it should be"
        fill "${filled[@]}"
        return
    fi
    [ "$code" -ne 0 ] || echo "exit 0, but nothing was committed"
    [ "$1" = client ] || [ "$code" -eq 75 ] || [ "$code" -eq 69 ] || echo "exit $code: $(cat "$WORK/err")"
    found=$(tables)
    [ "$found" = "$before" ] || diff <(echo "$before") <(echo "$found")
}

start_load() {
    { head -n "$1" "$WORK/three.ndjson" && cat "$WORK/hold" && tail -n +"$(($1 + 1))" "$WORK/three.ndjson"; } 2> /dev/null |
        rd-load -q > "$WORK/out" 2> "$WORK/err" 9>&- &
    client=$!
    exec 9> "$WORK/hold"
}
start_rollback() {
    rd-version rollback 1 --yes > "$WORK/out" 2> "$WORK/err" 9>&- &
    client=$!
}

# blocked NAME: the victim stands at the table that is held, and has not gone past it.
blocked() {
    case $what in *'|active|Lock|'*) echo "ok $1, and waits there" ;; *) is "$1, and waits there" "a lock" "$what" ;; esac
}

# point NAME VICTIM: strikes, and tells what was going on.
point() {
    echo "# $1: ${what#*|}"
    strike "$2" > "$WORK/wrong" 2>&1
    grep '^#' "$WORK/wrong"
    is "$1, $2 killed" "" "$(grep -v '^#' "$WORK/wrong" | head -c 1000)"
}

# A plan does all that a load does, and takes it back.
works() {
    is "$1: the next run would succeed" "planned $expected" \
        "$(rd-load -q --plan < "$WORK/three.ndjson" | jq -r '"\(.status) \(.inserted) \(.updated) \(.moved.facts)"')"
}

# A backend that waits for a table learns late that its client is gone: the next run does not fail for that.
works_at_once() {
    hold SHARE etl_job_runs
    start_load "$lines"
    exec 9>&-
    until_doing '*|active|Lock|*'
    blocked "a load that writes its run"
    kill -9 "$client"
    wait "$client" 2> /dev/null
    works "right after the kill, while the backend of the dead still waits" &
    local next=$!
    sleep 2
    release
    wait "$next"
}

random() { awk -v took="$1" -v r="$RANDOM" 'BEGIN { printf "%.3f", took / 1e9 * r / 40000 }'; }
elapsed() { echo $(($(date +%s%N) - $1)); }

mkfifo "$WORK/hold"
application=rd-load filled=(one two three)
fill "${filled[@]}"
after=$(contents)
filled=(one two)
fill "${filled[@]}"
began=$(date +%s%N)
expected=$(rd-load -q --plan < "$WORK/three.ndjson" | jq -r '"\(.inserted) \(.updated) \(.moved.facts)"')
took=$(elapsed "$began")
is "the load does something of each kind" t "$(awk '{ print ($1 > 0 && $2 > 0 && $3 > 0) ? "t" : "f" }' <<< "$expected")"
is "and so did the one before" t "$(sql "SELECT count(*) > 0 FROM retail_dw.fact_sales_archive")"

for victim in client backend; do
    for part in 1 $((lines / 3)) $((lines * 2 / 3)) $((lines - 1)); do
        start_load "$part"
        until_doing '*|*'
        sleep 0.2
        what=$(doing)
        point "a load after $part of $lines lines" "$victim"
    done
    works "after those"
    for table in dim_country dim_customers dim_products fact_sales_archive fact_sales dim_date etl_rejects data_lineage \
        data_versions etl_job_runs; do
        hold SHARE "$table"
        start_load "$lines"
        exec 9>&-
        until_doing '*|active|Lock|*'
        blocked "a load that writes to $table"
        point "a load that writes to $table" "$victim"
    done
    works "after those, too"
    for ((number = 0; number < POINTS; number++)); do
        start_load "$lines"
        exec 9>&-
        sleep "$(random "$took")"
        what=$(doing)
        point "a load at any time" "$victim"
    done
done
works_at_once
rd-load -q < "$WORK/three.ndjson" > "$WORK/out"
is "the next run succeeds" "0 committed" "$? $(jq -r .status "$WORK/out")"
is "and the warehouse is what an undisturbed one would be" "$after" "$(contents)"

fresh
rd-load -q < "$WORK/one.ndjson" > /dev/null
after=$(contents)
application=rd-version filled=(one two three)
fill "${filled[@]}"
began=$(date +%s%N)
roll_back 1
took=$(elapsed "$began")
is "a rollback to the first version" "$after" "$(contents)"
fill "${filled[@]}"
month=$(sql "SELECT max(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'retail_dw.fact_sales'::regclass")
for victim in client backend; do
    for table in fact_sales_archive dim_customers_archive dim_country dim_products dim_customers fact_sales data_versions \
        "${month#retail_dw.}"; do
        case $table in fact_sales_2*) hold 'ACCESS SHARE' "$table" ;; *) hold SHARE "$table" ;; esac
        start_rollback
        until_doing '*|active|Lock|*'
        blocked "a rollback that writes to $table"
        point "a rollback that writes to $table" "$victim"
    done
    for ((number = 0; number < POINTS; number++)); do
        start_rollback
        sleep "$(random "$took")"
        what=$(doing)
        point "a rollback at any time" "$victim"
    done
done
roll_back 1
is "the next rollback succeeds" 0 $?
is "and does what an undisturbed one does" "$after" "$(contents)"
