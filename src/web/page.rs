//! What all pages share: the shell around them, and components of several pages.

use time::Duration;

use super::{
    flash::FlashMessage,
    html_message::{HtmlMessage, Markup},
    labels::{self, FieldError, Moment},
};
use crate::{
    app::Fault,
    catalogue::{Text, Words},
    domain::{ApiKey, Language, Timestamp},
    store::owners::Owner,
};

/// The frame of a page, or of a dialog inside a page.
#[derive(Debug)]
pub struct Shell {
    pub words: Words,
    pub title: String,
    /// The title with markup.
    pub heading: Markup,
    /// `light` or `dark`; None follows the browser.
    pub theme: Option<&'static str>,
    /// The address of this page, if it lets visitors select theme and language.
    pub appearance_next: Option<String>,
    /// The base path of this build's assets.
    pub assets: &'static str,
    pub csrf: String,
    pub section: Section,
    /// The signed-in person.
    pub viewer: Option<Viewer>,
    pub message: Option<FlashMessage>,
    /// Renders only the dialog, for a page that is already open.
    pub fragment: bool,
    /// The breadcrumbs, without the page itself.
    pub crumbs: Vec<Crumb>,
    /// The rail of settings pages. Other pages have none.
    pub rail: Vec<RailLink>,
}

/// The navigation entry of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Home,
    Settings,
    ApiKeys,
    Verification,
    ApiPermissions,
    Members,
    Projects,
    Policy,
    AuditLog,
    Account,
    Sessions,
    None,
}

#[derive(Clone, Debug)]
pub struct Viewer {
    pub name: String,
    pub email: String,
    pub organization: String,
    pub role: String,
    pub may_create_api_keys: bool,
    /// Whether this browser uses keyboard shortcuts.
    pub has_shortcuts: bool,
}

#[derive(Clone, Debug)]
pub struct Crumb {
    /// A message id of the catalogue.
    pub label: &'static str,
    pub href: &'static str,
}

/// A link of the rail.
#[derive(Clone, Debug)]
pub struct RailLink {
    /// A message id of the catalogue.
    pub label: &'static str,
    pub href: &'static str,
    /// The value of `aria-current`: `page`, or `true` for a page below it.
    pub current: Option<&'static str>,
}

/// The faults of a form, by field.
#[derive(Clone, Debug, Default)]
pub struct Errors(Vec<FieldError>);

impl Shell {
    /// Each language that pages have, and whether this page is in it.
    pub fn languages(&self) -> impl Iterator<Item = (Language, bool)> + use<> {
        let current = self.words.language();
        Language::ALL.into_iter().map(move |language| (language, language == current))
    }

    /// The element for a heading below the title of a dialog, or of the page that the dialog is without JavaScript.
    pub fn subheading(&self) -> &'static str {
        if self.fragment { "h3" } else { "h2" }
    }

    pub fn say<'a>(&self, id: &'static str) -> Text<'a> {
        self.words.say(id)
    }

    /// A message with markup.
    pub fn rich<'a>(&self, id: &'static str) -> HtmlMessage<'a> {
        HtmlMessage::new(self.words.say(id))
    }
}

impl Errors {
    pub fn new(words: Words, faults: &[Fault]) -> Self {
        Self(faults.iter().map(|fault| labels::fault(words, fault)).collect())
    }

    pub fn add(&mut self, words: Words, fault: &Fault) {
        self.0.push(labels::fault(words, fault));
    }

    pub fn push(&mut self, field: &'static str, message: impl Into<Markup>) {
        self.0.push(FieldError { field, message: message.into() });
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn of(&self, field: &str) -> Option<&Markup> {
        self.0.iter().find(|error| error.field == field).map(|error| &error.message)
    }

    pub fn list(&self) -> &[FieldError] {
        &self.0
    }
}

/// A key in lists and dialogs.
#[derive(Clone, Debug)]
pub struct ApiKeyDisplay {
    pub id: String,
    pub name: String,
    pub description: String,
    /// Prefix and lookup, the public part of the token.
    pub lookup: String,
    pub last4: String,
    /// A label; empty where it is not displayed.
    pub scope: String,
    pub status: &'static str,
    pub status_label: String,
    /// Whether it expires within days.
    pub is_soon: bool,
    /// That it is due for rotation, where that is displayed.
    pub rotation: Option<String>,
    pub created: Moment,
    pub expires: Option<Moment>,
    pub last_used: Option<Moment>,
    /// The address of its last use.
    pub last_used_from: Option<String>,
    /// Today's count, in words.
    pub today: Option<String>,
    pub is_new: bool,
    pub made_by_system: bool,
    /// Set if the owner is not the viewer.
    pub owner: Option<OwnerName>,
    pub project: Option<String>,
    pub environment: String,
    pub external_id: Option<String>,
}

#[derive(Clone, Debug)]
pub struct OwnerName {
    pub name: String,
    pub is_removed: bool,
}

impl From<&Owner> for OwnerName {
    fn from(owner: &Owner) -> Self {
        Self { name: owner.name.clone(), is_removed: owner.is_removed }
    }
}

impl ApiKeyDisplay {
    /// `soon` is [`crate::domain::Policy::soon`].
    pub fn new(words: Words, api_key: &ApiKey, now: Timestamp, soon: Duration) -> Self {
        Self {
            id: api_key.id.to_string(),
            name: api_key.name.as_str().to_owned(),
            description: api_key.description.as_str().to_owned(),
            lookup: api_key.key_id(),
            last4: api_key.hint.clone(),
            scope: String::new(),
            status: api_key.status(now).as_str(),
            status_label: labels::status(words, api_key, now, soon),
            is_soon: labels::expires_within_days(api_key, now, soon),
            rotation: None,
            created: labels::day(words, api_key.created_at),
            expires: api_key.expires_at.map(|end| labels::last_day(words, end)),
            last_used: api_key.last_use.as_ref().map(|last| labels::last_use(words, last, now)),
            last_used_from: api_key.last_use.as_ref().and_then(|last| last.address).map(|from| from.to_string()),
            today: None,
            is_new: false,
            made_by_system: false,
            owner: None,
            project: None,
            environment: api_key.attributes.environment.to_string(),
            external_id: api_key.attributes.external_id.as_ref().map(|id| id.as_str().to_owned()),
        }
    }
}
