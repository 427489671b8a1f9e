# shellcheck shell=bash disable=SC2016
# Breaks each of the five dimensions on purpose, by the suite's own rules, in a warehouse that holds facts and history:
# a gate stops the load, every stage exits 65, no row of any table is another, and the history has the failure with the
# figure that made it. The good file of the same name loads afterwards.

# change WHAT AWK: the rows of the good file in another form; the header stays.
change() { awk -F, -v OFS=, 'NR == 1 { print; next } '"$2" "$WORK/more.csv" > "$WORK/$1.csv"; }

rd-gen -q --rows 4000 --seed 61 --months 3 > "$WORK/first.csv"
rd-gen -q --rows 4000 --seed 62 --months 5 > "$WORK/more.csv"
change empty 'NF == 8 && NR % 10 < 6 { $3 = ""; $7 = "" } { print }'
change pattern 'NF == 8 && NR % 4 == 0 { $2 = "#!" } { print }'
change dates 'NF == 8 && NR % 4 == 0 { $5 = "1/1/2150 8:00" } { print }'
change unknown 'NF == 8 && NR % 4 == 0 { $8 = "Atlantis\r" } { print }'
change repeated '{ print } NF == 8 && NR % 3 == 0 { print }'
change free 'NF == 8 && NR % 4 == 0 { $6 = "0" } { print }'
change ragged '{ print } NR % 5 == 0 { print "a,b,c\r" }'
change moving 'NF == 8 && $7 != "" { $8 = NR % 2 ? "France\r" : "Germany\r" } { print }'
cp "$WORK/more.csv" "$WORK/wrong.csv"

# through FILE [JQ]: all four stages, with a program before the last one where there is one; says their exit codes.
through() {
    rd-ingest -q --dates us "$WORK/$1.csv" 2> "$WORK/ingest.err" | rd-clean -q 2> "$WORK/clean.err" |
        rd-transform -q 2> "$WORK/transform.err" |
        if [ $# -gt 1 ]; then jq -c "$2"; else cat; fi | rd-load -q > "$WORK/out" 2> "$WORK/err"
    echo "${PIPESTATUS[*]}"
}

# What the history says of the newest run, and of the figures that failed in it.
newest() {
    sql "SELECT status, code, exit_code, version_id IS NULL FROM retail_dw.etl_job_runs ORDER BY job_id DESC LIMIT 1"
    sql "SELECT DISTINCT gate, metric_type FROM retail_dw.data_quality_metrics WHERE status = 'fail'
        AND run = (SELECT run FROM retail_dw.etl_job_runs ORDER BY job_id DESC LIMIT 1)"
}

# stops FILE GATE DIMENSION CODES [JQ]
stops() {
    local codes
    codes=$(through "$1" "${@:5}")
    is "$3 broken ($1): the gate of $2 stops every stage" "$4" "$codes"
    is "$3 broken ($1): nothing in the warehouse is another" "$before" "$(tables)"
    is "$3 broken ($1): the history has the run and what failed" "failed|quality_gate|65|t
$2|$3" "$(newest)"
}

fresh
through first > /dev/null
awk -F, -v OFS=, 'NF == 8 && NR % 9 == 0 && $4 > 0 { $4 += 1 } { print }' "$WORK/first.csv" > "$WORK/second.csv"
through second > /dev/null
is "the warehouse holds two versions and history" "2|t" \
    "$(sql "SELECT count(*), (SELECT count(*) > 0 FROM retail_dw.fact_sales_archive) FROM retail_dw.data_versions")"
before=$(tables)

stops empty ingestion completeness "65 65 65 0 65"
stops pattern ingestion validity "65 65 65 0 65"
stops dates ingestion validity "65 65 65 0 65"
stops unknown cleaning validity "0 65 65 0 65"
stops repeated cleaning uniqueness "0 65 65 0 65"
stops free cleaning accuracy "0 65 65 0 65"
stops ragged ingestion consistency "65 65 65 0 65"
stops moving transformation consistency "0 0 65 0 65"
# Facts whose total somebody changed on the way.
stops wrong loading accuracy "0 0 0 0 65" 'if .fact and .line % 4 == 0 then .line_total += 1 else . end'

through more > /dev/null
is "the file as it was is loaded, with nothing to clean up" "committed 3" "$(jq -r '"\(.status) \(.version)"' "$WORK/out")"
is "the history keeps the nine failures" 9 \
    "$(sql "SELECT count(*) FROM retail_dw.etl_job_runs WHERE status = 'failed' AND code = 'quality_gate'")"
