-- How many ratings of each grade a department and all below it got in a month: what a score of a
-- long period is read from.
--
-- No check forbids a number below zero: while the past of a breakdown is being counted, a rating of
-- then may be taken back before it was added.
CREATE TABLE rollup_month (
    department_id INTEGER NOT NULL REFERENCES department (id),
    -- 0 for all of them; above, a service of the department; below, minus the row of a value of a
    -- breakdown. A part counts for the department that was rated, and for none above it.
    part_id       INTEGER NOT NULL,
    -- The month's first day, as YYYY-MM-DD.
    month         TEXT NOT NULL,
    c1            INTEGER NOT NULL,
    c2            INTEGER NOT NULL,
    c3            INTEGER NOT NULL,
    c4            INTEGER NOT NULL,
    c5            INTEGER NOT NULL,
    PRIMARY KEY (month, part_id, department_id)
) STRICT, WITHOUT ROWID;

INSERT INTO rollup_month
SELECT department_id, service_id, substr(day, 1, 8) || '01',
       sum(c1), sum(c2), sum(c3), sum(c4), sum(c5)
FROM rollup_day GROUP BY 1, 2, 3;

-- Time first: a day's ratings then change neighbouring rows, and a month of all departments is one
-- stretch.
CREATE TABLE rollup_by_day (
    department_id INTEGER NOT NULL REFERENCES department (id),
    part_id       INTEGER NOT NULL,
    day           TEXT NOT NULL,
    c1            INTEGER NOT NULL,
    c2            INTEGER NOT NULL,
    c3            INTEGER NOT NULL,
    c4            INTEGER NOT NULL,
    c5            INTEGER NOT NULL,
    PRIMARY KEY (day, part_id, department_id)
) STRICT, WITHOUT ROWID;
INSERT INTO rollup_by_day SELECT * FROM rollup_day;
DROP TABLE rollup_day;
ALTER TABLE rollup_by_day RENAME TO rollup_day;

-- What batches have changed and no roll-up says yet: a batch writes one row together with its
-- feedback, whoever reads adds the rows to the roll-ups, and a few times a second they are added to
-- them for good and deleted.
CREATE TABLE uncounted (
    id      INTEGER PRIMARY KEY,
    -- By day and part of a department, all above it included; see store/uncounted.rs.
    changes BLOB NOT NULL
) STRICT;

-- A receipt code is looked for among the ids of its millisecond. The index cost every rating a page
-- of the disk to itself.
DROP INDEX feedback_by_receipt;

-- The department that counts its ratings too. Follows parent_id in the background, together with
-- the ratings given so far, so that roll-ups and feedback agree at every moment in between.
ALTER TABLE department ADD COLUMN counted_under_id INTEGER REFERENCES department (id);
UPDATE department SET counted_under_id = parent_id;
CREATE INDEX department_that_moved ON department (id) WHERE counted_under_id IS NOT parent_id;

-- The department that this one became a part of: it is then that one's child, listed nowhere, and
-- its name leads there.
ALTER TABLE department ADD COLUMN merged_into_id INTEGER REFERENCES department (id);
CREATE INDEX department_that_was_merged ON department (merged_into_id)
WHERE merged_into_id IS NOT NULL;

-- A level is listed by name, without those that became a part of others.
DROP INDEX department_by_parent;
CREATE INDEX department_by_parent ON department (parent_id, merged_into_id, name_zh, slug);

-- What a department's own ratings are counted by, beside its services, because somebody asked.
CREATE TABLE breakdown (
    department_id INTEGER NOT NULL REFERENCES department (id),
    dimension     TEXT NOT NULL CHECK (dimension IN ('placement', 'language')),
    -- Whether the ratings given before it was asked for are counted too.
    filled        INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (department_id, dimension)
) STRICT, WITHOUT ROWID;

-- The values that have been seen. Whoever rates can make them up, so there is a limit; the empty
-- one is there from the start, and counts what comes after the limit was reached.
CREATE TABLE breakdown_value (
    id            INTEGER PRIMARY KEY,
    department_id INTEGER NOT NULL,
    dimension     TEXT NOT NULL,
    value         TEXT NOT NULL,
    UNIQUE (department_id, dimension, value),
    FOREIGN KEY (department_id, dimension) REFERENCES breakdown ON DELETE CASCADE
) STRICT;

-- Counts how often the counting changed by anything but a rating; whoever corrects roll-ups looks
-- whether it is still what it was when the recount began.
CREATE TABLE tree_version (version INTEGER NOT NULL) STRICT;
INSERT INTO tree_version VALUES (0);
