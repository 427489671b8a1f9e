"""CSV to NDJSON with DuckDB: the first of two processes."""
import sys

import duckdb

duckdb.execute(
    """
    COPY (
        SELECT InvoiceNo AS invoice_no, StockCode AS stock_code, Description AS description, Quantity AS quantity,
               strftime(strptime(InvoiceDate, '%m/%d/%Y %H:%M'), '%Y-%m-%dT%H:%M:%S') AS invoice_date,
               UnitPrice AS unit_price, CustomerID AS customer_id, Country AS country
        FROM read_csv($file, header = true, delim = ',', quote = '"', escape = '"', encoding = 'latin-1', columns = {
            'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR', 'Description': 'VARCHAR', 'Quantity': 'BIGINT',
            'InvoiceDate': 'VARCHAR', 'UnitPrice': 'DECIMAL(18, 4)', 'CustomerID': 'VARCHAR', 'Country': 'VARCHAR'})
    ) TO '/dev/stdout' (FORMAT json)
    """.replace("$file", "'" + sys.argv[1].replace("'", "''") + "'")
)
