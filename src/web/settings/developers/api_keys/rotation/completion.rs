//! "End overlap now": the former token of a rotation stops working before its time.

use actix_web::{HttpResponse, web::Path};
use askama::Template;

use crate::{
    app::api_keys::rotation,
    web::{
        answer,
        error::Error,
        flash::Flash,
        labels::{self, Moment},
        page::{Section, Shell},
        request_context::RequestContext,
        settings::developers::api_keys::{API_KEYS, HOME, PATH, SETTINGS, parse_id},
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/rotation/completion.html")]
struct CompletionPage {
    shell: Shell,
    /// The last characters of the former token.
    hint: String,
    ends: Moment,
    last_used: Option<Moment>,
    is_quiet: bool,
    form_token: String,
    action: String,
    back: String,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let (now, words) = (request.now(), request.words());
    let (key, tokens) =
        request.read(move |conn, context, actor| rotation::find_managed(conn, context, actor, &id)).await?;
    let back = format!("{PATH}/{}", key.id);
    let (Some(overlap), Some(previous)) = (tokens.overlap(now), tokens.previous) else {
        return Ok(request.redirect(&back));
    };
    answer::ok(&CompletionPage {
        shell: request.dialog(
            Title::naming(|| request.say("rotation-completion-heading"), "name", key.name.as_str()),
            Section::ApiKeys,
            &[HOME, SETTINGS, API_KEYS],
        ),
        hint: previous.hint,
        ends: labels::minute(words, overlap.ends_at),
        last_used: overlap.last_used_at.map(|at| labels::ago(words, at, now)),
        is_quiet: overlap.is_quiet(now),
        form_token: request.form_token(),
        action: format!("{back}/rotation/completion"),
        back,
    })
}

pub async fn create(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let next = format!("{PATH}/{id}");
    let told = request.once(move |conn, context, actor| {
        let key = rotation::end_overlap(conn, context, actor, &id)?;
        Ok::<_, crate::app::Error>(Flash::OverlapEnded { name: key.name.as_str().to_owned() })
    });
    let told = told.await?;
    request.set_flash(told)?;
    Ok(request.redirect(&next))
}
