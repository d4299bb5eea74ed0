//! The page for errors.

use actix_web::{HttpResponse, http::header};
use askama::Template;

use super::{
    answer,
    error::Error,
    html_message::Markup,
    labels, missing,
    page::{Section, Shell},
    password_proof,
    request_context::RequestContext,
    retry::Retry,
    settings::developers::api_keys::ended_tokens::EndedTokenLine,
};
use crate::{app::NotShown, catalogue::Words, domain::Language, http::assets, store::Reason};

#[derive(Template)]
#[template(path = "errors/error.html")]
struct ErrorPage {
    shell: Shell,
    heading: String,
    text: Markup,
    /// Who still uses a deleted key.
    ended_tokens: Vec<EndedTokenLine>,
    request_id: String,
    back_href: &'static str,
    back_label: String,
    retry: Option<Retry>,
}

/// A complete answer, with a page like all others.
pub fn respond(error: &Error, request: &RequestContext) -> HttpResponse {
    match error {
        Error::SignedOut { next } => return request.redirect_through("/sign-in", next),
        Error::ProofRequired => return password_proof::require(request),
        _ => {}
    }
    let words = request.words();
    let (heading, text) = heading_and_text(error, words);
    let (back_href, back_id) = match (error, &request.account) {
        (Error::Missing(missing), Some(_)) => missing::back(missing),
        (Error::PasswordResetEnded, _) => ("/password-reset", "error-get-a-new-link"),
        (
            Error::SelectionNotFound { .. }
            | Error::TooManyMatch { .. }
            | Error::TooManyExports
            | Error::OutcomeUnknown(_)
            | Error::ApiKeyEnded
            | Error::ApiKeyRevoked
            | Error::TokenNotShown(_)
            | Error::SystemApiKey,
            Some(_),
        ) => ("/settings/developers/api-keys", "error-back-to-api-keys"),
        (Error::InvitationsClosed | Error::InvitationAccepted | Error::OwnAccount | Error::LastOwner, Some(_)) => {
            ("/settings/members", "error-back-to-members")
        }
        (_, Some(_)) | (Error::Unavailable(..), None) => ("/", "error-home"),
        (_, None) => ("/sign-in", "error-sign-in"),
    };
    let shell = request.dialog(heading.as_str(), Section::None, &[]);
    let request_id = request.request_id.clone();
    let back_label = words.say(back_id).into();
    let may_pass = matches!(error, Error::Busy | Error::Unavailable(..) | Error::RateLimited { .. });
    let retry = if may_pass { Retry::for_request(request) } else { None };
    let ended_tokens = match error {
        Error::Missing(missing) => missing::ended_tokens(missing, words, request.now()),
        _ => Vec::new(),
    };
    let page = ErrorPage { shell, heading, text, ended_tokens, request_id, back_href, back_label, retry };
    let mut response = HttpResponse::build(error.status());
    if let Error::MethodNotAllowed { allow } = error {
        response.insert_header((header::ALLOW, allow.as_str()));
    }
    if let Error::Busy | Error::Unavailable(..) | Error::TooManyExports = error {
        response.insert_header((header::RETRY_AFTER, "5"));
    }
    if let Error::RateLimited { wait } = error {
        response.insert_header((header::RETRY_AFTER, labels::seconds(*wait).to_string()));
    }
    let body = page.render().unwrap_or(page.heading);
    let mut response = response.content_type("text/html; charset=utf-8").body(body);
    if request.wants_fragment {
        answer::show_as_dialog(&mut response);
    }
    response
}

/// An error page for when nothing is known about the request.
pub fn respond_bare(request_id: String) -> HttpResponse {
    let error = Error::Internal(anyhow::anyhow!("outside of a request"));
    let words = Words::new(Language::default());
    let (heading, text) = heading_and_text(&error, words);
    let shell = Shell {
        words,
        title: heading.clone(),
        heading: Markup::escaped(&heading),
        theme: None,
        appearance_next: None,
        assets: assets::base(),
        csrf: String::new(),
        section: Section::None,
        viewer: None,
        message: None,
        fragment: false,
        crumbs: Vec::new(),
        rail: Vec::new(),
    };
    let back_label = words.say("error-home").into();
    let ended_tokens = Vec::new();
    let page = ErrorPage { shell, heading, text, ended_tokens, request_id, back_href: "/", back_label, retry: None };
    HttpResponse::InternalServerError()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8")
        .body(page.render().unwrap_or(page.heading))
}

fn heading_and_text(error: &Error, words: Words) -> (String, Markup) {
    let (heading, text) = match error {
        Error::NotFound => ("error-not-found", "error-not-found-text"),
        Error::Missing(missing) => return missing::heading_and_text(missing, words),
        Error::MethodNotAllowed { .. } => ("error-method-not-allowed", "error-method-not-allowed-text"),
        Error::Forbidden => ("error-forbidden", "error-forbidden-text"),
        Error::SignedOut { .. } => ("error-signed-out", "error-signed-out-text"),
        Error::ProofRequired => ("error-proof-required", "error-proof-required-text"),
        Error::Forged => ("error-forged", "error-forged-text"),
        Error::OriginHidden => ("error-origin-hidden", "error-origin-hidden-text"),
        Error::Malformed => ("error-malformed", "error-malformed-text"),
        Error::TooLarge => ("error-too-large", "error-too-large-text"),
        Error::SelectionNotFound { missing, selected } => {
            let text = words.say("error-selection-not-found-text").with("missing", missing).with("selected", selected);
            return (words.say("error-selection-not-found").into(), text.into());
        }
        Error::TooManyMatch { limit } => {
            let text = words.say("list-too-many-match-text").with("limit", limit);
            return (words.say("list-too-many-match").with("limit", limit).into(), text.into());
        }
        Error::TooManyExports => ("error-too-many-exports", "error-too-many-exports-text"),
        Error::RegistrationClosed => ("error-registration-closed", "error-registration-closed-text"),
        Error::RateLimited { wait } => {
            let text = format!("{} {}", words.say("error-nothing-changed"), labels::try_again_after(words, *wait));
            return (words.say("error-rate-limited").into(), Markup::escaped(text));
        }
        Error::InvitationsClosed => ("error-invitations-closed", "error-invitations-closed-text"),
        Error::InvitationNotValid => ("error-invitation-not-valid", "error-invitation-not-valid-text"),
        Error::InvitationAccepted => ("error-invitation-accepted", "error-invitation-accepted-text"),
        Error::AddressTaken => ("error-address-taken", "error-address-taken-text"),
        Error::OwnAccount => ("error-own-account", "error-own-account-text"),
        Error::LastOwner => ("error-last-owner", "error-last-owner-text"),
        Error::Busy => ("error-busy", "error-busy-text"),
        Error::Unavailable(reason, _) => match reason {
            Reason::Away => ("error-unavailable", "error-unavailable-text"),
            Reason::Busy => ("error-database-busy", "error-database-busy-text"),
            Reason::Full => ("error-database-full", "error-database-full-text"),
            Reason::ReadOnly => ("error-database-read-only", "error-database-read-only-text"),
            Reason::Damaged => ("error-database-damaged", "error-database-damaged-text"),
        },
        Error::OutcomeUnknown(_) => ("error-outcome-unknown", "error-outcome-unknown-text"),
        Error::ApiKeyEnded => ("error-api-key-ended", "error-api-key-ended-text"),
        Error::ApiKeyRevoked => ("error-api-key-revoked", "error-api-key-revoked-text"),
        Error::TokenNotShown(NotShown::Pending) => ("error-token-not-shown", "error-token-pending"),
        Error::TokenNotShown(NotShown::Ended) => ("error-token-not-shown", "error-token-ended"),
        Error::TokenNotShown(NotShown::NotKept) => ("error-token-not-shown", "error-token-not-kept"),
        Error::TokenNotShown(NotShown::FormUsed) => ("error-token-not-shown", "error-token-form-used"),
        Error::TokenNotShown(NotShown::MasterKeyMissing) => ("error-token-not-shown", "error-token-master-key-missing"),
        Error::TokenNotShown(NotShown::Damaged) => ("error-token-not-shown", "error-token-damaged"),
        Error::SystemApiKey => ("error-system-api-key", "error-system-api-key-text"),
        Error::PasswordResetEnded => ("error-password-reset-ended", "error-password-reset-ended-text"),
        Error::NoCookie => ("error-no-cookie", "error-no-cookie-text"),
        Error::Internal(_) => ("error-internal", "error-internal-text"),
    };
    (words.say(heading).into(), words.say(text).into())
}
