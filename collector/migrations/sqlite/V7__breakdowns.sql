-- Every department is broken down by placement, language, kind and drivers, together with all below
-- it. Roll-ups of before do not have this; `huiyin rebuild` adds it.
DROP TABLE breakdown_value;
DROP TABLE breakdown;
DELETE FROM rollup_day WHERE part_id < 0;
DELETE FROM rollup_month WHERE part_id < 0;

-- The texts of values that were given. The id says the dimension and is a hash of the text; see
-- store/segment.rs.
CREATE TABLE segment_value (
    id    INTEGER PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- How many ratings of each grade came with a value, at a department and all below it. The values of
-- one department stand together: they are read together.
CREATE TABLE value_day (
    day           TEXT NOT NULL,
    department_id INTEGER NOT NULL REFERENCES department (id),
    value_id      INTEGER NOT NULL,
    c1            INTEGER NOT NULL,
    c2            INTEGER NOT NULL,
    c3            INTEGER NOT NULL,
    c4            INTEGER NOT NULL,
    c5            INTEGER NOT NULL,
    PRIMARY KEY (day, department_id, value_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE value_month (
    -- The first day.
    month         TEXT NOT NULL,
    department_id INTEGER NOT NULL REFERENCES department (id),
    value_id      INTEGER NOT NULL,
    c1            INTEGER NOT NULL,
    c2            INTEGER NOT NULL,
    c3            INTEGER NOT NULL,
    c4            INTEGER NOT NULL,
    c5            INTEGER NOT NULL,
    PRIMARY KEY (month, department_id, value_id)
) STRICT, WITHOUT ROWID;

-- What a batch changes is kept in another format from here on; a collector that was stopped in
-- order has left nothing.
DROP TABLE uncounted;
CREATE TABLE pending_deltas (
    id      INTEGER PRIMARY KEY,
    -- By department and segment; see store/pending_deltas.rs.
    changes BLOB NOT NULL
) STRICT;
