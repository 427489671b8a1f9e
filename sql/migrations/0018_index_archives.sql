-- Where a fact came from is asked by what stands on the invoice, also of states that later versions overwrote. The live
-- facts have their natural key for that. An invoice has some twenty lines and equal keys share an entry: 14 bytes a row.
CREATE INDEX fact_sales_archive_invoice_idx ON retail_dw.fact_sales_archive (invoice_no);
CREATE INDEX dim_products_archive_code_idx ON retail_dw.dim_products_archive (stock_code);
