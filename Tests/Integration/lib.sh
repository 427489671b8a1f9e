#!/usr/bin/env bash
# What every suite has: a folder and a private PostgreSQL of its own, and the words to say what was found.
set -u
WORK=$(mktemp -d /tmp/rd-test-XXXXXX)
chmod 755 "$WORK"
export RD_HOME=$WORK/home PATH=$BIN:$CHECKOUT/bin:$PATH LC_ALL=C TZ=UTC
unset RD_DATABASE_URL PGHOST PGPORT PGDATABASE PGUSER PGSERVICE PGHOSTADDR RD_JOB RD_RUN_ID

finish() {
    rd-db down > /dev/null 2>&1
    rm -rf "$WORK"
}
trap finish EXIT

# is LABEL EXPECTED ACTUAL
is() {
    if [ "$2" = "$3" ]; then
        echo "ok $1"
    else
        echo "not ok $1"
        echo "  expected: $2"
        echo "  found:    $3"
    fi
}

# has LABEL TEXT PART: PART stands in TEXT.
has() {
    case $2 in
        *"$3"*) echo "ok $1" ;;
        *) is "$1" "*$3*" "$2" ;;
    esac
}

# sql QUERY: its rows, columns parted by |.
sql() { rd-db psql -XqAt -c "$1" 2>&1; }

# A warehouse with nothing in it.
fresh() { rd-db init --drop-existing --yes retail > /dev/null 2>&1; }

# All that a load changes, in one line; what a failed run leaves in the history does not count.
fingerprint() {
    sql "SELECT (SELECT count(*) FROM retail_dw.fact_sales), (SELECT coalesce(sum(net_amount), 0) FROM retail_dw.fact_sales),
        (SELECT count(*) FROM retail_dw.dim_customers), (SELECT count(*) FROM retail_dw.dim_products),
        (SELECT count(*) FROM retail_dw.dim_country), (SELECT count(*) FROM retail_dw.data_versions),
        (SELECT count(*) FROM retail_dw.etl_job_runs WHERE status = 'success'), (SELECT count(*) FROM retail_dw.etl_rejects),
        (SELECT count(*) FROM retail_dw.data_lineage), (SELECT count(*) FROM retail_dw.data_quality_metrics JOIN retail_dw.data_versions USING (run)),
        (SELECT count(*) FROM pg_class WHERE relname LIKE 'fact\_sales\_%' AND relkind = 'r')"
}

# The real file, unpacked into the suite's folder; fails where it is missing.
real_file() {
    local packed=$CHECKOUT/../shared/data/OnlineRetail.csv.xz
    [ -r "$packed" ] || return 1
    [ -e "$WORK/real.csv" ] || xz -dc "$packed" > "$WORK/real.csv"
}

# shellcheck source=/dev/null
. "$1"
echo end
