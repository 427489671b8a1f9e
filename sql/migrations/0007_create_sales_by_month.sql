-- Revenue by month, the first thing anybody asks for.
CREATE VIEW retail_dw.sales_by_month AS
SELECT date_trunc('month', transaction_datetime)::date AS month,
       count(*) AS facts,
       count(DISTINCT invoice_no) AS invoices,
       sum(line_total) AS line_total,
       sum(net_amount) AS net_amount
FROM retail_dw.fact_sales
GROUP BY 1
ORDER BY 1;
COMMENT ON VIEW retail_dw.sales_by_month IS 'Facts, invoices and money by month';
COMMENT ON COLUMN retail_dw.sales_by_month.month IS 'The first day of the month';
COMMENT ON COLUMN retail_dw.sales_by_month.facts IS 'Rows';
COMMENT ON COLUMN retail_dw.sales_by_month.invoices IS 'Distinct invoices';
COMMENT ON COLUMN retail_dw.sales_by_month.line_total IS 'Sum of quantity x unit_price';
COMMENT ON COLUMN retail_dw.sales_by_month.net_amount IS 'The same, signed';
