//! Which keys of the list were chosen, as its form says.

use actix_web::HttpResponse;
use serde::Deserialize;

use super::view_of;
use crate::{
    app::api_keys::selection::{self, Selection},
    domain::ApiKeyId,
    web::{error::Error, flash::Flash, visit::Visit},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    id: Vec<String>,
}

/// None when nothing is chosen. What is no id belongs to no key, and rejects all of it.
pub fn parse(visit: &Visit, chosen: &Chosen) -> Result<Option<Selection>, Error> {
    let (view, _) = view_of(visit)?;
    let selected = chosen.id.len();
    if selected > selection::LIMIT {
        return Err(Error::TooLarge);
    }
    let ids: Vec<_> = chosen.id.iter().filter_map(|id| ApiKeyId::parse(id).ok()).collect();
    match selected - ids.len() {
        0 => Ok((selected > 0).then_some(Selection::These { view, ids })),
        missing => Err(Error::SelectionNotFound { missing, selected }),
    }
}

pub fn nothing(visit: &Visit, list: &str) -> Result<HttpResponse, Error> {
    visit.set_flash(Flash::NoApiKeySelected)?;
    Ok(visit.redirect(list))
}
