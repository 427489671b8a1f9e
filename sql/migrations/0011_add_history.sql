-- History. Every row carries the version that wrote it as it is (version_id). What a later version overwrites or
-- removes goes to an archive with that version (to_version_id): from the two, the state at any version follows.
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA retail_dw;

ALTER TABLE retail_dw.data_versions
    ADD COLUMN kind text NOT NULL DEFAULT 'load',
    ADD COLUMN restores_version_id integer REFERENCES retail_dw.data_versions,
    ADD COLUMN removed bigint NOT NULL DEFAULT 0,
    ADD COLUMN facts_moved bigint NOT NULL DEFAULT 0,
    ADD COLUMN money_moved numeric(24, 4) NOT NULL DEFAULT 0,
    ADD COLUMN history text NOT NULL DEFAULT 'kept',
    ADD COLUMN archive_uri text,
    ADD CONSTRAINT data_versions_kind_check CHECK (kind IN ('load', 'rollback', 'restore', 'retention')),
    ADD CONSTRAINT data_versions_history_check CHECK (history IN ('kept', 'pruned', 'archived'));
COMMENT ON TABLE retail_dw.data_versions IS 'One row for each committed change of the warehouse';
COMMENT ON COLUMN retail_dw.data_versions.status IS 'committed where the present state has what the version did; rolled_back where it was taken back';
COMMENT ON COLUMN retail_dw.data_versions.kind IS 'load, rollback, restore or retention';
COMMENT ON COLUMN retail_dw.data_versions.restores_version_id IS 'The version whose state a rollback brought back';
COMMENT ON COLUMN retail_dw.data_versions.removed IS 'Facts that were taken out';
COMMENT ON COLUMN retail_dw.data_versions.facts_moved IS 'Facts of before that now belong to another version of their customer';
COMMENT ON COLUMN retail_dw.data_versions.money_moved IS 'Sum of their net_amount';
COMMENT ON COLUMN retail_dw.data_versions.history IS 'kept where the state at this version can be asked for; pruned or archived where it cannot';
COMMENT ON COLUMN retail_dw.data_versions.archive_uri IS 'Where an archived version lies';

CREATE TABLE retail_dw.data_version_tags (
    tag text COLLATE "C" PRIMARY KEY,
    version_id integer NOT NULL REFERENCES retail_dw.data_versions,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE retail_dw.data_version_tags IS 'Names that people gave to versions';
COMMENT ON COLUMN retail_dw.data_version_tags.tag IS 'The name';
COMMENT ON COLUMN retail_dw.data_version_tags.version_id IS 'The version';
COMMENT ON COLUMN retail_dw.data_version_tags.created_at IS 'When it was given';

CREATE TABLE retail_dw.retention (
    kept_from date PRIMARY KEY,
    version_id integer NOT NULL REFERENCES retail_dw.data_versions,
    facts bigint NOT NULL,
    net_amount numeric(24, 4) NOT NULL,
    archive_uri text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE retail_dw.retention IS 'How far back the facts go: earlier months were archived to files and dropped';
COMMENT ON COLUMN retail_dw.retention.kept_from IS 'The first day that is kept';
COMMENT ON COLUMN retail_dw.retention.version_id IS 'The version that dropped what was before';
COMMENT ON COLUMN retail_dw.retention.facts IS 'Facts that were dropped';
COMMENT ON COLUMN retail_dw.retention.net_amount IS 'Their net money';
COMMENT ON COLUMN retail_dw.retention.archive_uri IS 'The folder that holds them';
COMMENT ON COLUMN retail_dw.retention.created_at IS 'When';

-- Facts: where a row came from stays with it when a later version writes it anew.
ALTER TABLE retail_dw.fact_sales ADD COLUMN source_version_id integer;
UPDATE retail_dw.fact_sales SET source_version_id = version_id;
ALTER TABLE retail_dw.fact_sales ALTER COLUMN source_version_id SET NOT NULL;
COMMENT ON COLUMN retail_dw.fact_sales.version_id IS 'The data version that wrote the row as it is';
COMMENT ON COLUMN retail_dw.fact_sales.source_version_id IS 'The data version whose source the row was read from; source_line is a line of it';

CREATE TABLE retail_dw.fact_sales_archive (LIKE retail_dw.fact_sales INCLUDING COMMENTS);
ALTER TABLE retail_dw.fact_sales_archive ADD COLUMN to_version_id integer NOT NULL;
CREATE INDEX fact_sales_archive_versions_idx ON retail_dw.fact_sales_archive (to_version_id, version_id);
COMMENT ON TABLE retail_dw.fact_sales_archive IS 'Facts that a later version overwrote or removed; they lived from version_id until before to_version_id';
COMMENT ON COLUMN retail_dw.fact_sales_archive.to_version_id IS 'The first version without the row';

-- Countries.
ALTER TABLE retail_dw.dim_country ADD COLUMN version_id integer;
UPDATE retail_dw.dim_country SET version_id = (SELECT coalesce(min(version_id), 0) FROM retail_dw.data_versions);
ALTER TABLE retail_dw.dim_country ALTER COLUMN version_id SET NOT NULL,
    DROP CONSTRAINT dim_country_country_name_key,
    ADD CONSTRAINT dim_country_country_name_key UNIQUE (country_name) DEFERRABLE;
COMMENT ON COLUMN retail_dw.dim_country.version_id IS 'The data version that wrote the row as it is';
CREATE TABLE retail_dw.dim_country_archive (LIKE retail_dw.dim_country INCLUDING COMMENTS);
ALTER TABLE retail_dw.dim_country_archive ADD COLUMN to_version_id integer NOT NULL,
    ADD PRIMARY KEY (country_key, to_version_id);
COMMENT ON TABLE retail_dw.dim_country_archive IS 'Countries that a later version changed or removed';
COMMENT ON COLUMN retail_dw.dim_country_archive.to_version_id IS 'The first version without the row';

-- Customers. That two versions of one customer never overlap is what the database itself sees to.
ALTER TABLE retail_dw.dim_customers
    ADD COLUMN named_at timestamp,
    ADD COLUMN is_inferred boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT dim_customers_version_key,
    ADD CONSTRAINT dim_customers_no_overlap
        EXCLUDE USING gist (customer_id WITH =, tsrange(effective_date, expiry_date) WITH &&) DEFERRABLE;
DROP INDEX retail_dw.dim_customers_current_key;
CREATE INDEX dim_customers_id_idx ON retail_dw.dim_customers (customer_id, effective_date);
COMMENT ON COLUMN retail_dw.dim_customers.named_at IS 'The business time of the name';
COMMENT ON COLUMN retail_dw.dim_customers.is_inferred IS 'True as long as only facts told of the customer and no member of its own';
COMMENT ON COLUMN retail_dw.dim_customers.version_id IS 'The data version that wrote the row as it is';
CREATE TABLE retail_dw.dim_customers_archive (LIKE retail_dw.dim_customers INCLUDING COMMENTS);
ALTER TABLE retail_dw.dim_customers_archive ADD COLUMN to_version_id integer NOT NULL,
    ADD PRIMARY KEY (customer_key, to_version_id);
COMMENT ON TABLE retail_dw.dim_customers_archive IS 'Versions of customers as they were before a later data version changed or removed them';
COMMENT ON COLUMN retail_dw.dim_customers_archive.to_version_id IS 'The first data version without the row';

-- All who are not known are one member, without beginning, end or country.
INSERT INTO retail_dw.dim_country (country_key, country_name, version_id)
SELECT (SELECT max(country_key) + 1 FROM retail_dw.dim_country), 'Unspecified', min(version_id)
FROM retail_dw.dim_customers
WHERE customer_id = 'GUEST' AND NOT EXISTS (SELECT FROM retail_dw.dim_country WHERE country_name = 'Unspecified')
HAVING count(*) > 0;
UPDATE retail_dw.dim_customers AS c
SET effective_date = '0001-01-01', country_key = d.country_key, country = d.country_name
FROM retail_dw.dim_country AS d WHERE c.customer_id = 'GUEST' AND d.country_name = 'Unspecified';

-- Products: each value with its own business time.
ALTER TABLE retail_dw.dim_products
    ADD COLUMN described_at timestamp,
    ADD COLUMN is_note boolean NOT NULL DEFAULT false,
    ADD COLUMN priced_at timestamp,
    ADD COLUMN is_inferred boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT dim_products_stock_code_key,
    ADD CONSTRAINT dim_products_stock_code_key UNIQUE (stock_code) DEFERRABLE;
UPDATE retail_dw.dim_products
SET described_at = CASE WHEN description IS NOT NULL THEN last_sold_at END,
    priced_at = CASE WHEN unit_price <> 0 THEN last_sold_at END,
    is_inferred = last_sold_at IS NULL;
COMMENT ON COLUMN retail_dw.dim_products.described_at IS 'The business time of the description';
COMMENT ON COLUMN retail_dw.dim_products.is_note IS 'True where the description is a note about stock, since no name is known';
COMMENT ON COLUMN retail_dw.dim_products.priced_at IS 'The business time of the price';
COMMENT ON COLUMN retail_dw.dim_products.is_inferred IS 'True as long as only facts told of the product and no member of its own';
COMMENT ON COLUMN retail_dw.dim_products.version_id IS 'The data version that wrote the row as it is';
CREATE TABLE retail_dw.dim_products_archive (LIKE retail_dw.dim_products INCLUDING COMMENTS);
ALTER TABLE retail_dw.dim_products_archive ADD COLUMN to_version_id integer NOT NULL,
    ADD PRIMARY KEY (product_key, to_version_id);
COMMENT ON TABLE retail_dw.dim_products_archive IS 'Products as they were before a later version changed or removed them';
COMMENT ON COLUMN retail_dw.dim_products_archive.to_version_id IS 'The first version without the row';
