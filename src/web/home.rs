//! The home page: how many keys there are, which expire soon, and which were used last.

use actix_web::HttpResponse;
use askama::Template;

use super::{
    answer,
    error::Error,
    page::{ApiKeyDisplay, Section, Shell},
    request_context::RequestContext,
    settings::developers::api_keys::list_from,
};
use crate::{
    app,
    domain::{ApiKey, Permission},
};

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    shell: Shell,
    total: i64,
    active: i64,
    pending: i64,
    expiring: Vec<HomeRow>,
    recent: Vec<HomeRow>,
    may_create: bool,
    /// How many days before its end a key is displayed as expiring soon.
    soon: i64,
    /// Always opens the form on this page.
    one_click: Option<String>,
}

struct HomeRow {
    api_key: ApiKeyDisplay,
    /// The position of the key in the list.
    href: String,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let (now, policy) = (request.now(), request.policy());
    let soon = policy.soon();
    let may_create = request.actor()?.may(Permission::CreateApiKeys, &policy);
    let overview = request.read(app::api_keys::listing::overview).await?;
    let row =
        |key: &ApiKey| HomeRow { api_key: ApiKeyDisplay::new(request.words(), key, now, soon), href: list_from(key) };
    let rows = |keys: &[ApiKey]| keys.iter().map(row).collect();
    answer::ok(&HomePage {
        shell: request.page(request.say("home"), Section::Home, &[]),
        total: overview.total,
        active: overview.active,
        pending: overview.pending,
        expiring: rows(&overview.expiring),
        recent: rows(&overview.recent),
        may_create,
        soon: soon.whole_days(),
        one_click: None,
    })
}
