-- The release that applied each step, so that an older one can name it when it refuses the database.
CREATE TABLE migration_releases (
    step TEXT NOT NULL PRIMARY KEY,
    release TEXT NOT NULL
);
