#!/usr/bin/env bash
# What every suite has: a folder and a private PostgreSQL of its own, and the words to say what was found.
set -u
WORK=$(mktemp -d /tmp/rd-test-XXXXXX)
chmod 755 "$WORK"
export RD_HOME=$WORK/home RD_CONFIG=/dev/null PATH=$BIN:$CHECKOUT/bin:$PATH LC_ALL=C TZ=UTC
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
        (SELECT count(*) FROM retail_dw.etl_job_runs WHERE status = 'success'), (SELECT count(*) FROM retail_dw.etl_rejects WHERE status <> 'not_loaded'),
        (SELECT count(*) FROM retail_dw.data_lineage), (SELECT count(*) FROM retail_dw.data_quality_metrics JOIN retail_dw.data_versions USING (run)),
        (SELECT count(*) FROM pg_class WHERE relname LIKE 'fact\_sales\_%' AND relkind = 'r')"
}

# Every table with a hash of its rows; what a run that failed leaves in the history does not count.
tables() {
    rd-db psql -XqAt 2>&1 <<'END'
SELECT format('SELECT %L, count(*), coalesce(sum(hashtextextended(x::text, 0)), 0) FROM retail_dw.%I AS x %s', relname, relname,
    CASE relname WHEN 'etl_job_runs' THEN 'WHERE status <> ''failed'''
                 WHEN 'etl_rejects' THEN 'WHERE status <> ''not_loaded'''
                 WHEN 'data_quality_metrics' THEN 'JOIN retail_dw.data_versions USING (run)' END)
FROM pg_class WHERE relnamespace = 'retail_dw'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname \gexec
END
}

# What the warehouse says, without the keys that it gave: a line for each table.
contents() {
    local name query
    while IFS='|' read -r name query; do
        printf '%s %s\n' "$name" "$(rd-db psql -Xqc "COPY ($query) TO STDOUT" 2>&1 | sha256sum | head -c 16)"
    done <<'END'
facts|SELECT f.invoice_no, p.stock_code, f.line_no, f.transaction_datetime, f.date_key, c.customer_id, c.effective_date, d.country_name, f.quantity, f.unit_price, f.line_total, f.net_amount, f.transaction_type FROM retail_dw.fact_sales f JOIN retail_dw.dim_products p USING (product_key) JOIN retail_dw.dim_customers c USING (customer_key) JOIN retail_dw.dim_country d ON d.country_key = f.country_key ORDER BY 4, 1, 2, 3
customers|SELECT customer_id, customer_name, named_at, country, effective_date, expiry_date, is_current, is_inferred FROM retail_dw.dim_customers ORDER BY 1, 5
products|SELECT stock_code, description, described_at, is_note, unit_price, priced_at, last_sold_at, is_inferred FROM retail_dw.dim_products ORDER BY 1
countries|SELECT country_name FROM retail_dw.dim_country ORDER BY 1
money|SELECT date_trunc('month', transaction_datetime), count(*), sum(line_total), sum(net_amount) FROM retail_dw.fact_sales GROUP BY 1 ORDER BY 1
END
}

# roll_back VERSION [OPTION]...: takes the warehouse back to it.
roll_back() {
    if [ -x "$BIN/rd-version" ]; then
        rd-version rollback "$@" --yes > /dev/null
    else
        rd-db psql -Xqo /dev/null -v ON_ERROR_STOP=1 <<< "BEGIN; SELECT pg_advisory_xact_lock(hashtext('retail_dw.load'));
            SELECT retail_dw.roll_back($1, gen_random_uuid(), 'rollback'); COMMIT;"
    fi
}

# hold MODE TABLE: a session that locks the table, until release.
holder=
hold() {
    coproc HOLDER { psql -XqAt -d "$(rd-db url)" 2>&1; }
    holder=$HOLDER_PID
    echo "BEGIN; LOCK TABLE retail_dw.$2 IN $1 MODE; SELECT 'held';" >&"${HOLDER[1]}"
    read -r _ <&"${HOLDER[0]}"
}
release() {
    [ -n "$holder" ] || return
    kill "$holder" 2> /dev/null
    wait "$holder" 2> /dev/null
    holder=
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
