//! Signing out: ends the session on the server, and makes the browser delete its data.

use actix_web::{
    HttpResponse,
    http::header::{HeaderName, HeaderValue},
};

use super::{error::Error, request_context::RequestContext};
use crate::app;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

pub async fn create(request: RequestContext) -> Result<HttpResponse, Error> {
    let (mut context, session) = (request.context(), request.open_session().ok_or(Error::Forbidden)?);
    request.state.write(move |conn| app::accounts::end_session(conn, &mut context, &session)).await?;
    request.session.purge();
    let mut response = request.redirect("/sign-in?signed_out=1");
    response.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}
