-- Which release of Latchkey took a step, so that an older one can name it when it refuses the tables.
CREATE TABLE migration_releases (
    step TEXT NOT NULL PRIMARY KEY,
    release TEXT NOT NULL
);
