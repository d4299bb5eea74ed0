//! What can be done to one key: the menu of its row, and without JavaScript a page.

use actix_web::{
    HttpResponse,
    http::header::{HeaderName, HeaderValue},
    web::Path,
};
use askama::Template;

use super::{API_KEYS, HOME, PATH, SETTINGS, parse_id, token::TokenControl, view_of, way_back};
use crate::{
    app::{self, api_keys::View},
    domain::{ApiKeyAction, ApiKeyId},
    web::{
        answer,
        error::Error,
        page::{Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/actions.html")]
struct ActionsPage {
    shell: Shell,
    id: ApiKeyId,
    items: Vec<Item>,
    token_controls: Vec<TokenControl>,
    list: String,
}

struct Item {
    href: String,
    /// A message of the catalogue.
    label: &'static str,
    test_id: &'static str,
    /// With a script it opens as a dialog.
    is_dialog: bool,
    /// With a script it changes the row.
    in_row: Option<String>,
    is_danger: bool,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let (view, _) = view_of(&request)?;
    let list = way_back(&request, "")?;
    let asked = id.clone();
    let now = request.now();
    let offer = request
        .read(move |conn, context, actor| app::api_keys::details::find_actions(conn, context, actor, &asked))
        .await?;
    let status = offer.api_key.status(now);
    let is_protected = offer.made_by_system && request.policy().system_default_key;
    // The question leads back to the list as it was, not to this menu.
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if view == View::Organization {
        query.append_pair("view", "organization");
    }
    let query = query.append_pair("next", &list).finish();
    let item = |noun: &str, label, test_id| Item {
        href: format!("{PATH}/{id}/{noun}?{query}"),
        label,
        test_id,
        is_dialog: true,
        in_row: None,
        is_danger: false,
    };
    let mut items = vec![Item { href: format!("{PATH}/{id}"), is_dialog: false, ..item("", "list-view", "view-key") }];
    if offer.may_manage {
        if status.is_live() {
            let rename = item("name", "list-rename", "rename-key");
            let in_row = Some(format!("{}&row=field", rename.href));
            items.push(Item { is_dialog: false, in_row, ..rename });
            items.push(Item { is_dialog: false, ..item("edit", "list-edit", "edit-key") });
        }
        if offer.may_rotate {
            items.push(item("rotation", "list-rotate", "rotate-key"));
        }
        for (act, noun, label, test_id) in [
            (ApiKeyAction::Disable, "disablement", "list-disable", "disable-key"),
            (ApiKeyAction::Enable, "enablement", "list-enable", "enable-key"),
            (ApiKeyAction::Revoke, "revocation", "list-revoke", "revoke-key"),
            (ApiKeyAction::Delete, "deletion", "api-key-delete", "delete-key"),
        ] {
            if act.applies_to(status) && !(act == ApiKeyAction::Revoke && is_protected) {
                let is_danger = matches!(act, ApiKeyAction::Revoke | ApiKeyAction::Delete);
                items.push(Item { is_danger, ..item(noun, label, test_id) });
            }
        }
    }
    let title = Title::naming(|| request.say("list-actions-of"), "name", offer.api_key.name.as_str());
    let token_controls = if offer.is_viewable { TokenControl::both(&request, id.as_str()) } else { Vec::new() };
    let shell = request.dialog(title, Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]);
    let mut answer = answer::ok(&ActionsPage { shell, id, items, token_controls, list })?;
    // With a script it opens at its button, not as a dialog.
    answer.headers_mut().insert(HeaderName::from_static("hx-retarget"), HeaderValue::from_static("#menu-slot"));
    Ok(answer)
}
