-- The calendar. Loads extend it to the years they need.
CREATE TABLE retail_dw.dim_date (
    date_key integer PRIMARY KEY,
    full_date date NOT NULL UNIQUE,
    year smallint NOT NULL,
    quarter smallint NOT NULL,
    month smallint NOT NULL,
    day smallint NOT NULL,
    iso_year smallint NOT NULL,
    week smallint NOT NULL,
    day_of_week smallint NOT NULL,
    is_weekend boolean NOT NULL,
    month_name text NOT NULL,
    day_name text NOT NULL
);
COMMENT ON TABLE retail_dw.dim_date IS 'One row a day';
COMMENT ON COLUMN retail_dw.dim_date.date_key IS 'The day as yyyymmdd';
COMMENT ON COLUMN retail_dw.dim_date.full_date IS 'The day';
COMMENT ON COLUMN retail_dw.dim_date.year IS 'Year';
COMMENT ON COLUMN retail_dw.dim_date.quarter IS 'Quarter, 1 to 4';
COMMENT ON COLUMN retail_dw.dim_date.month IS 'Month, 1 to 12';
COMMENT ON COLUMN retail_dw.dim_date.day IS 'Day of the month';
COMMENT ON COLUMN retail_dw.dim_date.iso_year IS 'Year of the ISO 8601 week';
COMMENT ON COLUMN retail_dw.dim_date.week IS 'ISO 8601 week, 1 to 53';
COMMENT ON COLUMN retail_dw.dim_date.day_of_week IS 'ISO 8601 day of the week: 1 is Monday, 7 is Sunday';
COMMENT ON COLUMN retail_dw.dim_date.is_weekend IS 'True on Saturday and Sunday';
COMMENT ON COLUMN retail_dw.dim_date.month_name IS 'January to December';
COMMENT ON COLUMN retail_dw.dim_date.day_name IS 'Monday to Sunday';

CREATE FUNCTION retail_dw.extend_dim_date(first_day date, last_day date) RETURNS bigint
LANGUAGE sql AS $$
    WITH days AS (
        SELECT day::date AS day
        FROM generate_series(date_trunc('year', first_day), date_trunc('year', last_day) + interval '1 year - 1 day',
                             interval '1 day') AS day
    ), added AS (
        INSERT INTO retail_dw.dim_date
        SELECT to_char(day, 'YYYYMMDD')::integer, day, extract(year FROM day), extract(quarter FROM day),
               extract(month FROM day), extract(day FROM day), extract(isoyear FROM day), extract(week FROM day),
               extract(isodow FROM day), extract(isodow FROM day) > 5,
               (ARRAY['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September',
                      'October', 'November', 'December'])[extract(month FROM day)::integer],
               (ARRAY['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday',
                      'Sunday'])[extract(isodow FROM day)::integer]
        FROM days
        ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT count(*) FROM added
$$;
COMMENT ON FUNCTION retail_dw.extend_dim_date(date, date) IS 'Adds the whole years from that of the first day to that of the last, where they are missing; gives the number of days added';
