-- Changes that verification must follow at once. Every transaction that changes a key or its owner first changes the
-- counter. Its row lock makes such transactions queue, so that numbers become visible in order.
CREATE TABLE verification_state (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    last_change BIGINT NOT NULL
);

INSERT INTO verification_state (id, last_change) VALUES (1, 0);

CREATE TABLE verification_changes (
    number BIGINT NOT NULL PRIMARY KEY,
    -- The public part of the changed key's token. NULL if many keys changed.
    lookup TEXT,
    changed_at BIGINT NOT NULL
);

CREATE INDEX verification_changes_by_time ON verification_changes (changed_at);
