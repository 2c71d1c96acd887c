-- A node in the tree of bodies that are rated.
CREATE TABLE department (
    id        INTEGER PRIMARY KEY,
    slug      TEXT NOT NULL UNIQUE,
    -- None for the top of a tree.
    parent_id INTEGER REFERENCES department (id),
    name_zh   TEXT NOT NULL,
    -- Many bodies have no English name.
    name_en   TEXT
) STRICT;

-- A level is listed by name.
CREATE INDEX department_by_parent ON department (parent_id, name_zh);

-- A thing a department does for citizens.
CREATE TABLE service (
    id            INTEGER PRIMARY KEY,
    department_id INTEGER NOT NULL REFERENCES department (id),
    slug          TEXT NOT NULL,
    name_zh       TEXT NOT NULL,
    name_en       TEXT,
    UNIQUE (department_id, slug)
) STRICT;

-- What one citizen sent at one time, in its newest revision.
CREATE TABLE feedback (
    -- UUID of version 7, made by the client: 16 bytes in order of time.
    id            BLOB NOT NULL PRIMARY KEY,
    department_id INTEGER NOT NULL REFERENCES department (id),
    service_id    INTEGER REFERENCES service (id),
    revision      INTEGER NOT NULL,
    rating        INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
    -- The day of the first version, in the instance's time zone, as YYYY-MM-DD.
    day           TEXT NOT NULL,
    -- Unix milliseconds by the collector's clock.
    received_at   INTEGER NOT NULL,
    revised_at    INTEGER NOT NULL,
    -- Set when the citizen took it back; its texts are then gone, and it counts nowhere.
    withdrawn_at  INTEGER,
    -- SHA-256 of the edit key, and of the receipt code, cut to 128 bits; the secrets are not kept.
    edit_key_hash BLOB NOT NULL,
    receipt_hash  BLOB NOT NULL,
    placement     TEXT,
    -- Slugs with a space between them.
    drivers       TEXT,
    comment       TEXT,
    kind          TEXT,
    lang          TEXT,
    page          TEXT,
    -- How long the client had kept it when it first arrived, in milliseconds.
    age_ms        INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX feedback_by_receipt ON feedback (receipt_hash);

-- How many ratings of each grade a department and all below it got on a day.
CREATE TABLE rollup_day (
    department_id INTEGER NOT NULL REFERENCES department (id),
    -- 0 for all services and none; a service counts for its own department only.
    service_id    INTEGER NOT NULL,
    day           TEXT NOT NULL,
    c1            INTEGER NOT NULL CHECK (c1 >= 0),
    c2            INTEGER NOT NULL CHECK (c2 >= 0),
    c3            INTEGER NOT NULL CHECK (c3 >= 0),
    c4            INTEGER NOT NULL CHECK (c4 >= 0),
    c5            INTEGER NOT NULL CHECK (c5 >= 0),
    PRIMARY KEY (department_id, service_id, day)
) STRICT, WITHOUT ROWID;
