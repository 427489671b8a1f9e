# shellcheck shell=bash disable=SC2016
# The warehouse does not depend on how its data came: in thirteen months in order, backwards or shuffled, whole, again,
# in another order, corrected, late, or taken back and loaded anew. Each state stays what it was.

# arrange KIND FILE [MONTH]: the rows of $WORK/all.csv in another form.
#   months    a file for each month, in the folder FILE
#   shuffled  in any order, but of rows with one invoice and stock code the first stays the first
#   scrambled in any order
#   changed   the month of MONTH with other quantities in FILE; says how many facts that changes
arrange() {
    python3 - "$WORK/all.csv" "$1" "$2" "${3-}" <<'END'
import csv, os, random, sys
source, kind, target, month = sys.argv[1:]
rows = csv.reader(open(source, encoding="latin-1", newline=""))
header = next(rows)
rows = list(rows)

def month_of(row):
    month, _, year = row[4].split(" ")[0].split("/")
    return f"{year}-{int(month):02}"

def write(path, rows):
    with open(path, "w", encoding="latin-1", newline="") as out:
        csv.writer(out).writerows([header, *rows])

chance = random.Random(7)
if kind == "months":
    os.mkdir(target)
    pieces = {}
    for row in rows:
        pieces.setdefault(month_of(row), []).append(row)
    for name, piece in pieces.items():
        write(f"{target}/{name}.csv", piece)
elif kind == "changed":
    rows = [row for row in rows if month_of(row) == month]
    seen, changed = set(), 0
    for number, row in enumerate(rows):
        if number % 40 == 0 and (row[0], row[1]) not in seen and int(row[3]) > 0:
            row[3] = str(int(row[3]) + 1)
            changed += 1
        seen.add((row[0], row[1]))
    write(target, rows)
    print(changed)
else:
    order = list(range(len(rows)))
    chance.shuffle(order)
    if kind == "shuffled":
        places = {}
        for number, row in enumerate(rows):
            places.setdefault((row[0], row[1]), []).append(number)
        turn = {key: iter(numbers) for key, numbers in places.items()}
        order = [next(turn[rows[number][0], rows[number][1]]) for number in order]
    write(target, [rows[number] for number in order])
END
}

stream() { rd-ingest -q --dates us "$1" | rd-clean -q "${@:2}" | rd-transform -q; }
counts() { jq -r '"\(.status) \(.inserted) \(.updated) \(.unchanged)"' "$WORK/out"; }
load() { rd-load -q "${@:2}" < "$1" > "$WORK/out"; }

# state [VERSION]: every column of every row, keys and versions too; as they are, or as a version left them.
state() {
    local of=${1:+_as_of($1)} name text=
    for name in fact_sales dim_customers dim_products dim_country; do
        text+="${text:+, }(SELECT count(*) || '/' || coalesce(sum(hashtextextended(x::text, 0)), 0) FROM retail_dw.$name$of AS x)"
    done
    sql "SELECT $text"
}

# What two of the last versions differ in, counted by natural keys: facts changed, facts of another customer version and their money.
differences() {
    sql "WITH a AS (SELECT f.*, stock_code FROM retail_dw.fact_sales_as_of($1) AS f JOIN retail_dw.dim_products USING (product_key)),
        b AS (SELECT f.*, stock_code FROM retail_dw.fact_sales_as_of($2) AS f JOIN retail_dw.dim_products USING (product_key))
        SELECT count(*) FILTER (WHERE a.sales_key IS NULL),
            count(*) FILTER (WHERE (a.quantity, a.net_amount) <> (b.quantity, b.net_amount)),
            count(*) FILTER (WHERE a.customer_key <> b.customer_key),
            coalesce(sum(a.net_amount) FILTER (WHERE a.customer_key <> b.customer_key), 0)::numeric(20, 4)
        FROM a FULL JOIN b USING (invoice_no, stock_code, line_no, transaction_datetime)"
}

if real_file; then
    mv "$WORK/real.csv" "$WORK/all.csv"
    known=531225 exact=536641
else
    echo "skip the real file is not in ../shared/data: one of rd-gen is taken"
    shape=(--rows 60000 --seed 41 --blank-customer-rate 0.05)
    rd-gen -q "${shape[@]}" > "$WORK/all.csv"
    known=$(rd-gen -q "${shape[@]}" --describe | jq .facts) exact=
fi
arrange months "$WORK/months"
mapfile -t months < <(cd "$WORK/months" && printf '%s\n' *.csv | sort)
is "the file has thirteen months" 13 ${#months[@]}
for month in "${months[@]}"; do stream "$WORK/months/$month" > "$WORK/months/$month.ndjson"; done
stream "$WORK/all.csv" > "$WORK/whole.ndjson"

fresh
load "$WORK/whole.ndjson"
is "the whole file: all new" "committed $known 0 0" "$(counts)"
whole=$(contents)

# Again, by force and in another order.
before=$(state)
stream "$WORK/all.csv" > "$WORK/again.ndjson"
python3 -c 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' \
    sh -c 'exec rd-load -q < "$0"' "$WORK/again.ndjson" > "$WORK/out" 2>&1
is "loaded before: exit 0" 0 $?
has "and it says as which version" "$(cat "$WORK/out")" "already loaded as version 1: nothing was changed"
load "$WORK/again.ndjson" --force
is "by force: all unchanged" "committed 0 0 $known" "$(counts)"
is "and no row is touched" "$before" "$(state)"
arrange shuffled "$WORK/other.csv"
stream "$WORK/other.csv" > "$WORK/other.ndjson"
load "$WORK/other.ndjson"
is "in another order: all unchanged" "committed 0 0 $known" "$(counts)"
is "and no row is touched there either" "$before" "$(state)"
fresh
load "$WORK/other.ndjson"
is "in another order from the start: all new" "committed $known 0 0" "$(counts)"
is "and the same warehouse" "$whole" "$(contents)"
rm "$WORK/again.ndjson" "$WORK/other.ndjson"

# Several lines of a product on an invoice.
stream "$WORK/all.csv" --dedupe exact > "$WORK/exact.ndjson"
fresh
load "$WORK/exact.ndjson"
is "--dedupe exact: all new" "committed ${exact:=$(jq .inserted "$WORK/out")} 0 0" "$(counts)"
is "and there are several lines of a product on an invoice" t "$(sql "SELECT count(*) > 0 FROM retail_dw.fact_sales WHERE line_no > 1")"
before=$(state)
arrange scrambled "$WORK/other.csv"
stream "$WORK/other.csv" --dedupe exact > "$WORK/other.ndjson"
load "$WORK/other.ndjson"
is "in any other order: all unchanged" "committed 0 0 $exact" "$(counts)"
is "and no row of those is touched" "$before" "$(state)"
rm "$WORK"/{other,exact}.ndjson "$WORK/other.csv"

# By month. In order comes last, and stays for what follows.
by_month() {
    fresh
    local month sum=0
    for month; do
        load "$WORK/months/$month.ndjson"
        sum=$((sum + $(jq .inserted "$WORK/out")))
    done
    echo "$sum $(sql "SELECT count(*), sum(updated) FROM retail_dw.data_versions")"
}
mapfile -t backwards < <(printf '%s\n' "${months[@]}" | sort -r)
mapfile -t shuffled < <(printf '%s\n' "${months[@]}" | shuf --random-source=<(yes))
is "thirteen months backwards" "$known 13|0" "$(by_month "${backwards[@]}")"
is "give the same warehouse" "$whole" "$(contents)"
is "thirteen months shuffled" "$known 13|0" "$(by_month "${shuffled[@]}")"
is "give the same warehouse too" "$whole" "$(contents)"
is "thirteen months in order" "$known 13|0" "$(by_month "${months[@]}")"
is "give the same warehouse as well" "$whole" "$(contents)"
states=("" "" "" "" "" "" "" "" "" "" "" "" "" "$(state)")

# A month is corrected.
changed=$(arrange changed "$WORK/changed.csv" 2011-06)
stream "$WORK/changed.csv" > "$WORK/changed.ndjson"
load "$WORK/changed.ndjson"
states[14]=$(state) june=$(jq .unchanged "$WORK/out")
is "a corrected month: these are updated" "committed 0 $changed $june" "$(counts)"
is "and no others changed" "0|$changed" "$(differences 13 14 | cut -d '|' -f 1,2)"
is "money in the warehouse is what the version says" t "$(sql "SELECT (SELECT sum(net_amount) FROM retail_dw.fact_sales)
    = (SELECT money_after FROM retail_dw.data_versions WHERE version_number = 14)")"
corrected=$(contents)

# A customer of one country turns out to have been in another, in the middle of its time.
IFS='|' read -r customer moment next < <(sql "
    WITH one AS (SELECT customer_id FROM retail_dw.dim_customers WHERE customer_id <> 'GUEST' AND country = 'United Kingdom'
        AND NOT EXISTS (SELECT FROM retail_dw.dim_customers AS o WHERE o.customer_id = dim_customers.customer_id AND NOT o.is_current)),
    bought AS (SELECT customer_id, transaction_datetime, ntile(2) OVER (PARTITION BY customer_id ORDER BY transaction_datetime) AS half,
            count(*) OVER (PARTITION BY customer_id) AS facts
        FROM (SELECT DISTINCT customer_id, transaction_datetime FROM one JOIN retail_dw.dim_customers USING (customer_id)
            JOIN retail_dw.fact_sales USING (customer_key)) AS moments)
    SELECT customer_id, max(transaction_datetime) FILTER (WHERE half = 1) + interval '1 second',
        min(transaction_datetime) FILTER (WHERE half = 2)
    FROM bought WHERE facts > 5 GROUP BY 1, facts ORDER BY facts DESC, 1 LIMIT 1")
printf '%s\r\n' "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country" \
    "999999,22423,REGENCY CAKESTAND 3 TIER,1,$moment,12.75,$customer,Atlantis" > "$WORK/late.csv"
rd-ingest -q "$WORK/late.csv" | rd-clean -q | rd-transform -q > "$WORK/late.ndjson"
load "$WORK/late.ndjson"
states[15]=$(state)
is "a late move: one fact is new" "committed 1 0 0" "$(counts)"
is "the interval is split" "United Kingdom|$moment,Atlantis|$next,United Kingdom|9999-12-31 00:00:00" "$(sql "
    SELECT string_agg(country || '|' || expiry_date, ',' ORDER BY effective_date)
    FROM retail_dw.dim_customers WHERE customer_id = '$customer'")"
moved=$(jq -r '"\(.moved.facts)|\(.moved.net_amount)"' "$WORK/out")
is "the facts and the money that moved are told" "1|0|$moved" "$(differences 14 15)"
is "there are some" t "$([ "${moved%%|*}" -gt 0 ] && echo t)"
is "and the version has them" "$moved" "$(sql "SELECT facts_moved, money_moved FROM retail_dw.data_versions WHERE version_number = 15")"
late=$(contents)

# Taken back, undone, and loaded again.
roll_back 14
states[16]=$(state)
is "rolled back: as before the late move" "$corrected" "$(contents)"
is "that version is marked" "14 committed,15 rolled_back,16 committed" "$(sql "SELECT string_agg(version_number || ' ' || status, ','
    ORDER BY version_number) FROM retail_dw.data_versions WHERE version_number > 13")"
roll_back 15
states[17]=$(state)
is "the rollback is rolled back" "$late" "$(contents)"
roll_back 13
states[18]=$(state)
is "back before both: as the months made it" "$whole" "$(contents)"
for name in changed late; do
    stream "$WORK/$name.csv" > "$WORK/anew.ndjson"
    load "$WORK/anew.ndjson"
    is "$name loads again without --force" committed "$(jq -r .status "$WORK/out")"
    states+=("$(state)")
done
is "and all is as it was after them" "$late" "$(contents)"
roll_back 2
states[21]=$(state)
is "back to the second month: only two are left" 2 "$(sql "SELECT count(*) FROM pg_inherits WHERE inhparent = 'retail_dw.fact_sales'::regclass")"
stream "$WORK/months/${months[2]}" > "$WORK/anew.ndjson"
load "$WORK/anew.ndjson"
is "the third loads anew" "committed $(sql "SELECT inserted FROM retail_dw.data_versions WHERE version_number = 3") 0 0" "$(counts)"
states[22]=$(state)
for version in 13 14 15 17 20 22; do
    is "as of version $version" "${states[version]}" "$(state "$version")"
done
