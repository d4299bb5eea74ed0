//! Reads the names of permissions that a request asks for. They are in a service's code, so the same few come each time,
//! and each thread remembers them.

use std::{cell::RefCell, rc::Rc};

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::value::RawValue;

use super::remembered::Remembered;
use crate::{domain::verification::WantedNames, http::problem::Problem};

const EMPTY_PERMISSION: Problem = Problem::Malformed("A permission must have a name.");

thread_local! {
    /// By the list in JSON.
    static OF_LISTS: RefCell<Remembered<Option<Rc<WantedNames>>>> = RefCell::default();
    /// Lists of one name, by that name. Others in an address begin as one.
    static OF_NAMES: RefCell<Remembered<Rc<WantedNames>>> = RefCell::default();
}

/// Adds a name. An empty one is refused.
pub fn add(names: &mut Option<Rc<WantedNames>>, name: &str) -> Result<(), Problem> {
    if name.is_empty() {
        return Err(EMPTY_PERMISSION);
    }
    if let Some(names) = names {
        Rc::make_mut(names).push(name.into());
        return Ok(());
    }
    let only = || Ok::<_, Problem>(Rc::new([name].into_iter().collect()));
    *names = Some(OF_NAMES.with_borrow_mut(|remembered| remembered.get_or_read(name, only))?);
    Ok(())
}

/// Reads a JSON list. None if it has no names. Refuses an empty name.
pub fn deserialize_permissions<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Rc<WantedNames>>, D::Error> {
    let list = <&RawValue>::deserialize(deserializer)?.get();
    let read = || {
        let names: Vec<Box<str>> = serde_json::from_str(list).map_err(D::Error::custom)?;
        if names.iter().any(|name| name.is_empty()) {
            return Err(D::Error::custom("a permission without a name"));
        }
        Ok((!names.is_empty()).then(|| Rc::new(names.into_iter().collect())))
    };
    OF_LISTS.with_borrow_mut(|remembered| remembered.get_or_read(list, read))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(names: Option<&Rc<WantedNames>>) -> Vec<&str> {
        names.into_iter().flat_map(|names| names.iter()).collect()
    }

    #[test]
    fn a_list_of_permissions_is_read_as_json_each_time() {
        let read = |json: &str| deserialize_permissions(&mut serde_json::Deserializer::from_str(json)).ok();
        for (json, names) in [
            ("[]", &[][..]),
            ("[\"a:b\"]", &["a:b"]),
            (" [ \"a:b\" , \"\\u0061\" ] ", &["a:b", "a"]),
            ("[\"счёт\", \"\\\\\"]", &["счёт", "\\"]),
        ] {
            for _ in 0..2 {
                assert_eq!(texts(read(json).unwrap().as_ref()), names, "{json}");
            }
        }
        for bad in
            ["null", "[null]", "[\"\"]", "[[\"a\"]]", "\"a\"", "{}", "[\"a\",]", "[\"a\"", "[\"\\ud800\"]", "[1]", ""]
        {
            assert!([(); 2].map(|()| read(bad)).iter().all(Option::is_none), "{bad}");
        }
    }

    #[test]
    fn what_is_added_to_remembered_names_is_remembered_by_nobody() {
        let list = || deserialize_permissions(&mut serde_json::Deserializer::from_str("[\"a:b\"]")).unwrap();
        for _ in 0..2 {
            let [mut of_list, mut of_name] = [list(), None];
            add(&mut of_list, "c").unwrap();
            assert_eq!(texts(of_list.as_ref()), ["a:b", "c"]);
            add(&mut of_name, "c").unwrap();
            assert_eq!(texts(of_name.as_ref()), ["c"]);
            add(&mut of_name, "[\"a:b\"]").unwrap();
            assert_eq!(texts(of_name.as_ref()), ["c", "[\"a:b\"]"]);
        }
        assert!(add(&mut list(), "").is_err() && add(&mut None, "").is_err());
    }
}
