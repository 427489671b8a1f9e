# shellcheck shell=bash
# Whoever reads sees the warehouse before a change or after it, whole, and waits for nobody; and of those who change it
# there is one at a time.

# shellcheck disable=SC2034
# A line for a whole state: facts and money by month, and every join to a dimension.
query="SELECT count(*), sum(n), sum(net), sum(in_time), sum(codes) FROM (
    SELECT date_trunc('month', f.transaction_datetime) AS month, count(*) AS n, sum(f.net_amount) AS net,
        count(*) FILTER (WHERE f.transaction_datetime >= c.effective_date AND f.transaction_datetime < c.expiry_date) AS in_time,
        sum(length(p.stock_code) + length(d.country_name) + c.customer_key) AS codes
    FROM retail_dw.fact_sales AS f LEFT JOIN retail_dw.dim_customers AS c USING (customer_key)
    LEFT JOIN retail_dw.dim_products AS p USING (product_key) LEFT JOIN retail_dw.dim_country AS d ON d.country_key = f.country_key
    GROUP BY 1) AS months"
# shellcheck disable=SC2034
short="SELECT count(*), sum(net_amount) FROM retail_dw.fact_sales"
# shellcheck disable=SC2034
blocked="SELECT count(*) FROM pg_stat_activity WHERE application_name = 'reader' AND wait_event_type = 'Lock'"
seen() { sql "SET lock_timeout = '10s'; ${!1}"; }

# ask NAME APPLICATION: asks the query of that name on and on; each answer ends with how many milliseconds it took.
ask() {
    PGAPPNAME=$2 psql -XqAt -d "$url" > "$WORK/$1.seen" 2>&1 < <(yes "SELECT answer.*,
        round(extract(epoch FROM clock_timestamp() - statement_timestamp()) * 1000) FROM (${!1}) AS answer; DO 'BEGIN PERFORM pg_sleep(0.02); END';" 2> /dev/null) &
    asking+=($!)
}
answers() { wc -l < "$WORK/$1.seen"; }
longest() { sed 's/.*|//' "$WORK/$1.seen" | sort -n | tail -n 1; }

# watched LABEL COMMAND...: readers ask while the command runs.
watched() {
    local label=$1 began from name old=() tries
    shift
    asking=()
    for name in query short; do
        old+=("$(seen $name)")
        ask $name reader
    done
    ask blocked watcher
    while [ "$(answers query)" -lt 1 ] || [ "$(answers short)" -lt 1 ]; do sleep 0.02; done
    from=$(answers short) began=$(date +%s%N)
    "$@"
    is "$label ends well" 0 $?
    echo "# $label took $((($(date +%s%N) - began) / 1000000)) ms; the longest query meanwhile $(longest query) and $(longest short) ms"
    from=$(($(answers short) - from))
    for name in query short; do
        for ((tries = 0; tries < 300; tries++)); do
            [ "$(tail -n 1 "$WORK/$name.seen" | sed 's/|[^|]*$//')" = "$(seen $name)" ] && break
            sleep 0.05
        done
    done
    kill "${asking[@]}"
    wait "${asking[@]}" 2> /dev/null
    is "$label: queries are answered meanwhile" t "$([ "$from" -ge 3 ] && echo t || echo "$from")"
    for name in query short; do
        is "$label: each $name sees one state, whole" "" \
            "$(sed 's/|[^|]*$//' "$WORK/$name.seen" | sort -u | grep -vxF -e "${old[0]}" -e "$(seen $name)")"
        old=("${old[@]:1}")
    done
    waits=$(grep -cv '^0|' "$WORK/blocked.seen")
}

# held LABEL COMMAND...: stops a change just before its commit, looks, and lets it go on.
held() {
    local label=$1 old tries
    shift
    old=$(seen query)
    hold SHARE "$1"
    "${@:2}" &
    for ((tries = 0; tries < 600; tries++)); do
        [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")" -gt 0 ] && break
        sleep 0.05
    done
    is "$label, held before its commit: readers see the old state" "$old" "$(seen query)"
    meanwhile
    release
    wait $!
    is "$label, let go: it ends well" 0 $?
}
unset_meanwhile() { meanwhile() { :; }; }
unset_meanwhile

stream() { rd-ingest -q --dates us "$1" | rd-clean -q | rd-transform -q; }
load() { stream "$1" | rd-load -q "${@:2}" > "$WORK/out"; }

if real_file; then
    mv "$WORK/real.csv" "$WORK/all.csv"
else
    echo "skip the real file is not in ../shared/data: one of rd-gen is taken"
    rd-gen -q --rows 60000 --seed 61 > "$WORK/all.csv"
fi
# A corrected month, a late move of customers, and both at once with a month that is new.
grep -aE '^InvoiceNo|,6/[0-9]+/2011 ' "$WORK/all.csv" |
    awk -F, -v OFS=, 'NF == 8 && NR % 30 == 0 && $4 > 0 { $4 += 1 } { print }' > "$WORK/changed.csv"
grep -aE '^InvoiceNo|,2/[0-9]+/2011 ' "$WORK/all.csv" |
    awk -F, -v OFS=, 'NF == 8 && NR > 1 && NR % 50 == 0 && $7 != "" { $8 = "Atlantis\r" } { print }' > "$WORK/moved.csv"

fresh
url=$(rd-db url)
held "a month that is new" etl_job_runs load "$WORK/changed.csv"
fresh
watched "a first load" load "$WORK/all.csv"
is "and nobody waited for a lock" 0 "$waits"
before=$(contents)
watched "a forced reload" load "$WORK/all.csv" --force
is "and nobody waited for one" 0 "$waits"
watched "a corrected month" load "$WORK/changed.csv"
is "and there, too, nobody waited" 0 "$waits"
corrected=$(contents)
watched "a rollback" roll_back 1
is "takes it back" "$before" "$(contents)"
held "a corrected month" etl_job_runs load "$WORK/changed.csv"
is "with the same result as before" "$corrected" "$(contents)"
held "a rollback" data_versions roll_back 1
is "and that, too" "$before" "$(contents)"

# While a load is held, nobody else gets in; who waits comes after it.
meanwhile() {
    load "$WORK/moved.csv" 2> "$WORK/err"
    is "another load meanwhile: exit 75" 75 $?
    has "and it says why" "$(cat "$WORK/err")" "holds the warehouse's lock"
    if [ -x "$BIN/rd-version" ]; then
        rd-version rollback 1 --yes > /dev/null 2> "$WORK/err"
        is "a rollback meanwhile: exit 75" 75 $?
        has "and it says why, too" "$(cat "$WORK/err")" "holds the warehouse's lock"
    else
        is "a rollback meanwhile finds the lock taken" f "$(sql "SELECT pg_try_advisory_xact_lock(hashtext('retail_dw.load'))")"
    fi
    (stream "$WORK/moved.csv" | rd-load -q --wait 120 > "$WORK/second.out") &
    second=$!
    sleep 0.5
}
held "a corrected month" etl_job_runs load "$WORK/changed.csv"
wait "$second"
is "the load that waited comes after it" "0 true" "$? $(jq '.version == 8' "$WORK/second.out")"
unset_meanwhile
is "with facts moved to other versions" t "$(jq '.moved.facts > 0' "$WORK/second.out" | sed s/true/t/)"
both=$(contents)
roll_back 1
load "$WORK/moved.csv"
load "$WORK/changed.csv"
is "one after the other, in the other order, they give the same" "$both" "$(contents)"
roll_back 1
(stream "$WORK/moved.csv" | rd-load -q --wait 120 > /dev/null) &
one=$!
(stream "$WORK/changed.csv" | rd-load -q --wait 120 > /dev/null) &
other=$!
wait "$one"
is "at once: the first ends well" 0 $?
wait "$other"
is "and the other" 0 $?
is "and they give the same" "$both" "$(contents)"
meanwhile() {
    (roll_back 1 --wait 120) &
    second=$!
    sleep 0.5
}
roll_back 1
held "a late move" etl_job_runs load "$WORK/moved.csv"
wait "$second"
is "a rollback that waited ends well" 0 $?
is "and takes back the load that it waited for" "$before" "$(contents)"
