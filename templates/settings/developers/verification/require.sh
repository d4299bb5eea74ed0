curl --silent --show-error --max-time 5 \
  --request POST \
  --header "X-API-Key: $TOKEN" \
  "{{ server.url }}/v1/verify?organization={{ server.organization_id }}{% if let Some(name) = server.permission %}&permission={{ name }}{% endif %}"
