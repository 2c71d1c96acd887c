-- Where nobody is asked at the moment. What a citizen sends all the same is taken.
CREATE TABLE pause (
    department_id INTEGER NOT NULL REFERENCES department (id),
    -- One placement of the department itself; empty for the department and all below it.
    placement     TEXT NOT NULL,
    -- What is shown instead, where something is.
    notice_zh     TEXT,
    notice_en     TEXT,
    PRIMARY KEY (department_id, placement)
) STRICT, WITHOUT ROWID;
