//! The permissions of an organization's own API, such as `invoices:read`, and who is granted which.
//!
//! Latchkey's own permissions have dots in their names ([`super::Permission`]), so the two never clash.

use std::{array, borrow::Borrow, collections::BTreeSet, fmt, iter};

use foldhash::HashMap;

use super::{Timestamp, api_key::KeyPermissions, text::TextError};

/// How many an organization may have.
pub const MAX_API_PERMISSIONS: usize = 500;
/// Joins the parts of a name.
const SEPARATOR: char = ':';
/// Stands for every continuation of a name.
const WILDCARD: &str = "*";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiPermission {
    pub name: ApiPermissionName,
    pub description: ApiPermissionDescription,
    pub created_at: Timestamp,
}

/// Parts of lowercase letters, digits, `_` and `-`, joined by colons.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiPermissionName(Box<str>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiPermissionNameError {
    #[error("must not be empty")]
    Empty,
    #[error("must have at most {} characters", ApiPermissionName::MAX_LENGTH)]
    TooLong,
    #[error("must be parts of lowercase letters, digits, _ and -, joined by colons")]
    ForbiddenCharacter,
    /// Forms use the word for something else.
    #[error("is reserved")]
    Reserved,
}

impl ApiPermissionName {
    /// In characters.
    pub const MAX_LENGTH: usize = 64;

    pub fn parse(input: &str) -> Result<Self, ApiPermissionNameError> {
        let name = input.trim();
        let is_part = |part: &str| !part.is_empty() && part.bytes().all(is_of_part);
        if name.is_empty() {
            Err(ApiPermissionNameError::Empty)
        } else if !name.split(SEPARATOR).all(is_part) {
            Err(ApiPermissionNameError::ForbiddenCharacter)
        } else if name.len() > Self::MAX_LENGTH {
            Err(ApiPermissionNameError::TooLong)
        } else if [KeyPermissions::INHERIT, KeyPermissions::CHOSEN].contains(&name) {
            Err(ApiPermissionNameError::Reserved)
        } else {
            Ok(Self(name.into()))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first part, by which pages group permissions.
    pub fn resource(&self) -> &str {
        self.0.split(SEPARATOR).next().unwrap_or_default()
    }
}

/// Equal and hashed as its text.
impl Borrow<str> for ApiPermissionName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApiPermissionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_of_part(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-')
}

/// What a permission allows, in one line. It may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiPermissionDescription(String);

impl ApiPermissionDescription {
    /// In Unicode scalar values.
    pub const MAX_LENGTH: usize = 200;

    pub fn parse(input: &str) -> Result<Self, TextError> {
        match super::text::line(input, Self::MAX_LENGTH) {
            Err(TextError::Empty) => Ok(Self::default()),
            parsed => parsed.map(Self),
        }
    }

    /// A description that was parsed before it was stored.
    pub fn from_stored(description: String) -> Self {
        Self(description)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One permission, or with a wildcard every one whose name begins so: `invoices:*` grants `invoices:read` and
/// `invoices:lines:edit`, also if they are added later, but not `invoices`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiGrant(Box<str>);

impl ApiGrant {
    pub fn parse(input: &str) -> Result<Self, ApiPermissionNameError> {
        let grant = input.trim();
        // A wildcard is one part, so it is no longer than a name.
        let name = grant.strip_suffix(WILDCARD).and_then(|rest| rest.strip_suffix(SEPARATOR)).unwrap_or(grant);
        let name = ApiPermissionName::parse(name)?;
        match grant.len() {
            length if length > ApiPermissionName::MAX_LENGTH => Err(ApiPermissionNameError::TooLong),
            length if length == name.as_str().len() => Ok(Self(name.0)),
            _ => Ok(Self(grant.into())),
        }
    }

    /// Grants everything that begins with `name` and a colon.
    pub fn wildcard_of(name: &str) -> Result<Self, ApiPermissionNameError> {
        Self::parse(&format!("{name}{SEPARATOR}{WILDCARD}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first part, by which pages group permissions.
    pub fn resource(&self) -> &str {
        self.0.split(SEPARATOR).next().unwrap_or_default()
    }

    pub fn is_wildcard(&self) -> bool {
        self.prefix().is_some()
    }

    pub fn grants(&self, name: &ApiPermissionName) -> bool {
        match self.prefix() {
            Some(prefix) => name.0.starts_with(prefix),
            None => self.0 == name.0,
        }
    }

    /// Whether this grants everything that the other grants, now and in future.
    pub fn covers(&self, other: &Self) -> bool {
        self.prefix().map_or(self == other, |prefix| other.0.starts_with(prefix))
    }

    /// With its colon.
    fn prefix(&self) -> Option<&str> {
        self.0.strip_suffix(WILDCARD)
    }
}

impl fmt::Display for ApiGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<ApiPermissionName> for ApiGrant {
    fn from(name: ApiPermissionName) -> Self {
        Self(name.0)
    }
}

/// What a role, a member or a key is granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiGrants(BTreeSet<ApiGrant>);

impl ApiGrants {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn contains(&self, grant: &ApiGrant) -> bool {
        self.0.contains(grant)
    }

    pub fn insert(&mut self, grant: ApiGrant) {
        self.0.insert(grant);
    }

    pub fn remove(&mut self, grant: &ApiGrant) -> bool {
        self.0.remove(grant)
    }

    pub fn grant(&self, name: &ApiPermissionName) -> bool {
        self.0.iter().any(|grant| grant.grants(name))
    }

    /// Whether one of them grants everything that the other grants, now and in future.
    pub fn cover(&self, other: &ApiGrant) -> bool {
        self.0.iter().any(|grant| grant.covers(other))
    }

    #[must_use]
    pub fn union(&self, others: &Self) -> Self {
        Self(self.0.union(&others.0).cloned().collect())
    }

    /// The same without what other grants among them cover.
    #[must_use]
    pub fn without_covered(&self) -> Self {
        let is_needed = |grant: &&ApiGrant| self.0.iter().all(|other| other == *grant || !other.covers(grant));
        Self(self.0.iter().filter(is_needed).cloned().collect())
    }

    /// What both grant, now and in future. Of two grants that overlap, one covers the other.
    #[must_use]
    pub fn intersection(&self, others: &Self) -> Self {
        let of_these = self.0.iter().filter(|grant| others.cover(grant));
        let of_others = others.0.iter().filter(|grant| self.cover(grant));
        Self(of_these.chain(of_others).cloned().collect())
    }

    /// In the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &ApiGrant> {
        self.0.iter()
    }
}

impl FromIterator<ApiGrant> for ApiGrants {
    fn from_iter<I: IntoIterator<Item = ApiGrant>>(grants: I) -> Self {
        Self(grants.into_iter().collect())
    }
}

/// Separated by spaces.
impl fmt::Display for ApiGrants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, grant) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(grant.as_str())?;
        }
        Ok(())
    }
}

/// All API permissions of an organization, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiPermissionCatalogue {
    names: Box<[ApiPermissionName]>,
    /// Verifications look up every permission that they are asked for.
    positions: HashMap<ApiPermissionName, usize>,
}

impl ApiPermissionCatalogue {
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub fn names(&self) -> &[ApiPermissionName] {
        &self.names
    }

    /// The position of a permission. None if there is no such permission.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// The permissions that these grants grant today.
    pub fn expand(&self, grants: &ApiGrants) -> ApiPermissionSet {
        let mut set = ApiPermissionSet::default();
        for grant in grants.iter() {
            // Everything that begins with a prefix stands together.
            let first = self.names.partition_point(|name| name.as_str() < grant.as_str().trim_end_matches(WILDCARD));
            let granted = self.names[first..].iter().take_while(|name| grant.grants(name)).count();
            (first..first + granted).for_each(|position| set.insert(position));
        }
        set
    }

    /// The names of a set of this catalogue.
    pub fn names_of(&self, set: &ApiPermissionSet) -> impl Iterator<Item = &ApiPermissionName> + Clone {
        set.iter().filter_map(|position| self.names.get(position))
    }
}

impl FromIterator<ApiPermissionName> for ApiPermissionCatalogue {
    fn from_iter<I: IntoIterator<Item = ApiPermissionName>>(names: I) -> Self {
        let names: Box<[_]> = names.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let positions = names.iter().enumerate().map(|(position, name)| (name.clone(), position)).collect();
        Self { names, positions }
    }
}

/// A set of permissions of one [`ApiPermissionCatalogue`], by their positions. Verifications make sets, so they are
/// stored inline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ApiPermissionSet([u64; ApiPermissionSet::WORDS]);

impl ApiPermissionSet {
    /// Positions in one word.
    const WORD: usize = u64::BITS as usize;
    pub(super) const WORDS: usize = MAX_API_PERMISSIONS.div_ceil(Self::WORD);

    /// Only the positions of [`MAX_API_PERMISSIONS`] have a place. No set contains others.
    pub fn insert(&mut self, position: usize) {
        if let Some(word) = self.0.get_mut(position / Self::WORD) {
            *word |= 1 << (position % Self::WORD);
        }
    }

    pub fn contains(&self, position: usize) -> bool {
        self.0.get(position / Self::WORD).is_some_and(|word| word & (1 << (position % Self::WORD)) != 0)
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether every permission is also among `others`.
    pub fn is_within(&self, others: &Self) -> bool {
        self.0.iter().zip(&others.0).all(|(word, others)| word & !others == 0)
    }

    #[must_use]
    pub fn intersection(&self, others: &Self) -> Self {
        Self(array::from_fn(|word| self.0[word] & others.0[word]))
    }

    #[must_use]
    pub fn difference(&self, others: &Self) -> Self {
        Self(array::from_fn(|word| self.0[word] & !others.0[word]))
    }

    #[must_use]
    pub fn union(&self, others: &Self) -> Self {
        Self(array::from_fn(|word| self.0[word] | others.0[word]))
    }

    pub fn add(&mut self, others: &Self) {
        *self = self.union(others);
    }

    /// Bits by position, the lowest first.
    pub(super) fn words(&self) -> &[u64; Self::WORDS] {
        &self.0
    }

    pub(super) fn from_words(words: [u64; Self::WORDS]) -> Self {
        Self(words)
    }

    /// In ascending order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + Clone {
        self.0.iter().enumerate().flat_map(|(word, bits)| {
            // Without the lowest bit each time.
            let rest = iter::successors(Some(*bits), |rest| Some(rest & rest.wrapping_sub(1)));
            rest.take_while(|rest| *rest != 0).map(move |rest| word * Self::WORD + rest.trailing_zeros() as usize)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ApiPermissionName {
        ApiPermissionName::parse(text).unwrap()
    }

    fn grants(text: &str) -> ApiGrants {
        text.split_whitespace().map(|grant| ApiGrant::parse(grant).unwrap()).collect()
    }

    #[test]
    fn a_name_has_lowercase_parts_and_at_most_64_characters() {
        use ApiPermissionNameError::{Empty, ForbiddenCharacter, Reserved, TooLong};
        let longest = "x".repeat(64);
        for good in ["invoices:read", "a", "0", "a-b_c:9:z", " invoices:read ", &longest] {
            assert_eq!(ApiPermissionName::parse(good).unwrap().as_str(), good.trim());
        }
        for (bad, error) in [
            ("", Empty),
            (" ", Empty),
            (":", ForbiddenCharacter),
            ("a:", ForbiddenCharacter),
            (":a", ForbiddenCharacter),
            ("a::b", ForbiddenCharacter),
            ("Invoices:read", ForbiddenCharacter),
            ("api_keys.see_own", ForbiddenCharacter),
            ("invoices:*", ForbiddenCharacter),
            ("invoices read", ForbiddenCharacter),
            ("счёт", ForbiddenCharacter),
            ("inherit", Reserved),
            ("chosen", Reserved),
            (&"x".repeat(65), TooLong),
        ] {
            assert_eq!(ApiPermissionName::parse(bad), Err(error), "{bad}");
        }
    }

    #[test]
    fn a_wildcard_stands_for_whole_parts_at_the_end_and_for_nothing_else() {
        for good in ["invoices:*", "a:b:*", "invoices:read", &format!("{}:*", "x".repeat(62))] {
            assert_eq!(ApiGrant::parse(good).unwrap().as_str(), good);
        }
        let too_long = format!("{}:*", "x".repeat(63));
        for bad in ["*", ":*", "invoices*", "invoices:re*", "*:read", "a:*:*", "a:*:b", "invoices:**", "", &too_long] {
            assert!(ApiGrant::parse(bad).is_err(), "{bad}");
        }
        let all = ApiGrant::wildcard_of("invoices").unwrap();
        assert!(all.is_wildcard() && all.grants(&name("invoices:read")) && all.grants(&name("invoices:lines:edit")));
        assert!(!all.grants(&name("invoices")) && !all.grants(&name("invoices-old:read")));
    }

    #[test]
    fn a_grant_covers_what_can_never_be_more() {
        let granted = grants("invoices:* customers:read");
        for (grant, is_covered) in [
            ("invoices:*", true),
            ("invoices:lines:*", true),
            ("invoices:read", true),
            ("invoices", false),
            ("customers:read", true),
            ("customers:*", false),
            ("customers:read:*", false),
        ] {
            assert_eq!(granted.cover(&ApiGrant::parse(grant).unwrap()), is_covered, "{grant}");
        }
    }

    #[test]
    fn what_a_wildcard_covers_need_not_be_named() {
        let named = grants("invoices invoices:* invoices:read invoices:lines:* customers:read");
        assert_eq!(named.without_covered(), grants("customers:read invoices invoices:*"));
    }

    #[test]
    fn grants_expand_to_the_permissions_that_there_are() {
        let names = ["invoices:send", "invoices", "invoices:read", "invoices-old:read", "customers:read", "a:b:c"];
        let catalogue: ApiPermissionCatalogue = names.into_iter().map(name).collect();
        for text in [
            "",
            "invoices:*",
            "invoices",
            "invoices:read a:*",
            "a:b:* a:b:c",
            "gone:read gone:*",
            "customers:* invoices",
        ] {
            let granted = grants(text);
            let naive: Vec<_> = catalogue.names().iter().filter(|name| granted.grant(name)).collect();
            let set = catalogue.expand(&granted);
            assert_eq!(catalogue.names_of(&set).collect::<Vec<_>>(), naive, "{text}");
            assert_eq!((set.len(), set.is_empty()), (naive.len(), naive.is_empty()));
        }
        assert!(names.into_iter().all(|name| catalogue.names()[catalogue.position(name).unwrap()].as_str() == name));
        assert_eq!(catalogue.position("invoices:write"), None);
    }

    #[test]
    fn a_set_holds_what_was_put_into_it_and_nothing_else() {
        let mut set = ApiPermissionSet::default();
        let positions = [0, 1, 63, 64, 127, 128, 499];
        for position in positions {
            set.insert(position);
        }
        assert_eq!(set.iter().collect::<Vec<_>>(), positions);
        assert!((0..600).all(|position| set.contains(position) == positions.contains(&position)));
        let mut small = ApiPermissionSet::default();
        small.insert(63);
        assert_eq!(set.intersection(&small).iter().collect::<Vec<_>>(), [63]);
        assert_eq!(small.intersection(&set), set.intersection(&small));
        let rest = set.difference(&small);
        assert_eq!((rest.len(), rest.union(&small)), (positions.len() - 1, set));
        assert_eq!(small.union(&rest), set);
        assert_eq!(small.difference(&set), ApiPermissionSet::default(), "equal sets are equal values");
        assert_eq!(set.intersection(&small), small);
        assert!(small.is_within(&set) && !set.is_within(&small) && rest.is_within(&set) && !small.is_within(&rest));
        let mut beyond = small;
        beyond.insert(ApiPermissionSet::WORDS * ApiPermissionSet::WORD);
        assert!(beyond == small && !beyond.contains(ApiPermissionSet::WORDS * ApiPermissionSet::WORD));
    }
}
