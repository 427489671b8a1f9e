# shellcheck shell=bash
# The real file gives the known figures, in whatever form it comes.

figures="SELECT count(*), sum(line_total), sum(net_amount),
    (SELECT count(*) FROM retail_dw.dim_products),
    (SELECT count(DISTINCT customer_id) FROM retail_dw.dim_customers WHERE customer_id <> 'GUEST'),
    (SELECT count(*) FROM retail_dw.dim_customers WHERE customer_id = 'GUEST'),
    (SELECT count(*) FROM retail_dw.dim_customers WHERE customer_id <> 'GUEST'),
    (SELECT count(*) FROM retail_dw.dim_country),
    (SELECT count(*) FROM pg_inherits WHERE inhparent = 'retail_dw.fact_sales'::regclass),
    (SELECT count(*) || ' ' || sum(line_total) FROM retail_dw.fact_sales WHERE transaction_datetime < '2011-01-01'),
    (SELECT records_processed FROM retail_dw.etl_job_runs), (SELECT count(*) FROM retail_dw.etl_rejects)
    FROM retail_dw.fact_sales"
known="531225|11490699.5430|9683331.9230|4070|4372|1|4388|38|13|41496 886826.3000|541909|10684"
sound="SELECT count(*) FROM retail_dw.fact_sales f JOIN retail_dw.dim_customers c USING (customer_key)
    WHERE f.transaction_datetime < c.effective_date OR f.transaction_datetime >= c.expiry_date
       OR (c.customer_id <> 'GUEST' AND c.country_key <> f.country_key)"

if ! real_file; then
    echo "skip the real file is not in ../shared/data"
    return 0
fi

variant() {
    python3 - "$1" "$WORK/real.csv" > "$WORK/variant.csv" <<'END'
import csv, datetime, io, sys
kind, path = sys.argv[1:]
rows = csv.reader(open(path, encoding="latin-1", newline=""))
header = next(rows)
out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
if kind == "semicolons":
    writer = csv.writer(out, delimiter=";")
    writer.writerow(header)
    writer.writerows(rows)
elif kind == "iso":
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country"])
    for row in rows:
        row[4] = datetime.datetime.strptime(row[4], "%m/%d/%Y %H:%M").strftime("%Y-%m-%d %H:%M:%S")
        row[6] = row[6] and row[6] + ".0"
        writer.writerow(row)
else:
    writer = csv.writer(out)
    order = [7, 3, 6, 0, 5, 2, 4, 1]
    writer.writerow([header[i] for i in order])
    writer.writerows([row[i] for i in order] for row in rows)
out.flush()
END
}

fresh
rd-ingest "$WORK/real.csv" | rd-clean | rd-transform | rd-load > "$WORK/summary"
is "Latin-1 original, four filters" "$known" "$(sql "$figures")"
is "every fact lies in its customer's interval" 0 "$(sql "$sound")"
is "the summary has the money" '"9747747.9340" "11490699.5430" "9683331.9230"' \
    "$(jq -c .money.source,.money.line_total,.money.net_amount "$WORK/summary" | paste -sd' ')"
is "loading it again changes nothing" "already_loaded 0" \
    "$(rd-ingest "$WORK/real.csv" | rd-clean | rd-transform | rd-load | jq -r .status) ${PIPESTATUS[*]: -1}"
is "and the figures stay" "$known" "$(sql "$figures")"
for kind in iso semicolons reordered; do
    variant "$kind"
    fresh
    rd-ingest "$WORK/variant.csv" | rd-clean | rd-transform | rd-load > /dev/null
    is "as $kind" "$known" "$(sql "$figures")"
done
fresh
rd-ingest "$WORK/real.csv" | rd-clean | rd-load > /dev/null
is "rd-ingest | rd-clean | rd-load" "$known" "$(sql "$figures")"
