//! Settings: what there is, by category.

pub mod account;
pub mod developers;

use actix_web::HttpResponse;
use askama::Template;

use super::{
    error::Error,
    page::{self, Crumb, Section, Shell},
    visit::Visit,
};

const HOME: Crumb = Crumb { label: "Home", href: "/" };
const SETTINGS: Crumb = Crumb { label: "Settings", href: "/settings" };

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    shell: Shell,
}

pub async fn show(visit: Visit) -> Result<HttpResponse, Error> {
    page::ok(&SettingsPage { shell: visit.page("Settings", Section::Settings, &[HOME]) })
}
