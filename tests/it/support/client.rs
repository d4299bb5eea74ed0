//! A browser without JavaScript: keeps cookies, follows no redirect by itself, sends forms with their token.

use std::collections::BTreeMap;

use ureq::{Agent, http::Request};

use super::Page;

#[derive(Clone)]
pub struct Client {
    agent: Agent,
    base: String,
    pub cookies: BTreeMap<String, String>,
    csrf: Option<String>,
}

impl Client {
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder().max_redirects(0).http_status_as_error(false).build();
        Self { agent: config.into(), base: base.to_owned(), cookies: BTreeMap::new(), csrf: None }
    }

    /// The host and port of the server.
    pub fn host(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    pub fn get(&mut self, path: &str) -> Page {
        self.request("GET", path, &[], None)
    }

    /// Sends a form as a page of this server would: with the token of the last page seen.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf();
        let mut fields = fields.to_vec();
        fields.push(("csrf", &csrf));
        self.post_raw(path, &[], &fields)
    }

    /// Sends exactly these fields and headers.
    pub fn post_raw(&mut self, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.request("POST", path, &all, Some(&body))
    }

    pub fn request(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Page {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        if !self.cookies.is_empty() {
            let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = match body {
            Some(body) => self.agent.run(request.body(body.to_owned()).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        };
        let page = Page::read(answer.unwrap());
        for cookie in page.headers.get_all("set-cookie") {
            self.keep(cookie.to_str().unwrap());
        }
        if let Some(csrf) = page.find_all("input[name=csrf]").first().and_then(|input| input.attribute("value")) {
            self.csrf = Some(csrf);
        }
        page
    }

    /// Verifies a token through `/v1/verify`; returns the status and the code.
    pub fn verify(&mut self, token: &str) -> (u16, String) {
        let body = serde_json::json!({ "token": token }).to_string();
        let page = self.request("POST", "/v1/verify", &[("content-type", "application/json")], Some(&body));
        (page.status, page.json()["code"].as_str().unwrap_or_default().to_owned())
    }

    /// Status, content encoding and length in bytes of an answer as it comes over the wire.
    pub fn measure(&mut self, path: &str, accepted: &str) -> (u16, String, usize) {
        let request = Request::builder().uri(format!("{}{path}", self.base)).header("accept-encoding", accepted);
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = if cookies.is_empty() { request } else { request.header("cookie", cookies.join("; ")) };
        let answer = self.agent.run(request.body(()).unwrap()).unwrap();
        let encoding = answer.headers().get("content-encoding").map_or("", |value| value.to_str().unwrap()).to_owned();
        (answer.status().as_u16(), encoding, answer.into_body().read_to_vec().unwrap().len())
    }

    /// A token that fits this client's session.
    pub fn csrf(&mut self) -> String {
        if self.csrf.is_none() {
            for path in ["/settings", "/sign-in", "/registration"] {
                if self.get(path).status == 200 {
                    break;
                }
            }
        }
        self.csrf.clone().expect("some page has a form")
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        if value.is_empty() || attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        // Another session has other tokens.
        self.csrf = None;
    }
}

/// Actions on keys through the pages.
impl Client {
    /// Opens the create form and sends it.
    pub fn create_api_key(&mut self, name: &str) -> Page {
        let form = self.get("/settings/developers/api-keys/new");
        assert_eq!(form.status, 200, "{}", form.body);
        let fields = form.form_fields("form");
        let mut fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.retain(|(field, _)| *field != "name");
        fields.push(("name", name));
        self.post_raw("/settings/developers/api-keys", &[], &fields)
    }

    /// Creates an active key; returns its id and its token.
    pub fn create_confirmed_api_key(&mut self, name: &str) -> (String, String) {
        let reveal = self.create_api_key(name);
        assert_eq!(reveal.status, 200, "{}", reveal.body);
        let token = reveal.test_id("key-token").text;
        let id = reveal.api_key_id();
        let path = format!("/settings/developers/api-keys/{id}/confirmation");
        assert_eq!(self.post(&path, &[("copied", "yes")]).status, 303);
        (id, token)
    }

    /// The list's rows: name and status.
    pub fn listed(&mut self) -> Vec<(String, String)> {
        let page = self.get("/settings/developers/api-keys");
        page.find_all("[data-testid=api-key-row]")
            .into_iter()
            .map(|row| (row.attribute("data-key-name").unwrap(), row.attribute("data-status").unwrap()))
            .collect()
    }
}
