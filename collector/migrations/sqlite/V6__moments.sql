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
