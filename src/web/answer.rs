//! Answers with a rendered page or dialog.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use askama::Template;

use super::error::Error;

pub fn ok(page: &impl Template) -> Result<HttpResponse, Error> {
    render(StatusCode::OK, page)
}

pub fn render(status: StatusCode, page: &impl Template) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .body(page.render()?))
}

/// Makes the script open the answer as a dialog, whatever its target was.
pub fn show_as_dialog(response: &mut HttpResponse) {
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("hx-retarget"), HeaderValue::from_static("#dialog-slot"));
    headers.insert(HeaderName::from_static("hx-reswap"), HeaderValue::from_static("innerHTML"));
}
