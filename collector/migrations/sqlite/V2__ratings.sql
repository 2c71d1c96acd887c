-- The tables on the hot path, whose layout is chosen for SQLite.

-- What one citizen sent at one time, in its newest revision.
CREATE TABLE feedback (
    -- UUID of version 7, made by the client: 16 bytes in order of time.
    id              BLOB NOT NULL PRIMARY KEY,
    department_id   INTEGER NOT NULL REFERENCES department (id),
    service_id      INTEGER REFERENCES service (id),
    revision        INTEGER NOT NULL,
    rating          INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
    -- The day of the first version, in the instance's time zone, as YYYY-MM-DD.
    day             TEXT NOT NULL,
    -- Unix milliseconds by the collector's clock.
    received_at     INTEGER NOT NULL,
    revised_at      INTEGER NOT NULL,
    -- Set when the citizen took it back; its texts are then gone, and it counts nowhere.
    withdrawn_at    INTEGER,
    -- SHA-256 of the edit key, and of the receipt code, cut to 128 bits; the secrets are not kept.
    -- A code is looked for among the ids of its millisecond, so no index is needed.
    edit_key_hash   BLOB NOT NULL,
    receipt_hash    BLOB NOT NULL,
    placement       TEXT,
    -- Slugs with a space between them.
    drivers         TEXT,
    -- The driver set that was offered when they were chosen.
    drivers_version INTEGER,
    comment         TEXT,
    kind            TEXT,
    lang            TEXT,
    page            TEXT,
    -- How long the client had kept it when it first arrived, in milliseconds.
    age_ms          INTEGER,
    -- Whether the citizen would like an answer, and where to: kept for that and nothing else.
    wants_answer    INTEGER NOT NULL DEFAULT 0,
    contact         TEXT,
    -- Sent to try something out: it counts nowhere.
    test            INTEGER NOT NULL DEFAULT 0,
    -- Why its comment is in the moderation queue: names of signals with a space between. None if
    -- there are none, or once it was released.
    held            TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX feedback_that_wants_an_answer ON feedback (received_at) WHERE wants_answer;
CREATE INDEX feedback_that_is_held ON feedback (received_at) WHERE held IS NOT NULL;

-- How many ratings of each grade a department and all below it got on a day, and in a month: what a
-- score of a long period is read from.
--
-- Time first: a day's ratings change neighbouring rows, and a month of all departments is one
-- stretch.
CREATE TABLE rollup_day (
    department_id INTEGER NOT NULL REFERENCES department (id),
    -- 0 for all of them, else a service of the department. A service counts for the department that
    -- was rated, and for none above it.
    part_id       INTEGER NOT NULL,
    -- As YYYY-MM-DD.
    day           TEXT NOT NULL,
    c1            INTEGER NOT NULL,
    c2            INTEGER NOT NULL,
    c3            INTEGER NOT NULL,
    c4            INTEGER NOT NULL,
    c5            INTEGER NOT NULL,
    PRIMARY KEY (day, part_id, department_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_month (
    department_id INTEGER NOT NULL REFERENCES department (id),
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

-- The texts of the values by which departments are broken down. The id says the dimension and is a
-- hash of the text; see store/segment.rs.
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

-- What batches have changed and no roll-up says yet: a batch writes one row together with its
-- feedback, whoever reads adds the rows to the roll-ups, and a few times a second they are added to
-- them for good and deleted.
CREATE TABLE pending_deltas (
    id      INTEGER PRIMARY KEY,
    -- By department and segment; see store/pending_deltas.rs.
    changes BLOB NOT NULL
) STRICT;

-- Goes up with each change of the tree; whoever corrects roll-ups looks whether it is still what it
-- was when the recount began.
CREATE TABLE tree_version (version INTEGER NOT NULL) STRICT;
INSERT INTO tree_version VALUES (0);

-- How often the widget was seen, opened, used and sent from in a day, at a department and all below
-- it: numbers, and nobody's.
CREATE TABLE moment_day (
    department_id INTEGER NOT NULL REFERENCES department (id),
    day           TEXT NOT NULL,
    seen          INTEGER NOT NULL,
    opened        INTEGER NOT NULL,
    started       INTEGER NOT NULL,
    sent          INTEGER NOT NULL,
    PRIMARY KEY (department_id, day)
) STRICT, WITHOUT ROWID;
