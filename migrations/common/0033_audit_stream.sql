-- The number of the last event of each organization that was written to the audit stream.
CREATE TABLE audit_stream_positions (
    organization_id TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
);

-- The server that writes the stream, and until when: one at a time.
CREATE TABLE audit_stream_leases (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    -- Random, for each run of a server.
    holder TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
