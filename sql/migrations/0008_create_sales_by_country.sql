-- Revenue by country.
CREATE VIEW retail_dw.sales_by_country AS
SELECT c.country_name AS country,
       count(*) AS facts,
       count(DISTINCT f.invoice_no) AS invoices,
       sum(f.net_amount) AS net_amount
FROM retail_dw.fact_sales AS f
JOIN retail_dw.dim_country AS c USING (country_key)
GROUP BY 1
ORDER BY 4 DESC;
COMMENT ON VIEW retail_dw.sales_by_country IS 'Facts, invoices and money by country, largest first';
COMMENT ON COLUMN retail_dw.sales_by_country.country IS 'The country';
COMMENT ON COLUMN retail_dw.sales_by_country.facts IS 'Rows';
COMMENT ON COLUMN retail_dw.sales_by_country.invoices IS 'Distinct invoices';
COMMENT ON COLUMN retail_dw.sales_by_country.net_amount IS 'Sum of quantity x unit_price, signed';
