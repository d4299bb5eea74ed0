//! The home page: what needs attention, and figures of your own keys or of the organization's.

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::{
    answer,
    chart::{ChartSeries, UsageChart},
    error::Error,
    labels::{self, Moment},
    page::{ApiKeyDisplay, OwnerName, Section, Shell},
    request_context::RequestContext,
    settings::{
        developers::api_keys::{self, new::FirstKeyForm},
        members,
    },
};
use crate::{
    app::{
        self,
        api_keys::{
            View,
            list_query::{ListQuery, parse_view},
        },
        ended_tokens::KeyStillInUse,
        home::{CheckReason, DAYS_OF_USE, FirstSteps, KeysToCheck, Overview, first_day},
    },
    catalogue::Words,
    domain::{
        ApiKey, Permission, Status,
        api_key::listing::{Count, Criteria},
        usage::DayOfUse,
        verification::Code,
    },
};

/// Keys with ended tokens that are named.
const NAMED: usize = 3;
const INVITATIONS: &str = "/settings/members#invitations";

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    shell: Shell,
    /// The view of each link, its label, and whether it is the one displayed.
    views: Vec<HomeView>,
    /// The address of the list with all keys of the view.
    list: String,
    is_empty: bool,
    first_steps: Vec<FirstStep>,
    figures: [Figure; 4],
    to_dos: Vec<ToDo>,
    /// None without requests.
    chart: Option<UsageChart>,
    days_of_use: i64,
    busiest: Vec<HomeRow>,
    newest: Vec<HomeRow>,
    may_create: bool,
    /// Always opens the form on this page.
    one_click: Option<String>,
    first_key: FirstKeyForm,
}

struct HomeView {
    label: &'static str,
    name: &'static str,
    is_current: bool,
}

struct FirstStep {
    is_done: bool,
    label: &'static str,
    text: &'static str,
    href: &'static str,
    /// Whether the link opens a dialog.
    is_dialog: bool,
}

struct Figure {
    label: String,
    value: String,
    href: Option<String>,
}

/// Something that needs attention.
struct ToDo {
    name: &'static str,
    /// Stands out before the text.
    number: String,
    text: String,
    href: String,
    /// The most urgent ones.
    rows: Vec<HomeRow>,
    /// Keys that somebody still uses with a token that has ended.
    still_in_use: Vec<StillInUse>,
}

struct StillInUse {
    name: String,
    href: String,
    at: Moment,
    address: Option<String>,
    agent: Option<String>,
    uses: String,
}

struct HomeRow {
    api_key: ApiKeyDisplay,
    href: String,
    uses: String,
    /// Percent of the uses of the first one.
    share: i64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct HomeQuery {
    view: Option<String>,
}

pub async fn show(request: RequestContext) -> Result<HttpResponse, Error> {
    let asked = request.query::<HomeQuery>()?.view;
    let view = asked.map(|view| parse_view(Some(&view))).transpose()?;
    let overview = request.read(move |conn, context, actor| app::home::overview(conn, context, actor, view)).await?;
    let (words, policy, actor) = (request.words(), request.policy(), request.actor()?);
    let names_view = overview.view == View::Mine && View::default_of(&actor, &policy) != View::Mine;
    let list = ListQuery { view: overview.view, names_view, ..ListQuery::default() };
    let rows = |keys: &[ApiKey]| keys.iter().map(|key| row(&request, &overview, key, 0)).collect();
    answer::ok(&HomePage {
        shell: request.page(request.say("home"), Section::Home, &[]),
        views: views(&overview),
        list: list.address(api_keys::PATH, []),
        is_empty: overview.total == Count::Exactly(0),
        first_steps: overview.first_steps.map(first_steps).unwrap_or_default(),
        figures: figures(words, &overview, &list),
        to_dos: to_dos(&request, &overview, rows(&overview.expiring)),
        chart: chart(&request, &overview),
        days_of_use: DAYS_OF_USE,
        busiest: overview.busiest.iter().map(|(key, uses)| row(&request, &overview, key, *uses)).collect(),
        newest: rows(&overview.newest),
        may_create: actor.may(Permission::CreateApiKeys, &policy),
        one_click: None,
        first_key: FirstKeyForm::new(&request),
    })
}

fn chart(request: &RequestContext, overview: &Overview) -> Option<UsageChart> {
    let words = request.words();
    let series = vec![
        ChartSeries::new(words.say("chart-valid"), "good", |code| code == Code::Valid),
        ChartSeries::new(words.say("chart-refused"), "bad", |code| code != Code::Valid),
    ];
    let span = (first_day(request.now()), DAYS_OF_USE);
    (!overview.days.is_empty()).then(|| UsageChart::new(words, span, series, &overview.days))
}

fn views(overview: &Overview) -> Vec<HomeView> {
    if !overview.may_switch {
        return Vec::new();
    }
    let view = |view, label, name| HomeView { label, name, is_current: overview.view == view };
    vec![view(View::Mine, "api-keys-mine", "mine"), view(View::Organization, "home-of-organization", "organization")]
}

fn first_steps(steps: FirstSteps) -> Vec<FirstStep> {
    let key = FirstStep {
        is_done: steps.has_key,
        label: "home-step-key",
        text: "home-step-key-text",
        href: "/settings/developers/api-keys/new",
        is_dialog: true,
    };
    let verification = FirstStep {
        is_done: steps.has_verified,
        label: "home-step-verification",
        text: "home-step-verification-text",
        href: "/settings/developers/verification",
        is_dialog: false,
    };
    let invitation = |is_done| FirstStep {
        is_done,
        label: "home-step-invitation",
        text: "home-step-invitation-text",
        href: members::PATH,
        is_dialog: false,
    };
    [key, verification].into_iter().chain(steps.has_invited.map(invitation)).collect()
}

fn figures(words: Words, overview: &Overview, list: &ListQuery) -> [Figure; 4] {
    let mut use_of_days = DayOfUse::default();
    overview.days.iter().for_each(|(_, code, count)| use_of_days.add(*code, *count));
    let active =
        ListQuery { criteria: Criteria { status: Some(Status::Active), ..Criteria::default() }, ..list.clone() };
    let keys = |label: &'static str, count, query: &ListQuery| Figure {
        label: words.say(label).into(),
        value: labels::counted(words, count),
        href: Some(query.address(api_keys::PATH, [])),
    };
    let requests = |label: &'static str, count| Figure {
        label: words.say(label).with("days", DAYS_OF_USE).into(),
        value: words.number(count),
        href: None,
    };
    [
        keys("api-keys", overview.total, list),
        keys("home-active", overview.active, &active),
        requests("home-requests", use_of_days.uses + use_of_days.refusals),
        requests("home-refused", use_of_days.refusals),
    ]
}

fn to_dos(request: &RequestContext, overview: &Overview, mut expiring: Vec<HomeRow>) -> Vec<ToDo> {
    let words = request.words();
    let mut to_dos: Vec<_> = overview
        .checks
        .iter()
        .map(|check| {
            let rows = match check.reason {
                CheckReason::ExpiresWithin(_) => std::mem::take(&mut expiring),
                _ => Vec::new(),
            };
            ToDo { rows, ..keys_to_do(words, check) }
        })
        .collect();
    to_dos.extend(still_in_use(request, &overview.still_in_use));
    if let Some(limit) = overview.limit {
        let of = words.say("home-of-limit").with("used", limit.used).with("limit", limit.limit);
        to_dos.push(ToDo {
            name: "limit",
            number: of.into(),
            text: words.say("home-check-limit").with("count", (limit.limit - limit.used).max(0)).into(),
            href: api_keys::PATH.to_owned(),
            rows: Vec::new(),
            still_in_use: Vec::new(),
        });
    }
    if let Ok(count @ 1..) = i64::try_from(overview.invitations) {
        to_dos.push(ToDo {
            name: "invitations",
            number: words.number(count),
            text: words.say("home-check-invitations").with("count", count).into(),
            href: INVITATIONS.to_owned(),
            rows: Vec::new(),
            still_in_use: Vec::new(),
        });
    }
    to_dos
}

/// The key that was used last has its name, place and time below.
fn still_in_use(request: &RequestContext, keys: &[KeyStillInUse]) -> Option<ToDo> {
    let words = request.words();
    let href = |key: &KeyStillInUse| format!("{}/{}", api_keys::PATH, key.id);
    let row = |key: &KeyStillInUse| {
        let caller = &key.latest.caller;
        StillInUse {
            name: key.name.clone(),
            href: href(key),
            at: labels::ago(words, caller.last_used_at, request.now()),
            address: caller.address.map(|address| address.to_string()),
            agent: caller.agent.as_ref().map(ToString::to_string),
            uses: words.say("ended-token-uses-today").with("count", key.count_today).into(),
        }
    };
    let first = keys.first()?;
    let count = i64::try_from(keys.len()).unwrap_or(i64::MAX);
    Some(ToDo {
        name: "ended-tokens",
        number: words.number(count),
        text: words.say("home-check-ended-tokens").with("count", count).into(),
        href: href(first),
        rows: Vec::new(),
        still_in_use: keys.iter().take(NAMED).map(row).collect(),
    })
}

fn keys_to_do(words: Words, check: &KeysToCheck) -> ToDo {
    let (name, label, days) = match check.reason {
        CheckReason::ExpiresWithin(days) => ("expiring", "home-check-expiring", days),
        CheckReason::NotConfirmed => ("not-confirmed", "home-check-not-confirmed", 0),
        CheckReason::UnusedFor(days) => ("unused", "home-check-unused", days),
        CheckReason::RotationOverdue => ("rotation-overdue", "home-check-rotation-overdue", 0),
    };
    // "more than 1,000 keys": the plural of the number in the text.
    let (Count::Exactly(count) | Count::MoreThan(count)) = check.count;
    ToDo {
        name,
        number: labels::counted(words, check.count),
        text: words.say(label).with("count", count).with("days", days).into(),
        href: check.query.address(api_keys::PATH, [("sort", check.query.order.as_text().as_str())]),
        rows: Vec::new(),
        still_in_use: Vec::new(),
    }
}

fn row(request: &RequestContext, overview: &Overview, key: &ApiKey, uses: i64) -> HomeRow {
    let words = request.words();
    let owner = overview.owners.iter().find(|owner| owner.id == key.owner_id);
    HomeRow {
        api_key: ApiKeyDisplay {
            created: labels::ago(words, key.created_at, request.now()),
            owner: owner.map(OwnerName::from),
            ..ApiKeyDisplay::new(words, key, request.now(), request.policy().soon())
        },
        href: format!("{}/{}", api_keys::PATH, key.id),
        uses: words.say("home-uses").with("count", uses).into(),
        share: overview.busiest.first().map_or(0, |(_, most)| uses.saturating_mul(100) / most.max(&1)),
    }
}
