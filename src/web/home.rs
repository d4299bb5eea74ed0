//! The page that one lands on: how many keys, which end soon, which are new.

use actix_web::HttpResponse;
use askama::Template;

use super::{
    error::Error,
    page::{self, KeyRow, Section, Shell},
    visit::Visit,
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
    expiring: Vec<KeyRow>,
    recent: Vec<KeyRow>,
    may_create: bool,
}

pub async fn show(visit: Visit) -> Result<HttpResponse, Error> {
    let (context, actor) = (visit.context(), visit.actor()?);
    let (now, may_create) = (context.now, actor.may(Permission::CreateApiKeys, &context.policy));
    let overview = visit.state.read(move |conn| app::api_keys::overview(conn, &context, &actor)).await?;
    let rows = |keys: &[ApiKey]| keys.iter().map(|key| KeyRow::new(key, now)).collect();
    page::ok(&HomePage {
        shell: visit.page("Home", Section::Home, &[]),
        total: overview.total,
        active: overview.active,
        pending: overview.pending,
        expiring: rows(&overview.expiring),
        recent: rows(&overview.recent),
        may_create,
    })
}
