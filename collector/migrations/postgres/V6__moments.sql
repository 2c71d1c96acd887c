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
