//! One request for a page, as its handlers see it: the account behind it, and how to answer.

use std::{future::Ready, net::IpAddr, rc::Rc, sync::Arc};

use actix_session::Session;
use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest, HttpResponse, cookie::Cookie, dev::Payload, http::header, web,
};
use serde::de::DeserializeOwned;
use time::Duration;

use super::{
    csrf,
    error::Error,
    flash::{Flash, FlashMessage},
    labels,
    page::{Crumb, RailLink, Section, Shell, Viewer},
    rail,
    title::Title,
};
use crate::{
    app::{self, Context, accounts::OpenSession, submissions},
    catalogue::{Text, Words},
    domain::{Actor, Language, Permission, Policy, Sha256Digest, Theme, Timestamp, audit::PasswordPrompt},
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
    store::{
        self, Conn,
        users::{Account, Credentials},
    },
};

const FLASH: &str = "flash";
/// The form field that makes each displayed form unique.
const FORM_TOKEN: &str = "form_token";
/// Fields that a form of any page may have: form tokens, the password that [`super::password_proof`] adds, and the user
/// name for password managers.
const FIELDS_OF_EVERY_FORM: [&str; 4] = ["csrf", FORM_TOKEN, "proof_password", "username"];
/// The session entry for when its owner last typed their password, in microseconds since 1970.
const PROVED_AT: &str = "proved_at";
/// How long a typed password counts for actions that cannot be undone or that give power away.
const PROOF_LIFETIME: Duration = Duration::minutes(10);
/// When a client with too many waiting passwords may try again.
const WAIT_FOR_TURN: Duration = Duration::seconds(5);

/// Created by the gate for every request that it lets pass.
#[derive(Clone)]
pub struct RequestContext {
    pub state: web::Data<State>,
    pub session: Session,
    pub account: Option<Rc<Account>>,
    /// The seed of this visitor's form tokens.
    pub csrf_seed: String,
    /// A script of the page sent the request and expects a dialog, not a page.
    pub wants_fragment: bool,
    /// The language that was selected in this browser before sign-in, or else the one that the browser prefers.
    pub browser_language: Language,
    /// The theme that was selected in this browser before sign-in.
    pub browser_theme: Option<Theme>,
    pub address: Option<String>,
    /// The same address, for the security log.
    pub client: Option<IpAddr>,
    /// The address, or the network if one client has many addresses. Attempts are counted by it.
    pub network: String,
    pub agent: Option<String>,
    /// Whether this browser uses keyboard shortcuts.
    pub has_shortcuts: bool,
    /// Which accounts this browser has signed in to before.
    pub device_cookie: String,
    /// The page of this server that the browser came from, if it reports that: path and query.
    pub came_from: Option<String>,
    pub path: String,
    /// The request has a safe method (RFC 9110 §9.2.1).
    pub is_safe: bool,
    pub request_id: String,
    pub body: web::Bytes,
    /// For a form that was sent after the session had ended.
    pub kept_form: Option<Cookie<'static>>,
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

    /// The policy of the signed-in person's organization.
    pub fn policy(&self) -> Arc<Policy> {
        self.account.as_ref().map(|account| account.policy.clone()).unwrap_or_default()
    }

    /// The signed-in person. The gate ensures there is one, for every route that needs one.
    pub fn account(&self) -> Result<Rc<Account>, Error> {
        self.account.clone().ok_or(Error::Forbidden)
    }

    pub fn actor(&self) -> Result<Actor, Error> {
        Ok(self.account()?.actor())
    }

    /// The texts in the language of the signed-in person, or else of the browser.
    pub fn words(&self) -> Words {
        let chosen = self.account.as_ref().and_then(|account| account.language);
        Words::new(chosen.unwrap_or(self.browser_language))
    }

    /// The theme of the signed-in person, or else of the browser.
    fn theme(&self) -> Option<Theme> {
        self.account.as_ref().and_then(|account| account.theme).or(self.browser_theme)
    }

    pub fn say<'a>(&self, id: &'static str) -> Text<'a> {
        self.words().say(id)
    }

    /// Counts an event in the security log, for the signed-in account.
    pub fn count_security_event(&self, event: SecurityEvent) {
        let email = self.account.as_ref().map(|account| account.email.as_str());
        self.state.security_log.count(event, self.client, email);
    }

    /// Counts a wrong password for the audit log of the account's organization.
    pub fn count_wrong_password(&self, prompt: PasswordPrompt, account: &Credentials) {
        self.state.failed_passwords.count(prompt, account, self.address.as_deref(), self.now());
    }

    /// For actions that require a recently typed password.
    pub fn require_proof(&self) -> Result<(), Error> {
        if self.has_proof() { Ok(()) } else { Err(Error::ProofRequired) }
    }

    fn has_proof(&self) -> bool {
        let proved_at = self.session.get(PROVED_AT).ok().flatten().map(Timestamp::from_unix_micros);
        proved_at.is_some_and(|at| self.now().is_within(at, at.plus(PROOF_LIFETIME)))
    }

    /// The path and query of this request.
    pub fn location(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// Waits until a password may be hashed for this client. Such work always needs a turn.
    pub async fn password_turn(&self, is_known: bool) -> Result<Turn, Error> {
        let client = Client { network: self.network.clone(), is_known };
        self.state.password_work.wait_for_turn(client).await.map_err(|refusal| match refusal {
            NoTurn::TooManyOfClient => Error::RateLimited { wait: WAIT_FOR_TURN },
            NoTurn::Busy => Error::Busy,
        })
    }

    /// Records that the person has just typed their password.
    pub fn record_password_proof(&self) -> Result<(), Error> {
        Ok(self.session.insert(PROVED_AT, self.state.clock.now().unix_micros())?)
    }

    /// A new token for a form that must be carried out only once, however often it is sent.
    pub fn form_token(&self) -> String {
        csrf::seed(&mut (self.state.rng)())
    }

    /// Carries out the act of such a form in a transaction. If the same form is sent again, the answer is that of the
    /// first. Forms are the same if their tokens and all other fields are.
    pub async fn once<E: From<app::Error> + From<store::Error> + Send + 'static>(
        &self,
        mut act: impl FnMut(&mut Conn, &mut Context, &Actor) -> Result<Flash, E> + Send + 'static,
    ) -> Result<Flash, E> {
        let form = self.sent_form();
        self.write(move |conn, context, actor| {
            let act = |conn: &mut Conn, context: &mut Context| act(conn, context, actor);
            submissions::once(conn, context, &actor.person.id, form.as_ref(), act)
        })
        .await
    }

    /// Like [`Self::once`], for an act that adds data. It is refused while the disk is nearly full.
    pub async fn once_if_room<E: From<app::Error> + From<store::Error> + Send + 'static>(
        &self,
        mut act: impl FnMut(&mut Conn, &mut Context, &Actor) -> Result<Flash, E> + Send + 'static,
    ) -> Result<Flash, E> {
        let form = self.sent_form();
        self.write_if_room(move |conn, context, actor| {
            let act = |conn: &mut Conn, context: &mut Context| act(conn, context, actor);
            submissions::once(conn, context, &actor.person.id, form.as_ref(), act)
        })
        .await
    }

    /// Identifies the form that was sent. None if it has no form token.
    fn sent_form(&self) -> Option<Sha256Digest> {
        let token = form::field(&self.body, FORM_TOKEN).filter(|token| !token.is_empty());
        let sent = token.map(|_| format!("{}?{}\n{}", self.path, self.query, String::from_utf8_lossy(&self.body)));
        sent.map(|sent| Sha256Digest::compute(&sent))
    }

    /// Reads as the signed-in person.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn, &Context, &Actor) -> Result<T, app::Error> + Send + 'static,
    ) -> Result<T, app::Error> {
        let (context, actor) = (self.context(), self.signed_in()?);
        self.state.read(move |conn| work(conn, &context, &actor)).await
    }

    /// Reads and writes in one transaction, as the signed-in person.
    pub async fn write<T: Send + 'static, E: From<app::Error> + From<store::Error> + Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Conn, &mut Context, &Actor) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let (mut context, actor) = (self.context(), self.signed_in()?);
        self.state.write(move |conn| work(conn, &mut context, &actor)).await
    }

    /// Like [`Self::write`], for work that adds data. It is refused while the disk is nearly full.
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

    /// The session of this request, if a person is signed in.
    pub fn open_session(&self) -> Option<OpenSession> {
        let account = self.account.as_ref()?.as_ref().clone();
        let id_digest = self.session.get::<String>(ID_DIGEST).ok().flatten()?;
        Some(OpenSession { id_digest: Sha256Digest::from_stored(&id_digest), account })
    }

    /// The form. Refuses a field that `T` does not know.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T, Error> {
        form::parse_strictly(&self.body, &FIELDS_OF_EVERY_FORM).map_err(|_| Error::Malformed)
    }

    /// Like [`Self::form`], for the part of a form without these fields.
    pub fn form_beside<T: DeserializeOwned>(&self, fields: &[&str]) -> Result<T, Error> {
        Ok(form::parse_strictly(&self.body, &[&FIELDS_OF_EVERY_FORM, fields].concat())?)
    }

    /// The fields of the form, without the fields that every form may have.
    pub fn form_fields(&self) -> Fields {
        Fields::parse(&self.body).select(|name| !FIELDS_OF_EVERY_FORM.contains(&name))
    }

    /// The query. Ignores parameters that `T` does not know, because links collect some.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, Error> {
        form::parse(self.query.as_bytes()).map_err(|_| Error::Malformed)
    }

    /// Like [`Self::query`], where an ignored parameter would have too much effect.
    pub fn query_strictly<T: DeserializeOwned>(&self) -> Result<T, Error> {
        form::parse_strictly(self.query.as_bytes(), &[]).map_err(|_| Error::Malformed)
    }

    /// Like [`Self::query_strictly`], for the part of a query without these fields.
    pub fn query_beside<T: DeserializeOwned>(&self, fields: &[&str]) -> Result<T, Error> {
        Ok(form::parse_strictly(self.query.as_bytes(), fields)?)
    }

    /// The fields of the query.
    pub fn query_fields(&self) -> Fields {
        Fields::parse(self.query.as_bytes())
    }

    /// The message about the last action, which is displayed only once.
    pub fn take_flash(&self) -> Option<Flash> {
        // Removing a missing entry would still write the session.
        let flash = self.session.get(FLASH).ok().flatten();
        if flash.is_some() {
            self.session.remove(FLASH);
        }
        flash
    }

    pub fn set_flash(&self, flash: Flash) -> Result<(), Error> {
        Ok(self.session.insert(FLASH, flash)?)
    }

    /// The shell of a page that is never a dialog. Takes the flash message out of the session.
    pub fn page(&self, title: impl Into<Title>, section: Section, crumbs: &[Crumb]) -> Shell {
        let message = self.take_flash().map(|flash| flash.message(self.words()));
        Shell { fragment: false, message, ..self.dialog(title, section, crumbs) }
    }

    /// The shell of a dialog, which is a page without JavaScript.
    pub fn dialog(&self, title: impl Into<Title>, section: Section, crumbs: &[Crumb]) -> Shell {
        let title = title.into();
        let viewer = self.account.as_ref().map(|account| Viewer {
            name: account.name.clone(),
            email: account.email.clone(),
            organization: account.organization_name.clone(),
            role: labels::role(self.words(), account.person.role),
            may_create_api_keys: account.actor().may(Permission::CreateApiKeys, &account.policy),
            has_shortcuts: self.has_shortcuts,
        });
        Shell {
            theme: self.theme().map(Theme::as_str),
            // A page that answered a form cannot be opened again at its address.
            appearance_next: (viewer.is_none() && self.is_safe).then(|| self.location()),
            words: self.words(),
            title: title.text,
            heading: title.heading,
            assets: assets::base(),
            csrf: csrf::issue(
                &self.state.csrf_key,
                &self.csrf_seed,
                self.account.as_ref().map(|account| account.person.id.as_str()),
                &mut (self.state.rng)(),
            ),
            section,
            viewer,
            message: None::<FlashMessage>,
            fragment: self.wants_fragment,
            crumbs: crumbs.to_vec(),
            rail: self.rail(section),
        }
    }

    /// A fragment has no frame, and so no rail.
    fn rail(&self, section: Section) -> Vec<RailLink> {
        let account = self.account.as_ref().filter(|_| !self.wants_fragment);
        let links = |account: &Rc<Account>| rail::links(section, &self.path, &account.actor(), &account.policy);
        account.map(links).unwrap_or_default()
    }

    /// Sends the browser to another page, for scripts and for plain requests.
    pub fn redirect(&self, location: &str) -> HttpResponse {
        if self.wants_fragment {
            HttpResponse::Ok().insert_header(("hx-redirect", location)).finish()
        } else {
            HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
        }
    }

    /// Sends the browser to a page that continues to `next`.
    pub fn redirect_through(&self, page: &str, next: &str) -> HttpResponse {
        let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        self.redirect(&format!("{page}?next={next}"))
    }
}

impl FromRequest for RequestContext {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // A route outside of the gate has no context and is refused.
        std::future::ready(request.extensions().get::<Self>().cloned().ok_or(Error::Forbidden))
    }
}
