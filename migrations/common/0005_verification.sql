-- What verification must learn at once. The counter is changed first in every transaction that changes a key or its
-- owner: its row lock makes such transactions queue, so that numbers become visible in their own order.
CREATE TABLE verification_state (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    last_change BIGINT NOT NULL
);

INSERT INTO verification_state (id, last_change) VALUES (1, 0);

CREATE TABLE verification_changes (
    number BIGINT NOT NULL PRIMARY KEY,
    -- The public part of the token of the key that changed; none when many did.
    lookup TEXT,
    changed_at BIGINT NOT NULL
);

CREATE INDEX verification_changes_by_time ON verification_changes (changed_at);
