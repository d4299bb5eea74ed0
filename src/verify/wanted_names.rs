//! The names of permissions that a request asks for.

use std::{borrow::Cow, cell::RefCell, ops::Deref, rc::Rc};

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::value::RawValue;

use super::remembered::Remembered;

thread_local! {
    /// By the list in JSON.
    static OF_LISTS: RefCell<Remembered<Rc<[Cow<'static, str>]>>> = RefCell::default();
}

/// Names of permissions. There may be no such permissions.
#[derive(Debug)]
pub enum WantedNames<'a> {
    Own(Vec<Cow<'a, str>>),
    /// Remembered by the thread.
    Shared(Rc<[Cow<'static, str>]>),
}

impl<'a> WantedNames<'a> {
    pub fn push(&mut self, name: Cow<'a, str>) {
        if let Self::Shared(names) = self {
            *self = Self::Own(names.to_vec());
        }
        if let Self::Own(names) = self {
            names.push(name);
        }
    }

    pub fn into_owned(self) -> WantedNames<'static> {
        match self {
            Self::Own(names) => WantedNames::Own(names.into_iter().map(|name| Cow::Owned(name.into_owned())).collect()),
            Self::Shared(names) => WantedNames::Shared(names),
        }
    }
}

impl Default for WantedNames<'_> {
    fn default() -> Self {
        Self::Own(Vec::new())
    }
}

impl<'a> Deref for WantedNames<'a> {
    type Target = [Cow<'a, str>];

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Own(names) => names,
            Self::Shared(names) => names,
        }
    }
}

impl PartialEq for WantedNames<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for WantedNames<'_> {}

/// Reads a list of names of permissions, or remembers it: a service's lists are in its code, so the same few come each
/// time. Refuses empty names.
pub fn deserialize_permissions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<WantedNames<'static>, D::Error> {
    let list = <&RawValue>::deserialize(deserializer)?.get();
    let read = || {
        let names: Vec<Cow<'static, str>> = serde_json::from_str(list).map_err(D::Error::custom)?;
        if names.iter().any(|name| name.is_empty()) {
            return Err(D::Error::custom("a permission without a name"));
        }
        Ok(names.into())
    };
    OF_LISTS.with_borrow_mut(|remembered| remembered.get_or_read(list, read)).map(WantedNames::Shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_permissions_is_read_as_json_each_time() {
        let read = |json: &str| deserialize_permissions(&mut serde_json::Deserializer::from_str(json)).ok();
        for (json, names) in [
            ("[]", &[][..]),
            ("[\"a:b\"]", &["a:b"]),
            (" [ \"a:b\" , \"\\u0061\" ] ", &["a:b", "a"]),
            ("[\"счёт\", \"\\\\\"]", &["счёт", "\\"]),
        ] {
            assert_eq!([(); 2].map(|()| read(json).unwrap().to_vec()), [(); 2].map(|()| names.to_vec()), "{json}");
        }
        for bad in
            ["null", "[null]", "[\"\"]", "[[\"a\"]]", "\"a\"", "{}", "[\"a\",]", "[\"a\"", "[\"\\ud800\"]", "[1]", ""]
        {
            assert!([(); 2].map(|()| read(bad)).iter().all(Option::is_none), "{bad}");
        }
        let mut both = read("[\"a:b\"]").unwrap();
        both.push("c".into());
        assert_eq!((both.to_vec(), read("[\"a:b\"]").unwrap().len()), (vec!["a:b".into(), "c".into()], 1));
    }
}
