//! What the HTML door answers when something cannot be done. The gate turns it into a page.

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use askama::Template;
use time::Duration;

use super::{
    gone::Missing,
    page::{Section, Shell},
    password_proof,
    retry::Retry,
    visit::Visit,
    words,
};
use crate::{
    app::{self, NotShown},
    catalogue::Words,
    domain::Language,
    http::assets,
    store,
    store::Reason,
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("not found")]
    NotFound,
    /// What the address names is no longer there, or never was.
    #[error("not found: {0:?}")]
    Missing(Missing),
    #[error("method not allowed")]
    MethodNotAllowed { allow: String },
    #[error("forbidden")]
    Forbidden,
    /// The act asks for the password, which was typed too long ago.
    #[error("password proof required")]
    ProofRequired,
    #[error("signed out")]
    SignedOut { next: String },
    /// The form's token does not fit, or the request comes from another site.
    #[error("forged request")]
    Forged,
    /// The form's token fits, but the browser does not say that the form comes from these pages.
    #[error("the origin of the form is hidden")]
    OriginHidden,
    /// No form of these pages looks like this.
    #[error("malformed request")]
    Malformed,
    #[error("the body is too large")]
    TooLarge,
    #[error("{missing} of {selected} selected keys were not found")]
    SelectionNotFound { missing: usize, selected: usize },
    #[error("more than {limit} keys match")]
    TooManyMatch { limit: usize },
    #[error("too many exports are running")]
    TooManyExports,
    #[error("registration is closed")]
    RegistrationClosed,
    /// Somebody tries too often.
    #[error("too many attempts")]
    RateLimited { wait: Duration },
    /// Nobody can register, so nobody can be invited.
    #[error("nobody can be invited")]
    InvitationsClosed,
    #[error("the invitation is not valid")]
    InvitationNotValid,
    #[error("the invitation was already accepted")]
    InvitationAccepted,
    /// An account of another organization has the invited address. Only told to whoever has the mailbox.
    #[error("the invited address already has an account")]
    AddressTaken,
    /// Nobody changes their own role, disables or removes themselves.
    #[error("not allowed on your own account")]
    OwnAccount,
    #[error("this is the last Owner who can sign in")]
    LastOwner,
    /// Too many passwords wait to be hashed.
    #[error("too busy")]
    Busy,
    #[error("the database {0}: {1}")]
    Unavailable(Reason, String),
    #[error("the database connection was lost during a change: {0}")]
    OutcomeUnknown(String),
    /// The key expired or was revoked before its copy was confirmed.
    #[error("the key has expired or was revoked")]
    ApiKeyEnded,
    /// The system makes the key for everybody: it is deleted, not revoked.
    #[error("the system created this key")]
    SystemApiKey,
    /// The key was revoked: there is nothing to change any more.
    #[error("the key was revoked")]
    ApiKeyRevoked,
    /// The token cannot be seen again.
    #[error("the token cannot be displayed: {0:?}")]
    TokenNotShown(NotShown),
    /// The link for a new password works no more.
    #[error("the link for a new password is no longer valid")]
    PasswordResetEnded,
    /// A form was sent without the cookie that its page has set.
    #[error("the browser did not send the cookie of the page")]
    NoCookie,
    #[error("internal error: {0:#}")]
    Internal(anyhow::Error),
}

#[derive(Template)]
#[template(path = "errors/error.html")]
struct ErrorPage {
    shell: Shell,
    heading: String,
    text: String,
    request_id: String,
    back_href: &'static str,
    back_label: String,
    retry: Option<Retry>,
}

impl Error {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::Missing(_) | Self::SelectionNotFound { .. } | Self::InvitationNotValid => {
                StatusCode::NOT_FOUND
            }
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Forbidden
            | Self::Forged
            | Self::OriginHidden
            | Self::NoCookie
            | Self::RegistrationClosed
            | Self::InvitationsClosed => StatusCode::FORBIDDEN,
            Self::ApiKeyEnded
            | Self::ApiKeyRevoked
            | Self::SystemApiKey
            | Self::TokenNotShown(NotShown::Pending | NotShown::Ended | NotShown::NotKept | NotShown::FormUsed)
            | Self::InvitationAccepted
            | Self::AddressTaken
            | Self::OwnAccount
            | Self::LastOwner => StatusCode::CONFLICT,
            Self::PasswordResetEnded => StatusCode::GONE,
            Self::SignedOut { .. } | Self::ProofRequired => StatusCode::SEE_OTHER,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::TooManyMatch { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RateLimited { .. } | Self::TooManyExports => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Unavailable(..) | Self::OutcomeUnknown(_) => StatusCode::SERVICE_UNAVAILABLE,
            // The server has lost what it needs; the request was good.
            Self::TokenNotShown(NotShown::MasterKeyMissing | NotShown::Damaged) | Self::Internal(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// The whole answer, in the house of all other pages.
    pub fn respond(&self, visit: &Visit) -> HttpResponse {
        match self {
            Self::SignedOut { next } => return lead_through(visit, "/sign-in", next),
            Self::ProofRequired => return password_proof::require(visit),
            _ => {}
        }
        let words = visit.words();
        let (heading, text) = self.said(words);
        let (back_href, back_id) = match (self, &visit.account) {
            (Self::Missing(missing), Some(_)) => missing.back(),
            (Self::PasswordResetEnded, _) => ("/password-reset", "error-get-a-new-link"),
            (
                Self::SelectionNotFound { .. }
                | Self::TooManyMatch { .. }
                | Self::TooManyExports
                | Self::OutcomeUnknown(_)
                | Self::ApiKeyEnded
                | Self::ApiKeyRevoked
                | Self::TokenNotShown(_)
                | Self::SystemApiKey,
                Some(_),
            ) => ("/settings/developers/api-keys", "error-back-to-api-keys"),
            (Self::InvitationsClosed | Self::InvitationAccepted | Self::OwnAccount | Self::LastOwner, Some(_)) => {
                ("/settings/members", "error-back-to-members")
            }
            (_, Some(_)) | (Self::Unavailable(..), None) => ("/", "error-home"),
            (_, None) => ("/sign-in", "error-sign-in"),
        };
        let shell = visit.dialog(heading.as_str(), Section::None, &[]);
        let request_id = visit.request_id.clone();
        let back_label = words.say(back_id).into();
        let may_pass = matches!(self, Self::Busy | Self::Unavailable(..) | Self::RateLimited { .. });
        let retry = if may_pass { Retry::of(visit) } else { None };
        let page = ErrorPage { shell, heading, text, request_id, back_href, back_label, retry };
        let mut response = HttpResponse::build(self.status());
        if let Self::MethodNotAllowed { allow } = self {
            response.insert_header((header::ALLOW, allow.as_str()));
        }
        if let Self::Busy | Self::Unavailable(..) | Self::TooManyExports = self {
            response.insert_header((header::RETRY_AFTER, "5"));
        }
        if let Self::RateLimited { wait } = self {
            response.insert_header((header::RETRY_AFTER, words::seconds(*wait).to_string()));
        }
        let body = page.render().unwrap_or(page.heading);
        let mut response = response.content_type("text/html; charset=utf-8").body(body);
        if visit.wants_fragment {
            show_as_dialog(&mut response);
        }
        response
    }

    /// An error page for when nothing is known of the visit.
    pub fn respond_bare(request_id: String) -> HttpResponse {
        let error = Self::Internal(anyhow::anyhow!("outside of a visit"));
        let words = Words::of(Language::default());
        let (heading, text) = error.said(words);
        let shell = Shell {
            words,
            title: heading.clone(),
            assets: assets::base(),
            csrf: String::new(),
            section: Section::None,
            viewer: None,
            message: None,
            fragment: false,
            crumbs: Vec::new(),
        };
        let back_label = words.say("error-home").into();
        let page = ErrorPage { shell, heading, text, request_id, back_href: "/", back_label, retry: None };
        HttpResponse::InternalServerError()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .content_type("text/html; charset=utf-8")
            .body(page.render().unwrap_or(page.heading))
    }

    /// The heading of its page, and what stands below.
    fn said(&self, words: Words) -> (String, String) {
        let (heading, text) = match self {
            Self::NotFound => ("error-not-found", "error-not-found-text"),
            Self::Missing(missing) => return missing.said(words),
            Self::MethodNotAllowed { .. } => ("error-method-not-allowed", "error-method-not-allowed-text"),
            Self::Forbidden => ("error-forbidden", "error-forbidden-text"),
            Self::SignedOut { .. } => ("error-signed-out", "error-signed-out-text"),
            Self::ProofRequired => ("error-proof-required", "error-proof-required-text"),
            Self::Forged => ("error-forged", "error-forged-text"),
            Self::OriginHidden => ("error-origin-hidden", "error-origin-hidden-text"),
            Self::Malformed => ("error-malformed", "error-malformed-text"),
            Self::TooLarge => ("error-too-large", "error-too-large-text"),
            Self::SelectionNotFound { missing, selected } => {
                let text =
                    words.say("error-selection-not-found-text").with("missing", missing).with("selected", selected);
                return (words.say("error-selection-not-found").into(), text.into());
            }
            Self::TooManyMatch { limit } => {
                let text = words.say("list-too-many-match-text").with("limit", limit);
                return (words.say("list-too-many-match").with("limit", limit).into(), text.into());
            }
            Self::TooManyExports => ("error-too-many-exports", "error-too-many-exports-text"),
            Self::RegistrationClosed => ("error-registration-closed", "error-registration-closed-text"),
            Self::RateLimited { wait } => {
                let text = format!("{} {}", words.say("error-nothing-changed"), words::try_again_after(words, *wait));
                return (words.say("error-rate-limited").into(), text);
            }
            Self::InvitationsClosed => ("error-invitations-closed", "error-invitations-closed-text"),
            Self::InvitationNotValid => ("error-invitation-not-valid", "error-invitation-not-valid-text"),
            Self::InvitationAccepted => ("error-invitation-accepted", "error-invitation-accepted-text"),
            Self::AddressTaken => ("error-address-taken", "error-address-taken-text"),
            Self::OwnAccount => ("error-own-account", "error-own-account-text"),
            Self::LastOwner => ("error-last-owner", "error-last-owner-text"),
            Self::Busy => ("error-busy", "error-busy-text"),
            Self::Unavailable(reason, _) => match reason {
                Reason::Away => ("error-unavailable", "error-unavailable-text"),
                Reason::Busy => ("error-database-busy", "error-database-busy-text"),
                Reason::Full => ("error-database-full", "error-database-full-text"),
                Reason::ReadOnly => ("error-database-read-only", "error-database-read-only-text"),
                Reason::Damaged => ("error-database-damaged", "error-database-damaged-text"),
            },
            Self::OutcomeUnknown(_) => ("error-outcome-unknown", "error-outcome-unknown-text"),
            Self::ApiKeyEnded => ("error-api-key-ended", "error-api-key-ended-text"),
            Self::ApiKeyRevoked => ("error-api-key-revoked", "error-api-key-revoked-text"),
            Self::TokenNotShown(NotShown::Pending) => ("error-token-not-shown", "error-token-pending"),
            Self::TokenNotShown(NotShown::Ended) => ("error-token-not-shown", "error-token-ended"),
            Self::TokenNotShown(NotShown::NotKept) => ("error-token-not-shown", "error-token-not-kept"),
            Self::TokenNotShown(NotShown::FormUsed) => ("error-token-not-shown", "error-token-form-used"),
            Self::TokenNotShown(NotShown::MasterKeyMissing) => {
                ("error-token-not-shown", "error-token-master-key-missing")
            }
            Self::TokenNotShown(NotShown::Damaged) => ("error-token-not-shown", "error-token-damaged"),
            Self::SystemApiKey => ("error-system-api-key", "error-system-api-key-text"),
            Self::PasswordResetEnded => ("error-password-reset-ended", "error-password-reset-ended-text"),
            Self::NoCookie => ("error-no-cookie", "error-no-cookie-text"),
            Self::Internal(_) => ("error-internal", "error-internal-text"),
        };
        (words.say(heading).into(), words.say(text).into())
    }
}

/// Tells the script to open the answer as a dialog, whatever it was to be put into.
pub fn show_as_dialog(response: &mut HttpResponse) {
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("hx-retarget"), HeaderValue::from_static("#dialog-slot"));
    headers.insert(HeaderName::from_static("hx-reswap"), HeaderValue::from_static("innerHTML"));
}

/// Sends the browser to a page that leads on to `next`.
pub fn lead_through(visit: &Visit, page: &str, next: &str) -> HttpResponse {
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    visit.redirect(&format!("{page}?next={next}"))
}

/// The bare answer, for the gate to replace.
impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status())
    }
}

impl From<app::Error> for Error {
    fn from(error: app::Error) -> Self {
        use app::Error as E;
        match error {
            E::NotFound => Self::NotFound,
            E::Forbidden => Self::Forbidden,
            E::PasswordProofRequired => Self::ProofRequired,
            E::SelectionNotFound { missing, selected } => Self::SelectionNotFound { missing, selected },
            E::TooManyMatch { limit } => Self::TooManyMatch { limit },
            E::TooManyExports => Self::TooManyExports,
            E::RateLimited { wait } => Self::RateLimited { wait },
            E::RegistrationClosed => Self::RegistrationClosed,
            E::InvitationNotValid => Self::InvitationNotValid,
            E::InvitationAccepted => Self::InvitationAccepted,
            E::OwnAccount => Self::OwnAccount,
            E::LastOwner => Self::LastOwner,
            E::ApiKeyEnded => Self::ApiKeyEnded,
            E::TokenNotShown(reason) => Self::TokenNotShown(reason),
            E::SystemApiKey => Self::SystemApiKey,
            E::PasswordResetEnded => Self::PasswordResetEnded,
            E::Store(store::Error::Unavailable(reason, cause)) => Self::Unavailable(reason, cause),
            E::Store(store::Error::OutcomeUnknown(reason)) => Self::OutcomeUnknown(reason),
            // A handler that can get one of these answers with its form.
            E::Invalid(_)
            | E::FormUsed(_)
            | E::InvitationFormUsed(_)
            | E::ApiKeyLimitReached { .. }
            | E::CountChanged { .. }
            | E::EditConflict(_)
            | E::PolicyConflict(_)
            | E::TooManyToShorten { .. }
            | E::PasswordChangedMeanwhile => Self::Internal(anyhow::anyhow!("not answered with the form: {error}")),
            E::Store(error) => Self::Internal(error.into()),
        }
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<actix_session::SessionInsertError> for Error {
    fn from(error: actix_session::SessionInsertError) -> Self {
        Self::Internal(anyhow::anyhow!("{error}"))
    }
}
