"""The whole job by an expert's Python: polars for the rows, numpy for COPY BINARY, the fastest order of loading.

Usage: polars_load.py FILE DATABASE_URL

It reads the CSV, drops repeated keys, fills gaps, tells transaction types, makes the dimensions with their versions,
resolves all keys, and loads facts and dimensions in one transaction: COPY BINARY into the bare table of each month,
then indexes, then foreign keys checked as a set. Encoding one month and copying the one before overlap. It is spared
much of what the pipeline does: no rejects, ledger, quality metrics, lineage, checks of codes and dates, no detection of
the file's form, and it holds all rows in memory.
"""
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import numpy as np
import polars as pl
import psycopg

SPECIAL = {
    "POST": "postage", "DOT": "postage", "C2": "postage", "BANK CHARGES": "fee", "AMAZONFEE": "fee", "CRUK": "fee",
    "M": "manual", "m": "manual", "ADJUST": "adjustment", "ADJUST2": "adjustment", "B": "adjustment", "D": "discount",
    "S": "sample",
}
SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
ALWAYS = datetime(1, 1, 1)
EPOCH = np.datetime64("2000-01-01", "us")
COLUMNS = (
    "sales_key, transaction_datetime, quantity, customer_key, product_key, date_key, country_key, version_id,"
    " source_version_id, line_no, source_line, unit_price, line_total, net_amount, transaction_type, invoice_no"
)
VERSION = 1


def read(path):
    """The rows as they are in the file, with the line each was read from."""
    types = {"InvoiceNo": pl.String, "StockCode": pl.String, "CustomerID": pl.String, "Quantity": pl.Int64, "UnitPrice": pl.Float64}
    rows = pl.read_csv(path, encoding="latin-1", schema_overrides=types, row_index_name="source_line", row_index_offset=2)
    return rows.lazy().rename({
        "InvoiceNo": "invoice", "StockCode": "code", "Description": "description", "Quantity": "quantity",
        "InvoiceDate": "moment", "UnitPrice": "price", "CustomerID": "customer", "Country": "country",
    }).with_columns(pl.col("moment").str.to_datetime("%m/%d/%Y %H:%M", time_unit="us"))


def clean(rows):
    """One row a key, gaps filled, the type told before the sign is dropped; money in ten-thousandths."""
    invoice, code, quantity, price = (pl.col(name) for name in ("invoice", "code", "quantity", "price"))
    units = (price * 10_000).round().cast(pl.Int64)
    return (
        rows.unique(["invoice", "code"], keep="first", maintain_order=True)
        .with_columns(
            pl.when(invoice.str.starts_with("C")).then(pl.lit("return"))
            .when(invoice.str.starts_with("A")).then(pl.lit("adjustment"))
            .when((quantity < 0) & (price == 0)).then(pl.lit("adjustment"))
            .when(code.is_in(list(SPECIAL))).then(code.replace_strict(SPECIAL, default=None))
            .when(code.str.starts_with("gift_")).then(pl.lit("voucher"))
            .when(quantity < 0).then(pl.lit("return"))
            .otherwise(pl.lit("sale")).alias("type"),
            pl.col("description").str.strip_chars(),
            pl.col("customer").fill_null("GUEST"),
            pl.col("country").fill_null("Unspecified"),
            quantity.abs(), units.abs().alias("price"), (quantity * units).alias("net"),
        )
        .sort("moment", maintain_order=True)
    )


def dimensions(facts):
    """The members of each dimension, with their keys."""
    seen = facts.select("customer", "country", "moment")
    is_guest = pl.col("customer") == "GUEST"
    guest = seen.filter(is_guest).head(1).with_columns(
        pl.lit("Unspecified").alias("country"), pl.lit(ALWAYS).alias("moment"))
    names = pl.concat([seen, guest]).select("country")
    countries = names.unique(maintain_order=True).with_row_index("country_key", 1)
    is_name, is_priced = (pl.col("type") != "adjustment") & pl.col("description").is_not_null(), pl.col("price") > 0
    products = (
        facts.group_by("code", maintain_order=True)
        .agg(
            pl.col("description").filter(is_name).last(), pl.col("moment").filter(is_name).last().alias("described_at"),
            pl.col("price").filter(is_priced).last().fill_null(0),
            pl.col("moment").filter(is_priced).last().alias("priced_at"), pl.col("moment").last().alias("sold_at"),
        )
        .with_columns(pl.col("description").str.replace_all(r"\s+", " "))
        .with_row_index("product_key", 1)
    )
    known = seen.filter(~is_guest).filter(
        (pl.col("country") != pl.col("country").shift(1).over("customer")).fill_null(True)
    )
    customers = (
        pl.concat([known, guest]).sort("moment", maintain_order=True)
        .with_columns(pl.col("moment").shift(-1).over("customer").alias("expiry"))
        .with_row_index("customer_key", 1)
        .join(countries, on="country")
    )
    return countries, products, customers


def resolve(facts, countries, products, customers):
    """Surrogate keys in the place of natural ones; a customer's version is the one that held at the moment."""
    versions = customers.select("customer", "customer_key", "moment").sort("moment")
    return (
        facts.join(countries, on="country", maintain_order="left")
        .join(products.select("code", "product_key"), on="code", maintain_order="left")
        .sort("moment", maintain_order=True)
        .join_asof(versions, on="moment", by="customer", strategy="backward", check_sortedness=False)
        .with_columns(
            (pl.col("moment").dt.year() * 10_000 + pl.col("moment").dt.month().cast(pl.Int32) * 100
             + pl.col("moment").dt.day()).alias("date_key")
        )
    )


def fixed_part():
    """The bytes of a fact that are the same number in each: all but the texts. COPY BINARY is big-endian."""
    fields = [("columns", ">i2")]
    for name, kind in [
        ("sales_key", ">i8"), ("moment", ">i8"), ("quantity", ">i8"), ("customer_key", ">i4"), ("product_key", ">i4"),
        ("date_key", ">i4"), ("country_key", ">i4"), ("version", ">i4"), ("source_version", ">i4"), ("line_no", ">i4"),
        ("source_line", ">i4"),
    ]:
        fields += [(name + "_length", ">i4"), (name, kind)]
    for name in ("price", "total", "net"):
        fields += [(name + "_length", ">i4"), (name, [("head", ">i2", 4), ("digits", ">i2", 3)])]
    return np.dtype(fields)


FIXED = fixed_part()


def fill_numeric(column, units):
    """A numeric of three digits to the base of 10,000, the last behind the point."""
    magnitude = np.abs(units)
    if magnitude.size and magnitude.max() >= 10**12:
        raise SystemExit("an amount of 100,000,000 or more: this script has no room for it")
    column["head"] = (3, 1, 0, 4)
    column["head"][:, 2] = np.where(units < 0, 0x4000, 0)
    column["digits"][:, 0] = magnitude // 10**8
    column["digits"][:, 1] = magnitude // 10**4 % 10**4
    column["digits"][:, 2] = magnitude % 10**4


def encode(month, first_key):
    """A month's facts as COPY BINARY. Rows whose texts are of the same lengths go together, as a table of bytes."""
    count = month.height
    fixed = np.zeros(count, FIXED)
    fixed["columns"] = 16
    for name in FIXED.names[1::2]:
        value = FIXED.fields[name.removesuffix("_length")][0]
        fixed[name] = value.itemsize
    fixed["sales_key"] = np.arange(first_key, first_key + count)
    fixed["moment"] = (month["moment"].to_numpy() - EPOCH).astype(np.int64)
    fixed["version"] = fixed["source_version"] = VERSION
    fixed["line_no"] = 1
    for name in ("quantity", "customer_key", "product_key", "date_key", "country_key", "source_line"):
        fixed[name] = month[name].to_numpy()
    net = month["net"].to_numpy()
    fill_numeric(fixed["price"], month["price"].to_numpy())
    fill_numeric(fixed["total"], np.abs(net))
    fill_numeric(fixed["net"], net)
    blocks = [SIGNATURE]
    places = month.select(pl.int_range(pl.len()).alias("place"), "type", "invoice", pl.col("invoice").str.len_bytes().alias("length"))
    for (kind, length), group in places.group_by(["type", "length"], maintain_order=True):
        row = np.dtype([
            ("fixed", FIXED), ("type_length", ">i4"), ("type", f"S{len(kind)}"),
            ("invoice_length", ">i4"), ("invoice", f"S{length}"),
        ])
        out = np.empty(group.height, row)
        out["fixed"] = fixed[group["place"].to_numpy()]
        out["type_length"], out["type"] = len(kind), kind.encode()
        out["invoice_length"] = length
        out["invoice"] = np.frombuffer("".join(group["invoice"].to_list()).encode(), f"S{length}")
        blocks.append(out.tobytes())
    blocks.append(b"\xff\xff")
    return blocks


def copy_dimensions(cursor, countries, products, customers):
    """The small tables, as text."""
    tables = [
        ("dim_country (country_key, country_name, version_id)",
         countries.select("country_key", "country", pl.lit(VERSION).alias("version"))),
        ("dim_customers (customer_key, country_key, customer_id, country, effective_date, expiry_date, is_current, version_id)",
         customers.select("customer_key", "country_key", "customer", "country", "moment",
                          pl.col("expiry").fill_null(pl.datetime(9999, 12, 31)), pl.col("expiry").is_null().alias("current"),
                          pl.lit(VERSION).alias("version"))),
        ("dim_products (product_key, stock_code, description, described_at, unit_price, priced_at, last_sold_at, version_id)",
         products.select("product_key", "code", "description", "described_at", pl.col("price") / 10_000, "priced_at",
                         "sold_at", pl.lit(VERSION).alias("version"))),
    ]
    for name, rows in tables:
        with cursor.copy(f"COPY retail_dw.{name} FROM STDIN (FORMAT csv)") as target:
            target.write(rows.write_csv(include_header=False))


def encoded(months, ahead):
    """The months as COPY BINARY, each made while the one before is copied."""
    keys = [1]
    for month in months:
        keys.append(keys[-1] + month.height)
    waiting = [ahead.submit(encode, month, key) for month, key in zip(months[:2], keys)]
    for number in range(len(months)):
        yield waiting.pop(0).result()
        if number + 2 < len(months):
            waiting.append(ahead.submit(encode, months[number + 2], keys[number + 2]))


def load(url, facts, countries, products, customers):
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL maintenance_work_mem = '64MB'; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL jit = off")
        copy_dimensions(cursor, countries, products, customers)
        cursor.execute("SELECT retail_dw.extend_dim_date(%s::date, %s::date)", (facts["moment"].min(), facts["moment"].max()))
        months = facts.with_columns(pl.col("date_key").floordiv(100).alias("month")).partition_by("month", maintain_order=True)
        days = [f"{number // 100}-{number % 100:02}-01" for number in (month["month"][0] for month in months)]
        with ThreadPoolExecutor(1) as ahead:
            for day, blocks in zip(days, encoded(months, ahead)):
                table = cursor.execute("SELECT retail_dw.create_fact_month(%s::date)", (day,)).fetchone()[0]
                with cursor.copy(f"COPY retail_dw.{table} ({COLUMNS}) FROM STDIN (FORMAT binary)") as target:
                    for block in blocks:
                        target.write(block)
        cursor.execute("SELECT setval('retail_dw.fact_sales_sales_key_seq', %s, false)", (facts.height + 1,))
        for step in ("index_fact_month", "attach_fact_month"):
            for day in days:
                cursor.execute(f"SELECT retail_dw.{step}(%s::date)", (day,))


def main(path, url):
    facts = clean(read(path)).collect()
    members = dimensions(facts)
    load(url, resolve(facts, *members), *members)


if __name__ == "__main__":
    main(*sys.argv[1:])
