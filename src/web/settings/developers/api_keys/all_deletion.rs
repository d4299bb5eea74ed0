//! Deleting all of your keys, or all of the organization's. People confirm by typing the number of keys. Requires a
//! recently typed password.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{API_KEYS, HOME, SETTINGS, ViewQuery, view_of};
use crate::{
    app::{
        Failure,
        api_keys::{
            View,
            deletion::{self, AllDeletionImpact},
            selection::CountChanged,
        },
    },
    catalogue::Words,
    domain::text,
    web::{
        answer,
        error::Error,
        flash::Flash,
        html_message::HtmlMessage,
        page::{Errors, Section, Shell},
        request_context::RequestContext,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/all_deletion.html")]
struct AllDeletionPage {
    shell: Shell,
    of_organization: bool,
    people: i64,
    list: &'static str,
    /// The target of the form.
    action: &'static str,
    form_token: String,
    count: i64,
    used_in_last_24_hours: i64,
    has_system_keys: bool,
    phrase_wanted: String,
    phrase: String,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AllDeletionForm {
    phrase: String,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    request.query_strictly::<ViewQuery>()?;
    let (view, list) = view_of(&request)?;
    if impact(&request, view).await?.count == 0 {
        request.set_flash(match view {
            View::Mine => Flash::NoApiKeyToDelete,
            View::Organization => Flash::OrganizationHasNoApiKey,
        })?;
        return Ok(request.redirect(list));
    }
    render(&request, StatusCode::OK, String::new(), None).await
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let (view, list) = view_of(&request)?;
    request.query_strictly::<ViewQuery>()?;
    let AllDeletionForm { phrase } = request.form()?;
    let Some(agreed_count) = parse_phrase(&phrase, view) else {
        return render(&request, StatusCode::UNPROCESSABLE_ENTITY, phrase, Some(AllDeletionRefusal::NotThePhrase))
            .await;
    };
    let token_keys = request.state.current_token_keys().await?;
    let told = request.once(move |conn, context, actor| {
        let (count, made_anew) = deletion::delete_all(conn, context, actor, &token_keys, view, agreed_count)?;
        Ok(match view {
            View::Mine => Flash::AllApiKeysDeleted { count, made_anew },
            View::Organization => Flash::OrganizationsApiKeysDeleted { count, made_anew },
        })
    });
    match told.await {
        Ok(told) => {
            request.set_flash(told)?;
            Ok(request.redirect(list))
        }
        Err(Failure::Refused(CountChanged { .. })) => {
            render(&request, StatusCode::CONFLICT, phrase, Some(AllDeletionRefusal::AnotherCount)).await
        }
        Err(Failure::Error(error)) => Err(error.into()),
    }
}

async fn impact(request: &RequestContext, view: View) -> Result<AllDeletionImpact, Error> {
    let work = move |conn: &mut _, context: &_, actor: &_| deletion::impact_of_deleting_all(conn, context, actor, view);
    Ok(request.read(work).await?)
}

#[derive(Clone, Copy)]
enum AllDeletionRefusal {
    NotThePhrase,
    AnotherCount,
}

async fn render(
    request: &RequestContext,
    status: StatusCode,
    phrase: String,
    refusal: Option<AllDeletionRefusal>,
) -> Result<HttpResponse, Error> {
    let (view, list) = view_of(request)?;
    let AllDeletionImpact { count, used_in_last_24_hours, people, has_system_keys } = impact(request, view).await?;
    let phrase_wanted = phrase_for(request.words(), count, view);
    let mut errors = Errors::default();
    match refusal {
        None => {}
        Some(AllDeletionRefusal::NotThePhrase) => {
            errors.push(
                "phrase",
                HtmlMessage::new(request.say("api-keys-type-phrase")).verbatim("phrase", &phrase_wanted),
            );
        }
        Some(AllDeletionRefusal::AnotherCount) => {
            let message = match view {
                View::Mine => request.say("api-keys-count-changed"),
                View::Organization => request.say("api-keys-count-of-organization-changed"),
            };
            errors.push("phrase", HtmlMessage::new(message.with("count", count)).verbatim("phrase", &phrase_wanted));
        }
    }
    let heading = match view {
        View::Mine => request.say("api-keys-all-deletion-heading"),
        View::Organization => request.say("api-keys-all-deletion-of-organization-heading"),
    };
    let page = AllDeletionPage {
        shell: request.dialog(heading.with("count", count), Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        of_organization: view == View::Organization,
        people: i64::try_from(people).unwrap_or(i64::MAX),
        list,
        action: match view {
            View::Mine => "/settings/developers/api-keys/all-deletion",
            View::Organization => "/settings/developers/api-keys/all-deletion?view=organization",
        },
        form_token: request.form_token(),
        count,
        used_in_last_24_hours,
        has_system_keys,
        phrase_wanted,
        phrase,
        errors,
    };
    answer::render(status, &page)
}

/// The organization's phrase says so, so that nobody mistakes it for their own keys only.
fn phrase_for(words: Words, count: i64, view: View) -> String {
    let phrase = match view {
        View::Mine => words.say("api-keys-all-deletion-phrase"),
        View::Organization => words.say("api-keys-all-deletion-of-organization-phrase"),
    };
    phrase.with("count", count).into()
}

/// The number in the phrase, in any language. Ignores case, blanks, plural forms, digit group separators and the dots
/// of ё.
fn parse_phrase(phrase: &str, view: View) -> Option<i64> {
    let phrase = text::fold(phrase).replace('ё', "е");
    let words: Vec<&str> = phrase.split_whitespace().collect();
    let (verb, words) = words.split_first()?;
    let (keys, of_organization): (&[&str], &[&[&str]]) = match *verb {
        "delete" => (&["key", "keys"], &[&["of", "the", "organization"], &["of", "the", "organisation"]]),
        "удалить" => (&["ключ", "ключа", "ключей"], &[&["организации"]]),
        _ => return None,
    };
    let (digits, rest) = words.split_at(words.iter().position(|word| keys.contains(word))?);
    let is_complete = match view {
        View::Mine => rest.len() == 1,
        View::Organization => of_organization.contains(&&rest[1..]),
    };
    let digits = digits.concat().replace(',', "");
    let is_number = is_complete && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Language;

    #[test]
    fn the_phrase_names_a_number_of_keys() {
        let mine = |phrase| parse_phrase(phrase, View::Mine);
        assert_eq!(mine("delete 12 keys"), Some(12));
        assert_eq!(mine("  DELETE   1 key "), Some(1));
        for bad in
            ["", "delete", "delete keys", "delete all keys", "delete -1 keys", "delete 1 keys now", "delete12keys"]
        {
            assert_eq!(mine(bad), None, "{bad}");
            assert_eq!(parse_phrase(bad, View::Organization), None, "{bad}");
        }
    }

    #[test]
    fn the_phrase_that_a_page_wants_is_understood_in_its_view_only() {
        let views = [(View::Mine, View::Organization), (View::Organization, View::Mine)];
        for (language, (view, other)) in
            Language::ALL.into_iter().flat_map(|language| views.map(|view| (language, view)))
        {
            for count in [1, 2, 5, 12, 21, 1_204, 1_204_000] {
                let wanted = phrase_for(Words::new(language), count, view);
                assert_eq!(parse_phrase(&wanted, view), Some(count), "{wanted}");
                assert_eq!(parse_phrase(&wanted, other), None, "{wanted}");
            }
        }
    }

    #[test]
    fn what_makes_no_difference_is_forgiven() {
        for phrase in [
            "delete 1204 keys",
            " Delete  1 204 KEY",
            "удалить 1204 ключ",
            "УДАЛИТЬ 1,204 ключа",
            "удалить 1 204 ключёй",
        ] {
            assert_eq!(parse_phrase(phrase, View::Mine), Some(1_204), "{phrase}");
        }
        for phrase in [" Delete 1 KEY  of the Organisation", "удалить 1 ключей Организации"] {
            assert_eq!(parse_phrase(phrase, View::Organization), Some(1), "{phrase}");
        }
        for bad in [
            "удалить",
            "удалить ключи",
            "удалить все ключи",
            "удалить 12 keys",
            "delete 12 ключей",
            "удалить 1 ключ сейчас",
        ] {
            assert_eq!(parse_phrase(bad, View::Mine), None, "{bad}");
            assert_eq!(parse_phrase(bad, View::Organization), None, "{bad}");
        }
    }
}
