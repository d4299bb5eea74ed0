//! Deleting all of one's keys, or all of the organization: agreed to by typing how many there are. Asks for the password
//! when it was typed long ago.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{API_KEYS, HOME, SETTINGS, view_of};
use crate::{
    app::{
        self,
        api_keys::{View, deletion::Impact},
    },
    catalogue::Words,
    web::{
        error::Error,
        flash::Flash,
        page::{self, Errors, Section, Shell},
        visit::Visit,
        words::{count_of_keys, count_of_people},
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/all_deletion.html")]
struct AllDeletionPage {
    shell: Shell,
    heading: String,
    of_organization: bool,
    people: String,
    list: &'static str,
    /// Where the form goes.
    action: &'static str,
    count: i64,
    used_in_last_24_hours: i64,
    phrase_wanted: String,
    phrase: String,
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AllDeletionForm {
    phrase: String,
}

pub async fn show(visit: Visit) -> Result<HttpResponse, Error> {
    visit.require_proof()?;
    let (view, list) = view_of(&visit)?;
    if impact(&visit, view).await?.count == 0 {
        visit.set_flash(match view {
            View::Mine => Flash::NoApiKeyToDelete,
            View::Organization => Flash::OrganizationHasNoApiKey,
        })?;
        return Ok(visit.redirect(list));
    }
    render(&visit, StatusCode::OK, String::new(), None).await
}

pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    visit.require_proof()?;
    let (view, list) = view_of(&visit)?;
    let AllDeletionForm { phrase } = visit.form()?;
    let Some(agreed_count) = parse_phrase(&phrase, view) else {
        return render(&visit, StatusCode::UNPROCESSABLE_ENTITY, phrase, Some(Refusal::NotThePhrase)).await;
    };
    let (mut context, actor) = (visit.context(), visit.actor()?);
    let deleted = visit
        .state
        .write(move |conn| app::api_keys::deletion::delete_all(conn, &mut context, &actor, view, agreed_count))
        .await;
    match deleted {
        Ok(count) => {
            visit.set_flash(match view {
                View::Mine => Flash::AllApiKeysDeleted { count },
                View::Organization => Flash::OrganizationsApiKeysDeleted { count },
            })?;
            Ok(visit.redirect(list))
        }
        Err(app::Error::CountChanged { .. }) => {
            render(&visit, StatusCode::CONFLICT, phrase, Some(Refusal::AnotherCount)).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn impact(visit: &Visit, view: View) -> Result<Impact, app::Error> {
    let context = visit.context();
    let actor = visit.actor().map_err(|_| app::Error::Forbidden)?;
    let work = move |conn: &mut _| app::api_keys::deletion::impact_of_deleting_all(conn, &context, &actor, view);
    visit.state.read(work).await
}

#[derive(Clone, Copy)]
enum Refusal {
    NotThePhrase,
    AnotherCount,
}

async fn render(
    visit: &Visit,
    status: StatusCode,
    phrase: String,
    refusal: Option<Refusal>,
) -> Result<HttpResponse, Error> {
    let (view, list) = view_of(visit)?;
    let Impact { count, used_in_last_24_hours, people } = impact(visit, view).await?;
    let phrase_wanted = phrase_for(visit.words(), count, view);
    let keys = count_of_keys(visit.words(), count);
    let mut errors = Errors::default();
    match refusal {
        None => {}
        Some(Refusal::NotThePhrase) => errors.push("phrase", &format!("Type “{phrase_wanted}” to confirm")),
        Some(Refusal::AnotherCount) => {
            let who = if view == View::Organization { "The organization has" } else { "You have" };
            let message = format!("{who} {keys} now. Nothing was deleted. Type “{phrase_wanted}” to delete them all");
            errors.push("phrase", &message);
        }
    }
    let heading = match (view, count) {
        (View::Mine, 1) => "Delete my only key?".to_owned(),
        (View::Mine, _) => format!("Delete all my {keys}?"),
        (View::Organization, 1) => "Delete the only key of the organization?".to_owned(),
        (View::Organization, _) => format!("Delete all {keys} of the organization?"),
    };
    let page = AllDeletionPage {
        shell: visit.dialog(&heading, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        heading,
        of_organization: view == View::Organization,
        people: count_of_people(visit.words(), people),
        list,
        action: match view {
            View::Mine => "/settings/developers/api-keys/all-deletion",
            View::Organization => "/settings/developers/api-keys/all-deletion?view=organization",
        },
        count,
        used_in_last_24_hours,
        phrase_wanted,
        phrase,
        errors,
    };
    page::render(status, &page)
}

/// That of the organization says so: who types it knows that it is not about their own keys alone.
fn phrase_for(words: Words, count: i64, view: View) -> String {
    let phrase = format!("delete {}", count_of_keys(words, count));
    if view == View::Organization { format!("{phrase} of the organization") } else { phrase }
}

/// The number in the phrase. Case and blanks are forgiven.
fn parse_phrase(phrase: &str, view: View) -> Option<i64> {
    let phrase = phrase.to_lowercase();
    let words: Vec<&str> = phrase.split_whitespace().collect();
    let (words, rest) = words.split_at_checked(3)?;
    let is_complete = match view {
        View::Mine => rest.is_empty(),
        View::Organization => matches!(rest, ["of", "the", "organization" | "organisation"]),
    };
    match words {
        ["delete", count, "key" | "keys"] if is_complete && count.bytes().all(|byte| byte.is_ascii_digit()) => {
            count.parse().ok()
        }
        _ => None,
    }
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
    fn the_phrase_of_one_view_is_none_of_the_other() {
        for view in [View::Mine, View::Organization] {
            assert_eq!(parse_phrase(&phrase_for(Words::of(Language::English), 12, view), view), Some(12));
        }
        assert_eq!(parse_phrase(&phrase_for(Words::of(Language::English), 12, View::Mine), View::Organization), None);
        assert_eq!(parse_phrase(&phrase_for(Words::of(Language::English), 12, View::Organization), View::Mine), None);
        assert_eq!(parse_phrase(" Delete 1 KEY  of the Organisation", View::Organization), Some(1));
    }
}
