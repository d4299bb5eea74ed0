//! Exports the list of keys as a file, with what the owner of the calling key can see.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web::Data,
};

use crate::{
    app::{
        self, Context,
        api_keys::{list_query::ListQuery, listing},
        export::format::Format,
    },
    domain::{Actor, KeyPermissions, Permission, Person, Scope, Via, verification::PresentedKey},
    http::{authentication::authenticate, client, export, form::Fields, problem::Problem, throttle::Throttle},
    state::State,
    store,
};

pub async fn csv(request: HttpRequest, state: Data<State>, throttle: Data<Throttle>) -> Result<HttpResponse, Problem> {
    show(&request, state, &throttle, Format::Csv).await
}

pub async fn json(request: HttpRequest, state: Data<State>, throttle: Data<Throttle>) -> Result<HttpResponse, Problem> {
    show(&request, state, &throttle, Format::Json).await
}

/// Answers with the owner's current permissions, reduced to those of the key.
async fn show(
    request: &HttpRequest,
    state: Data<State>,
    throttle: &Throttle,
    format: Format,
) -> Result<HttpResponse, Problem> {
    let query = ListQuery::parse_whole(Fields::parse(request.query_string().as_bytes()).pairs());
    let query = query.map_err(|_| {
        Problem::Malformed(
            "The query string has an unknown parameter or value. Use the parameters of the list of keys.",
        )
    })?;
    let permission = listing::see(query.view);
    let subject = authenticate(&state, throttle, request, permission).await?;
    // Anybody can read these keys in a page or an app, and a program can claim any origin.
    if matches!(subject.scope, Scope::Web | Scope::Mobile) {
        return Err(Problem::Forbidden(permission));
    }
    let person = Person {
        id: subject.owner_id.clone(),
        organization_id: subject.organization_id.clone(),
        role: subject.owner_role,
    };
    // An export needs no API permissions.
    let permissions = subject.chosen.map_or(KeyPermissions::Inherited, |chosen| KeyPermissions::Only(chosen.into()));
    let actor = Actor { person, via: Via::ApiKey { id: subject.api_key_id.clone(), permissions } };
    let context = context(request, &state, &subject).await?;
    let answer = export::respond(state, context, actor, query, format).await;
    let mut answer = answer.map_err(|error| problem_of(error, permission))?;
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

fn problem_of(error: app::Error, permission: Permission) -> Problem {
    match error {
        app::Error::Forbidden | app::Error::NotFound => Problem::Forbidden(permission),
        app::Error::TooManyExports => Problem::TooManyExports,
        app::Error::RateLimited { wait } => Problem::ExportsTooOften { wait },
        other => Problem::Unavailable(other.to_string()),
    }
}

async fn context(request: &HttpRequest, state: &State, subject: &PresentedKey) -> Result<Context, Problem> {
    let organization_id = subject.organization_id.clone();
    let stored = state.read(move |conn| Ok(store::policies::get(conn, &organization_id)?)).await;
    let policy = stored.map_err(Problem::from)?.policy;
    let address = client::address(request).map(|address| address.to_string());
    Ok(state.context(policy.into(), address, None))
}
