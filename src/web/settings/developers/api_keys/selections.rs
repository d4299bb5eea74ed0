//! Stores the selected keys of the list, and redirects to a confirmation whose address names the selection. The ids of
//! many keys are too long for an address.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use serde::Deserialize;

use super::{PATH, query::MATCHING, selection_form, way_back};
use crate::{
    app::api_keys::{
        list_query::ListQuery,
        selection::{self, Selection},
    },
    web::{error::Error, request_context::RequestContext},
};

/// The confirmation pages for selected keys.
const QUESTIONS: [&str; 5] =
    ["bulk-disablement", "bulk-enablement", "bulk-rotation-mark", "bulk-revocation", "bulk-deletion"];

#[derive(Default, Deserialize)]
#[serde(default)]
struct SelectionForm {
    question: String,
}

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let (selection, SelectionForm { question }) = selection_form::from_form(&request)?;
    let question = QUESTIONS.iter().find(|known| **known == question).ok_or(Error::Malformed)?;
    let path = format!("{PATH}/{question}");
    let address = match selection {
        None => return selection_form::redirect_without_selection(&request, &way_back(&request, "")?),
        Some(Selection::These { view, ids }) => {
            let kept =
                request.write(move |conn, context, actor| selection::save(conn, context, actor, view, &ids)).await?;
            ListQuery { view, ..ListQuery::default() }.address(&path, [("selection", kept.as_str())])
        }
        Some(Selection::Matching { query, agreed }) => query.address(&path, [(MATCHING, agreed.to_string().as_str())]),
        Some(Selection::Saved { .. } | Selection::One(_)) => return Err(Error::Malformed),
    };
    // Also for a script, which follows the redirect to the dialog.
    Ok(HttpResponse::build(StatusCode::SEE_OTHER).insert_header((header::LOCATION, address)).finish())
}
