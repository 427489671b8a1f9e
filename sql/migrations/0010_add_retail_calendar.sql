-- The 4-4-5 retail calendar: quarters of thirteen ISO weeks, in months of four, four and five. A year's week 53 belongs
-- to its last month, which then has six.
ALTER TABLE retail_dw.dim_date
    ADD COLUMN retail_year smallint,
    ADD COLUMN retail_quarter smallint,
    ADD COLUMN retail_month smallint,
    ADD COLUMN retail_week smallint;
COMMENT ON COLUMN retail_dw.dim_date.retail_year IS 'Year of the 4-4-5 calendar: that of the ISO 8601 week';
COMMENT ON COLUMN retail_dw.dim_date.retail_quarter IS 'Quarter of the 4-4-5 calendar, 1 to 4: thirteen weeks each, week 53 in the last';
COMMENT ON COLUMN retail_dw.dim_date.retail_month IS 'Month of the 4-4-5 calendar, 1 to 12: four, four and five weeks of each quarter';
COMMENT ON COLUMN retail_dw.dim_date.retail_week IS 'Week of the retail month, 1 to 5 (6 in a year of 53 weeks)';

CREATE FUNCTION retail_dw.retail_week(iso_week integer, OUT quarter integer, OUT month integer, OUT week integer)
LANGUAGE sql IMMUTABLE AS $$
    SELECT q + 1, q * 3 + m + 1, w - m * 4 + 1
    FROM (SELECT least((iso_week - 1) / 13, 3) AS q) AS quarters,
         LATERAL (SELECT iso_week - 1 - q * 13 AS w) AS weeks,
         LATERAL (SELECT least(w / 4, 2) AS m) AS months
$$;
COMMENT ON FUNCTION retail_dw.retail_week(integer) IS 'Quarter, month of the year and week of the month of an ISO week in the 4-4-5 calendar';

CREATE OR REPLACE FUNCTION retail_dw.extend_dim_date(first_day date, last_day date) RETURNS bigint
LANGUAGE sql AS $$
    WITH days AS (
        SELECT s.moment::date AS day
        FROM generate_series(date_trunc('year', first_day), date_trunc('year', last_day) + interval '1 year - 1 day',
                             interval '1 day') AS s (moment)
        WHERE NOT EXISTS (SELECT FROM retail_dw.dim_date AS d WHERE d.full_date = s.moment::date)
    ), added AS (
        INSERT INTO retail_dw.dim_date
        SELECT to_char(day, 'YYYYMMDD')::integer, day, extract(year FROM day), extract(quarter FROM day),
               extract(month FROM day), extract(day FROM day), extract(isoyear FROM day), extract(week FROM day),
               extract(isodow FROM day), extract(isodow FROM day) > 5,
               (ARRAY['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September',
                      'October', 'November', 'December'])[extract(month FROM day)::integer],
               (ARRAY['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday',
                      'Sunday'])[extract(isodow FROM day)::integer],
               extract(isoyear FROM day), r.quarter, r.month, r.week
        FROM days, retail_dw.retail_week(extract(week FROM day)::integer) AS r
        ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT count(*) FROM added
$$;

UPDATE retail_dw.dim_date AS d
SET retail_year = d.iso_year, retail_quarter = r.quarter, retail_month = r.month, retail_week = r.week
FROM generate_series(1, 53) AS iso (week), retail_dw.retail_week(iso.week) AS r
WHERE iso.week = d.week;
ALTER TABLE retail_dw.dim_date
    ALTER COLUMN retail_year SET NOT NULL,
    ALTER COLUMN retail_quarter SET NOT NULL,
    ALTER COLUMN retail_month SET NOT NULL,
    ALTER COLUMN retail_week SET NOT NULL;
