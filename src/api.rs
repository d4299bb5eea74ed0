//! The door for programs that hold a key: the files of the list of keys, without a sign-in. A key opens nothing else of the
//! pages, and changes nothing.

use actix_web::{
    HttpRequest, HttpResponse, guard,
    http::header::{self, HeaderMap, HeaderValue},
    web::{self, Data},
};

use crate::{
    app::{self, Context, api_keys::listing},
    domain::{Actor, Person, Scope, Via, verification::Subject},
    http::{authentication::authenticate, client, form, problem::Problem, throttle::Throttle},
    state::State,
    store,
    web::settings::developers::api_keys::{
        PATH,
        export::{self, Format},
        query,
    },
};

/// Takes what presents a key; browsers go on to the pages at the same addresses.
pub fn configure(config: &mut web::ServiceConfig, throttle: &Data<Throttle>) {
    let resource = |extension| {
        let resource = web::resource(format!("{PATH}/export.{extension}"))
            .guard(guard::fn_guard(|context| presents_key(context.head().headers())));
        resource.app_data(throttle.clone()).default_service(web::to(only_get))
    };
    config
        .service(resource("csv").route(web::get().to(csv)).route(web::head().to(csv)))
        .service(resource("json").route(web::get().to(json)).route(web::head().to(json)));
}

/// As programs do. HTTP Basic is left to browsers, which send it to every address behind a proxy that asks for it.
fn presents_key(headers: &HeaderMap) -> bool {
    let is_bearer = |value: &[u8]| value.len() >= 6 && value[..6].eq_ignore_ascii_case(b"bearer");
    headers.contains_key("x-api-key") || headers.get_all(header::AUTHORIZATION).any(|value| is_bearer(value.as_bytes()))
}

async fn csv(request: HttpRequest, state: Data<State>, throttle: Data<Throttle>) -> Result<HttpResponse, Problem> {
    show(&request, state, &throttle, Format::Csv).await
}

async fn json(request: HttpRequest, state: Data<State>, throttle: Data<Throttle>) -> Result<HttpResponse, Problem> {
    show(&request, state, &throttle, Format::Json).await
}

/// With the permissions that the key's owner has now, cut to those of the key.
async fn show(
    request: &HttpRequest,
    state: Data<State>,
    throttle: &Throttle,
    format: Format,
) -> Result<HttpResponse, Problem> {
    let malformed = Problem::Malformed(
        "The query string has an unknown parameter or value. Use the parameters of the list of keys.",
    );
    let fields = form::parse_strictly(request.query_string().as_bytes(), &[]).ok();
    let asked = fields.and_then(|fields| query::parse_whole(&fields).ok());
    let asked = asked.ok_or(malformed)?;
    let wanted = listing::see(asked.view);
    let subject = authenticate(&state, throttle, request, wanted).await?;
    // Anybody can read these in a page or an app, and a program can claim any origin.
    if matches!(subject.scope, Scope::Web | Scope::Mobile) {
        return Err(Problem::Forbidden(wanted));
    }
    let person = Person {
        id: subject.owner_id.clone(),
        organization_id: subject.organization_id.clone(),
        role: subject.owner_role,
    };
    let actor = Actor { person, via: Via::ApiKey { id: subject.api_key_id.clone(), permissions: subject.permissions } };
    let context = context(request, &state, &subject).await?;
    let answer = export::begin(state, context, actor, asked, format, Some(&subject.api_key_id)).await;
    let mut answer = answer.map_err(|error| match error {
        app::Error::Forbidden | app::Error::NotFound => Problem::Forbidden(wanted),
        app::Error::TooManyExports => Problem::TooManyExports,
        app::Error::RateLimited { wait } => Problem::ExportsTooOften { wait },
        other => Problem::Unavailable(other.to_string()),
    })?;
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

async fn context(request: &HttpRequest, state: &State, subject: &Subject) -> Result<Context, Problem> {
    let organization_id = subject.organization_id.clone();
    let stored = state.read(move |conn| Ok(store::policies::get(conn, &organization_id)?)).await;
    let policy = stored.map_err(Problem::from)?.policy;
    let address = client::address(request).map(|address| address.to_string());
    Ok(state.context(policy.into(), address, None))
}

async fn only_get() -> Result<HttpResponse, Problem> {
    Err(Problem::MethodNotAllowed { allow: "GET, HEAD" })
}
