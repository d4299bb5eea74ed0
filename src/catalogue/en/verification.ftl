### The page about checking keys.

verification-lead = A request comes to your service with an API key. Latchkey, at <code data-testid="server-url">{ $url }</code>, says whether the key is good.
verification-address-unknown = Other machines cannot reach { $url }. Put the address of this server in its place, and ask your administrator to set LATCHKEY_BASE_URL.
verification-contents = On this page
verification-look-up = Look up

verification-curl = Try it with curl
verification-curl-token = Put a token into the variable <code>TOKEN</code>. It begins with <code>lk_</code>.
verification-curl-status = The status is 200 whatever became of the key: look at <code>valid</code>, and let nobody pass unless it is <code>true</code>.
verification-curl-answers = Of a token that no key has, the answer is <code>{"{"}"valid":false,"code":"NOT_FOUND"{"}"}</code>. <code>project</code> is <code>null</code> where a key is in no project, <code>expires_at</code> where it never expires. <code>scope</code> is <code>server</code>, <code>web</code>, <code>mobile</code> or <code>analytics</code>. No answer has a person’s name or address.
verification-title-shell = Shell
verification-title-answer = Answer

verification-presenting = Present a key
verification-presenting-text = A caller presents its key in one of three headers.
verification-presenting-own = Your application may use <code>Authorization</code> for itself when the key comes in <code>X-API-Key</code>: Latchkey ignores what is not one of its tokens there. It refuses a request with two different tokens.
verification-header = Header
verification-basic = <code>Authorization: Basic …</code> with the Key ID as user and the Secret as password, as in <code>curl --user KEY_ID:SECRET</code>. The whole token works as user or as password, too: <code>curl --user x:TOKEN</code>
verification-presenting-body = <code>POST /v1/verify</code> also takes the token from a JSON body: <code>{"{"}"token": "TOKEN"{"}"}</code>. Latchkey never reads a token from a URL, since URLs end up in logs.

verification-organization = Say whose keys you accept
verification-organization-text = Several organizations may share this server. Name yours in every question: <code data-testid="organization-id">{ $id }</code>. The snippets do. A key of another organization then gets the same answer as an unknown one.
verification-organization-verify = <code>"organization": "{ $id }"</code> in the body, or <code>?organization={ $id }</code> in the address
verification-organization-introspect = A field or parameter <code>organization</code>. Without it, Latchkey takes the organization of the asking key.
verification-organization-others = To accept several organizations, repeat the parameter, or send a list in the body. <code>any</code> accepts every key on this server, also those of strangers. Without a name, Latchkey accepts keys of the server’s default organization only. That is the first one, unless the operator has changed it.

verification-proxies = Let your proxy ask
verification-proxies-text = The proxy asks <code>/v1/forward-auth</code> about every request, without its body. At 200 the request goes on to your service with headers that say whose key it is; at anything else your service does not see it.
verification-headers = Headers
verification-headers-list = <code>X-Latchkey-Key-Id</code>, <code>X-Latchkey-Owner-Id</code>, <code>X-Latchkey-Organization-Id</code>, <code>X-Latchkey-Project-Id</code> (empty where the key is in no project), <code>X-Latchkey-Role</code>, <code>X-Latchkey-Permissions</code> (separated by spaces), <code>X-Latchkey-Expires-At</code> (absent where the key never expires)
verification-safe = Three things make this safe:
verification-safe-reachable = Your service can be reached through the proxy only. Otherwise anybody could write these headers.
verification-safe-headers = The proxy throws away <code>X-Latchkey-…</code> headers that a client sends. The snippets do.
verification-safe-addresses = Latchkey counts wrong tokens by the address that they come from. The snippets pass it on; set <code>LATCHKEY_TRUSTED_PROXIES</code> to the address of your proxy, so that Latchkey believes it.
verification-proxy-answers-follow = What a client gets from the proxy:
verification-proxy-answers = What a client gets from the proxy
verification-when = When
verification-when-no-key = There is no key, or it is not good
verification-when-no-permission = The key is good, but lacks the permission, or is for other pages, networks or apps
verification-when-two-keys = The request presents two different keys
verification-when-429 = Latchkey answers 429
verification-when-503 = Latchkey answers 503
verification-when-no-answer = Latchkey does not answer
verification-nginx = A location with <code>proxy_set_header</code> lines of its own inherits none from outside: repeat all of them there.
verification-caddy = <code>route</code> keeps the order as it is written: first forged headers go, then Latchkey is asked.
verification-traefik = For the file provider. A router that does not name the middleware is open.
verification-title-traefik = Dynamic configuration
verification-envoy = The order of the filters matters: first forged headers go, then Latchkey is asked.
verification-title-envoy = Filters and cluster

verification-languages = Ask from your own code
verification-languages-text = Each is a whole program that answers requests on port 3000 and greets who comes with a good key. Take <code>verify</code> out of it. They read the key from <code>Authorization: Bearer</code> or <code>X-API-Key</code>. All of them answer 401 to a key that is not good, 403 to one that lacks the permission, and 503 when Latchkey cannot tell.

verification-codes = What the codes mean
verification-codes-text = A reason is given only to who holds the right secret.
verification-codes-caption = What the codes mean, and what each door answers
verification-code = Code
verification-active = active
verification-not-active = not active
verification-codes-note = <code>/v1/forward-auth</code> says the code in the header <code>X-Latchkey-Code</code>. A request that is not of the right form gets a status from 400 to 415 from every door, with problem details (RFC 9457) that say what is wrong with it.

verification-permissions = Ask for a permission
verification-permissions-text = A key may do what its owner may, or the part of it that was chosen for the key. To let only keys with a permission pass, ask for it. In a proxy, add <code>&amp;permission=api_keys.see_all</code> to the address of the snippet, in Envoy <code>;permission=api_keys.see_all</code> to its prefix. In a body, add <code>"permission": "api_keys.see_all"</code>. Latchkey refuses a parameter or field that it does not know. These are the names:

verification-introspection = Token introspection
verification-introspection-text = For gateways and frameworks that speak RFC 7662. The caller authenticates with a key of its own, here in <code>OWN_TOKEN</code>, whose owner is an Owner or Administrator. OAuth clients send the Key ID as <code>client_id</code> and the token as <code>client_secret</code>, by <code>client_secret_basic</code> or <code>client_secret_post</code>. Otherwise the answer is 401 with <code>invalid_client</code>, or 403. Of a key that is not good it says <code>{"{"}"active":false{"}"}</code> and nothing else.

verification-failure = When no answer comes
verification-failure-503 = <strong>Let nobody pass</strong> unless Latchkey has said that the key is good. 503 means that it cannot reach its database and nobody can tell.
verification-failure-429 = 429 means that too many wrong tokens came from one address. Wait for as many seconds as <code>Retry-After</code> says. Keys that Latchkey has checked lately are answered all the same.
verification-failure-cache = <strong>Do not keep good answers.</strong> Latchkey answers from memory, so asking each time is fast. A deleted key stops at the next question, and within a quarter of a second where several servers share a database; a key whose answer you keep goes on working for as long as you keep it.
verification-tested = Latchkey’s tests run the snippets for curl, nginx, Caddy, Node.js and Python as they stand here. They do not run those for Traefik, Envoy and Go: try these before you rely on them.

verification-restrictions = Keys that are restricted
verification-restrictions-text = A key may be restricted to the web pages, networks or apps that it is for. Say from where it was presented: <strong>when you do not, a restricted key is refused.</strong>
verification-restrictions-caption = What to say for restricted keys
verification-restricted-to = Restricted to
verification-in-the-body = /v1/verify, in the body
verification-in-the-headers = /v1/forward-auth, in the headers
verification-trusted-domains = Trusted domains<small>Scope Web</small>
verification-allowed-networks = Allowed networks<small>Scopes Server and Analytics</small>
verification-app-identifiers = App identifiers<small>Scope Mobile</small>
verification-origin-header = <code>Origin</code>; without one, the origin of <code>Referer</code>
verification-address-header = The address that the proxy was asked from, as it passes it on in <code>X-Forwarded-For</code>
verification-app-headers = <code>X-App-Identifier</code>, <code>X-Ios-Bundle-Identifier</code>, or <code>X-Android-Package</code> with <code>X-Android-Cert</code>
verification-domains-match = A domain without a port means the port of its scheme, one without a scheme http and https; <code>localhost:*</code> is any port. <code>*.example.com</code> is every host below example.com, and not example.com itself.
verification-apps-match = An app is a bundle or package. Behind an Android package, after a space, comes the SHA-256 fingerprint of its certificate: a package name alone can be anybody’s. <code>X-Android-Cert</code> must be that SHA-256 too.
verification-networks-match = IPv4 addresses that are written as IPv6 (<code>::ffff:192.0.2.7</code>) count as what they are.
verification-restrictions-introspection = Token introspection does not ask from where a key was presented: a restricted key is not active.
verification-guard = <strong>Domains and apps are a guard, not a lock.</strong> A browser tells the truth about the page; a program with the key can say anything. They keep others from using your key in their pages. Networks are as safe as what your service or proxy says about its caller.
verification-cors = Web keys in the browser
verification-cors-preflight = Before a page of another site calls your service, its browser sends a preflight: <code>OPTIONS</code> with <code>Origin</code> and <code>Access-Control-Request-Method</code>, and no key. <code>/v1/forward-auth</code> answers it with 204 when an active Web key trusts that origin, and with 403 otherwise. The snippets for nginx, Caddy and Envoy send preflights there; your service does not see them.
verification-cors-answers = When a page presents its Web key from a trusted domain, Latchkey’s answer has <code>Access-Control-Allow-Origin</code>. These snippets put it on the answer of your service, so that the page can read it. Cookies are not allowed.
verification-cors-traefik = Traefik answers preflights from a list of its own: name the same pages there.
verification-cors-own = Where your service handles CORS itself, leave these lines out, and let requests with the method <code>OPTIONS</code> pass to it without a key. A proxy that asks about a preflight, and names its method in <code>X-Forwarded-Method</code> or <code>X-Original-Method</code>, gets 401.
