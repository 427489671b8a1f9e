"""NDJSON to facts with polars: the second of two processes."""
import sys

import polars as pl

SPECIAL = {
    "POST": "postage", "DOT": "postage", "C2": "postage", "BANK CHARGES": "fee", "AMAZONFEE": "fee", "CRUK": "fee",
    "M": "manual", "m": "manual", "ADJUST": "adjustment", "ADJUST2": "adjustment", "B": "adjustment", "D": "discount",
    "S": "sample",
}
invoice, code = pl.col("invoice_no"), pl.col("stock_code")
quantity, price = pl.col("quantity"), pl.col("unit_price")

rows = pl.read_ndjson(
    sys.stdin.buffer,
    schema={
        "invoice_no": pl.String, "stock_code": pl.String, "description": pl.String, "quantity": pl.Int64,
        "invoice_date": pl.String, "unit_price": pl.Float64, "customer_id": pl.String, "country": pl.String,
    },
)
facts = (
    rows.lazy()
    .unique(["invoice_no", "stock_code"], keep="first", maintain_order=True)
    .with_columns(
        pl.when(invoice.str.starts_with("C")).then(pl.lit("return"))
        .when(invoice.str.starts_with("A")).then(pl.lit("adjustment"))
        .when((quantity < 0) & (price == 0)).then(pl.lit("adjustment"))
        .when(code.is_in(list(SPECIAL))).then(code.replace_strict(SPECIAL, default=None))
        .when(code.str.starts_with("gift_")).then(pl.lit("voucher"))
        .when(quantity < 0).then(pl.lit("return"))
        .otherwise(pl.lit("sale")).alias("transaction_type"),
        (quantity * price).round(4).alias("net_amount"),
    )
    .select(
        invoice, code, pl.col("description").fill_null("Unknown").str.strip_chars(),
        pl.col("customer_id").fill_null("GUEST"), pl.col("country").fill_null("Unspecified"),
        pl.col("invoice_date").alias("transaction_datetime"),
        pl.col("invoice_date").str.head(10).str.replace_all("-", "", literal=True).cast(pl.Int32).alias("date_key"),
        quantity.abs(), price.abs(), pl.col("net_amount").abs().alias("line_total"), "net_amount", "transaction_type",
    )
    .collect()
)
facts.write_ndjson(sys.stdout.buffer)
