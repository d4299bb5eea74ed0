-- All events name a change `before` and `after`. These four used other names.
UPDATE audit_events
SET details = json_build_object('before', details::json ->> 'from', 'after', details::json ->> 'to')::text
WHERE action IN ('user.renamed', 'user.email_changed', 'user.email_released')
    AND details::json ->> 'from' IS NOT NULL;
UPDATE audit_events
SET details = json_build_object(
    'name', details::json ->> 'name',
    'before', details::json ->> 'old_name',
    'after', details::json ->> 'name'
)::text
WHERE action = 'project.renamed' AND details::json ->> 'old_name' IS NOT NULL;
