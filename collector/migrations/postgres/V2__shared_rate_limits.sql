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
