//! The verification API: services ask whether a presented token is valid. It has no session and no pages.

mod answer;
mod conditions;
mod cors;
mod forward_auth;
mod introspection;
mod oauth_problem;
mod verification;

use actix_web::{HttpRequest, HttpResponse, http::header::HeaderName, web};

use crate::{
    domain::Organizations,
    http::{authentication::read_in_time, problem::Problem, throttle::Throttle},
    state::State,
    store::{self, Conn},
};
use conditions::Conditions;
use oauth_problem::OAuthProblem;

/// The code of the answer, for proxies that read no body.
const X_CODE: HeaderName = HeaderName::from_static("x-latchkey-code");
/// The largest body that a request may have, in bytes.
const BODY_LIMIT: usize = 8 * 1024;

pub fn configure(config: &mut web::ServiceConfig, throttle: &web::Data<Throttle>) {
    let resource = |path| web::resource(path).app_data(throttle.clone()).default_service(web::to(only_post));
    config
        .service(resource("/v1/verify").post(verification::create))
        .service(resource("/oauth2/introspect").post(introspection::create))
        // Proxies pass on the method of the request that they ask about.
        .service(resource("/v1/forward-auth").route(web::to(forward_auth::show)))
        // Envoy appends the path of that request, and its query, to the path that it is told to ask.
        .service(resource("/v1/forward-auth/{path:.*}").route(web::to(forward_auth::show)))
        .service(resource("/v1/forward-auth;{conditions:.*}").route(web::to(forward_auth::show)));
}

/// The organizations whose keys a request accepts: those that it names, else the server's default one.
async fn accepted(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    named: Option<Organizations>,
) -> Result<Organizations, Problem> {
    if let Some(named) = named {
        return Ok(named);
    }
    let default = if let Some(default) = state.memory.default_organization() {
        default
    } else {
        let read = |conn: &mut Conn| Ok(store::verification::default_organization(conn)?);
        // Boxed, since it is rare.
        Box::pin(read_in_time(state, throttle, request, read)).await?
    };
    default.accepted().ok_or(Problem::Malformed(
        "The request must name an organization, because this server has no default one. Add organization=ID for the \
         organization whose keys you accept (its page “Check keys from your service” shows the ID), or \
         organization=any.",
    ))
}

async fn only_post() -> Result<HttpResponse, Problem> {
    Err(Problem::MethodNotAllowed { allow: "POST" })
}
