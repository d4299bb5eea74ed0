//! A person's language for pages and emails, in every browser.

use actix_web::HttpResponse;

use super::ProfileForm;
use crate::web::{error::Error, request_context::RequestContext};

pub async fn update(request: RequestContext) -> Result<HttpResponse, Error> {
    let ProfileForm { language, .. } = request.form()?;
    super::save(&request, ProfileForm { language: Some(language.unwrap_or_default()), ..ProfileForm::default() }).await
}
