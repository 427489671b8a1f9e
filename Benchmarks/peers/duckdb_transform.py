"""NDJSON to facts with DuckDB: the second of two processes."""
import duckdb

duckdb.execute(
    """
    COPY (
        WITH rows AS (
            SELECT *, row_number() OVER () AS place
            FROM read_json('/dev/stdin', format = 'newline_delimited', columns = {
                'invoice_no': 'VARCHAR', 'stock_code': 'VARCHAR', 'description': 'VARCHAR', 'quantity': 'BIGINT',
                'invoice_date': 'VARCHAR', 'unit_price': 'DECIMAL(18, 4)', 'customer_id': 'VARCHAR',
                'country': 'VARCHAR'})
        ), firsts AS (
            SELECT arg_min(rows, place) AS r FROM rows GROUP BY invoice_no, stock_code
        )
        SELECT r.invoice_no, r.stock_code, trim(coalesce(r.description, 'Unknown')) AS description,
               coalesce(r.customer_id, 'GUEST') AS customer_id, coalesce(r.country, 'Unspecified') AS country,
               r.invoice_date AS transaction_datetime,
               replace(left(r.invoice_date, 10), '-', '')::INTEGER AS date_key,
               abs(r.quantity) AS quantity, abs(r.unit_price) AS unit_price,
               abs(r.quantity * r.unit_price) AS line_total, r.quantity * r.unit_price AS net_amount,
               CASE WHEN starts_with(r.invoice_no, 'C') THEN 'return'
                    WHEN starts_with(r.invoice_no, 'A') THEN 'adjustment'
                    WHEN r.quantity < 0 AND r.unit_price = 0 THEN 'adjustment'
                    WHEN r.stock_code IN ('POST', 'DOT', 'C2') THEN 'postage'
                    WHEN r.stock_code IN ('BANK CHARGES', 'AMAZONFEE', 'CRUK') THEN 'fee'
                    WHEN r.stock_code IN ('M', 'm') THEN 'manual'
                    WHEN r.stock_code IN ('ADJUST', 'ADJUST2', 'B') THEN 'adjustment'
                    WHEN r.stock_code = 'D' THEN 'discount'
                    WHEN r.stock_code = 'S' THEN 'sample'
                    WHEN starts_with(r.stock_code, 'gift_') THEN 'voucher'
                    WHEN r.quantity < 0 THEN 'return'
                    ELSE 'sale' END AS transaction_type
        FROM firsts
    ) TO '/dev/stdout' (FORMAT json)
    """
)
