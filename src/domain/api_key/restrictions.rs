//! From where a key may be used: web pages, apps or networks, depending on its scope.
//!
//! Domains and apps restrict browsers and phones only: a program with the token can send any origin or app. They stop
//! other people's pages from using a key that is public anyway. The caller's address is as reliable as the service that
//! reports it.

mod app_identifier;
mod list;
mod network;
mod origin;
mod trusted_domain;

pub use app_identifier::{AppIdentifier, AppIdentifierError};
pub use list::{EntryError, List, ListError, Rule};
pub use network::Network;
pub use origin::Origin;
pub use trusted_domain::{TrustedDomain, TrustedDomainError};

use std::net::IpAddr;

use super::Scope;

/// An empty list restricts nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restrictions {
    pub trusted_domains: List<TrustedDomain>,
    pub app_identifiers: List<AppIdentifier>,
    pub allowed_networks: List<Network>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    TrustedDomains,
    AppIdentifiers,
    AllowedNetworks,
}

/// The three lists as text, either typed or stored.
#[derive(Clone, Copy, Debug, Default)]
pub struct Texts<'a> {
    pub trusted_domains: &'a str,
    pub app_identifiers: &'a str,
    pub allowed_networks: &'a str,
}

/// The three lists, each parsed on its own, for a key whose scope is decided later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedLists {
    pub trusted_domains: Result<List<TrustedDomain>, ListError>,
    pub app_identifiers: Result<List<AppIdentifier>, ListError>,
    pub allowed_networks: Result<List<Network>, ListError>,
}

/// Where a token was presented, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    pub origin: Option<Origin>,
    pub address: Option<IpAddr>,
    pub app: Option<AppIdentifier>,
    /// Whether it is known to be a browser.
    pub is_browser: bool,
}

impl Kind {
    /// The name of the form field and of the column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TrustedDomains => "trusted_domains",
            Self::AppIdentifiers => "app_identifiers",
            Self::AllowedNetworks => "allowed_networks",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::TrustedDomains, Self::AppIdentifiers, Self::AllowedNetworks]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }

    /// The restriction that protects a key of this scope where anybody can read it, in a page or an app.
    pub fn guarding(scope: Scope) -> Option<Self> {
        match scope {
            Scope::Web => Some(Self::TrustedDomains),
            Scope::Mobile => Some(Self::AppIdentifiers),
            Scope::Server | Scope::Analytics => None,
        }
    }

    pub fn belongs_to(self, scope: Scope) -> bool {
        match self {
            Self::TrustedDomains => scope == Scope::Web,
            Self::AppIdentifiers => scope == Scope::Mobile,
            Self::AllowedNetworks => matches!(scope, Scope::Server | Scope::Analytics),
        }
    }
}

impl Restrictions {
    /// Parses what was typed for a key of this scope. See [`ParsedLists::of_scope`].
    pub fn parse(scope: Scope, texts: Texts<'_>) -> Result<Self, Vec<(Kind, ListError)>> {
        ParsedLists::parse(texts).of_scope(scope)
    }

    /// Parses stored lists, whatever the scope. Returns the kind of the list that cannot be parsed.
    pub fn from_stored(texts: Texts<'_>) -> Result<Self, Kind> {
        Ok(Self {
            trusted_domains: List::parse(texts.trusted_domains).map_err(|_| Kind::TrustedDomains)?,
            app_identifiers: List::parse(texts.app_identifiers).map_err(|_| Kind::AppIdentifiers)?,
            allowed_networks: List::parse(texts.allowed_networks).map_err(|_| Kind::AllowedNetworks)?,
        })
    }

    pub fn is_empty(&self) -> bool {
        self.trusted_domains.is_empty() && self.app_identifiers.is_empty() && self.allowed_networks.is_empty()
    }

    /// The restriction that this caller does not satisfy. An unknown property of a caller matches nothing.
    pub fn obstacle(&self, caller: &Caller) -> Option<Kind> {
        let Self { trusted_domains, app_identifiers, allowed_networks } = self;
        if !trusted_domains.admits(caller.origin.as_ref(), TrustedDomain::matches) {
            Some(Kind::TrustedDomains)
        } else if !allowed_networks.admits(caller.address.as_ref(), |network, address| network.contains(*address)) {
            Some(Kind::AllowedNetworks)
        } else if !app_identifiers.admits(caller.app.as_ref(), AppIdentifier::admits) {
            Some(Kind::AppIdentifiers)
        } else {
            None
        }
    }
}

impl ParsedLists {
    pub fn parse(texts: Texts<'_>) -> Self {
        Self {
            trusted_domains: List::parse(texts.trusted_domains),
            app_identifiers: List::parse(texts.app_identifiers),
            allowed_networks: List::parse(texts.allowed_networks),
        }
    }

    /// The restrictions of a key of this scope, or every list that is wrong. Lists of other scopes must be empty: if
    /// they were dropped, people would believe that the key is restricted.
    pub fn of_scope(&self, scope: Scope) -> Result<Restrictions, Vec<(Kind, ListError)>> {
        let mut faults = Vec::new();
        let restrictions = Restrictions {
            trusted_domains: take(scope, Kind::TrustedDomains, &self.trusted_domains, &mut faults),
            app_identifiers: take(scope, Kind::AppIdentifiers, &self.app_identifiers, &mut faults),
            allowed_networks: take(scope, Kind::AllowedNetworks, &self.allowed_networks, &mut faults),
        };
        if faults.is_empty() { Ok(restrictions) } else { Err(faults) }
    }
}

impl From<Restrictions> for ParsedLists {
    fn from(Restrictions { trusted_domains, app_identifiers, allowed_networks }: Restrictions) -> Self {
        Self {
            trusted_domains: Ok(trusted_domains),
            app_identifiers: Ok(app_identifiers),
            allowed_networks: Ok(allowed_networks),
        }
    }
}

fn take<T: Rule + Clone>(
    scope: Scope,
    kind: Kind,
    parsed: &Result<List<T>, ListError>,
    faults: &mut Vec<(Kind, ListError)>,
) -> List<T> {
    let taken = match parsed {
        Ok(list) if list.is_empty() => Ok(List::default()),
        _ if !kind.belongs_to(scope) => Err(ListError::OtherScope),
        parsed => parsed.clone(),
    };
    taken.unwrap_or_else(|error| {
        faults.push((kind, error));
        List::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOMAINS: Texts<'_> = Texts { trusted_domains: "example.com", app_identifiers: "", allowed_networks: "" };
    const APPS: Texts<'_> = Texts { trusted_domains: "", app_identifiers: "com.example.app", allowed_networks: "" };
    const NETWORKS: Texts<'_> = Texts { trusted_domains: "", app_identifiers: "", allowed_networks: "10.0.0.0/8" };

    #[test]
    fn what_does_not_belong_to_the_scope_is_refused_and_not_dropped() {
        for (kind, texts, scopes) in [
            (Kind::TrustedDomains, DOMAINS, &[Scope::Web][..]),
            (Kind::AppIdentifiers, APPS, &[Scope::Mobile]),
            (Kind::AllowedNetworks, NETWORKS, &[Scope::Server, Scope::Analytics]),
        ] {
            for scope in Scope::ALL {
                let parsed = Restrictions::parse(scope, texts);
                if scopes.contains(&scope) {
                    assert!(!parsed.unwrap().is_empty(), "{kind:?} {scope:?}");
                } else {
                    assert_eq!(parsed, Err(vec![(kind, ListError::OtherScope)]), "{kind:?} {scope:?}");
                }
            }
        }
        let blank = Texts { trusted_domains: " \r\n,\n ", app_identifiers: "\t", allowed_networks: "," };
        for scope in Scope::ALL {
            assert_eq!(Restrictions::parse(scope, blank), Ok(Restrictions::default()));
        }
    }

    #[test]
    fn every_list_that_is_wrong_is_named() {
        let texts = Texts { trusted_domains: "a b", app_identifiers: "com.example", allowed_networks: "10.0.0.0/8" };
        let faults = Restrictions::parse(Scope::Web, texts).unwrap_err();
        let kinds: Vec<_> = faults.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [Kind::TrustedDomains, Kind::AppIdentifiers, Kind::AllowedNetworks]);
    }

    #[test]
    fn a_restricted_key_admits_nobody_of_whom_that_is_not_known() {
        let unknown = Caller::default();
        let known = Caller {
            origin: Origin::parse("https://example.com"),
            address: "10.1.2.3".parse().ok(),
            app: AppIdentifier::parse("com.example.app").ok(),
            is_browser: true,
        };
        for (kind, texts) in
            [(Kind::TrustedDomains, DOMAINS), (Kind::AppIdentifiers, APPS), (Kind::AllowedNetworks, NETWORKS)]
        {
            let restrictions = Restrictions::from_stored(texts).unwrap();
            assert_eq!(restrictions.obstacle(&unknown), Some(kind));
            assert_eq!(restrictions.obstacle(&known), None);
        }
        assert_eq!(Restrictions::default().obstacle(&unknown), None);
    }
}
