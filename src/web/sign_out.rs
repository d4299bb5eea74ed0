//! Signing out: the session ends at the server, and the browser is told to forget what it kept.

use actix_web::{
    HttpResponse,
    http::header::{HeaderName, HeaderValue},
};

use super::{error::Error, visit::Visit};
use crate::app;

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

pub async fn create(visit: Visit) -> Result<HttpResponse, Error> {
    let (mut context, session) = (visit.context(), visit.open_session().ok_or(Error::Forbidden)?);
    visit.state.write(move |conn| app::accounts::end_session(conn, &mut context, &session)).await?;
    visit.session.purge();
    let mut response = visit.redirect("/sign-in?signed_out=1");
    response.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}
