//! The query of the audit log: which events, and which page. Pages and exports read it from fields and write it into
//! addresses.

use std::collections::BTreeSet;

use crate::{
    app::filter_fields::{self, FilterField, FilterFields, ListQueryError},
    domain::{
        ApiKeyId, AuditEventId, UserId,
        api_key::search::Search,
        audit::{ActionFilter, EventCriteria, EventPosition, EventTime, InitiatorKind, SubjectId, SubjectKind},
    },
};

/// The value of the field "position" for the last page.
const OLDEST: &str = "last";

/// Filters, a search, and a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    pub criteria: EventCriteria,
    pub search: Option<Search>,
    pub position: EventPosition,
}

/// In the order of addresses.
const FILTERS: FilterFields<AuditQuery> = FilterFields(&[
    FilterField {
        name: "q",
        read: |query, text| {
            query.search = Search::parse(text);
            Ok(())
        },
        write: |query| query.search.as_ref().map(|search| search.as_str().to_owned()),
    },
    FilterField {
        name: "actor",
        read: |query, text| {
            query.criteria.actor_id = Some(UserId::parse(text).map_err(|_| ListQueryError::NotFound)?);
            Ok(())
        },
        write: |query| query.criteria.actor_id.as_ref().map(ToString::to_string),
    },
    FilterField {
        name: "action",
        read: |query, text| {
            query.criteria.action = Some(ActionFilter::parse(text).ok_or(ListQueryError::Malformed)?);
            Ok(())
        },
        write: |query| query.criteria.action.as_ref().map(|action| action.as_str().to_owned()),
    },
    FilterField {
        name: "kind",
        read: |query, text| {
            query.criteria.kind = Some(SubjectKind::parse(text).ok_or(ListQueryError::Malformed)?);
            Ok(())
        },
        write: |query| query.criteria.kind.map(|kind| kind.as_str().to_owned()),
    },
    FilterField {
        name: "subject",
        read: |query, text| {
            query.criteria.subject_id = Some(SubjectId::parse(text).ok_or(ListQueryError::NotFound)?);
            Ok(())
        },
        write: |query| query.criteria.subject_id.as_ref().map(|id| id.as_str().to_owned()),
    },
    FilterField {
        name: "via",
        read: |query, text| {
            query.criteria.via = Some(InitiatorKind::parse(text).ok_or(ListQueryError::Malformed)?);
            Ok(())
        },
        write: |query| query.criteria.via.map(|via| via.name().to_owned()),
    },
    FilterField {
        name: "key",
        read: |query, text| {
            query.criteria.credential_id = Some(ApiKeyId::parse(text).map_err(|_| ListQueryError::NotFound)?);
            Ok(())
        },
        write: |query| query.criteria.credential_id.as_ref().map(ToString::to_string),
    },
    FilterField {
        name: "from",
        read: |query, text| {
            query.criteria.from = Some(EventTime::parse(text).map_err(|_| ListQueryError::Malformed)?);
            Ok(())
        },
        write: |query| query.criteria.from.map(EventTime::as_text),
    },
    FilterField {
        name: "to",
        read: |query, text| {
            query.criteria.to = Some(EventTime::parse(text).map_err(|_| ListQueryError::Malformed)?);
            Ok(())
        },
        write: |query| query.criteria.to.map(EventTime::as_text),
    },
]);

impl AuditQuery {
    /// Reads the fields of an address or a form. Refuses an unknown or repeated field, because ignoring it would list
    /// more events than requested.
    pub fn parse<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, ListQueryError> {
        let mut query = Self::default();
        let mut seen = BTreeSet::new();
        for (name, text) in fields {
            if !seen.insert(name) {
                return Err(ListQueryError::Malformed);
            }
            match name {
                "after" | "before" | "position" if query.position == EventPosition::Newest => {
                    query.position = parse_position(name, text)?;
                }
                _ => FILTERS.read(&mut query, name, text)?,
            }
        }
        Ok(query)
    }

    /// Reads the fields of a whole list, such as an export. Refuses a page, because the result would have more events
    /// than requested.
    pub fn parse_whole<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, ListQueryError> {
        let query = Self::parse(fields)?;
        if query.position == EventPosition::Newest { Ok(query) } else { Err(ListQueryError::Malformed) }
    }

    /// All events about one subject.
    pub fn about(id: SubjectId) -> Self {
        let criteria = EventCriteria { subject_id: Some(id), ..EventCriteria::default() };
        Self { criteria, ..Self::default() }
    }

    /// The value of a filter's field. None if the filter is not set.
    pub fn filter_value(&self, name: &str) -> Option<String> {
        FILTERS.value(self, name)
    }

    /// The fields of the filters that are set.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        FILTERS.fields(self)
    }

    /// An address with the same filters, and `more` fields.
    pub fn address<'a>(&self, path: &str, more: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        filter_fields::address(path, self.fields(), more)
    }

    /// The address of a page of this list.
    pub fn page_address(&self, path: &str, position: &EventPosition) -> String {
        match position {
            EventPosition::Newest => self.address(path, []),
            EventPosition::After(id) => self.address(path, [("after", id.as_str())]),
            EventPosition::Before(id) => self.address(path, [("before", id.as_str())]),
            EventPosition::Oldest => self.address(path, [("position", OLDEST)]),
        }
    }

    /// The first page of the list without the filter of this name.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut query = Self::default();
        FILTERS.copy_without(name, self, &mut query);
        query
    }

    pub fn is_filtered(&self) -> bool {
        self.search.is_some() || self.criteria != EventCriteria::default()
    }
}

fn parse_position(name: &str, text: &str) -> Result<EventPosition, ListQueryError> {
    let id = || AuditEventId::parse(text).map_err(|_| ListQueryError::Malformed);
    match name {
        "after" => Ok(EventPosition::After(id()?)),
        "before" => Ok(EventPosition::Before(id()?)),
        _ if text == OLDEST => Ok(EventPosition::Oldest),
        _ => Err(ListQueryError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use url::form_urlencoded;

    use super::*;

    const END: &str = "06hb3s1q0000000000000000a0";

    fn parse(text: &str) -> Result<AuditQuery, ListQueryError> {
        let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        AuditQuery::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    #[test]
    fn every_filter_reads_back_as_it_is_written() {
        let (user, key) = (format!("user_{END}"), format!("key_{END}"));
        let values =
            ["deploy", &user, "sign_ins", "project", &key, "command_line", &key, "2026-11-01", "2026-11-21T12:30"];
        assert_eq!(values.len(), FILTERS.0.len());
        for (filter, value) in FILTERS.0.iter().zip(values) {
            let query = parse(&format!("{}={value}", filter.name)).unwrap();
            assert!(query.is_filtered(), "{}", filter.name);
            assert_eq!(query.fields(), [(filter.name, value.to_owned())]);
            assert_eq!(query.without(filter.name), AuditQuery::default());
            assert_eq!(query.without("none of them"), query);
            assert_eq!(parse(&format!("{}=", filter.name)), Ok(AuditQuery::default()));
        }
        for text in ["", "q=a+b&action=api_key.revoked&from=2026-11-01"] {
            let expected = if text.is_empty() { "/log".to_owned() } else { format!("/log?{text}") };
            assert_eq!(parse(text).unwrap().address("/log", []), expected);
        }
    }

    #[test]
    fn a_page_reads_back_as_it_is_written_and_is_no_whole_list() {
        for (name, value) in
            [("after", format!("event_{END}")), ("before", format!("event_{END}")), ("position", OLDEST.to_owned())]
        {
            let text = format!("via=server&{name}={value}");
            let query = parse(&text).unwrap();
            assert_eq!(query.page_address("/log", &query.position), format!("/log?{text}"));
            assert_eq!(AuditQuery::parse_whole([(name, value.as_str())]), Err(ListQueryError::Malformed));
        }
        assert_eq!(AuditQuery::parse_whole([("via", "server")]), parse("via=server"));
    }

    #[test]
    fn what_is_unknown_or_comes_twice_is_refused() {
        for bad in [
            "actions=api_key.revoked",
            "action=everything",
            "action=api_key.revoked&action=api_key.revoked",
            "action=&action=sign_ins",
            "kind=key",
            "via=user",
            "from=yesterday",
            "to=2026-02-30",
            "position=first",
            "after=x",
            "before=key_06hb3s1q0000000000000000a0",
            "after=event_06hb3s1q0000000000000000a0&position=last",
            "sort=-created",
        ] {
            assert_eq!(parse(bad), Err(ListQueryError::Malformed), "{bad}");
        }
        for bad in ["actor=max", "subject=ci", "key=user_06hb3s1q0000000000000000a0"] {
            assert_eq!(parse(bad), Err(ListQueryError::NotFound), "{bad}");
        }
    }
}
