-- What is offered as reasons beside a grade: two short lists. A row is never changed; the newest of
-- its department and service is the one in effect, and feedback says which one it was given under.
CREATE TABLE driver_set (
    -- The version, above 0: that one is built in.
    version       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- 0 for the whole instance.
    department_id BIGINT NOT NULL,
    -- 0 for the department, and for all services that have none of their own.
    service_id    BIGINT NOT NULL,
    -- JSON; see drivers.rs.
    body          TEXT NOT NULL
);
CREATE INDEX driver_set_by_subject ON driver_set (department_id, service_id, version);

-- The set that was offered when the drivers were chosen.
ALTER TABLE feedback ADD COLUMN drivers_version BIGINT;

-- Whether the citizen would like an answer, and where to: kept for that and nothing else.
ALTER TABLE feedback ADD COLUMN wants_answer BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE feedback ADD COLUMN contact TEXT;
CREATE INDEX feedback_that_wants_an_answer ON feedback (received_at) WHERE wants_answer;

-- Sent to try something out: it counts nowhere.
ALTER TABLE feedback ADD COLUMN test BOOLEAN NOT NULL DEFAULT false;

-- Why its words wait for a person to look at them: names of signals with a space between. None where
-- there are none, or once it was released.
ALTER TABLE feedback ADD COLUMN held TEXT;
CREATE INDEX feedback_that_is_held ON feedback (received_at) WHERE held IS NOT NULL;
