### The page about checking keys.

verification-lead = When a request comes to your service with an API key, ask Latchkey at <code data-testid="server-url">{ $url }</code> whether the key is valid.
verification-address-unknown = Other machines cannot reach { $url }. Use the address of this server instead, and ask your administrator to set LATCHKEY_BASE_URL.
verification-contents = On this page
verification-look-up = Reference

verification-curl = Try it with curl
verification-curl-token = Set the variable <code>TOKEN</code> to a token. It begins with <code>{ $label }_</code>.
verification-curl-status = The status is 200 whether or not the key is valid. Read <code>valid</code>, and let the request through only if it is <code>true</code>.
verification-curl-answers = If no key has the token, the answer is <code>{"{"}"valid":false,"code":"NOT_FOUND"{"}"}</code>. <code>project</code> is <code>null</code> if the key is in no project, and <code>expires_at</code> if it never expires. <code>scope</code> is <code>server</code>, <code>web</code>, <code>mobile</code> or <code>analytics</code>. Answers never contain a person’s name or email address.
verification-curl-tokens = After a rotation, a key has two tokens for a while. <code>token</code> says which one the caller has: <code>current</code>, or <code>previous</code>, which is valid until <code>token_ends_at</code>. A caller can then replace its token in time.
verification-title-shell = Shell
verification-title-answer = Answer

verification-presenting = Present a key
verification-presenting-text = A caller presents its key in one of three headers.
verification-presenting-own = If the key comes in <code>X-API-Key</code>, your application can use <code>Authorization</code> for its own purposes: Latchkey ignores anything there that is not one of its tokens. It refuses a request with two different tokens.
verification-header = Header
verification-basic = <code>Authorization: Basic …</code> with the key ID as user name and the secret as password, as in <code>curl --user KEY_ID:SECRET</code>. The user name or the password can also be the whole token: <code>curl --user x:TOKEN</code>
verification-presenting-body = <code>POST /v1/verify</code> also takes the token from a JSON body: <code>{"{"}"token": "TOKEN"{"}"}</code>. Latchkey never reads a token from a URL, because URLs end up in logs.

verification-organization = Name your organization
verification-organization-text = Several organizations can share this server. Name yours in every request: <code data-testid="organization-id">{ $id }</code>. The snippets already do. Latchkey then answers a key of another organization in the same way as an unknown one.
verification-organization-verify = <code>"organization": "{ $id }"</code> in the body, or <code>?organization={ $id }</code> in the address
verification-organization-introspect = A field or parameter <code>organization</code>. Without it, Latchkey uses the organization of the key that the caller authenticates with.
verification-organization-others = To accept several organizations, repeat the parameter, or send a list in the body. <code>any</code> accepts every key on this server, including keys of organizations you do not know. Without an organization, Latchkey accepts only keys of the server’s default organization. That is the first one, unless the operator has changed it.

verification-proxies = Verify keys in your proxy
verification-proxies-text = The proxy asks <code>/v1/forward-auth</code> about every request, without its body. If the answer is 200, the request goes on to your service with headers that identify the key. With any other answer, the request does not reach your service.
verification-headers = Headers
verification-headers-list = <code>X-Latchkey-Key-Id</code>, <code>X-Latchkey-Owner-Id</code>, <code>X-Latchkey-Organization-Id</code>, <code>X-Latchkey-Project-Id</code> (empty if the key is in no project), <code>X-Latchkey-Role</code>, <code>X-Latchkey-Permissions</code> (separated by spaces), <code>X-Latchkey-Expires-At</code> (absent if the key never expires), <code>X-Latchkey-Token</code> (<code>current</code> or <code>previous</code>), <code>X-Latchkey-Token-Ends-At</code> (empty for the current token)
verification-headers-environment = <code>X-Latchkey-Environment</code>
verification-headers-external-id = <code>X-Latchkey-External-Id</code> (percent-encoded where it is not plain ASCII, empty without one)
verification-safe = This is safe under three conditions:
verification-safe-reachable = Clients can reach your service only through the proxy. Otherwise, anyone could send these headers.
verification-safe-headers = The proxy removes <code>X-Latchkey-…</code> headers that a client sends. The snippets already do.
verification-safe-addresses = Latchkey counts wrong tokens by client address. The snippets pass this address on. Set <code>LATCHKEY_TRUSTED_PROXIES</code> to the address of your proxy so that Latchkey trusts it.
verification-proxy-answers-follow = What a client gets from the proxy:
verification-proxy-answers = What a client gets from the proxy
verification-when = When
verification-when-no-key = The key is missing or not valid
verification-when-no-permission = The key is valid, but lacks the permission, or is restricted to other pages, networks or apps
verification-when-two-keys = The request contains two different keys
verification-when-429 = Latchkey answers 429
verification-when-503 = Latchkey answers 503
verification-when-no-answer = Latchkey cannot be reached
verification-when-too-late = Latchkey does not answer within 2 seconds
verification-nginx = A location with its own <code>proxy_set_header</code> lines inherits none from outside, so repeat all of them there.
verification-caddy = <code>route</code> keeps the order as written: Caddy first removes forged headers, then asks Latchkey.
verification-traefik = For the file provider. A router that does not name the middleware is not protected.
verification-title-traefik = Dynamic configuration
verification-envoy = The order of the filters matters: Envoy must first remove forged headers, then ask Latchkey.
verification-title-envoy = Filters and cluster

verification-languages = Verify keys in your own code
verification-languages-text = Each example is a complete program that answers requests on port 3000 and greets callers with a valid key. Copy <code>verify</code> into your own code. The programs read the key from <code>Authorization: Bearer</code> or <code>X-API-Key</code>. They answer 401 if the key is not valid, 403 if it lacks the permission, and 503 if Latchkey cannot give an answer.
verification-languages-limits = If a key has used up a limit, they answer 429 with <code>Retry-After</code>.

verification-codes = What the codes mean
verification-codes-text = Latchkey gives a reason only if the secret is correct. Refuse a key with any other code, too: the list can grow.
verification-codes-caption = What the codes mean, and what each endpoint answers
verification-code = Code
verification-active = active
verification-not-active = not active
verification-codes-note = <code>/v1/forward-auth</code> returns the code in the header <code>X-Latchkey-Code</code>. Every endpoint answers a malformed request with a status from 400 to 415 and problem details (RFC 9457) that explain what is wrong.

verification-permissions = Require a permission
verification-permissions-text = A key has its owner’s permissions, or only those selected for it. To accept only keys with a certain permission, require it in the request. In a proxy, add <code>&amp;permission={ $name }</code> to the address in the snippet. In Envoy, add <code>;permission={ $name }</code> to its prefix. In a body, add <code>"permission": "{ $name }"</code>. Latchkey refuses parameters and fields that it does not know.
verification-permissions-all = These are the permissions:
verification-permissions-answer = To require several permissions, repeat the parameter, or send a list as <code>"permissions"</code>. In the answer, <code>permissions</code> has all that the key has: first Latchkey’s own, then those of your API. <code>X-Latchkey-Permissions</code> has only those of your API.
verification-permissions-of-api = These are the permissions of your API:
verification-permissions-count = { $count ->
    [one] { $count } permission
   *[other] { $count } permissions
}
verification-permissions-of-latchkey = These are Latchkey’s own permissions:

verification-environments = Require an environment
verification-environments-text = Each key belongs to one environment. The answer has its name in <code>environment</code>. To accept only keys of one environment, add <code>&amp;environment={ $name }</code> to the address in a proxy. In Envoy, add <code>;environment={ $name }</code> to its prefix. In a body, add <code>"environment": "{ $name }"</code>. Keys of other environments get the code <code>ENVIRONMENT_NOT_ALLOWED</code>.
verification-environment-tokens = Tokens begin with <code>{ $label }_</code>

verification-attributes = External ID and metadata
verification-external-id-text = <code>external_id</code> is the ID that your own system has for the customer, or <code>null</code>. In <code>X-Latchkey-External-Id</code>, characters that are not plain ASCII are percent-encoded. Decode it before you compare it.
verification-metadata-text = <code>metadata</code> is the JSON object of the key, or <code>null</code>. Only the answer of <code>/v1/verify</code> has it.

verification-limits = Rate limits and quotas
verification-limits-cost = Each request with a valid key takes 1 from the limits of the key. If a request is worth more, add <code>"cost": 5</code> to the body or <code>&amp;cost=5</code> to the address. A cost of 0 takes nothing.
verification-limits-answer = In the answer, <code>rate_limit</code> and <code>quota</code> have the number of uses that remain, and after how many seconds there are more. A field is <code>null</code> if the key has no such limit.
verification-limits-refused = A key that has used up a limit gets the code <code>RATE_LIMITED</code> or <code>QUOTA_EXCEEDED</code>. <code>/v1/forward-auth</code> then answers 429 with <code>Retry-After</code>, and the snippets pass both on to the client. Do the same in your own code.
verification-limits-headers = Clients read what remains in <code>RateLimit</code> and <code>RateLimit-Policy</code>, as in a draft of the IETF. The snippets for nginx and Envoy add these headers to every answer, those for Caddy and Traefik only to a 429.

verification-introspection = Token introspection
verification-introspection-text = For gateways and frameworks that support RFC 7662. The caller authenticates with its own key, here in <code>OWN_TOKEN</code>. The owner of that key must be an Owner or Administrator. OAuth clients send the key ID as <code>client_id</code> and the token as <code>client_secret</code>, with <code>client_secret_basic</code> or <code>client_secret_post</code>. Without a valid key, the caller gets 401 with <code>invalid_client</code>; without that role, it gets 403. If the key in question is not valid, the whole answer is <code>{"{"}"active":false{"}"}</code>.

verification-failure = When Latchkey does not answer
verification-failure-503 = <strong>Reject the request</strong> unless Latchkey has answered that the key is valid. 503 means that Latchkey cannot reach its database and cannot verify the key.
verification-failure-429 = 429 means that too many wrong tokens came from one address. Wait for the number of seconds in <code>Retry-After</code>. Latchkey still answers for keys that it has recently verified.
verification-failure-cache = <strong>Do not cache positive answers.</strong> Latchkey has its own cache, so asking every time is fast. A deleted key stops working with the next request, or within a quarter of a second if several servers share a database. If you cache an answer, the key keeps working for as long as you keep it.
verification-tested = Latchkey’s tests run the snippets for curl, nginx, Caddy, Node.js and Python exactly as shown. They do not run the snippets for Traefik, Envoy and Go, so test these before you rely on them.

verification-restrictions = Restricted keys
verification-restrictions-text = A key can be restricted to certain web pages, networks or apps. Tell Latchkey where the key was presented. <strong>Otherwise, Latchkey refuses a restricted key.</strong>
verification-restrictions-caption = What to send for restricted keys
verification-restricted-to = Restricted to
verification-in-the-body = /v1/verify, in the body
verification-in-the-headers = /v1/forward-auth, in the headers
verification-trusted-domains = Trusted domains<small>Scope Web</small>
verification-allowed-networks = Allowed networks<small>Scopes Server and Analytics</small>
verification-app-identifiers = App identifiers<small>Scope Mobile</small>
verification-origin-header = <code>Origin</code>; without one, the origin of <code>Referer</code>
verification-address-header = The address of the proxy’s client, which the proxy passes on in <code>X-Forwarded-For</code>
verification-app-headers = <code>X-App-Identifier</code>, <code>X-Ios-Bundle-Identifier</code>, or <code>X-Android-Package</code> with <code>X-Android-Cert</code>
verification-domains-match = A domain without a port means the default port of its scheme, and a domain without a scheme means http and https. <code>localhost:*</code> is any port. <code>*.example.com</code> is every host below example.com, but not example.com itself.
verification-apps-match = An app is a bundle or package. An Android package is followed by a space and the SHA-256 fingerprint of its certificate, because anyone can use a package name. <code>X-Android-Cert</code> must contain the same SHA-256 fingerprint.
verification-networks-match = Latchkey treats IPv4 addresses written as IPv6 (<code>::ffff:192.0.2.7</code>) as IPv4.
verification-restrictions-introspection = Token introspection does not ask where a key was presented, so it reports a restricted key as not active.
verification-guard = <strong>Domains and apps are a guard, not a lock.</strong> A browser tells the truth about the page, but a program with the key can claim anything. Restrictions keep others from using your key in their pages. Networks are as reliable as what your service or proxy reports about its caller.
verification-cors = Web keys in the browser
verification-cors-preflight = Before a page of another site calls your service, its browser sends a preflight request: <code>OPTIONS</code> with <code>Origin</code> and <code>Access-Control-Request-Method</code>, and no key. <code>/v1/forward-auth</code> answers it with 204 if an active Web key trusts that origin, and with 403 otherwise. The snippets for nginx, Caddy and Envoy send preflight requests there, so your service does not see them.
verification-cors-answers = When a page presents its Web key from a trusted domain, Latchkey’s answer has <code>Access-Control-Allow-Origin</code>. These snippets add it to the answer of your service, so that the page can read it. Cookies are not allowed.
verification-cors-traefik = Traefik answers preflight requests from its own list: name the same pages there.
verification-cors-own = If your service handles CORS itself, leave these lines out, and pass <code>OPTIONS</code> requests to it without a key. A proxy that asks about a preflight request, and names its method in <code>X-Forwarded-Method</code> or <code>X-Original-Method</code>, gets 401.

verification-leaks = Find leaked keys
verification-leaks-text = This regular expression finds the tokens of your organization. Add it to the leak scanner of your repositories, or search code and logs with grep -E. Tokens made under an earlier prefix of yours begin with that prefix.
verification-leaks-found = The last six characters are a checksum, so a scanner can tell a token from chance. If you find a token, paste it into the search of the list of keys: Latchkey shows whose key it is, and keeps the secret out of addresses and logs. Then rotate or revoke the key.
