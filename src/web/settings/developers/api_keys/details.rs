//! Everything about one key. A view of another person's key is recorded before the page is shown.

use actix_web::{HttpResponse, web::Path};
use askama::Template;
use time::Duration;

use super::{
    API_KEYS, HOME, SETTINGS,
    ended_tokens::EndedTokenLine,
    fields,
    impact::CallerLine,
    limit_gauges::{self, LimitLine},
    narrowing::UnusedLine,
    parse_id,
    rights::Rights,
    token::TokenControl,
    token_panel::TokenPanel,
};
use crate::{
    app::{
        self,
        api_keys::details::{CALLERS, DAYS_OF_USE, Details},
    },
    catalogue::Words,
    domain::{
        ApiKey, ApiKeyAction, ExpirationDate, Policy, Status, Timestamp, api_key::attributes::Metadata,
        audit::SubjectId, key_limits::KeyLimits, verification::Code,
    },
    store::Reason,
    web::{
        answer,
        chart::{ChartSeries, UsageChart},
        error::Error,
        events::History,
        labels::{self, Moment},
        page::{ApiKeyDisplay, OwnerName, Section, Shell},
        request_context::RequestContext,
        title::Title,
    },
};

#[derive(Template)]
#[template(path = "settings/developers/api_keys/details.html")]
struct DetailsPage {
    shell: Shell,
    key: ApiKeyDisplay,
    is_own: bool,
    owner: OwnerName,
    confirmed: Option<Moment>,
    last_used_by: Option<String>,
    scope: String,
    /// The label and the entries of each list.
    restrictions: Vec<(&'static str, Vec<String>)>,
    /// The creator, if it is not the owner.
    created_by: Option<OwnerName>,
    ends: Ends,
    rotation: Vec<String>,
    attributes: AttributeFacts,
    rights: Rights,
    unused: Vec<UnusedLine>,
    may_narrow: bool,
    limits: Vec<LimitLine>,
    may_reset_limits: bool,
    ended_tokens: Vec<EndedTokenLine>,
    callers: Vec<CallerLine>,
    most_callers: i64,
    actions: Vec<Action>,
    token_controls: Vec<TokenControl>,
    /// None for a key that was never rotated.
    tokens: Option<TokenPanel>,
    /// None without requests.
    chart: Option<UsageChart>,
    /// The number of requests, in words.
    requests: String,
    days_of_use: i64,
    /// None if the viewer may not see it.
    history: Option<History>,
}

/// How the key was stopped, temporarily or for good.
struct Ends {
    /// Since when, and until when if that is fixed.
    disabled: Option<(Moment, Option<Moment>)>,
    /// When, and the reason if there is one.
    revoked: Option<(Moment, Option<String>)>,
}

/// What the key says to services. None for what is not displayed.
struct AttributeFacts {
    environment: Option<String>,
    external_id: Option<String>,
    metadata: Option<String>,
}

/// A link to an action that applies to the key.
struct Action {
    noun: &'static str,
    label: String,
    /// The accessible name, if the label alone is not enough.
    name: Option<String>,
    test_id: &'static str,
}

pub async fn show(request: RequestContext, id: Path<String>) -> Result<HttpResponse, Error> {
    let id = parse_id(&id)?;
    let (now, asked) = (request.now(), id.clone());
    let own = request
        .read(move |conn, context, actor| app::api_keys::details::find_own(conn, context, actor, &asked))
        .await?;
    let is_own = own.is_some();
    let details = match own {
        Some(details) => details,
        None => request
            .write(move |conn, context, actor| app::api_keys::details::look(conn, context, actor, &id))
            .await
            .map_err(viewing_error)?,
    };
    let key = &details.api_key;
    // A revoked key is never verified.
    let limits = if key.revoked_at.is_none() { details.limits } else { KeyLimits::default() };
    let limits = limit_gauges::read(&request, key, limits).await;
    answer::ok(&DetailsPage {
        shell: request.page(Title::verbatim(key.name.as_str()), Section::ApiKeys, &[HOME, SETTINGS, API_KEYS]),
        key: ApiKeyDisplay {
            made_by_system: details.made_by_system,
            rotation: labels::rotation(request.words(), key, &request.policy(), now),
            project: details.project.as_ref().map(|project| project.name.as_str().to_owned()),
            ..ApiKeyDisplay::new(request.words(), key, now, request.policy().soon())
        },
        is_own,
        owner: OwnerName::from(&details.owner),
        confirmed: key.confirmed_at.map(|at| labels::day(request.words(), at)),
        last_used_by: key.last_use.as_ref().and_then(|last| last.agent.as_ref()).map(ToString::to_string),
        scope: fields::scope(request.words(), key.scope),
        restrictions: fields::all_shown(&key.restrictions, &request.policy()),
        created_by: details.created_by.as_ref().map(OwnerName::from),
        ends: Ends::new(request.words(), key, now),
        rotation: rotation(request.words(), key, request.policy().rotate_every_days, now),
        attributes: AttributeFacts::new(key, &request.policy()),
        rights: Rights::new(request.words(), &details),
        unused: UnusedLine::all(request.words(), &details.permission_use),
        may_narrow: details.may_manage,
        limits,
        may_reset_limits: details.may_reset_limits,
        ended_tokens: EndedTokenLine::all(request.words(), &details.ended_uses, now),
        callers: details.callers.iter().map(|caller| CallerLine::new(request.words(), caller, now)).collect(),
        most_callers: CALLERS,
        token_controls: if details.is_viewable { TokenControl::both(&request, key.id.as_str()) } else { Vec::new() },
        tokens: TokenPanel::new(request.words(), &details, now),
        actions: actions(&request, &details, now),
        chart: chart(request.words(), &details.days, now),
        requests: request.words().number(details.days.iter().map(|(.., count)| count).sum()),
        days_of_use: DAYS_OF_USE,
        history: match &details.events {
            Some(events) => Some(History::new(&request, events, SubjectId::from(&key.id))?),
            None => None,
        },
    })
}

fn actions(request: &RequestContext, details: &Details, now: Timestamp) -> Vec<Action> {
    let (words, status) = (request.words(), details.api_key.status(now));
    let may_revoke = !(details.made_by_system && request.policy().system_default_key);
    let action = |noun, label, test_id| Action { noun, label: words.say(label).into(), name: None, test_id };
    let delete = Action {
        name: Some(words.say("api-key-delete-named").with("name", details.api_key.name.as_str()).into()),
        ..action("deletion", "api-key-delete", "delete-key")
    };
    [
        (status != Status::Revoked, action("name", "key-form-rename", "rename-key")),
        (status != Status::Revoked, action("edit", "key-form-edit", "edit-key")),
        (details.may_rotate, action("rotation", "key-form-rotate", "rotate-key")),
        (ApiKeyAction::Disable.applies_to(status), action("disablement", "key-form-disable", "disable-key")),
        (ApiKeyAction::Enable.applies_to(status), action("enablement", "key-form-enable", "enable-key")),
        (ApiKeyAction::Revoke.applies_to(status) && may_revoke, action("revocation", "key-form-revoke", "revoke-key")),
        (ApiKeyAction::Delete.applies_to(status), delete),
    ]
    .into_iter()
    .filter(|(applies, _)| *applies && details.may_manage)
    .map(|(_, action)| action)
    .collect()
}

/// Another person's key is shown only if the view can be recorded.
fn viewing_error(error: app::Error) -> Error {
    match error {
        app::Error::Store(error) => Error::Unavailable(
            error.reason().unwrap_or(Reason::Away),
            format!("the view could not be recorded: {error}"),
        ),
        other => other.into(),
    }
}

impl Ends {
    fn new(words: Words, key: &ApiKey, now: Timestamp) -> Self {
        let at = |instant| labels::minute(words, instant);
        let disabled_at = key.disabled_at.filter(|_| key.status(now) == Status::Disabled);
        let reason = key.revocation_reason.as_ref().map(|reason| reason.as_str().to_owned());
        Self {
            disabled: disabled_at.map(|since| (at(since), key.disabled_until.map(at))),
            revoked: key.revoked_at.map(|instant| (at(instant), reason)),
        }
    }
}

/// When the key is due for rotation, how often, and the mark if it is not the due date. Empty if nothing is due.
fn rotation(words: Words, key: &ApiKey, policy_days: Option<i64>, now: Timestamp) -> Vec<String> {
    let Some(due_at) = key.rotation_due_at(policy_days, now) else { return Vec::new() };
    let date = |id, date| words.say(id).with("date", labels::date(words, date)).into();
    let due = if due_at <= now { "rotation-detail-overdue" } else { "rotation-detail-due" };
    let due = date(due, ExpirationDate::last_day_before(due_at));
    let interval = key.rotation_interval(policy_days).map(|days| {
        let is_own = key.rotate_every_days == Some(days);
        words.say(if is_own { "rotation-detail-own" } else { "rotation-detail-policy" }).with("days", days).into()
    });
    let mark = key.rotation_mark().map(|mark| date("rotation-detail-marked", mark));
    [Some(due), interval, mark].into_iter().flatten().collect()
}

impl AttributeFacts {
    fn new(key: &ApiKey, policy: &Policy) -> Self {
        let attributes = &key.attributes;
        let has_environment = policy.has_environments() || !attributes.environment.is_default();
        Self {
            environment: has_environment.then(|| attributes.environment.to_string()),
            external_id: attributes.external_id.as_ref().map(|id| id.as_str().to_owned()),
            metadata: attributes.metadata.as_ref().map(Metadata::indented),
        }
    }
}

/// A series for each answer that occurred.
fn chart(words: Words, counts: &[(Timestamp, Code, i64)], now: Timestamp) -> Option<UsageChart> {
    let occurred = Code::ALL.into_iter().filter(|code| counts.iter().any(|(_, counted, _)| counted == code));
    let series: Vec<_> = occurred
        .map(|code| ChartSeries::new(labels::outcome(words, code), tone(code), move |other| other == code))
        .collect();
    let first = now.start_of_day().minus(Duration::days(DAYS_OF_USE - 1));
    (!series.is_empty()).then(|| UsageChart::new(words, (first, DAYS_OF_USE), series, counts))
}

/// Valid answers, refusals because of the key, refusals because of the request, and refusals because of a limit.
fn tone(code: Code) -> &'static str {
    match code {
        Code::Valid => "good",
        Code::BrowserNotAllowed
        | Code::OriginNotAllowed
        | Code::NetworkNotAllowed
        | Code::AppNotAllowed
        | Code::EnvironmentNotAllowed
        | Code::InsufficientPermissions => "other",
        Code::RateLimited | Code::QuotaExceeded => "limited",
        _ => "bad",
    }
}
