//! Pages for people: rendered on the server, usable with and without JavaScript.
//!
//! One table lists the routes and what each requires. The gate checks it before any handler runs.

mod answer;
mod appearance;
mod browser;
mod chart;
mod csrf;
mod error;
mod error_page;
mod events;
mod filling;
mod filter_controls;
mod flash;
mod gate;
mod go_to;
mod home;
mod html_message;
mod kept_form;
mod known_device;
mod labels;
mod missing;
mod page;
mod password_check;
mod password_proof;
mod password_reset;
mod preference_cookie;
mod rail;
mod registration;
mod request_context;
mod retry;
mod return_path;
pub(crate) mod settings;
mod shortcuts;
mod sign_in;
mod sign_out;
mod title;
mod turns;

use actix_session::{
    SessionMiddleware,
    config::{CookieContentSecurity, PersistentSession},
};
use actix_web::{
    Scope,
    cookie::{Key, SameSite, time::Duration},
    middleware::{Compress, from_fn},
    web as actix,
};

use crate::{
    app::sessions::LIFETIME,
    domain::Permission::{
        CreateApiKeys, ExportAuditLog, ManageAllApiKeys, ManageApiPermissions, ManageMembers, ManageOwnApiKeys,
        ManagePolicy, ManageProjects, SeeAllApiKeys, SeeAuditLog, SeeMembers, SeeOwnApiKeys, SeeOwnAuditEvents,
    },
    http::{
        routes::{
            self,
            Access::{Anyone, May, SignedIn},
            Route,
        },
        sessions::DatabaseSessions,
    },
    routes,
    state::State,
};
use settings::{
    account, audit_log,
    developers::{api_keys, permissions, verification},
    members, policy, projects,
};
use turns::PageTurns;

pub use settings::policy::impact_in_words;

/// Every route of the pages. `tests/it/web/access.txt` lists what each role gets from each row.
pub const ROUTES: &[Route] = routes![
    GET "/" SignedIn, home::show;
    GET "/go-to" May(SeeOwnApiKeys), go_to::show;
    POST "/go-to" May(SeeOwnApiKeys), go_to::create;
    GET "/shortcuts" SignedIn, shortcuts::show;
    POST "/appearance" Anyone, appearance::update;
    POST "/shortcuts" SignedIn, shortcuts::update;
    GET "/registration" Anyone, registration::show;
    POST "/registration" Anyone, registration::create;
    GET "/sign-in" Anyone, sign_in::show;
    POST "/sign-in" Anyone, sign_in::create;
    POST "/sign-out" SignedIn, sign_out::create;
    GET "/password-proof" SignedIn, password_proof::show;
    POST "/password-proof" SignedIn, password_proof::create;
    GET "/password-reset" Anyone, password_reset::show;
    POST "/password-reset" Anyone, password_reset::create;
    GET "/password-reset/new-password" Anyone, password_reset::new_password::show;
    POST "/password-reset/new-password" Anyone, password_reset::new_password::create;
    GET "/settings" SignedIn, settings::show;
    GET "/settings/account" SignedIn, account::show;
    POST "/settings/account" SignedIn, account::update;
    POST "/settings/account/theme" SignedIn, account::theme::update;
    POST "/settings/account/language" SignedIn, account::language::update;
    GET "/settings/account/email" SignedIn, account::email::show;
    POST "/settings/account/email" SignedIn, account::email::update;
    GET "/settings/account/password" SignedIn, account::password::show;
    POST "/settings/account/password" SignedIn, account::password::update;
    GET "/.well-known/change-password" Anyone, account::password::lead_here;
    GET "/settings/account/activity" May(SeeOwnAuditEvents), account::activity::show;
    GET "/settings/account/sessions" SignedIn, account::sessions::list;
    POST "/settings/account/sessions/all-deletion" SignedIn, account::sessions::all_deletion::create;
    POST "/settings/account/sessions/{id}/deletion" SignedIn, account::sessions::deletion::create;
    GET "/settings/audit-log" May(SeeAuditLog), audit_log::show;
    POST "/settings/audit-log/search" May(SeeAuditLog), audit_log::search::create;
    GET "/settings/audit-log/actors" May(SeeAuditLog), audit_log::actors::list;
    GET "/settings/audit-log/export.csv" May(ExportAuditLog), audit_log::export::csv;
    GET "/settings/audit-log/export.json" May(ExportAuditLog), audit_log::export::json;
    GET "/settings/developers/api-keys" May(SeeOwnApiKeys), api_keys::list;
    POST "/settings/developers/api-keys" May(CreateApiKeys), api_keys::new::create;
    GET "/settings/developers/api-keys/new" May(CreateApiKeys), api_keys::new::show;
    POST "/settings/developers/api-keys/search" May(SeeOwnApiKeys), api_keys::search::create;
    GET "/settings/developers/api-keys/owners" May(SeeAllApiKeys), api_keys::owners::list;
    POST "/settings/developers/api-keys/selections" May(ManageOwnApiKeys), api_keys::selections::create, body: SELECTION_LIMIT;
    GET "/settings/developers/api-keys/export.csv" May(SeeOwnApiKeys), api_keys::export::csv;
    GET "/settings/developers/api-keys/export.json" May(SeeOwnApiKeys), api_keys::export::json;
    GET "/settings/developers/api-keys/bulk-deletion" May(ManageOwnApiKeys), api_keys::bulk_deletion::show;
    POST "/settings/developers/api-keys/bulk-deletion" May(ManageOwnApiKeys), api_keys::bulk_deletion::create, body: SELECTION_LIMIT;
    GET "/settings/developers/api-keys/bulk-disablement" May(ManageOwnApiKeys), api_keys::bulk_disablement::show;
    POST "/settings/developers/api-keys/bulk-disablement" May(ManageOwnApiKeys), api_keys::bulk_disablement::create, body: SELECTION_LIMIT;
    GET "/settings/developers/api-keys/bulk-enablement" May(ManageOwnApiKeys), api_keys::bulk_enablement::show;
    POST "/settings/developers/api-keys/bulk-enablement" May(ManageOwnApiKeys), api_keys::bulk_enablement::create, body: SELECTION_LIMIT;
    GET "/settings/developers/api-keys/bulk-revocation" May(ManageOwnApiKeys), api_keys::bulk_revocation::show;
    POST "/settings/developers/api-keys/bulk-revocation" May(ManageOwnApiKeys), api_keys::bulk_revocation::create, body: SELECTION_LIMIT;
    GET "/settings/developers/api-keys/bulk-rotation-mark" May(ManageOwnApiKeys), api_keys::bulk_rotation_mark::show;
    POST "/settings/developers/api-keys/bulk-rotation-mark" May(ManageOwnApiKeys), api_keys::bulk_rotation_mark::create, body: SELECTION_LIMIT;
    GET "/settings/developers/api-keys/all-deletion" May(ManageOwnApiKeys), api_keys::all_deletion::show;
    POST "/settings/developers/api-keys/all-deletion" May(ManageOwnApiKeys), api_keys::all_deletion::create;
    GET "/settings/developers/api-keys/{id}" May(SeeOwnApiKeys), api_keys::details::show;
    GET "/settings/developers/api-keys/{id}/edit" May(ManageOwnApiKeys), api_keys::edit::show;
    POST "/settings/developers/api-keys/{id}/edit" May(ManageOwnApiKeys), api_keys::edit::create;
    GET "/settings/developers/api-keys/{id}/limit-reset" May(ManageAllApiKeys), api_keys::limit_reset::show;
    POST "/settings/developers/api-keys/{id}/limit-reset" May(ManageAllApiKeys), api_keys::limit_reset::create;
    GET "/settings/developers/api-keys/{id}/narrowing" May(ManageOwnApiKeys), api_keys::narrowing::show;
    POST "/settings/developers/api-keys/{id}/narrowing" May(ManageOwnApiKeys), api_keys::narrowing::create;
    GET "/settings/developers/api-keys/{id}/name" May(ManageOwnApiKeys), api_keys::name::show;
    POST "/settings/developers/api-keys/{id}/name" May(ManageOwnApiKeys), api_keys::name::create;
    GET "/settings/developers/api-keys/{id}/actions" May(SeeOwnApiKeys), api_keys::actions::show;
    POST "/settings/developers/api-keys/{id}/confirmation" May(ManageOwnApiKeys), api_keys::confirmation::create;
    GET "/settings/developers/api-keys/{id}/deletion" May(ManageOwnApiKeys), api_keys::deletion::show;
    POST "/settings/developers/api-keys/{id}/deletion" May(ManageOwnApiKeys), api_keys::deletion::create;
    GET "/settings/developers/api-keys/{id}/disablement" May(ManageOwnApiKeys), api_keys::disablement::show;
    POST "/settings/developers/api-keys/{id}/disablement" May(ManageOwnApiKeys), api_keys::disablement::create;
    GET "/settings/developers/api-keys/{id}/enablement" May(ManageOwnApiKeys), api_keys::enablement::show;
    POST "/settings/developers/api-keys/{id}/enablement" May(ManageOwnApiKeys), api_keys::enablement::create;
    GET "/settings/developers/api-keys/{id}/token" May(SeeOwnApiKeys), api_keys::token::show;
    POST "/settings/developers/api-keys/{id}/token" May(SeeOwnApiKeys), api_keys::token::create;
    GET "/settings/developers/api-keys/{id}/rotation" May(ManageOwnApiKeys), api_keys::rotation::show;
    POST "/settings/developers/api-keys/{id}/rotation" May(ManageOwnApiKeys), api_keys::rotation::create;
    POST "/settings/developers/api-keys/{id}/rotation/cancellation" May(ManageOwnApiKeys), api_keys::rotation::cancellation::create;
    GET "/settings/developers/api-keys/{id}/rotation/completion" May(ManageOwnApiKeys), api_keys::rotation::completion::show;
    POST "/settings/developers/api-keys/{id}/rotation/completion" May(ManageOwnApiKeys), api_keys::rotation::completion::create;
    GET "/settings/developers/api-keys/{id}/revocation" May(ManageOwnApiKeys), api_keys::revocation::show;
    POST "/settings/developers/api-keys/{id}/revocation" May(ManageOwnApiKeys), api_keys::revocation::create;
    GET "/settings/developers/permissions" May(ManageApiPermissions), permissions::list;
    POST "/settings/developers/permissions" May(ManageApiPermissions), permissions::new::create;
    GET "/settings/developers/permissions/new" May(ManageApiPermissions), permissions::new::show;
    GET "/settings/developers/permissions/several" May(ManageApiPermissions), permissions::several::show;
    POST "/settings/developers/permissions/several" May(ManageApiPermissions), permissions::several::create, body: GRANTS_LIMIT;
    GET "/settings/developers/permissions/roles" May(ManageApiPermissions), permissions::roles::show;
    POST "/settings/developers/permissions/roles" May(ManageApiPermissions), permissions::roles::create, body: GRANTS_LIMIT;
    GET "/settings/developers/permissions/{id}/description" May(ManageApiPermissions), permissions::description::show;
    POST "/settings/developers/permissions/{id}/description" May(ManageApiPermissions), permissions::description::create;
    GET "/settings/developers/permissions/{id}/removal" May(ManageApiPermissions), permissions::removal::show;
    POST "/settings/developers/permissions/{id}/removal" May(ManageApiPermissions), permissions::removal::create;
    GET "/settings/developers/verification" May(SeeOwnApiKeys), verification::show;
    GET "/settings/members" May(SeeMembers), members::list;
    GET "/settings/members/invitations/new" May(ManageMembers), members::invitations::new::show;
    POST "/settings/members/invitations" May(ManageMembers), members::invitations::new::create;
    POST "/settings/members/invitations/{id}/confirmation" May(ManageMembers), members::invitations::confirmation::create;
    GET "/settings/members/invitations/{id}/revocation" May(ManageMembers), members::invitations::revocation::show;
    POST "/settings/members/invitations/{id}/revocation" May(ManageMembers), members::invitations::revocation::create;
    GET "/settings/members/{id}" May(SeeMembers), members::details::show;
    GET "/settings/members/{id}/role" May(ManageMembers), members::role::show;
    POST "/settings/members/{id}/role" May(ManageMembers), members::role::create;
    GET "/settings/members/{id}/api-permissions" May(ManageApiPermissions), members::api_permissions::show;
    POST "/settings/members/{id}/api-permissions" May(ManageApiPermissions), members::api_permissions::create, body: GRANTS_LIMIT;
    GET "/settings/members/{id}/disablement" May(ManageMembers), members::disablement::show;
    POST "/settings/members/{id}/disablement" May(ManageMembers), members::disablement::create;
    POST "/settings/members/{id}/enablement" May(ManageMembers), members::enablement::create;
    GET "/settings/members/{id}/removal" May(ManageMembers), members::removal::show;
    POST "/settings/members/{id}/removal" May(ManageMembers), members::removal::create;
    GET "/settings/policy" May(ManagePolicy), policy::show;
    POST "/settings/policy" May(ManagePolicy), policy::create;
    GET "/settings/policy/export.toml" May(ManagePolicy), policy::export::show;
    GET "/settings/projects" May(ManageProjects), projects::list;
    POST "/settings/projects" May(ManageProjects), projects::new::create;
    GET "/settings/projects/new" May(ManageProjects), projects::new::show;
    GET "/settings/projects/{id}" May(ManageProjects), projects::details::show;
    GET "/settings/projects/{id}/name" May(ManageProjects), projects::name::show;
    POST "/settings/projects/{id}/name" May(ManageProjects), projects::name::create;
    GET "/settings/projects/{id}/archival" May(ManageProjects), projects::archival::show;
    POST "/settings/projects/{id}/archival" May(ManageProjects), projects::archival::create;
    POST "/settings/projects/{id}/restoration" May(ManageProjects), projects::restoration::create;
];

/// The largest body of a form with selected keys, in bytes: enough for the most keys that one action changes.
const SELECTION_LIMIT: usize = 512 * 1024;

/// The largest body of a form with API permissions, in bytes: enough for five roles with as many of the longest names as
/// an organization may have.
const GRANTS_LIMIT: usize = 512 * 1024;

/// Handles every path that no API before it has handled.
pub fn configure(config: &mut actix::ServiceConfig, state: &actix::Data<State>) {
    let sessions = DatabaseSessions { pool: state.pool.clone(), clock: state.clock.clone() };
    let secure = state.site.secure_cookies;
    let sessions = SessionMiddleware::builder(sessions, Key::from(&state.cookie_key))
        .cookie_name(state.site.cookie_name("session"))
        .cookie_secure(secure)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(PersistentSession::default().session_ttl(Duration::seconds(LIFETIME.whole_seconds())))
        .build();
    let turns = PageTurns::default();
    let pages = routes::resources(ROUTES).fold(actix::scope(""), Scope::service);
    config.service(
        pages
            .default_service(actix::to(gate::not_found))
            .wrap(from_fn(gate::pass))
            .wrap(sessions)
            .wrap(from_fn(gate::catch))
            .wrap(Compress::default())
            .wrap(from_fn(move |request, next| turns::take(turns.clone(), request, next))),
    );
}
