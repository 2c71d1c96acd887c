-- Every department is broken down by placement, language, kind and drivers, together with all below
-- it. Roll-ups of before do not have this; `huiyin rebuild` adds it.
DROP TABLE breakdown_value;
DROP TABLE breakdown;
DELETE FROM rollup_day WHERE part_id < 0;
DELETE FROM rollup_month WHERE part_id < 0;

-- The texts of values that were given. The id says the dimension and is a hash of the text; see
-- store/segment.rs.
CREATE TABLE segment_value (
    id    BIGINT PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);

-- Returns the id of a value.
CREATE FUNCTION value_id(dimension INTEGER, value TEXT) RETURNS BIGINT
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT (dimension::bigint << 60)
        | ((('x' || left(encode(sha256(convert_to(value, 'UTF8')), 'hex'), 15))::bit(60)::bigint))
$$;

-- How many ratings of each grade came with a value, at a department and all below it. The values of
-- one department stand together: they are read together.
CREATE TABLE value_day (
    day           DATE NOT NULL,
    department_id BIGINT NOT NULL,
    value_id      BIGINT NOT NULL,
    c1            BIGINT NOT NULL,
    c2            BIGINT NOT NULL,
    c3            BIGINT NOT NULL,
    c4            BIGINT NOT NULL,
    c5            BIGINT NOT NULL,
    PRIMARY KEY (day, department_id, value_id)
) WITH (fillfactor = 50);

CREATE TABLE value_month (
    -- The first day.
    month         DATE NOT NULL,
    department_id BIGINT NOT NULL,
    value_id      BIGINT NOT NULL,
    c1            BIGINT NOT NULL,
    c2            BIGINT NOT NULL,
    c3            BIGINT NOT NULL,
    c4            BIGINT NOT NULL,
    c5            BIGINT NOT NULL,
    PRIMARY KEY (month, department_id, value_id)
) WITH (fillfactor = 50);

-- What a batch changes is kept in another format from here on; collectors that were stopped in
-- order have left nothing.
DROP TABLE uncounted;
CREATE TABLE pending_deltas (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- By department and segment; see store/pending_deltas.rs.
    changes BYTEA NOT NULL
);
