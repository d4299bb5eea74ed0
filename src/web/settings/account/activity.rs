//! Your activity: what you did, and what was done to your account and your keys.

use actix_web::HttpResponse;
use askama::Template;

use super::INNER_CRUMBS;
use crate::{
    app::audit_log,
    web::{
        answer,
        error::Error,
        events::{self, EventRow},
        page::{Section, Shell},
        request_context::RequestContext,
        settings::audit_log::{EventPages, read_query},
    },
};

pub const PATH: &str = "/settings/account/activity";

#[derive(Template)]
#[template(path = "settings/account/activity.html")]
struct ActivityPage {
    shell: Shell,
    rows: Vec<EventRow>,
    pages: EventPages,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let query = read_query(&request.query_fields())?;
    // There is no search and no filter by actor here: most events have one actor.
    if query.is_filtered() {
        return Err(Error::Malformed);
    }
    let wanted = query.clone();
    let page = request.read(move |conn, context, actor| audit_log::list_own(conn, context, actor, &wanted)).await?;
    answer::ok(&ActivityPage {
        shell: request.page(request.say("activity-heading"), Section::Account, INNER_CRUMBS),
        rows: events::rows(&request, &page)?,
        pages: EventPages::new(&query, PATH, &page),
    })
}
