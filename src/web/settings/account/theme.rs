//! A person's theme, in every browser. A script sends it as soon as it is selected, with the form around it.

use actix_web::HttpResponse;

use super::ProfileForm;
use crate::web::{error::Error, request_context::RequestContext};

pub async fn update(request: RequestContext) -> Result<HttpResponse, Error> {
    let ProfileForm { theme, .. } = request.form()?;
    super::save(&request, ProfileForm { theme: Some(theme.unwrap_or_default()), ..ProfileForm::default() }).await
}
