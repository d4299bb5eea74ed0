//! The verification API: services ask whether a presented token is valid. It has no session and no pages.

mod answer;
mod conditions;
mod cors;
mod forward_auth;
mod header_values;
mod introspection;
mod limits;
mod oauth_problem;
mod remembered;
mod token_verification;
mod wanted_names;

use actix_web::{HttpRequest, http::header::HeaderName, web};

use crate::{
    domain::{Organizations, Permission::VerifyApiKeys},
    http::{
        authentication::read_in_time,
        problem::{Problem, refuse_method},
        routes::{
            self,
            Access::{Anyone, May},
            Route,
        },
        throttle::Throttle,
    },
    routes,
    state::State,
    store::{self, Conn},
};
use conditions::Conditions;
use oauth_problem::OAuthProblem;

/// Repeats the code of the answer, for proxies that do not read bodies.
const X_CODE: HeaderName = HeaderName::from_static("x-latchkey-code");
/// In bytes.
const BODY_LIMIT: usize = 8 * 1024;

/// Every route of the verification API. `tests/it/api/access.txt` lists what each caller gets from each row.
pub const ROUTES: &[Route] = routes![
    POST "/v1/verify" Anyone, token_verification::create, body: BODY_LIMIT;
    POST "/oauth2/introspect" May(VerifyApiKeys), introspection::create, body: BODY_LIMIT;
    // Proxies pass on the method of the client's request.
    ANY "/v1/forward-auth" Anyone, forward_auth::show, body: 0;
    // Envoy appends the path and query of the client's request to the configured path.
    ANY "/v1/forward-auth/{path:.*}" Anyone, forward_auth::show, body: 0;
    ANY "/v1/forward-auth;{conditions:.*}" Anyone, forward_auth::show, body: 0;
];

pub fn configure(config: &mut web::ServiceConfig, throttle: &web::Data<Throttle>) {
    for resource in routes::resources(ROUTES) {
        config.service(resource.app_data(throttle.clone()).default_service(web::to(refuse_method)));
    }
}

/// The organizations whose keys a request accepts: the ones that it names, or else the default one.
async fn accepted(
    state: &web::Data<State>,
    throttle: &Throttle,
    request: &HttpRequest,
    named: Option<Organizations>,
) -> Result<Organizations, Problem> {
    if let Some(named) = named {
        return Ok(named);
    }
    let default = if let Some(default) = state.verification_cache.default_organization() {
        default
    } else {
        let read = |conn: &mut Conn| Ok(store::verification::default_organization(conn)?);
        // Boxed, because it is rare.
        Box::pin(read_in_time(state, throttle, request, read)).await?
    };
    default.accepted().ok_or(Problem::Malformed(
        "The request must name an organization, because this server has no default one. Add organization=ID for the \
         organization whose keys you accept (its page “Check keys from your service” shows the ID), or \
         organization=any.",
    ))
}
