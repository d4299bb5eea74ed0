//! Fields that the create form and the edit form share, and labels for their values.

use crate::{
    catalogue::Words,
    domain::{
        ApiKey, ExpirationDate, KeyPermissions, Permission, Policy, Restrictions, Scope, Status, Timestamp,
        api_key::restrictions::{Kind, Texts, TrustedDomain},
        policy::ROTATION_DAYS,
    },
    web::{labels, page::Errors},
};

/// The field for the expiration date.
pub struct ExpirationField {
    pub typed: String,
    pub earliest: String,
    pub latest: String,
    pub latest_text: String,
    /// Without a date, a key never expires.
    pub is_optional: bool,
    /// The key has expired.
    pub is_fixed: bool,
    pub hint: &'static str,
    /// What people can select instead of typing a date.
    pub presets: Vec<ExpirationPreset>,
}

/// One click that sets the expiration date.
pub struct ExpirationPreset {
    /// A number of days, [`NEVER`] or [`CUSTOM_DATE`].
    pub value: String,
    pub label: String,
    /// None for the date that is typed.
    pub date: Option<String>,
    pub is_chosen: bool,
}

/// The preset of a key that never expires.
pub const NEVER: &str = "never";
/// The preset of a key whose date is typed.
pub const CUSTOM_DATE: &str = "date";

/// The field for the key's own interval of rotations.
pub struct RotationField {
    pub typed: String,
    pub hint: String,
}

pub struct ScopeChoice {
    pub value: &'static str,
    pub label: String,
    pub description: String,
    pub is_chosen: bool,
}

/// The field for one kind of restriction, one per line. Displayed for the scopes that it belongs to.
pub struct RestrictionField {
    pub kind: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub text: String,
    /// Whether anybody may use the key: asked if the list is empty and that was refused.
    pub open: Option<OpenChoice>,
    /// The message that says that keys of a scope have this field, if it must not be missed.
    pub note: Option<&'static str>,
}

pub struct OpenChoice {
    pub label: &'static str,
    pub is_chosen: bool,
}

impl ExpirationField {
    /// The key's current end is always allowed, whatever the policy says. None for a new key.
    pub fn new(words: Words, policy: &Policy, now: Timestamp, typed: String, present: Option<&ApiKey>) -> Self {
        let (earliest, latest) = (policy.earliest_expiration(now), policy.latest_expiration(now));
        let date = present.and_then(|key| key.expires_at).map(ExpirationDate::last_day_before);
        let is_fixed = present.is_some_and(|key| key.status(now) == Status::Expired);
        let typed = date.filter(|_| is_fixed).map_or(typed, ExpirationDate::iso);
        let is_optional = policy.allow_no_expiry || present.is_some_and(|key| key.expires_at.is_none());
        Self {
            presets: ExpirationPreset::offered(words, policy, now, &typed),
            typed,
            earliest: date.map_or(earliest, |date| date.min(earliest)).iso(),
            latest: date.map_or(latest, |date| date.max(latest)).iso(),
            latest_text: labels::date(words, latest),
            is_optional,
            is_fixed,
            hint: match policy.max_lifetime_days {
                _ if is_fixed => "key-form-expired-hint",
                _ if is_optional => "creation-expiration-optional-hint",
                365 => "api-key-expiration-date-hint",
                _ => "creation-expiration-hint",
            },
        }
    }
}

impl RotationField {
    pub fn new(words: Words, policy: &Policy, typed: String) -> Self {
        let hint = match policy.rotate_every_days {
            None => words.say("rotation-every-hint").with("max", ROTATION_DAYS.end()),
            Some(days) => words.say("rotation-every-policy-hint").with("days", days),
        };
        Self { typed, hint: hint.with("min", ROTATION_DAYS.start()).into() }
    }
}

impl ExpirationPreset {
    /// What the policy allows. The selected one has the typed date.
    fn offered(words: Words, policy: &Policy, now: Timestamp, typed: &str) -> Vec<Self> {
        let in_days = policy.expiration_presets(now).into_iter().map(|(days, date)| {
            let label = words.say("creation-expiration-days").with("days", days).into();
            Self { value: days.to_string(), label, date: Some(date.iso()), is_chosen: typed == date.iso() }
        });
        let never = policy.allow_no_expiry.then(|| Self {
            value: NEVER.to_owned(),
            label: words.say("creation-expiration-never").into(),
            date: Some(String::new()),
            is_chosen: typed.is_empty(),
        });
        let mut presets: Vec<_> = in_days.chain(never).collect();
        let is_chosen = presets.iter().all(|preset| !preset.is_chosen);
        let label = words.say("creation-expiration-custom").into();
        presets.push(Self { value: CUSTOM_DATE.to_owned(), label, date: None, is_chosen });
        presets
    }
}

impl ScopeChoice {
    /// The offered scopes. `typed` is empty for the proposed one.
    pub fn offered(words: Words, policy: &Policy, typed: &str) -> Vec<Self> {
        let chosen = if typed.is_empty() { Some(policy.default_scope()) } else { Scope::parse(typed) };
        let choice = |scope: Scope| Self {
            value: scope.as_str(),
            label: self::scope(words, scope),
            description: words
                .say(match scope {
                    Scope::Server => "key-form-scope-server-text",
                    Scope::Web => "key-form-scope-web-text",
                    Scope::Mobile => "key-form-scope-mobile-text",
                    Scope::Analytics => "key-form-scope-analytics-text",
                })
                .into(),
            is_chosen: chosen == Some(scope),
        };
        policy.scopes_offered.iter().copied().map(choice).collect()
    }
}

impl RestrictionField {
    /// The fields for these scopes, and fields with content for other scopes.
    pub fn list_for(scopes: &[Scope], texts: Texts<'_>) -> Vec<Self> {
        let belongs = |kind: Kind| scopes.iter().any(|scope| kind.belongs_to(*scope));
        let fields = KINDS.map(|kind| (belongs(kind), Self::new(kind, texts)));
        let is_of_use = |(belongs, field): &(bool, Self)| *belongs || !field.text.trim().is_empty();
        fields.into_iter().filter(is_of_use).map(|(_, field)| field).collect()
    }

    /// Adds the question to the list that is empty according to `errors`. `typed` names the list that is empty on
    /// purpose.
    pub fn ask_whether_open(fields: &mut [Self], errors: &Errors, typed: &str) {
        let choices = [(Kind::TrustedDomains, "key-form-any-website"), (Kind::AppIdentifiers, "key-form-any-app")];
        for field in fields.iter_mut().filter(|field| field.text.trim().is_empty()) {
            let choice = choices.iter().find(|(kind, _)| kind.as_str() == field.kind);
            let is_chosen = typed == field.kind;
            let is_asked = is_chosen || errors.of(field.kind).is_some();
            field.open = choice.filter(|_| is_asked).map(|(_, label)| OpenChoice { label, is_chosen });
        }
    }

    /// Keys are used only in the networks of the organization, whatever is typed.
    pub fn name_networks_of(policy: &Policy, fields: &mut [Self]) {
        let networks = fields.iter_mut().filter(|field| field.kind == Kind::AllowedNetworks.as_str());
        for field in networks.filter(|_| !policy.allowed_networks.is_empty()) {
            field.hint = "key-form-allowed-networks-hint-organization";
        }
    }

    fn new(kind: Kind, texts: Texts<'_>) -> Self {
        let (hint, text) = match kind {
            Kind::TrustedDomains => ("key-form-trusted-domains-hint", texts.trusted_domains),
            Kind::AppIdentifiers => ("key-form-app-identifiers-hint", texts.app_identifiers),
            Kind::AllowedNetworks => ("key-form-allowed-networks-hint", texts.allowed_networks),
        };
        let note = match kind {
            Kind::TrustedDomains => Some("creation-more-fields-web"),
            Kind::AppIdentifiers => Some("creation-more-fields-mobile"),
            Kind::AllowedNetworks => None,
        };
        Self { kind: kind.as_str(), label: label_of(kind), hint, text: text.to_owned(), open: None, note }
    }
}

const KINDS: [Kind; 3] = [Kind::TrustedDomains, Kind::AppIdentifiers, Kind::AllowedNetworks];

pub fn label_of(kind: Kind) -> &'static str {
    match kind {
        Kind::TrustedDomains => "key-form-trusted-domains",
        Kind::AppIdentifiers => "key-form-app-identifiers",
        Kind::AllowedNetworks => "key-form-allowed-networks",
    }
}

pub fn scope(words: Words, scope: Scope) -> String {
    words
        .say(match scope {
            Scope::Server => "key-form-scope-server",
            Scope::Web => "key-form-scope-web",
            Scope::Mobile => "key-form-scope-mobile",
            Scope::Analytics => "key-form-scope-analytics",
        })
        .into()
}

/// One entry per line, domains in Unicode. Empty if nothing is restricted.
pub fn lines(restrictions: &Restrictions, kind: Kind) -> Vec<String> {
    let Restrictions { trusted_domains, app_identifiers, allowed_networks } = restrictions;
    match kind {
        Kind::TrustedDomains => trusted_domains.iter().map(TrustedDomain::to_unicode).collect(),
        Kind::AppIdentifiers => app_identifiers.iter().map(ToString::to_string).collect(),
        Kind::AllowedNetworks => allowed_networks.iter().map(ToString::to_string).collect(),
    }
}

/// The restrictions of a key by kind, with the label of each.
pub fn all_shown(restrictions: &Restrictions, policy: &Policy) -> Vec<(&'static str, Vec<String>)> {
    let of_key = KINDS.map(|kind| (label_of(kind), lines(restrictions, kind)));
    let of_organization = ("policy-networks", policy.allowed_networks.clone());
    of_key.into_iter().chain([of_organization]).filter(|(_, list)| !list.is_empty()).collect()
}

/// The field values that change nothing.
pub fn typed(permissions: &KeyPermissions) -> Vec<String> {
    match permissions {
        KeyPermissions::Inherited => vec![KeyPermissions::INHERIT.to_owned()],
        KeyPermissions::Only(chosen) => {
            [KeyPermissions::CHOSEN].into_iter().chain(chosen.names()).map(str::to_owned).collect()
        }
    }
}

/// "All of its owner’s", "None", or their names
pub fn permissions(words: Words, permissions: &KeyPermissions) -> String {
    match permissions {
        KeyPermissions::Inherited => words.say("key-form-permissions-inherited").into(),
        KeyPermissions::Only(chosen) if chosen.is_empty() => words.say("key-form-permissions-none").into(),
        KeyPermissions::Only(chosen) => chosen.names().collect::<Vec<_>>().join(", "),
    }
}

/// A permission in words.
pub fn sentence(words: Words, permission: Permission) -> String {
    words.say(sentence_of(permission)).into()
}

fn sentence_of(permission: Permission) -> &'static str {
    match permission {
        Permission::SeeOwnApiKeys => "permission-see-own-api-keys",
        Permission::CreateApiKeys => "permission-create-api-keys",
        Permission::ManageOwnApiKeys => "permission-manage-own-api-keys",
        Permission::SeeAllApiKeys => "permission-see-all-api-keys",
        Permission::ManageAllApiKeys => "permission-manage-all-api-keys",
        Permission::VerifyApiKeys => "permission-verify-api-keys",
        Permission::SeeMembers => "permission-see-members",
        Permission::ManageMembers => "permission-manage-members",
        Permission::ManageOwners => "permission-manage-owners",
        Permission::ManagePolicy => "permission-manage-policy",
        Permission::ManageProjects => "permission-manage-projects",
        Permission::ManageApiPermissions => "permission-manage-api-permissions",
        Permission::SeeOwnUsage => "permission-see-own-usage",
        Permission::SeeAllUsage => "permission-see-all-usage",
        Permission::SeeOwnAuditEvents => "permission-see-own-audit-events",
        Permission::SeeAuditLog => "permission-see-audit-log",
        Permission::ExportAuditLog => "permission-export-audit-log",
    }
}
