//! A relay in front of the server under test, at the address that its pages display. It sees the requests of services,
//! and can be made to fail.

use std::sync::{Arc, Mutex};

use latchkey::config::Config;
use ureq::{Agent, http::Request};
use url::Url;

use super::{Answer, Asked, Backend, Kind, TestApp};

pub struct Relay {
    pub backend: Backend,
    mode: Arc<Mutex<Mode>>,
}

#[derive(Clone)]
enum Mode {
    /// Passes requests on to the server at this address.
    Pass(String),
    /// Answers by itself.
    Say(Answer),
}

impl Relay {
    /// Starts a server with a relay in front of it.
    pub fn start() -> (TestApp, Self) {
        let mode = Arc::new(Mutex::new(Mode::Say(Answer::default())));
        let shared = mode.clone();
        let backend = Backend::start(move |asked| {
            let mode = shared.lock().unwrap().clone();
            match mode {
                Mode::Pass(to) => pass(&to, asked),
                Mode::Say(answer) => answer,
            }
        });
        let url = Url::parse(&backend.url).unwrap();
        let app = TestApp::start_with(Kind::Sqlite, |config: &mut Config| config.base_url = Some(url));
        let relay = Self { backend, mode };
        relay.pass_to(&app);
        (app, relay)
    }

    pub fn pass_to(&self, app: &TestApp) {
        *self.mode.lock().unwrap() = Mode::Pass(app.address.clone());
    }

    pub fn say(&self, status: u16, body: &'static str) {
        *self.mode.lock().unwrap() = Mode::Say(Answer { status, body: body.to_owned(), ..Answer::default() });
    }

    /// Answers with this status and `Retry-After` itself.
    pub fn refuse(&self, status: u16, retry_after: &str) {
        let headers = vec![("Retry-After".to_owned(), retry_after.to_owned())];
        *self.mode.lock().unwrap() = Mode::Say(Answer { status, headers, ..Answer::default() });
    }
}

fn pass(to: &str, asked: &Asked) -> Answer {
    let config = Agent::config_builder().max_redirects(0).http_status_as_error(false).build();
    let agent = Agent::from(config);
    let mut request = Request::builder().method(asked.method.as_str()).uri(format!("{to}{}", asked.path));
    for (name, value) in &asked.headers {
        if !["host", "connection", "content-length"].contains(&name.to_ascii_lowercase().as_str()) {
            request = request.header(name, value);
        }
    }
    let answer = if asked.body.is_empty() {
        agent.run(request.body(()).unwrap())
    } else {
        agent.run(request.body(asked.body.clone()).unwrap())
    };
    let (parts, mut body) = answer.unwrap().into_parts();
    let headers = parts.headers.iter().filter(|(name, _)| !["content-length", "connection"].contains(&name.as_str()));
    Answer {
        status: parts.status.as_u16(),
        headers: headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect(),
        body: body.read_to_string().unwrap(),
    }
}
