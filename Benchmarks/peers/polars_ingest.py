"""CSV to NDJSON with polars: the first of two processes."""
import sys

import polars as pl

NAMES = {
    "InvoiceNo": ("invoice_no", pl.String), "StockCode": ("stock_code", pl.String),
    "Description": ("description", pl.String), "Quantity": ("quantity", pl.Int64),
    "InvoiceDate": ("invoice_date", pl.String), "UnitPrice": ("unit_price", pl.Float64),
    "CustomerID": ("customer_id", pl.String), "Country": ("country", pl.String),
}

rows = pl.read_csv(
    sys.argv[1], encoding="latin-1", schema_overrides={source: kind for source, (_, kind) in NAMES.items()}
).rename({source: name for source, (name, _) in NAMES.items()})
rows.with_columns(
    pl.col("invoice_date").str.to_datetime("%m/%d/%Y %H:%M").dt.strftime("%Y-%m-%dT%H:%M:%S")
).write_ndjson(sys.stdout.buffer)
