# shellcheck shell=bash
# For cases that load: makes the case's own warehouse, with two ways to look at it.

# query ARGUMENT...: psql in the warehouse, plain output.
query() {
    rd-db psql -X -q -At -v ON_ERROR_STOP=1 "$@"
}

# counts: facts, rejects, customer versions, products, versions and net amount.
counts() {
    query -c "SELECT (SELECT count(*) FROM retail_dw.fact_sales), (SELECT count(*) FROM retail_dw.etl_rejects WHERE status <> 'not_loaded'),
        (SELECT count(*) FROM retail_dw.dim_customers), (SELECT count(*) FROM retail_dw.dim_products),
        (SELECT count(*) FROM retail_dw.data_versions), (SELECT sum(net_amount) FROM retail_dw.fact_sales)"
}

# stages FILE: the file through the three filters.
stages() {
    rd-ingest -q "$@" | rd-clean -q | rd-transform -q
}

rd-db init -q
