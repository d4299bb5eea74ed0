-- Sums of verification_counts, so that the home page does not read the counts of every key.
CREATE TABLE usage_days (
    -- An organization, or the person who owned the keys at that time.
    subject_id TEXT NOT NULL,
    -- The first microsecond of the day, UTC.
    day BIGINT NOT NULL,
    code TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (subject_id, day, code)
);
CREATE INDEX usage_days_by_day ON usage_days (day);

-- The keys of an organization that were valid most often on a day, with all their uses of that day.
CREATE TABLE busiest_api_keys (
    organization_id TEXT NOT NULL,
    day BIGINT NOT NULL,
    api_key_id TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (organization_id, day, api_key_id)
);
CREATE INDEX busiest_api_keys_by_day ON busiest_api_keys (day);

-- The last two months of what has been counted: pages display one.
INSERT INTO usage_days (subject_id, day, code, count)
    SELECT organization_id, day, code, CAST(SUM(count) AS BIGINT) FROM verification_counts
    WHERE day > (SELECT MAX(day) FROM verification_counts) - 5270400000000
    GROUP BY organization_id, day, code;
INSERT INTO usage_days (subject_id, day, code, count)
    SELECT k.owner_id, v.day, v.code, CAST(SUM(v.count) AS BIGINT)
    FROM verification_counts v JOIN api_keys k ON k.id = v.api_key_id
    WHERE v.day > (SELECT MAX(day) FROM verification_counts) - 5270400000000
    GROUP BY k.owner_id, v.day, v.code;
INSERT INTO busiest_api_keys (organization_id, day, api_key_id, count)
    SELECT organization_id, day, api_key_id, count FROM (
        SELECT organization_id, day, api_key_id, count,
            row_number() OVER (PARTITION BY organization_id, day ORDER BY count DESC) AS position
        FROM verification_counts
        WHERE code = 'VALID' AND day > (SELECT MAX(day) FROM verification_counts) - 5270400000000
    ) AS ranked
    WHERE position <= 50;
