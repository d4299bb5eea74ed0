//! Exports the policy as a file, for `latchkey policy apply`.

use actix_web::{
    HttpResponse,
    http::header::{self, ContentDisposition, DispositionParam, DispositionType},
};

use crate::{
    app::policies::file,
    web::{error::Error, request_context::RequestContext},
};

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let stored = super::get(&request).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/toml; charset=utf-8")
        .insert_header(ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename("policy.toml".to_owned())],
        })
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(file::to_toml(&stored.policy)))
}
