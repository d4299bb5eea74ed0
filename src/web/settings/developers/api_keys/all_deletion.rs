//! Deleting all of one's keys: agreed to by typing how many there are.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Deserialize;

use super::{API_KEYS, HOME, PATH, SETTINGS};
use crate::{
    app::{self, api_keys::Impact},
    web::{
        error::Error,
        flash::Flash,
        page::{self, Errors, Section, Shell},
        visit::Visit,
        words::count_of_keys,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/all_deletion.html")]
struct AllDeletionPage {
    shell: Shell,
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
    let (context, actor) = (visit.context(), visit.actor()?);
    let impact = visit.state.read(move |conn| app::api_keys::impact_of_deleting_all(conn, &context, &actor)).await?;
    if impact.count == 0 {
        visit.set_flash(Flash::NoApiKeyToDelete)?;
        return Ok(visit.redirect(PATH));
    }
    render(&visit, StatusCode::OK, String::new(), None).await
}

pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    visit.require_proof()?;
    let AllDeletionForm { phrase } = visit.form()?;
    let Some(agreed_count) = parse_phrase(&phrase) else {
        return render(&visit, StatusCode::UNPROCESSABLE_ENTITY, phrase, Some(Refusal::NotThePhrase)).await;
    };
    let (mut context, actor) = (visit.context(), visit.actor()?);
    let deleted =
        visit.state.write(move |conn| app::api_keys::delete_all(conn, &mut context, &actor, agreed_count)).await;
    match deleted {
        Ok(count) => {
            visit.set_flash(Flash::AllApiKeysDeleted { count })?;
            Ok(visit.redirect(PATH))
        }
        Err(app::Error::CountChanged { .. }) => {
            render(&visit, StatusCode::CONFLICT, phrase, Some(Refusal::AnotherCount)).await
        }
        Err(other) => Err(other.into()),
    }
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
    let (context, actor) = (visit.context(), visit.actor()?);
    let Impact { count, used_in_last_24_hours } =
        visit.state.read(move |conn| app::api_keys::impact_of_deleting_all(conn, &context, &actor)).await?;
    let phrase_wanted = format!("delete {}", count_of_keys(count));
    let mut errors = Errors::default();
    match refusal {
        None => {}
        Some(Refusal::NotThePhrase) => errors.push("phrase", &format!("Type “{phrase_wanted}” to confirm")),
        Some(Refusal::AnotherCount) => {
            let message = format!(
                "You have {} now. Nothing was deleted. Type “{phrase_wanted}” to delete them all",
                count_of_keys(count)
            );
            errors.push("phrase", &message);
        }
    }
    let title = format!("Delete all {}?", count_of_keys(count));
    let shell = visit.dialog(&title, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]);
    page::render(status, &AllDeletionPage { shell, count, used_in_last_24_hours, phrase_wanted, phrase, errors })
}

/// The number in "delete 12 keys". Case and blanks are forgiven.
fn parse_phrase(phrase: &str) -> Option<i64> {
    let phrase = phrase.to_lowercase();
    let words: Vec<&str> = phrase.split_whitespace().collect();
    match words[..] {
        ["delete", count, "key" | "keys"] if count.bytes().all(|byte| byte.is_ascii_digit()) => count.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phrase_names_a_number_of_keys() {
        assert_eq!(parse_phrase("delete 12 keys"), Some(12));
        assert_eq!(parse_phrase("  DELETE   1 key "), Some(1));
        for bad in
            ["", "delete", "delete keys", "delete all keys", "delete -1 keys", "delete 1 keys now", "delete12keys"]
        {
            assert_eq!(parse_phrase(bad), None, "{bad}");
        }
    }
}
