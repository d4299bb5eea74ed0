//! One request to the HTML door, as its handlers see it: who makes it, and how to answer.

use std::{future::Ready, net::IpAddr, rc::Rc, sync::Arc};

use actix_session::Session;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, dev::Payload, http::header, web};
use serde::de::DeserializeOwned;
use time::Duration;

use super::{
    csrf,
    error::Error,
    flash::{Flash, FlashMessage},
    labels,
    page::{Crumb, Section, Shell, Viewer},
};
use crate::{
    app::{self, Context, accounts::OpenSession, submissions},
    catalogue::{Text, Words},
    domain::{Actor, Language, Policy, Sha256Digest, Theme, Timestamp},
    http::{
        assets,
        form::{self, Fields},
        sessions::ID_DIGEST,
    },
    state::{
        State,
        password_work::{NoTurn, Turn, queue::Client},
        security_log::SecurityEvent,
    },
    store::{self, Conn, users::Account},
};

const FLASH: &str = "flash";
/// The field of a form that makes it another one than all others.
const FORM_TOKEN: &str = "form_token";
/// Fields that a form of any page may have: what proves where it comes from, the password that [`super::password_proof`]
/// asks for in its middle, and the name beside which a browser keeps passwords.
const FIELDS_OF_EVERY_FORM: [&str; 4] = ["csrf", FORM_TOKEN, "proof_password", "username"];
/// The entry of the session that says when its owner typed their password, in microseconds since 1970.
const PROVED_AT: &str = "proved_at";
/// How long that counts for acts that cannot be undone or give power away.
const PROOF_LIFETIME: Duration = Duration::minutes(10);
/// When a client may try again that has too many passwords waiting to be hashed.
const WAIT_FOR_TURN: Duration = Duration::seconds(5);

/// Made by the gate, for every request that it lets pass.
#[derive(Clone)]
pub struct RequestContext {
    pub state: web::Data<State>,
    pub session: Session,
    pub account: Option<Rc<Account>>,
    /// What this visitor's form tokens are made from.
    pub csrf_seed: String,
    /// The request comes from a script of the page, which wants a dialog and not a page.
    pub wants_fragment: bool,
    /// What the browser asks for.
    pub browser_language: Language,
    pub address: Option<String>,
    /// The same for the security log.
    pub client: Option<IpAddr>,
    /// The address, or the network where one client has many addresses: what is counted when somebody tries too often.
    pub network: String,
    pub agent: Option<String>,
    /// What says which accounts this browser has signed in to before.
    pub device_cookie: String,
    /// The page of this server that the browser came from, if it says so: path and query.
    pub came_from: Option<String>,
    pub path: String,
    /// The request only looks (RFC 9110 §9.2.1).
    pub is_safe: bool,
    pub request_id: String,
    pub body: web::Bytes,
    pub query: String,
}

impl RequestContext {
    pub fn context(&self) -> Context {
        let context = self.state.context(self.policy(), self.address.clone(), Some(self.request_id.clone()));
        Context { has_password_proof: self.has_proof(), ..context }
    }

    pub fn now(&self) -> Timestamp {
        self.state.clock.now()
    }

    /// That of the organization of who is signed in.
    pub fn policy(&self) -> Arc<Policy> {
        self.account.as_ref().map(|account| account.policy.clone()).unwrap_or_default()
    }

    /// The person who is signed in. The gate has made sure, for every route that needs one.
    pub fn account(&self) -> Result<Rc<Account>, Error> {
        self.account.clone().ok_or(Error::Forbidden)
    }

    pub fn actor(&self) -> Result<Actor, Error> {
        Ok(self.account()?.actor())
    }

    /// Those of the person who is signed in, else those of the browser.
    pub fn words(&self) -> Words {
        let chosen = self.account.as_ref().and_then(|account| account.language);
        Words::new(chosen.unwrap_or(self.browser_language))
    }

    pub fn say<'a>(&self, id: &'static str) -> Text<'a> {
        self.words().say(id)
    }

    /// Counts an event in the security log, as of the account that is signed in.
    pub fn count_security_event(&self, event: SecurityEvent) {
        let email = self.account.as_ref().map(|account| account.email.as_str());
        self.state.security_log.count(event, self.client, email);
    }

    /// For acts that ask for the password again when it was typed too long ago.
    pub fn require_proof(&self) -> Result<(), Error> {
        if self.has_proof() { Ok(()) } else { Err(Error::ProofRequired) }
    }

    fn has_proof(&self) -> bool {
        let proved_at = self.session.get(PROVED_AT).ok().flatten().map(Timestamp::from_unix_micros);
        proved_at.is_some_and(|at| self.now().is_within(at, at.plus(PROOF_LIFETIME)))
    }

    /// Path and query of this request.
    pub fn location(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// Waits until a password may be hashed for this client. Nobody does work of that kind without a turn.
    pub async fn password_turn(&self, is_known: bool) -> Result<Turn, Error> {
        let client = Client { network: self.network.clone(), is_known };
        self.state.password_work.wait_for_turn(client).await.map_err(|refusal| match refusal {
            NoTurn::TooManyOfClient => Error::RateLimited { wait: WAIT_FOR_TURN },
            NoTurn::Busy => Error::Busy,
        })
    }

    /// The person has just typed their password.
    pub fn record_password_proof(&self) -> Result<(), Error> {
        Ok(self.session.insert(PROVED_AT, self.state.clock.now().unix_micros())?)
    }

    /// A new one for a form that shall be carried out once, however often it is sent.
    pub fn form_token(&self) -> String {
        csrf::seed(&mut (self.state.rng)())
    }

    /// Carries out the act of such a form in a transaction. Whoever sends the same form again is told what was said of the
    /// first: it is the same when all of it is, the token and what was typed.
    pub async fn once<E: From<app::Error> + From<store::Error> + Send + 'static>(
        &self,
        mut act: impl FnMut(&mut Conn, &mut Context, &Actor) -> Result<Flash, E> + Send + 'static,
    ) -> Result<Flash, E> {
        let token = form::field(&self.body, FORM_TOKEN).filter(|token| !token.is_empty());
        let sent = token.map(|_| format!("{}?{}\n{}", self.path, self.query, String::from_utf8_lossy(&self.body)));
        let form = sent.map(|sent| Sha256Digest::compute(&sent));
        self.write(move |conn, context, actor| {
            let act = |conn: &mut Conn, context: &mut Context| act(conn, context, actor);
            submissions::once(conn, context, &actor.person.id, form.as_ref(), act)
        })
        .await
    }

    /// Reads as the person who is signed in.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn, &Context, &Actor) -> Result<T, app::Error> + Send + 'static,
    ) -> Result<T, app::Error> {
        let (context, actor) = (self.context(), self.signed_in()?);
        self.state.read(move |conn| work(conn, &context, &actor)).await
    }

    /// Reads and writes in one transaction, as the person who is signed in.
    pub async fn write<T: Send + 'static, E: From<app::Error> + From<store::Error> + Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Conn, &mut Context, &Actor) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let (mut context, actor) = (self.context(), self.signed_in()?);
        self.state.write(move |conn| work(conn, &mut context, &actor)).await
    }

    /// [`Self::write`] for what adds data: it is refused while the disk is full.
    pub async fn write_if_room<T: Send + 'static, E: From<app::Error> + From<store::Error> + Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Conn, &mut Context, &Actor) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let (mut context, actor) = (self.context(), self.signed_in()?);
        self.state.write_if_room(move |conn| work(conn, &mut context, &actor)).await
    }

    fn signed_in(&self) -> Result<Actor, app::Error> {
        self.account.as_ref().map(|account| account.actor()).ok_or(app::Error::Forbidden)
    }

    /// The session that this request belongs to, if somebody is signed in with it.
    pub fn open_session(&self) -> Option<OpenSession> {
        let account = self.account.as_ref()?.as_ref().clone();
        let id_digest = self.session.get::<String>(ID_DIGEST).ok().flatten()?;
        Some(OpenSession { id_digest: Sha256Digest::from_stored(&id_digest), account })
    }

    /// What was sent. A field that `T` does not know is refused.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T, Error> {
        form::parse_strictly(&self.body, &FIELDS_OF_EVERY_FORM).map_err(|_| Error::Malformed)
    }

    /// The same for the part of a form that has none of these fields.
    pub fn form_beside<T: DeserializeOwned>(&self, fields: &[&str]) -> Result<T, Error> {
        Ok(form::parse_strictly(&self.body, &[&FIELDS_OF_EVERY_FORM, fields].concat())?)
    }

    /// The fields that were sent, without those that every form may have.
    pub fn form_fields(&self) -> Fields {
        Fields::parse(&self.body).select(|name| !FIELDS_OF_EVERY_FORM.contains(&name))
    }

    /// What the address says. A parameter that `T` does not know is passed over, since links get some on their way.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, Error> {
        form::parse(self.query.as_bytes()).map_err(|_| Error::Malformed)
    }

    /// The same where a parameter that is passed over would do more than was asked for.
    pub fn query_strictly<T: DeserializeOwned>(&self) -> Result<T, Error> {
        form::parse_strictly(self.query.as_bytes(), &[]).map_err(|_| Error::Malformed)
    }

    /// The same for the part of an address that has none of these fields.
    pub fn query_beside<T: DeserializeOwned>(&self, fields: &[&str]) -> Result<T, Error> {
        Ok(form::parse_strictly(self.query.as_bytes(), fields)?)
    }

    /// The fields of the address.
    pub fn query_fields(&self) -> Fields {
        Fields::parse(self.query.as_bytes())
    }

    /// What the act before this page had to say; each is said once.
    pub fn take_flash(&self) -> Option<Flash> {
        // Removing what is not there would write the session all the same.
        let flash = self.session.get(FLASH).ok().flatten();
        if flash.is_some() {
            self.session.remove(FLASH);
        }
        flash
    }

    pub fn set_flash(&self, flash: Flash) -> Result<(), Error> {
        Ok(self.session.insert(FLASH, flash)?)
    }

    /// The shell of a page that is never shown inside of another. Takes the flash out of the session to show it.
    pub fn page(&self, title: impl Into<String>, section: Section, crumbs: &[Crumb]) -> Shell {
        let message = self.take_flash().map(|flash| flash.message(self.words()));
        Shell { fragment: false, message, ..self.dialog(title, section, crumbs) }
    }

    /// The shell of a dialog, which without JavaScript is a page.
    pub fn dialog(&self, title: impl Into<String>, section: Section, crumbs: &[Crumb]) -> Shell {
        let viewer = self.account.as_ref().map(|account| Viewer {
            name: account.name.clone(),
            email: account.email.clone(),
            organization: account.organization_name.clone(),
            role: labels::role(self.words(), account.person.role),
            theme: account.theme.map(Theme::as_str),
        });
        Shell {
            words: self.words(),
            title: title.into(),
            assets: assets::base(),
            csrf: csrf::issue(&self.state.csrf_key, &self.csrf_seed, &mut (self.state.rng)()),
            section,
            viewer,
            message: None::<FlashMessage>,
            fragment: self.wants_fragment,
            crumbs: crumbs.to_vec(),
        }
    }

    /// Sends the browser to another page, by whichever means the request came.
    pub fn redirect(&self, location: &str) -> HttpResponse {
        if self.wants_fragment {
            HttpResponse::Ok().insert_header(("hx-redirect", location)).finish()
        } else {
            HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
        }
    }

    /// Sends the browser to a page that leads on to `next`.
    pub fn redirect_through(&self, page: &str, next: &str) -> HttpResponse {
        let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        self.redirect(&format!("{page}?next={next}"))
    }
}

impl FromRequest for RequestContext {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // A route outside of the gate would have none: it is refused.
        std::future::ready(request.extensions().get::<Self>().cloned().ok_or(Error::Forbidden))
    }
}
