curl --silent --show-error --max-time 5 \
  --header "Authorization: Bearer $OWN_TOKEN" \
  --data-urlencode "token=$TOKEN" \
  --data-urlencode "organization={{ server.organization_id }}" \
  {{ server.url }}/oauth2/introspect
