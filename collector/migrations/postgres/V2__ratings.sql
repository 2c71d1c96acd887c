-- The tables on the hot path, whose layout is chosen for PostgreSQL. A foreign key to
-- department would cost each rating a lock; departments and services are never deleted, and are
-- looked up in the same transaction.

-- What one citizen sent at one time, in its newest revision.
CREATE TABLE feedback (
    -- UUID of version 7, made by the client: in order of time.
    id              UUID PRIMARY KEY,
    department_id   BIGINT NOT NULL,
    service_id      BIGINT,
    revision        INTEGER NOT NULL,
    rating          SMALLINT NOT NULL CHECK (rating BETWEEN 1 AND 5),
    -- The day of the first version, in the instance's time zone.
    day             DATE NOT NULL,
    -- Unix milliseconds by the collector's clock.
    received_at     BIGINT NOT NULL,
    revised_at      BIGINT NOT NULL,
    -- Set when the citizen took it back; its texts are then gone, and it counts nowhere.
    withdrawn_at    BIGINT,
    -- SHA-256 of the edit key, and of the receipt code, cut to 128 bits; the secrets are not kept.
    -- A code is looked for among the ids of its millisecond, so no index is needed.
    edit_key_hash   BYTEA NOT NULL,
    receipt_hash    BYTEA NOT NULL,
    placement       TEXT,
    -- Slugs with a space between them.
    drivers         TEXT,
    -- The driver set that was offered when they were chosen.
    drivers_version BIGINT,
    comment         TEXT,
    kind            TEXT,
    lang            TEXT,
    page            TEXT,
    -- How long the client had kept it when it first arrived, in milliseconds.
    age_ms          BIGINT,
    -- Whether the citizen would like an answer, and where to: kept for that and nothing else.
    wants_answer    BOOLEAN NOT NULL DEFAULT false,
    contact         TEXT,
    -- Sent to try something out: it counts nowhere.
    test            BOOLEAN NOT NULL DEFAULT false,
    -- Why its comment is in the moderation queue: names of signals with a space between. None if
    -- there are none, or once it was released.
    held            TEXT
);
CREATE INDEX feedback_that_wants_an_answer ON feedback (received_at) WHERE wants_answer;
CREATE INDEX feedback_that_is_held ON feedback (received_at) WHERE held IS NOT NULL;

-- How many ratings of each grade a department and all below it got on a day, and in a month: what a
-- score of a long period is read from.
--
-- Time first: a day's ratings change neighbouring rows, and a month of all departments is one
-- stretch. A row is written again whenever batches are counted, so each page keeps room for its
-- next versions.
--
-- No check forbids a number below zero: it would look at what is to be added, which may well be
-- less than nothing, before it is added.
CREATE TABLE rollup_day (
    department_id BIGINT NOT NULL,
    -- 0 for all of them, else a service of the department. A service counts for the department that
    -- was rated, and for none above it.
    part_id       BIGINT NOT NULL,
    day           DATE NOT NULL,
    c1            BIGINT NOT NULL,
    c2            BIGINT NOT NULL,
    c3            BIGINT NOT NULL,
    c4            BIGINT NOT NULL,
    c5            BIGINT NOT NULL,
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

-- The texts of the values by which departments are broken down. The id says the dimension and is a
-- hash of the text; see store/segment.rs.
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

-- What batches have changed and no roll-up says yet: a batch writes one row together with its
-- feedback, whoever reads adds the rows to the roll-ups, and a few times a second they are added to
-- them for good and deleted.
CREATE TABLE pending_deltas (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- By department and segment; see store/pending_deltas.rs.
    changes BYTEA NOT NULL
);

-- Goes up with each change of the tree. Every collector compares it with the version it remembers
-- before it counts a batch.
CREATE TABLE tree_version (version BIGINT NOT NULL);
INSERT INTO tree_version VALUES (0);

-- How often the widget was seen, opened, used and sent from in a day, at a department and all below
-- it: numbers, and nobody's.
CREATE TABLE moment_day (
    department_id BIGINT NOT NULL REFERENCES department (id),
    day           DATE NOT NULL,
    seen          BIGINT NOT NULL,
    opened        BIGINT NOT NULL,
    started       BIGINT NOT NULL,
    sent          BIGINT NOT NULL,
    PRIMARY KEY (department_id, day)
);

-- How often clients may send, counted for all collectors together. Neither table survives a crash
-- of the server, and neither has to.
CREATE UNLOGGED TABLE rate_bucket (
    -- A hash of the client's address under the salt of the day; the address is kept nowhere.
    key     BYTEA PRIMARY KEY,
    -- When the bucket will be full again, in microseconds since 1970 (the "theoretical arrival
    -- time" of the generic cell rate algorithm).
    full_at BIGINT NOT NULL,
    -- How many requests the last question was granted.
    granted BIGINT NOT NULL
) WITH (fillfactor = 50);

CREATE UNLOGGED TABLE rate_salt (
    day  DATE PRIMARY KEY,
    salt BYTEA NOT NULL
);
