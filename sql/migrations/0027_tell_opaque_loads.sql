-- A program of somebody else's between two filters may have taken rows out or changed them: what was loaded is not the
-- source, whose hash the version has all the same. Such a version does not say that the source was loaded.
ALTER TABLE retail_dw.data_versions ADD COLUMN is_opaque boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN retail_dw.data_versions.is_opaque IS 'True where a program that is none of the suite''s stood between two filters, so that what came need not be all of the source, or as it is';
UPDATE retail_dw.data_versions AS v SET is_opaque = true
FROM retail_dw.etl_job_runs AS r WHERE r.version_id = v.version_id AND r.ledger @> '[{"stage": "opaque"}]';

-- Snapshots carry what a source is recognised by: that, and whether the load was a retry.
DROP FUNCTION retail_dw.snapshot_versions(integer);
CREATE FUNCTION retail_dw.snapshot_versions(version integer)
RETURNS TABLE (version_number integer, kind text, restores_version integer, run uuid, job_name text, records_count bigint,
               inserted bigint, updated bigint, unchanged bigint, removed bigint, facts_moved bigint, money_moved numeric,
               money_before numeric, money_after numeric, source_uri text, source_sha256 text, source_bytes bigint,
               is_partial boolean, is_bare boolean, created_at timestamptz, is_retry boolean, is_opaque boolean)
LANGUAGE sql STABLE AS $$
    SELECT v.version_number, v.kind, o.version_number, v.run, v.job_name, v.records_count, v.inserted, v.updated,
           v.unchanged, v.removed, v.facts_moved, v.money_moved, v.money_before, v.money_after, v.source_uri,
           v.source_sha256, v.source_bytes, v.is_partial, v.is_bare, v.created_at, v.is_retry, v.is_opaque
    FROM retail_dw.data_versions AS v
    LEFT JOIN retail_dw.data_versions AS o ON o.version_id = v.restores_version_id
    WHERE v.version_number <= version
$$;
COMMENT ON FUNCTION retail_dw.snapshot_versions(integer) IS 'A version and those before it, as a snapshot holds them';

-- Snapshots of before have neither.
CREATE OR REPLACE FUNCTION retail_dw.open_restore() RETURNS void
LANGUAGE sql AS $$
    SELECT retail_dw.open_exchange();
    CREATE TEMP TABLE restored_facts ON COMMIT DROP AS SELECT * FROM retail_dw.snapshot_facts(0, '2000-01-01') WITH NO DATA;
    CREATE TEMP TABLE restored_customers ON COMMIT DROP AS SELECT * FROM retail_dw.snapshot_customers(0) WITH NO DATA;
    CREATE TEMP TABLE restored_products ON COMMIT DROP AS SELECT * FROM retail_dw.snapshot_products(0) WITH NO DATA;
    CREATE TEMP TABLE restored_countries ON COMMIT DROP AS SELECT * FROM retail_dw.snapshot_countries(0) WITH NO DATA;
    CREATE TEMP TABLE restored_versions ON COMMIT DROP AS SELECT * FROM retail_dw.snapshot_versions(0) WITH NO DATA;
    ALTER TABLE restored_versions ALTER COLUMN is_retry SET DEFAULT false, ALTER COLUMN is_opaque SET DEFAULT false;
$$;

CREATE OR REPLACE FUNCTION retail_dw.add_restored_versions(version integer, uri text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    added bigint;
BEGIN
    INSERT INTO retail_dw.data_versions
        (version_number, kind, run, job_name, records_count, status, inserted, updated, unchanged, removed, facts_moved,
         money_moved, money_before, money_after, source_uri, source_sha256, source_bytes, is_partial, is_bare, created_at,
         is_retry, is_opaque, history, archive_uri)
    SELECT r.version_number, r.kind, r.run, r.job_name, r.records_count, 'committed', r.inserted, r.updated, r.unchanged,
           r.removed, r.facts_moved, r.money_moved, r.money_before, r.money_after, r.source_uri, r.source_sha256,
           r.source_bytes, r.is_partial, r.is_bare, r.created_at, r.is_retry, r.is_opaque,
           CASE r.version_number WHEN version THEN 'archived' ELSE 'pruned' END,
           CASE r.version_number WHEN version THEN uri END
    FROM restored_versions AS r
    WHERE NOT EXISTS (SELECT FROM retail_dw.data_versions AS v WHERE v.version_number = r.version_number)
    ORDER BY r.version_number;
    GET DIAGNOSTICS added = ROW_COUNT;
    UPDATE retail_dw.data_versions AS v SET restores_version_id = o.version_id
    FROM restored_versions AS r JOIN retail_dw.data_versions AS o ON o.version_number = r.restores_version
    WHERE v.version_number = r.version_number AND v.restores_version_id IS NULL;
    RETURN added;
END
$$;
