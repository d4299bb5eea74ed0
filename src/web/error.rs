//! What the HTML door answers when something cannot be done. The gate turns it into a page.

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use askama::Template;
use time::Duration;

use super::{
    page::{Section, Shell},
    visit::Visit,
    words::{self, count_of_keys},
};
use crate::{app, http::assets, store};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("not found")]
    NotFound,
    #[error("method not allowed")]
    MethodNotAllowed { allow: String },
    #[error("forbidden")]
    Forbidden,
    /// The act asks for the password, which was typed too long ago.
    #[error("password proof required")]
    ProofRequired { next: String },
    #[error("signed out")]
    SignedOut { next: String },
    /// The form's token does not fit, or the request comes from another site.
    #[error("forged request")]
    Forged,
    /// No form of these pages looks like this.
    #[error("malformed request")]
    Malformed,
    #[error("the body is too large")]
    TooLarge,
    #[error("{missing} of {selected} selected keys were not found")]
    SelectionNotFound { missing: usize, selected: usize },
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
    #[error("the invitation was accepted")]
    InvitationAccepted,
    /// Nobody changes their own role, disables or removes themselves.
    #[error("the actor's own account")]
    OwnAccount,
    #[error("the last owner")]
    LastOwner,
    /// Too many passwords wait to be hashed.
    #[error("too busy")]
    Busy,
    #[error("the database is away: {0}")]
    Unavailable(String),
    #[error("the database went away in the middle: {0}")]
    OutcomeUnknown(String),
    /// The key expired or was revoked before its copy was confirmed.
    #[error("the key has ended")]
    ApiKeyEnded,
    /// The link for a new password works no more.
    #[error("the link for a new password has ended")]
    PasswordResetEnded,
    /// A form was sent without the cookie that its page has set.
    #[error("the browser keeps no cookies")]
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
    back_href: String,
    back_label: String,
}

impl Error {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::SelectionNotFound { .. } | Self::InvitationNotValid => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Forbidden | Self::Forged | Self::NoCookie | Self::RegistrationClosed | Self::InvitationsClosed => {
                StatusCode::FORBIDDEN
            }
            Self::ApiKeyEnded | Self::InvitationAccepted | Self::OwnAccount | Self::LastOwner => StatusCode::CONFLICT,
            Self::PasswordResetEnded => StatusCode::GONE,
            Self::SignedOut { .. } | Self::ProofRequired { .. } => StatusCode::SEE_OTHER,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Unavailable(_) | Self::OutcomeUnknown(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The whole answer, in the house of all other pages.
    pub fn respond(&self, visit: &Visit) -> HttpResponse {
        if let Self::SignedOut { next } | Self::ProofRequired { next } = self {
            let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            let page = if matches!(self, Self::SignedOut { .. }) { "/sign-in" } else { "/password-proof" };
            return visit.redirect(&format!("{page}?next={next}"));
        }
        let (heading, text) = self.words();
        let home = ("/".to_owned(), "Go to the home page".to_owned());
        let (back_href, back_label) = match (self, &visit.account) {
            (Self::PasswordResetEnded, _) => ("/password-reset".to_owned(), "Get a new link".to_owned()),
            (Self::SelectionNotFound { .. } | Self::OutcomeUnknown(_) | Self::ApiKeyEnded, Some(_)) => {
                ("/settings/developers/api-keys".to_owned(), "Back to your API keys".to_owned())
            }
            (Self::InvitationsClosed | Self::InvitationAccepted | Self::OwnAccount | Self::LastOwner, Some(_)) => {
                ("/settings/members".to_owned(), "Back to the members".to_owned())
            }
            (_, Some(_)) => home,
            (_, None) => ("/sign-in".to_owned(), "Sign in".to_owned()),
        };
        let shell = visit.dialog(heading, Section::None, &[]);
        let request_id = visit.request_id.clone();
        let page = ErrorPage { shell, heading: heading.to_owned(), text, request_id, back_href, back_label };
        let mut response = HttpResponse::build(self.status());
        if let Self::MethodNotAllowed { allow } = self {
            response.insert_header((header::ALLOW, allow.as_str()));
        }
        if let Self::Busy | Self::Unavailable(_) = self {
            response.insert_header((header::RETRY_AFTER, "5"));
        }
        if let Self::RateLimited { wait } = self {
            response.insert_header((header::RETRY_AFTER, words::seconds(*wait).to_string()));
        }
        response.content_type("text/html; charset=utf-8").body(page.render().unwrap_or_else(|_| heading.to_owned()))
    }

    /// An error page for when nothing is known of the visit.
    pub fn respond_bare(request_id: String) -> HttpResponse {
        let error = Self::Internal(anyhow::anyhow!("outside of a visit"));
        let (heading, text) = error.words();
        let shell = Shell {
            title: heading.to_owned(),
            assets: assets::base(),
            csrf: String::new(),
            section: Section::None,
            viewer: None,
            message: None,
            fragment: false,
            crumbs: Vec::new(),
        };
        let (back_href, back_label) = ("/".to_owned(), "Go to the home page".to_owned());
        let page = ErrorPage { shell, heading: heading.to_owned(), text, request_id, back_href, back_label };
        HttpResponse::InternalServerError()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .content_type("text/html; charset=utf-8")
            .body(page.render().unwrap_or_else(|_| heading.to_owned()))
    }

    fn words(&self) -> (&'static str, String) {
        let (heading, text) = match self {
            Self::NotFound => ("Page not found", "There is nothing at this address, or nothing that you may see."),
            Self::MethodNotAllowed { .. } => {
                ("That is not possible here", "This address does not take such a request.")
            }
            Self::Forbidden => (
                "You may not do that",
                "Your role does not allow it. An Owner or Administrator of your organization can help.",
            ),
            Self::SignedOut { .. } => ("Please sign in", "Your session has ended."),
            Self::ProofRequired { .. } => ("Please type your password", "This needs a recent proof that it is you."),
            Self::Forged => {
                ("This form has expired", "Nothing was changed. Go back, reload the page and send the form again.")
            }
            Self::Malformed => {
                ("The request could not be understood", "Nothing was changed. Go back, reload the page and try again.")
            }
            Self::TooLarge => ("That is too much at once", "Nothing was changed. Send less text."),
            Self::SelectionNotFound { missing, selected } => {
                let selected = count_of_keys(i64::try_from(*selected).unwrap_or(i64::MAX));
                let text = format!(
                    "Nothing was deleted. Of the {selected} that you selected, {missing} could not be found: deleted \
                     meanwhile, or not yours. Go back, check the list and select again."
                );
                return ("The selection has changed", text);
            }
            Self::RegistrationClosed => (
                "Registration is closed",
                "This server has its organization already. Ask its Owner or an Administrator for an account.",
            ),
            Self::RateLimited { wait } => {
                return ("Too many attempts", format!("Nothing was changed. {}", words::try_again_after(*wait)));
            }
            Self::InvitationsClosed => (
                "Nobody can be invited",
                "Registration is closed on this server. Whoever runs it can open it with LATCHKEY_REGISTRATION=invite.",
            ),
            Self::InvitationNotValid => (
                "This invitation is not valid",
                "It was used or revoked, or has expired, or a part of the link is missing. Ask whoever invited you \
                 for a new one.",
            ),
            Self::InvitationAccepted => (
                "This invitation was accepted",
                "It cannot be revoked any more. If it brought a new member, you can remove them.",
            ),
            Self::OwnAccount => (
                "You cannot do this to yourself",
                "Nobody disables or removes themselves, and only an Owner gives up their own role. Ask another Owner or \
                 Administrator.",
            ),
            Self::LastOwner => (
                "An organization needs an Owner",
                "Nothing was changed: this is the last Owner who can sign in. Make somebody else an Owner first.",
            ),
            Self::Busy => ("Too many people are signing in", "Nothing was changed. Try again in a few seconds."),
            Self::Unavailable(_) => (
                "Latchkey cannot reach its database",
                "Nothing was changed. It will work again as soon as the database does: try again in a moment.",
            ),
            Self::OutcomeUnknown(_) => (
                "It is not known whether this was done",
                "Latchkey lost its database at the very moment of the change. Look whether it has happened before you \
                 try again.",
            ),
            Self::ApiKeyEnded => (
                "This key has ended",
                "It expired or was revoked before the copy was confirmed. Delete it and create a new one.",
            ),
            Self::PasswordResetEnded => (
                "This link works no more",
                "It was used already, a newer one has replaced it, or its time is over. Nothing was changed.",
            ),
            Self::NoCookie => (
                "Your browser did not keep a cookie",
                "Nothing was changed. Allow cookies for this address. Safari keeps none over plain http: use https or \
                 another browser.",
            ),
            Self::Internal(_) => {
                ("Something went wrong", "Try again, and if it stays so, tell whoever runs this server the request id.")
            }
        };
        (heading, text.to_owned())
    }
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
            E::SelectionNotFound { missing, selected } => Self::SelectionNotFound { missing, selected },
            E::RateLimited { wait } => Self::RateLimited { wait },
            E::RegistrationClosed => Self::RegistrationClosed,
            E::InvitationNotValid => Self::InvitationNotValid,
            E::InvitationAccepted => Self::InvitationAccepted,
            E::OwnAccount => Self::OwnAccount,
            E::LastOwner => Self::LastOwner,
            E::ApiKeyEnded => Self::ApiKeyEnded,
            E::PasswordResetEnded => Self::PasswordResetEnded,
            E::Store(store::Error::Unavailable(reason)) => Self::Unavailable(reason),
            E::Store(store::Error::OutcomeUnknown(reason)) => Self::OutcomeUnknown(reason),
            // A handler that can get one of these answers with its form.
            E::Invalid(_)
            | E::FormUsed(_)
            | E::InvitationFormUsed(_)
            | E::ApiKeyLimitReached { .. }
            | E::CountChanged { .. }
            | E::EditConflict(_)
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
