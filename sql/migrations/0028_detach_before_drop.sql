-- What retention drops is first taken out of the fact table. A detached partition has foreign keys of its own, and to
-- drop those locks the dimensions as well: so all that is locked is asked for together, in short tries, between which
-- everybody may read.
CREATE OR REPLACE FUNCTION retail_dw.drop_fact_months(partitions text[], seconds integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    dimensions CONSTANT text := 'retail_dw.dim_date, retail_dw.dim_customers, retail_dw.dim_products, retail_dw.dim_country';
    tables text := (SELECT string_agg(format('retail_dw.%I', part), ', ') FROM unnest(partitions) AS part);
    until timestamptz := clock_timestamp() + seconds * interval '1 second';
    readers text;
    month text;
BEGIN
    IF tables IS NULL THEN
        RETURN;
    END IF;
    LOOP
        BEGIN
            SET LOCAL lock_timeout = '400ms';
            EXECUTE 'LOCK TABLE ONLY retail_dw.fact_sales, ' || tables || ', ' || dimensions || ' IN ACCESS EXCLUSIVE MODE';
            EXIT;
        EXCEPTION WHEN lock_not_available THEN
            IF clock_timestamp() >= until THEN
                SELECT string_agg(DISTINCT pid::text, ', ') INTO readers FROM pg_locks
                WHERE pid <> pg_backend_pid() AND granted
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND relation IN (SELECT to_regclass(trim(name)) FROM unnest(
                      string_to_array('retail_dw.fact_sales, ' || tables || ', ' || dimensions, ',')) AS name);
                RAISE EXCEPTION 'readers hold the months that are to be dropped, or the dimensions%',
                    coalesce(': process ' || readers || ' of the server', '') USING ERRCODE = 'lock_not_available',
                    HINT = 'nothing was dropped; run again when they are done, or wait for them with --wait SECONDS';
            END IF;
        END;
        PERFORM pg_sleep(0.6);
    END LOOP;
    FOREACH month IN ARRAY partitions LOOP
        EXECUTE format('ALTER TABLE retail_dw.fact_sales DETACH PARTITION retail_dw.%I', month);
    END LOOP;
    EXECUTE 'DROP TABLE ' || tables;
    SET LOCAL lock_timeout = 0;
END
$$;
COMMENT ON FUNCTION retail_dw.drop_fact_months(text[], integer) IS 'Detaches partitions of the fact table and drops them; gives up where readers hold them, or the dimensions, for longer than so many seconds';
