-- The schema that holds the warehouse, and the account of what was applied to it.
-- A schema that an administrator made beforehand is taken as it is: then no right to make one is needed.
DO $$
BEGIN
    IF to_regnamespace('retail_dw') IS NULL THEN
        CREATE SCHEMA retail_dw;
    END IF;
END
$$;
COMMENT ON SCHEMA retail_dw IS 'The retail warehouse: a star schema of sales, and the account of how it was filled';

CREATE TABLE retail_dw.schema_migrations (
    number integer PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    applied_by text NOT NULL DEFAULT current_user
);
COMMENT ON TABLE retail_dw.schema_migrations IS 'The migrations that made this schema, in the order they were applied';
COMMENT ON COLUMN retail_dw.schema_migrations.number IS 'The number the file name begins with';
COMMENT ON COLUMN retail_dw.schema_migrations.name IS 'The file name without its ending';
COMMENT ON COLUMN retail_dw.schema_migrations.sha256 IS 'SHA-256 of the file as it was applied; a file that changes later is refused';
COMMENT ON COLUMN retail_dw.schema_migrations.applied_at IS 'When it was applied';
COMMENT ON COLUMN retail_dw.schema_migrations.applied_by IS 'The database user who applied it';
