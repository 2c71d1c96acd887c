-- The same tables as in a file of SQLite after its second migration. Texts are compared by their
-- bytes, as there, so that both kinds of store list in the same order.

-- A node in the tree of bodies that are rated.
CREATE TABLE department (
    id               BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug             TEXT COLLATE "C" NOT NULL UNIQUE,
    -- None for the top of a tree.
    parent_id        BIGINT REFERENCES department (id),
    name_zh          TEXT COLLATE "C" NOT NULL,
    -- Many bodies have no English name.
    name_en          TEXT COLLATE "C",
    -- The department that counts its ratings too. Follows parent_id in the background, together
    -- with the ratings given so far.
    counted_under_id BIGINT REFERENCES department (id),
    -- The department that this one became a part of: it is then that one's child, listed nowhere,
    -- and its name leads there.
    merged_into_id   BIGINT REFERENCES department (id)
);

-- A level is listed by name, without those that became a part of others.
CREATE INDEX department_by_parent ON department (parent_id, name_zh, slug)
WHERE merged_into_id IS NULL;
CREATE INDEX department_that_moved ON department (id)
WHERE counted_under_id IS DISTINCT FROM parent_id;
CREATE INDEX department_that_was_merged ON department (merged_into_id)
WHERE merged_into_id IS NOT NULL;

-- A thing a department does for citizens.
CREATE TABLE service (
    id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    department_id BIGINT NOT NULL REFERENCES department (id),
    slug          TEXT COLLATE "C" NOT NULL,
    name_zh       TEXT COLLATE "C" NOT NULL,
    name_en       TEXT COLLATE "C",
    UNIQUE (department_id, slug)
);

-- What one citizen sent at one time, in its newest revision.
CREATE TABLE feedback (
    -- UUID of version 7, made by the client: in order of time.
    id            UUID PRIMARY KEY,
    -- Departments and services are never deleted and are looked up in the same transaction, so a
    -- foreign key would only cost every rating a lock on its department.
    department_id BIGINT NOT NULL,
    service_id    BIGINT,
    revision      INTEGER NOT NULL,
    rating        SMALLINT NOT NULL CHECK (rating BETWEEN 1 AND 5),
    -- The day of the first version, in the instance's time zone.
    day           DATE NOT NULL,
    -- Unix milliseconds by the collector's clock.
    received_at   BIGINT NOT NULL,
    revised_at    BIGINT NOT NULL,
    -- Set when the citizen took it back; its texts are then gone, and it counts nowhere.
    withdrawn_at  BIGINT,
    -- SHA-256 of the edit key, and of the receipt code, cut to 128 bits; the secrets are not kept.
    -- A code is looked for among the ids of its millisecond, so no index is needed.
    edit_key_hash BYTEA NOT NULL,
    receipt_hash  BYTEA NOT NULL,
    placement     TEXT,
    -- Slugs with a space between them.
    drivers       TEXT,
    comment       TEXT,
    kind          TEXT,
    lang          TEXT,
    page          TEXT,
    -- How long the client had kept it when it first arrived, in milliseconds.
    age_ms        BIGINT
);

-- How many ratings of each grade a department and all below it got on a day, and in a month.
--
-- No check forbids a number below zero: it would look at what is to be added, which may well be
-- less than nothing, before it is added.
--
-- A row is written again whenever batches are counted, so each page keeps room for its next versions.
CREATE TABLE rollup_day (
    department_id BIGINT NOT NULL,
    -- 0 for all of them; above, a service of the department; below, minus the row of a value of a
    -- breakdown. A part counts for the department that was rated, and for none above it.
    part_id       BIGINT NOT NULL,
    day           DATE NOT NULL,
    c1            BIGINT NOT NULL,
    c2            BIGINT NOT NULL,
    c3            BIGINT NOT NULL,
    c4            BIGINT NOT NULL,
    c5            BIGINT NOT NULL,
    -- Time first: a day's ratings change neighbouring rows.
    PRIMARY KEY (day, part_id, department_id)
) WITH (fillfactor = 50);

CREATE TABLE rollup_month (
    department_id BIGINT NOT NULL,
    part_id       BIGINT NOT NULL,
    -- The month's first day.
    month         DATE NOT NULL,
    c1            BIGINT NOT NULL,
    c2            BIGINT NOT NULL,
    c3            BIGINT NOT NULL,
    c4            BIGINT NOT NULL,
    c5            BIGINT NOT NULL,
    PRIMARY KEY (month, part_id, department_id)
) WITH (fillfactor = 50);

-- What batches have changed and no roll-up says yet: a batch writes one row together with its
-- feedback, whoever reads adds the rows to the roll-ups in the same statement, and a few times a
-- second they are added to them for good and deleted.
CREATE TABLE uncounted (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- By day and part of a department, all above it included; see store/uncounted.rs.
    changes BYTEA NOT NULL
);

-- What a department's own ratings are counted by, beside its services, because somebody asked.
CREATE TABLE breakdown (
    department_id BIGINT NOT NULL REFERENCES department (id),
    dimension     TEXT NOT NULL CHECK (dimension IN ('placement', 'language')),
    -- Whether the ratings given before it was asked for are counted too.
    filled        BOOLEAN NOT NULL DEFAULT false,
    PRIMARY KEY (department_id, dimension)
);

-- The values that have been seen. Whoever rates can make them up, so there is a limit; the empty
-- one is there from the start, and counts what comes after the limit was reached.
--
-- Whoever adds one holds the lock of its breakdown's row until the end of the transaction.
CREATE TABLE breakdown_value (
    id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    department_id BIGINT NOT NULL,
    dimension     TEXT NOT NULL,
    value         TEXT NOT NULL,
    UNIQUE (department_id, dimension, value),
    FOREIGN KEY (department_id, dimension) REFERENCES breakdown ON DELETE CASCADE
);

-- Counts how often the tree, or the counting, changed by anything but a rating. Every collector
-- compares it with what it remembers before it counts a batch.
CREATE TABLE tree_version (version BIGINT NOT NULL);
INSERT INTO tree_version VALUES (0);
