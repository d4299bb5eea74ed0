//! Answers to actions on a row of the list that a script asks for: the row changes, and the page stays.

use actix_web::{
    HttpResponse,
    http::header::{HeaderName, HeaderValue},
};
use askama::Template;

use super::{
    PATH,
    query::PageQuery,
    rows::{self, RowTemplate},
};
use crate::{
    app,
    domain::ApiKeyId,
    http::form::Fields,
    web::{
        answer,
        error::Error,
        flash::{Flash, FlashMessage},
        page::{Section, Shell},
        request_context::RequestContext,
    },
};

/// The answer to an action on a row: the row as it is now, or None if it is gone, and what happened.
#[derive(Template)]
#[template(path = "settings/developers/api_keys/row_changed.html")]
struct RowChanged<'a> {
    shell: &'a Shell,
    row: Option<RowTemplate<'a>>,
    message: FlashMessage,
    /// The next switch in the page is another form.
    form_token: String,
}

/// Whether an action is answered by its row, not by the page `next`: a script asked, from the list and for the list.
pub fn applies(request: &RequestContext, next: &str) -> bool {
    let is_list = |address: &str| address.split(['?', '#']).next() == Some(PATH);
    request.wants_fragment && is_list(next) && request.came_from.as_deref().is_some_and(is_list)
}

/// Whether there are keys in the list at this address. A list without any is another page, with a message of its own.
pub async fn has_rows(request: &RequestContext, list: &str) -> Result<bool, Error> {
    let (_, query) = list.split_once('?').unwrap_or_default();
    let query = query.split('#').next().unwrap_or_default();
    let query = PageQuery::parse(Fields::parse(query.as_bytes()))?.list;
    let load = move |conn: &mut _, context: &_, actor: &_| app::api_keys::listing::list(conn, context, actor, &query);
    Ok(!request.read(load).await?.page.api_keys.is_empty())
}

/// Swaps the row of a changed key in the list at the address `list`, and displays the message below the table.
pub async fn replace_row(
    request: &RequestContext,
    id: ApiKeyId,
    list: &str,
    told: &Flash,
) -> Result<HttpResponse, Error> {
    let target = format!("#{id}");
    let (row, table) = rows::load(request, id, list).await?;
    let shell = request.dialog(row.key.name.as_str(), Section::ApiKeys, &[]);
    let message = told.message(request.words());
    let row = Some(RowTemplate::new(&shell, &table, &row));
    let page = RowChanged { shell: &shell, row, message, form_token: request.form_token() };
    swap(&page, &target, "outerMorph show:none")
}

/// Takes the row of a deleted key out of the list.
pub fn remove_row(request: &RequestContext, id: &ApiKeyId, told: &Flash) -> Result<HttpResponse, Error> {
    let shell = request.dialog(String::new(), Section::ApiKeys, &[]);
    let message = told.message(request.words());
    let page = RowChanged { shell: &shell, row: None, message, form_token: request.form_token() };
    swap(&page, &format!("#{id}"), "delete show:none")
}

/// htmx swaps what these headers name, not what the form named, and does not scroll. The heading with the number of keys fetches itself.
fn swap(page: &RowChanged<'_>, target: &str, how: &'static str) -> Result<HttpResponse, Error> {
    let mut answer = answer::ok(page)?;
    let target = HeaderValue::from_str(target).map_err(|error| Error::Internal(error.into()))?;
    for (name, value) in [
        ("hx-retarget", target),
        ("hx-reswap", HeaderValue::from_static(how)),
        ("hx-trigger", HeaderValue::from_static("list-changed")),
    ] {
        answer.headers_mut().insert(HeaderName::from_static(name), value);
    }
    Ok(answer)
}
