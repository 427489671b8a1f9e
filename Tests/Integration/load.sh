# shellcheck shell=bash
# Loads that come after others: the same, overlapping, forced, at once, out of order.
rd-gen --rows 6000 --seed 31 --months 3 > "$WORK/one.csv"
rd-gen --rows 6000 --seed 31 --months 3 --dates iso --delimiter semicolon > "$WORK/same.csv"
facts=$(rd-gen --rows 6000 --seed 31 --months 3 --describe | jq .facts)
load() { rd-ingest "$1" | rd-clean | rd-transform | rd-load "${@:2}"; }

fresh
load "$WORK/one.csv" > "$WORK/out"
is "new rows" "$facts 0 0" "$(jq -r '"\(.inserted) \(.updated) \(.unchanged)"' "$WORK/out")"
before=$(sql 'SELECT count(*), sum(net_amount), sum(sales_key) FROM retail_dw.fact_sales')
load "$WORK/one.csv" --force > "$WORK/out"
is "--force loads the same again: all unchanged" "0 0 $facts" "$(jq -r '"\(.inserted) \(.updated) \(.unchanged)"' "$WORK/out")"
load "$WORK/same.csv" > "$WORK/out"
is "the same rows in another form: all unchanged" "0 0 $facts" "$(jq -r '"\(.inserted) \(.updated) \(.unchanged)"' "$WORK/out")"
is "and the facts are what they were" "$before" "$(sql 'SELECT count(*), sum(net_amount), sum(sales_key) FROM retail_dw.fact_sales')"
sed '5s/,[0-9]*,\([0-9\/]* [0-9:]*\),/,7777,\1,/' "$WORK/one.csv" > "$WORK/changed.csv"
load "$WORK/changed.csv" > "$WORK/out"
is "one changed row" "0 1" "$(jq -r '"\(.inserted) \(.updated)"' "$WORK/out")"
is "money in the warehouse is what the version says" "t" "$(sql "SELECT (SELECT sum(net_amount) FROM retail_dw.fact_sales)
    = (SELECT money_after FROM retail_dw.data_versions ORDER BY version_number DESC LIMIT 1)")"
is "versions are numbered" "1,2,3,4" "$(sql "SELECT string_agg(version_number::text, ',' ORDER BY version_number) FROM retail_dw.data_versions")"

# Out of order, with customers who move: every fact must lie in an interval of its own country.
rd-gen --rows 20000 --seed 33 --unsorted-rate 0.3 --blank-customer-rate 0.05 > "$WORK/late.csv"
fresh
load "$WORK/late.csv" > /dev/null
is "rows out of order: every fact lies in its customer's interval" 0 "$(sql "
    SELECT count(*) FROM retail_dw.fact_sales f JOIN retail_dw.dim_customers c USING (customer_key)
    WHERE f.transaction_datetime < c.effective_date OR f.transaction_datetime >= c.expiry_date
       OR (c.customer_id <> 'GUEST' AND c.country_key <> f.country_key)")"
is "and intervals do not overlap" 0 "$(sql "SELECT count(*) FROM retail_dw.dim_customers a JOIN retail_dw.dim_customers b
    USING (customer_id) WHERE a.customer_key < b.customer_key AND a.effective_date < b.expiry_date AND b.effective_date < a.expiry_date")"
is "and each customer has one current version" 0 "$(sql "SELECT count(*) FROM (SELECT customer_id FROM retail_dw.dim_customers
    GROUP BY 1 HAVING count(*) FILTER (WHERE is_current) <> 1) AS x")"
sort -t, -k1,1r "$WORK/late.csv" | grep -v InvoiceNo > "$WORK/body.csv"
(head -n 1 "$WORK/late.csv"; cat "$WORK/body.csv") > "$WORK/backwards.csv"
versions=$(sql "SELECT count(*) FROM retail_dw.dim_customers")
fresh
load "$WORK/backwards.csv" > /dev/null
is "the same file backwards gives the same versions" "$versions" "$(sql "SELECT count(*) FROM retail_dw.dim_customers")"

# Two at once.
fresh
rd-gen --rows 40000 --seed 35 --start 2014-01 > "$WORK/big.csv"
mkfifo "$WORK/hold"
rd-ingest "$WORK/big.csv" | rd-clean | rd-transform > "$WORK/big.ndjson"
(head -n 20000 "$WORK/big.ndjson"; cat "$WORK/hold"; tail -n +20001 "$WORK/big.ndjson") | rd-load > "$WORK/slow.out" &
slow=$!
exec 9> "$WORK/hold"
for ((tries = 0; tries < 300; tries++)); do
    [ "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")" = 1 ] && break
    sleep 0.1
done
load "$WORK/one.csv" > /dev/null 2> "$WORK/err"
is "a second load at the same time: exit 75" 75 $?
has "and it says why" "$(cat "$WORK/err")" "another load"
is "readers see the warehouse as it was" 0 "$(sql 'SELECT count(*) FROM retail_dw.fact_sales')"
load "$WORK/one.csv" --wait 60 > "$WORK/out" 2> "$WORK/err" 9>&- &
waiting=$!
sleep 0.5
exec 9>&-
wait "$slow"
is "the first load ends well" 0 $?
wait "$waiting"
is "one that waits comes after it" "0 2" "$? $(jq .version "$WORK/out")"

# The warehouse refuses what does not add up.
rd-ingest "$WORK/one.csv" | rd-clean | rd-transform > "$WORK/facts.ndjson"
empty=$(fresh && fingerprint)
sed '0,/"in":6000/s//"in":6001/' "$WORK/facts.ndjson" | rd-load > /dev/null 2> "$WORK/err"
is "an unbalanced ledger: exit 70" 70 $?
is "and nothing is loaded" "$empty" "$(fingerprint)"
grep -v '"@rd":"close"' "$WORK/facts.ndjson" | rd-load > /dev/null 2>&1
is "no close line: exit 76" 76 $?
(sed '$d' "$WORK/facts.ndjson"; echo '{"@rd":"abort","stage":"gate","code":"data","detail":"not good enough"}') | rd-load > /dev/null 2> "$WORK/err"
is "an abort line: exit 65" 65 $?
has "and it says who gave up" "$(cat "$WORK/err")" "gate gave up"
sed '0,/"line_total":[0-9.]*/s//"line_total":1.11/' "$WORK/facts.ndjson" | rd-load > "$WORK/out" 2> /dev/null
is "a fact whose total is wrong is a reject" "amount_mismatch" "$(jq -r '.rejected[] | select(.stage == "load") | .code' "$WORK/out")"
