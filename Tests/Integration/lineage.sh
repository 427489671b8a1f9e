# shellcheck shell=bash
# Where facts come from: of facts chosen at random, the line that `why` shows must be theirs, and the stages must make
# of it what the warehouse has; months must add up.

# trace LABEL FILE N: N facts of the warehouse that FILE was loaded into.
trace() {
    local found wrong=0 invoice code line number raw
    while IFS='|' read -r invoice code line number; do
        found=$(rd-lineage why --invoice "$invoice" --stock-code "$code" --line "$line") || wrong=$((wrong + 1))
        jq -e -n --argjson found "$found" '$found | .source.missing == null and .differences == []' > /dev/null ||
            { wrong=$((wrong + 1)) && echo "$found"; }
        raw=$(jq -r .source.raw <<< "$found" | head -n 1)
        [ "$raw" = "$(sed -n "${number}p" "$2" | tr -d '\r' | iconv -f iso-8859-1 -t utf-8)" ] ||
            { wrong=$((wrong + 1)) && echo "line $number: $raw"; }
    done < <(sql "SELECT invoice_no, stock_code, line_no, source_line FROM retail_dw.fact_sales
        JOIN retail_dw.dim_products USING (product_key) ORDER BY md5(sales_key::text) LIMIT $3")
    is "$1" 0 "$wrong"
}

# months LABEL: each month's story has the month's total, and all of its sources' parts make it up.
months() {
    local month wrong=0
    for month in $(sql "SELECT to_char(month, 'YYYY-MM') FROM retail_dw.sales_by_month"); do
        [ "$(sql "SELECT facts, net_amount FROM retail_dw.sales_by_month WHERE month = '$month-01'")" = \
            "$(rd-lineage why --month "$month" | sed -nE '1s/.*"facts":([0-9]+).*"net_amount":([-0-9.]+).*/\1|\2/p')" ] ||
            wrong=$((wrong + 1))
        rd-lineage why --month "$month" | jq -e -s '(map(select(.type == "source").facts) | add) == .[0].facts' > /dev/null ||
            wrong=$((wrong + 1))
    done
    is "$1" 0 "$wrong"
}

fresh
rd-gen --rows 20000 --quoted-newline-rate 0.05 --unsorted-rate 0.05 --bad-row-rate 0.01 -o "$WORK/made.csv"
rd-ingest -q "$WORK/made.csv" 2> /dev/null | rd-clean -q 2> /dev/null | rd-transform -q | rd-load -q > /dev/null
trace "facts of a made file are traced to their lines" "$WORK/made.csv" 40
months "months of a made file add up"
is "rows of the source are facts or rejects by month" "$(sql "SELECT records_processed FROM retail_dw.etl_job_runs")" \
    "$(sql "SELECT (SELECT count(*) FROM retail_dw.fact_sales) + (SELECT count(*) FROM retail_dw.etl_rejects)")"

# Lines of a product on an invoice that are several, cleaned and transformed by the load itself.
fresh
rd-gen --rows 5000 --seed 2 -o "$WORK/made.csv"
rd-ingest -q "$WORK/made.csv" | rd-load -q --dedupe exact > /dev/null
is "lines that are several are told apart" "true" \
    "$(read -r invoice code < <(rd-db psql -XqAt -F ' ' -c "SELECT invoice_no, stock_code FROM retail_dw.fact_sales
        JOIN retail_dw.dim_products USING (product_key) WHERE line_no = 2 LIMIT 1")
    rd-lineage why --invoice "$invoice" --stock-code "$code" |
        jq -s 'length >= 2 and (map(.source.line) | unique | length) == length and all(.source.missing == null)')"

# Every stage and column of the graph has a dataset, and Graphviz draws it where it is there.
is "each edge joins two nodes" "true" "$(rd-lineage graph --format json |
    jq '[.nodes[].id] as $ids | all(.edges[]; (.from | IN($ids[])) and (.to | IN($ids[])))')"
if command -v dot > /dev/null; then
    is "Graphviz draws the graph" "$(rd-lineage graph --format json | jq '.edges | length')" \
        "$(rd-lineage graph --format svg | grep -c '<g id="edge')"
else
    echo "skip Graphviz is not installed"
fi

# The rows of data_lineage: every column of a fact leads back to the file, whatever stood between the filters.
follow() {
    rd-db psql -XqAt -F '|' -f "$CHECKOUT/sql/queries/follow_columns.sql"
}
# followed LABEL: of the run before.
followed() {
    is "$1: every column of fact_sales is followed" "" "$(sql "SELECT attname FROM pg_attribute
        WHERE attrelid = 'retail_dw.fact_sales'::regclass AND attnum > 0 AND NOT attisdropped
          AND attname NOT IN ('sales_key', 'source_line', 'version_id', 'source_version_id') ORDER BY 1" |
        grep -vxF -f <(follow | cut -d '|' -f 1))"
    is "$1: all chains end in the file" "$WORK/small.csv" "$(follow | cut -d '|' -f 2 | sort -u)"
    is "$1: money comes from" "Quantity UnitPrice" "$(follow | sed -n 's/^line_total|.*|//p' | xargs)"
}
rd-gen --rows 300 -o "$WORK/small.csv"
fresh
rd-ingest -q "$WORK/small.csv" | rd-clean -q | rd-transform -q | rd-load -q > /dev/null
followed "three filters"
rd-ingest -q "$WORK/small.csv" | jq -c . | rd-clean -q | jq -c . | rd-transform -q | jq -c . | rd-load -q --force > /dev/null
followed "a program between any two"
is "the programs among columns of the stream have rows" "opaque opaque#2" "$(sql "SELECT DISTINCT target_table FROM retail_dw.data_lineage
    WHERE run = (SELECT run FROM retail_dw.data_versions ORDER BY version_id DESC LIMIT 1) AND stage LIKE 'opaque%'" | sort | xargs)"
rd-ingest -q "$WORK/small.csv" | rd-quality gate ingestion -q | rd-clean -q | rd-quality gate cleaning -q |
    rd-transform -q | rd-load -q --force > /dev/null
followed "a gate between any two"
rd-ingest -q "$WORK/small.csv" | rd-load -q --force > /dev/null
followed "a load that does it all"

if real_file; then
    fresh
    rd-ingest -q "$WORK/real.csv" | rd-clean -q | rd-transform -q | rd-load -q > /dev/null
    trace "facts of the real file are traced to their lines" "$WORK/real.csv" 20
    months "months of the real file add up"
    has "a known line" "$(rd-lineage why --invoice 536365 --stock-code 85123A)" \
        '"offset":83,"raw":"536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,12/1/2010 8:26,2.55,17850,United Kingdom"'
else
    echo "skip the real file is not in ../shared/data"
fi
