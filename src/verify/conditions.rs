//! What a verification requires besides a valid key: permissions, and an organization. Unknown conditions in an
//! address are refused, because a misspelt one would otherwise have no effect.

use std::{borrow::Cow, cell::RefCell, fmt, rc::Rc};

use memchr::memchr2;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, SeqAccess, Visitor},
};
use url::form_urlencoded;

use super::{remembered::Remembered, wanted_names};
use crate::{
    domain::{
        Organizations,
        key_limits::MOST_COST,
        verification::{WantedNames, WantedPermissions},
    },
    http::problem::Problem,
};

/// The name of the permission condition in addresses.
const PERMISSION: &str = "permission";
/// The names of the other conditions on the key and its caller.
const ENVIRONMENT: &str = "environment";
const BROWSER: &str = "browser";
/// The name of the cost in addresses.
const COST: &str = "cost";
/// The name of the organization condition in addresses and forms.
pub const ORGANIZATION: &str = "organization";

thread_local! {
    /// By the part of the address.
    static OF_ADDRESSES: RefCell<[Remembered<Rc<Conditions<'static>>>; 2]> = RefCell::default();
}

const UNKNOWN_PARAMETER: Problem = Problem::Malformed("The query string has an unknown parameter.");
const BAD_ENVIRONMENT: Problem = Problem::Malformed("“environment” must be one name, such as live.");
const BAD_BROWSER: Problem = Problem::Malformed("“browser” must be true or false.");
const BAD_ORGANIZATION: Problem = Problem::Malformed(
    "“organization” must be the ID of an organization, such as org_…, and may be repeated. Or it must be “any”, once.",
);
const NAMED_TWICE: Problem = Problem::Malformed(
    "The query string and the body both name permissions, an environment, an organization or a cost. Name each in one \
     of them.",
);
const BAD_COST: Problem = Problem::Malformed("“cost” must be one whole number from 0 to 1000000.");

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions<'a> {
    /// The permissions that the key must have. None means that it needs none.
    pub permissions: Option<Rc<WantedNames>>,
    /// The environment that the key must have. There may be none with such a name.
    pub environment: Option<Cow<'a, str>>,
    /// Whether the request says that a browser presents the key.
    pub is_browser: bool,
    /// None means the server's default organization.
    pub organizations: Option<Organizations>,
    /// What a valid answer takes from the limits of the key. None means 1.
    pub cost: Option<u32>,
}

/// The part of an address that has conditions.
#[derive(Clone, Copy, Debug)]
pub enum AddressPart {
    /// As [`Conditions::parse_query`] reads it.
    Query,
    /// As [`Conditions::parse_segment`] reads it.
    Segment,
}

impl Conditions<'static> {
    /// Reads conditions, or remembers them: those of a proxy are in its configuration, so the same few come each time.
    pub fn recall(part: AddressPart, text: &str) -> Result<Rc<Self>, Problem> {
        let read = || {
            let conditions = match part {
                AddressPart::Query => Conditions::parse_query(text)?,
                AddressPart::Segment => Conditions::parse_segment(text)?,
            };
            Ok(Rc::new(conditions.into_owned()))
        };
        OF_ADDRESSES.with_borrow_mut(|remembered| remembered[part as usize].get_or_read(text, read))
    }
}

impl<'a> Conditions<'a> {
    /// Reads `permission=NAME&organization=ID&organization=ID`. Each may be repeated.
    pub fn parse_query(query: &'a str) -> Result<Self, Problem> {
        Self::default().with(query)
    }

    /// Reads `permission=NAME;organization=ID` from a path.
    pub fn parse_segment(segment: &'a str) -> Result<Self, Problem> {
        segment.split(';').try_fold(Self::default(), Self::with)
    }

    /// Whether a query may be meant as conditions, even misspelt ones.
    pub fn are_meant_by(query: &str) -> bool {
        let is_meant = |name: &str| {
            let name = name.trim().to_ascii_lowercase();
            let known = [PERMISSION, ORGANIZATION, "organisation", ENVIRONMENT, BROWSER, COST];
            known.iter().any(|known| name.starts_with(known))
        };
        query
            .split(['&', ';', '?'])
            .any(|part| form_urlencoded::parse(part.as_bytes()).any(|(name, _)| is_meant(&name)))
    }

    fn into_owned(self) -> Conditions<'static> {
        Conditions {
            permissions: self.permissions,
            environment: self.environment.map(|name| Cow::Owned(name.into_owned())),
            is_browser: self.is_browser,
            organizations: self.organizations,
            cost: self.cost,
        }
    }

    /// Combines both. A condition may occur in only one of them.
    pub fn merge(self, other: Self) -> Result<Self, Problem> {
        let is_twice = (self.permissions.is_some() && other.permissions.is_some())
            || (self.environment.is_some() && other.environment.is_some())
            || (self.organizations.is_some() && other.organizations.is_some())
            || (self.cost.is_some() && other.cost.is_some());
        if is_twice {
            return Err(NAMED_TWICE);
        }
        Ok(Self {
            permissions: self.permissions.or(other.permissions),
            environment: self.environment.or(other.environment),
            is_browser: self.is_browser || other.is_browser,
            organizations: self.organizations.or(other.organizations),
            cost: self.cost.or(other.cost),
        })
    }

    pub fn wanted_permissions(&self) -> WantedPermissions<'_> {
        self.permissions.as_deref().map_or(WantedPermissions::None, WantedPermissions::Named)
    }

    /// Sets the environment that the key must have.
    pub fn require_environment(&mut self, environment: Cow<'a, str>) -> Result<(), Problem> {
        if environment.is_empty() || self.environment.is_some() {
            return Err(BAD_ENVIRONMENT);
        }
        self.environment = Some(environment);
        Ok(())
    }

    /// Adds an organization whose keys are accepted.
    pub fn accept(&mut self, organization: &str) -> Result<(), Problem> {
        let more = Organizations::parse(organization).map_err(|_| BAD_ORGANIZATION)?;
        self.organizations = match self.organizations.take() {
            None => Some(more),
            Some(named) => Some(named.and(more).ok_or(BAD_ORGANIZATION)?),
        };
        Ok(())
    }

    /// Adds the conditions of a part of an address. Names need no escapes, so most addresses have none and are read as
    /// they are.
    fn with(mut self, part: &'a str) -> Result<Self, Problem> {
        if memchr2(b'%', b'+', part.as_bytes()).is_some() {
            form_urlencoded::parse(part.as_bytes()).try_for_each(|(name, value)| self.add(&name, value))?;
            return Ok(self);
        }
        for pair in part.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.add(name, value.into())?;
        }
        Ok(self)
    }

    fn add(&mut self, name: &str, value: Cow<'a, str>) -> Result<(), Problem> {
        match name {
            PERMISSION => wanted_names::add(&mut self.permissions, &value)?,
            ORGANIZATION => self.accept(&value)?,
            ENVIRONMENT => self.require_environment(value)?,
            BROWSER => self.is_browser |= value.parse::<bool>().map_err(|_| BAD_BROWSER)?,
            COST if self.cost.is_some() => return Err(BAD_COST),
            COST => self.cost = Some(parse_cost(&value)?),
            _ => return Err(UNKNOWN_PARAMETER),
        }
        Ok(())
    }
}

fn parse_cost(text: &str) -> Result<u32, Problem> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|cost| is_number && *cost <= MOST_COST).ok_or(BAD_COST)
}

/// Reads a cost. Refuses `null`, which may be a lost setting.
pub fn deserialize_cost<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let cost = u32::deserialize(deserializer)?;
    if cost > MOST_COST { Err(D::Error::custom("too large a cost")) } else { Ok(Some(cost)) }
}

/// Reads an organization's ID, a list of IDs, or `"any"`. Refuses `null`, which may be a lost setting.
pub fn deserialize_organizations<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Organizations>, D::Error> {
    struct OrganizationsVisitor;

    impl<'de> Visitor<'de> for OrganizationsVisitor {
        type Value = Organizations;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the ID of an organization, a list of IDs, or \"any\"")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Organizations, E> {
            Organizations::parse(text).map_err(E::custom)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Organizations, A::Error> {
            let mut conditions = Conditions::default();
            while let Some(text) = list.next_element::<Cow<'_, str>>()? {
                conditions.accept(&text).map_err(A::Error::custom)?;
            }
            conditions.organizations.ok_or_else(|| A::Error::invalid_length(0, &self))
        }
    }

    deserializer.deserialize_any(OrganizationsVisitor).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::OrganizationId;

    const FIRST: &str = "org_06hb3s1q0000000000000000a0";
    const SECOND: &str = "org_06hb3s1q0000000000000000b0";

    fn named(names: &[&str]) -> Rc<WantedNames> {
        Rc::new(names.iter().copied().collect())
    }

    fn id(text: &str) -> OrganizationId {
        OrganizationId::parse(text).unwrap()
    }

    #[test]
    fn an_address_names_permissions_and_organizations_as_often_as_it_likes() {
        let none = Conditions::default();
        let both = Conditions {
            permissions: Some(named(&["policy.manage", "invoices:read"])),
            organizations: Some(Organizations::Several(vec![id(FIRST), id(SECOND)])),
            ..Conditions::default()
        };
        let any = Conditions { organizations: Some(Organizations::Any), ..Conditions::default() };
        let text =
            format!("organization={FIRST}&permission=policy.manage&organization={SECOND}&permission=invoices%3Aread");
        for (query, expected) in [("", &none), (&text, &both), ("organization=any", &any)] {
            assert_eq!(&Conditions::parse_query(query).unwrap(), expected, "{query}");
            assert_eq!(&Conditions::parse_segment(&query.replace('&', ";")).unwrap(), expected, "{query}");
        }
    }

    #[test]
    fn what_is_remembered_is_what_is_read_and_each_part_of_an_address_has_its_own() {
        let recall = |part, text: &str| Conditions::recall(part, text).ok().map(|found| format!("{found:?}"));
        let read = |conditions: Result<Conditions<'_>, Problem>| conditions.ok().map(|found| format!("{found:?}"));
        for text in ["", "permission=a&cost=2", "environment=test;cost=3", "permission=%61", "no=condition"] {
            for _ in 0..2 {
                assert_eq!(recall(AddressPart::Query, text), read(Conditions::parse_query(text)), "{text}");
                assert_eq!(recall(AddressPart::Segment, text), read(Conditions::parse_segment(text)), "{text}");
            }
        }
    }

    #[test]
    fn an_address_names_an_environment_and_says_that_a_browser_asks() {
        let parsed = Conditions::parse_query("environment=test&browser=true&browser=false").unwrap();
        assert_eq!((parsed.environment.as_deref(), parsed.is_browser), (Some("test"), true));
        let segment = Conditions::parse_segment("environment=no such").unwrap();
        assert_eq!((segment.environment.as_deref(), segment.is_browser), (Some("no such"), false));
        let twice = || Conditions { environment: Some("live".into()), ..Conditions::default() };
        assert!(twice().merge(twice()).is_err() && twice().merge(Conditions::default()).is_ok());
    }

    /// With every character of names and values escaped.
    fn escaped(query: &str) -> String {
        let escape = |byte: u8| match byte {
            b'&' | b'=' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        };
        query.bytes().map(escape).collect()
    }

    #[test]
    fn escapes_change_nothing() {
        for query in [
            "permission=a&permission=b:c",
            "&&permission=a&",
            "permission=a=b&cost=3",
            "permission==",
            "=a",
            "=",
            "environment=счёт&browser=true",
            "permission=a;b",
            "cost=&permission=a",
        ] {
            let [plain, escaped] = [query.to_owned(), escaped(query)].map(|query| {
                let parsed = Conditions::parse_query(&query);
                parsed.ok().map(|conditions| format!("{conditions:?}"))
            });
            assert_eq!(plain, escaped, "{query}");
        }
    }

    #[test]
    fn what_is_not_known_is_refused_and_so_is_an_empty_name() {
        for bad in [
            "permissions=policy.manage",
            "Permission=policy.manage",
            "x=1;permission=policy.manage",
            "permission=policy.manage&permission=",
            "permission=",
            "permission",
            "permission[]=policy.manage",
            "%20permission=policy.manage",
            "x=1",
            "x",
            "organization=",
            "organization=any&organization=any",
            "organization=ANY",
            "organization=none",
            "organisation=any",
            "environment=",
            "environment",
            "environment=live&environment=live",
            "environments=live",
            "browser=",
            "browser=yes",
            "browser",
            &format!("organization={FIRST}&organization=any"),
            &format!("organization=any&organization={FIRST}"),
            &format!("organization={FIRST},{SECOND}"),
            &format!("organization={FIRST};permission=policy.manage"),
        ] {
            assert!(Conditions::parse_query(bad).is_err(), "{bad}");
        }
        for unknown in ["Policy.Manage", "policy.manage ", "*", "invoices:*", "счёт", "\0"] {
            let query = format!("permission={unknown}");
            let wanted = Conditions::parse_query(&query).unwrap().permissions;
            assert_eq!(wanted, Some(named(&[unknown])), "the key does not have it");
        }
    }

    #[test]
    fn a_query_that_may_be_meant_for_us_is_told_from_others() {
        for query in ["permission=x", "Permissions=x", "a=1&organization=x", "a=1;permission=x", "%70ermission=x"] {
            assert!(Conditions::are_meant_by(query), "{query}");
        }
        for query in ["", "page=2&sort=permission", "perm=1", "q=organization"] {
            assert!(!Conditions::are_meant_by(query), "{query}");
        }
    }

    #[test]
    fn a_condition_stands_in_the_address_or_in_the_body() {
        let permission = || Conditions { permissions: Some(named(&["policy.manage"])), ..Conditions::default() };
        let any = || Conditions { organizations: Some(Organizations::Any), ..Conditions::default() };
        assert!(permission().merge(any()).unwrap() == any().merge(permission()).unwrap());
        assert!(permission().merge(permission()).is_err() && any().merge(any()).is_err());
    }
}
