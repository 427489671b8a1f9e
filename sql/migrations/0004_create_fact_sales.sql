-- Facts, partitioned by month. Columns of eight bytes first, so that no padding lies between them.
CREATE SEQUENCE retail_dw.fact_sales_sales_key_seq;

CREATE TABLE retail_dw.fact_sales (
    sales_key bigint NOT NULL DEFAULT nextval('retail_dw.fact_sales_sales_key_seq'),
    transaction_datetime timestamp NOT NULL,
    quantity bigint NOT NULL CONSTRAINT fact_sales_quantity_check CHECK (quantity >= 0),
    customer_key integer NOT NULL,
    product_key integer NOT NULL,
    date_key integer NOT NULL,
    country_key integer NOT NULL,
    version_id integer NOT NULL,
    line_no integer NOT NULL,
    source_line integer,
    unit_price numeric(18, 4) NOT NULL CONSTRAINT fact_sales_unit_price_check CHECK (unit_price >= 0),
    line_total numeric(20, 4) NOT NULL,
    net_amount numeric(20, 4) NOT NULL,
    transaction_type text COLLATE "C" NOT NULL,
    invoice_no text COLLATE "C" NOT NULL,
    CONSTRAINT fact_sales_pkey PRIMARY KEY (transaction_datetime, sales_key),
    CONSTRAINT fact_sales_natural_key UNIQUE (invoice_no, product_key, line_no, transaction_datetime),
    CONSTRAINT fact_sales_customer_fkey FOREIGN KEY (customer_key) REFERENCES retail_dw.dim_customers,
    CONSTRAINT fact_sales_product_fkey FOREIGN KEY (product_key) REFERENCES retail_dw.dim_products,
    CONSTRAINT fact_sales_date_fkey FOREIGN KEY (date_key) REFERENCES retail_dw.dim_date,
    CONSTRAINT fact_sales_country_fkey FOREIGN KEY (country_key) REFERENCES retail_dw.dim_country
) PARTITION BY RANGE (transaction_datetime);
ALTER SEQUENCE retail_dw.fact_sales_sales_key_seq OWNED BY retail_dw.fact_sales.sales_key;
CREATE INDEX fact_sales_customer_idx ON retail_dw.fact_sales (customer_key);
CREATE INDEX fact_sales_product_idx ON retail_dw.fact_sales (product_key);
COMMENT ON TABLE retail_dw.fact_sales IS 'One row a line of an invoice, one partition a month. The primary key leads with the time and so serves as its index. version_id has no foreign key: versions are pruned without touching facts';
COMMENT ON COLUMN retail_dw.fact_sales.sales_key IS 'Surrogate key';
COMMENT ON COLUMN retail_dw.fact_sales.transaction_datetime IS 'When the sale was made, local time; the partition key';
COMMENT ON COLUMN retail_dw.fact_sales.quantity IS 'Pieces, never negative';
COMMENT ON COLUMN retail_dw.fact_sales.customer_key IS 'The version of the customer that held at that time';
COMMENT ON COLUMN retail_dw.fact_sales.product_key IS 'The product';
COMMENT ON COLUMN retail_dw.fact_sales.date_key IS 'The day';
COMMENT ON COLUMN retail_dw.fact_sales.country_key IS 'The country of the sale';
COMMENT ON COLUMN retail_dw.fact_sales.version_id IS 'The data version that wrote the row';
COMMENT ON COLUMN retail_dw.fact_sales.line_no IS 'Which of several lines of one product on one invoice this is, from 1';
COMMENT ON COLUMN retail_dw.fact_sales.source_line IS 'The line of the source that the row was read from';
COMMENT ON COLUMN retail_dw.fact_sales.unit_price IS 'Price of a piece, never negative';
COMMENT ON COLUMN retail_dw.fact_sales.line_total IS 'quantity x unit_price, exactly';
COMMENT ON COLUMN retail_dw.fact_sales.net_amount IS 'line_total with the sign of the transaction: returns are negative';
COMMENT ON COLUMN retail_dw.fact_sales.transaction_type IS 'sale, return, adjustment, postage, fee, discount, manual, sample or voucher';
COMMENT ON COLUMN retail_dw.fact_sales.invoice_no IS 'The invoice';
