-- What tokens of an organization began with under earlier policies, so that leaked ones are found.
CREATE TABLE former_token_labels (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    label TEXT NOT NULL,
    PRIMARY KEY (organization_id, label)
);
-- Hints are a label, an underscore and 4 characters, unless the label is "lk".
INSERT INTO former_token_labels (organization_id, label)
SELECT organization_id, substr(hint, 1, length(hint) - 5) FROM api_key_tokens WHERE length(hint) > 5
UNION
SELECT organization_id, substr(hint, 1, length(hint) - 5) FROM deleted_api_key_tokens WHERE length(hint) > 5;
