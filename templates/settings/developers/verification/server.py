# Python 3.9 or newer. No packages needed.
import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import Request, urlopen

VERIFY = "{{ server.url }}/v1/verify"
# The organization whose keys you accept.
ORGANIZATION = "{{ server.organization_id }}"


def verify(token, caller, permission=None):
    """Asks Latchkey about the token. If this raises an exception, refuse the request."""
{%- if let Some(name) = server.permission %}
    # To require a permission, call verify(token, caller, "{{ name }}").
{%- endif %}
    body = {"token": token, "organization": ORGANIZATION, "permission": permission, **caller}
    request = Request(VERIFY, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=2) as answer:
        return json.load(answer)


def token_of(headers):
    bearer = re.fullmatch(r"Bearer +(\S+)", headers.get("Authorization", ""), re.IGNORECASE)
    return headers.get("X-API-Key") or (bearer and bearer[1])


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        token = token_of(self.headers)
        # For the last use, and for keys that are restricted. Behind a proxy, take the address that it reports.
        caller = {"client_ip": self.client_address[0], "origin": self.headers.get("Origin")}
        try:
            answer = verify(token, caller) if token else {"valid": False, "code": "NOT_FOUND"}
        except (OSError, ValueError) as error:
            self.log_error("Latchkey did not answer: %s", error)
            return self.answer(503, ("Retry-After", "1"))
{%- if server.has_limits %}
        limit = {"RATE_LIMITED": "rate_limit", "QUOTA_EXCEEDED": "quota"}.get(answer.get("code"))
        if limit:
            return self.answer(429, ("Retry-After", str(answer[limit]["reset"])))
{%- endif %}
        if answer.get("valid") is not True:
            is_forbidden = re.search("_NOT_ALLOWED$|^INSUFFICIENT_", answer.get("code", ""))
            status = 403 if is_forbidden else 401
            return self.answer(status, ("WWW-Authenticate", "Bearer"))
        self.answer(200, body=f"Hello, {answer['key']['name']}!\n")

    def answer(self, status, *headers, body=""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())


ThreadingHTTPServer(("127.0.0.1", 3000), Handler).serve_forever()
