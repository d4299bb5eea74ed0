// Node.js 20 or newer. No packages needed.
import { createServer } from "node:http";

const VERIFY = "{{ server.url }}/v1/verify";
// The organization whose keys you accept.
const ORGANIZATION = "{{ server.organization_id }}";

// Asks Latchkey about the token. If this throws, refuse the request.
{%- if let Some(name) = server.permission %}
// To require a permission, call verify(token, caller, "{{ name }}").
{%- endif %}
async function verify(token, caller, permission) {
  const answer = await fetch(VERIFY, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token, organization: ORGANIZATION, permission, ...caller }),
    redirect: "error",
    signal: AbortSignal.timeout(2000),
  });
  if (answer.status !== 200) throw new Error(`Latchkey answered ${answer.status}`);
  return await answer.json();
}

function tokenOf({ headers }) {
  return headers["x-api-key"] ?? /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
}

async function handle(request, response) {
  const token = tokenOf(request);
  // For the last use, and for keys that are restricted. Behind a proxy, take the address that it reports.
  const caller = { client_ip: request.socket.remoteAddress, origin: request.headers.origin };
  const answer = token ? await verify(token, caller) : { valid: false, code: "NOT_FOUND" };
{%- if server.has_limits %}
  const limit = { RATE_LIMITED: answer.rate_limit, QUOTA_EXCEEDED: answer.quota }[answer.code];
  if (limit) {
    response.writeHead(429, { "Retry-After": limit.reset }).end();
  } else if (answer.valid !== true) {
{%- else %}
  if (answer.valid !== true) {
{%- endif %}
    const status = /_NOT_ALLOWED$|^INSUFFICIENT_/.test(answer.code) ? 403 : 401;
    response.writeHead(status, { "WWW-Authenticate": "Bearer" }).end();
  } else {
    response.end(`Hello, ${answer.key.name}!\n`);
  }
}

createServer((request, response) => {
  handle(request, response).catch(error => {
    console.error(error);
    response.writeHead(503, { "Retry-After": "1" }).end();
  });
}).listen(3000, "127.0.0.1");
