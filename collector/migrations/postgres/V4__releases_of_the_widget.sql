-- The files of every release of the widget that was ever served here. A page may have pinned one,
-- with the sum of its loader, and gets it from a binary that no longer carries it.
CREATE TABLE asset (
    version TEXT NOT NULL,
    -- Below the address of the version.
    path    TEXT NOT NULL,
    -- How the bytes are packed: 'br', 'gzip', or not at all.
    coding  TEXT NOT NULL,
    -- The media type.
    kind    TEXT NOT NULL,
    bytes   BYTEA NOT NULL,
    PRIMARY KEY (version, path, coding)
);
