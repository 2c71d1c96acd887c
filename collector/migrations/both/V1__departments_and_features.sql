-- The tables that are the same in SQLite and PostgreSQL but for the words in braces; see
-- store/migrations.rs.

-- A node in the tree of bodies that are rated.
CREATE TABLE department (
    id               {id},
    slug             {text} NOT NULL UNIQUE,
    -- None for the top of a tree.
    parent_id        {int} REFERENCES department (id),
    name_zh          {text} NOT NULL,
    -- Many bodies have no English name.
    name_en          {text},
    -- Slug and names, folded to lower case by the program: what a search looks in.
    search_text      {text} NOT NULL DEFAULT '',
    -- The department that counts its ratings too. Follows parent_id in the background, together
    -- with the ratings given so far, so that roll-ups and feedback agree at every moment.
    counted_under_id {int} REFERENCES department (id),
    -- The department that this one was merged into: it is then that one's child, listed nowhere,
    -- and its name leads there.
    merged_into_id   {int} REFERENCES department (id)
){strict};

-- A level is listed by name, without merged departments.
CREATE INDEX department_by_parent ON department (parent_id, merged_into_id, name_zh, slug);
CREATE INDEX department_that_moved ON department (id)
WHERE counted_under_id IS DISTINCT FROM parent_id;
CREATE INDEX department_that_was_merged ON department (merged_into_id)
WHERE merged_into_id IS NOT NULL;

-- A thing a department does for citizens.
CREATE TABLE service (
    id            {id},
    department_id {int} NOT NULL REFERENCES department (id),
    slug          {text} NOT NULL,
    name_zh       {text} NOT NULL,
    name_en       {text},
    UNIQUE (department_id, slug)
){strict};

-- What is offered as reasons beside a grade: two short lists. A row is never changed; the newest of
-- its department and service is the one in effect, and feedback says which one it was given under.
CREATE TABLE driver_set (
    -- The version, above 0: that one is built in.
    version       {id},
    -- 0 for the whole instance.
    department_id {int} NOT NULL,
    -- 0 for the department, and for all services that have none of their own.
    service_id    {int} NOT NULL,
    -- JSON; see model/drivers.rs.
    body          {text} NOT NULL
){strict};
CREATE INDEX driver_set_by_subject ON driver_set (department_id, service_id, version);

-- Departments and placements where the widget asks nobody. What a citizen sends all the same is
-- taken.
CREATE TABLE pause (
    department_id {int} NOT NULL REFERENCES department (id),
    -- One placement of the department itself; empty for the department and all below it.
    placement     {text} NOT NULL,
    -- What is shown instead, if anything.
    notice_zh     {text},
    notice_en     {text},
    PRIMARY KEY (department_id, placement)
){strict};

-- The files of every release of the widget that was ever served here. A page may have pinned one,
-- with the hash of its loader, and gets it from a binary that no longer carries it.
CREATE TABLE asset (
    version {text} NOT NULL,
    -- Below the address of the version.
    path    {text} NOT NULL,
    -- The content coding: 'br', 'gzip', or empty.
    coding  {text} NOT NULL,
    -- The media type.
    kind    {text} NOT NULL,
    bytes   {bytes} NOT NULL,
    PRIMARY KEY (version, path, coding)
){strict};
