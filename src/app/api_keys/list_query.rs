//! The query of a list: which keys, in which order, and which page. Pages, selections, exports and APIs all read it
//! from fields and write it into addresses.

use std::collections::BTreeSet;

use super::View;
pub use crate::app::filter_fields::ListQueryError;
use crate::{
    app::filter_fields::{self, FilterField, FilterFields},
    domain::{
        Policy, ProjectId, RotationState, Scope, Status, UserId,
        api_key::{
            attributes::Environment,
            listing::{Criteria, Cursor, Days, ExternalIdFilter, Filter, InProject, Order, Position, Whose},
            search::Search,
        },
    },
};

/// The value of the field "project" for keys in no project.
pub const NO_PROJECT: &str = "none";
/// The value of the field "view" for the organization's view.
const ORGANIZATION: &str = "organization";
/// The value of the field "view" for the actor's own keys.
const MINE: &str = "mine";
/// The value of the field "permissions" for keys with permissions that nobody asks for.
pub const UNUSED_PERMISSIONS: &str = "unused";
/// The value of the field "position" for the last page.
const LAST: &str = "last";

/// A view, its filters, order and page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    pub view: View,
    /// Whether addresses name the view although it is [`View::Mine`].
    pub names_view: bool,
    /// Only keys of this person. For the view of the organization.
    pub owner_id: Option<UserId>,
    pub criteria: Criteria,
    pub order: Order,
    pub position: Position,
}

/// In the order of addresses.
const FILTERS: FilterFields<ListQuery> = FilterFields(&[
    FilterField {
        name: "owner",
        read: |query, text| {
            query.owner_id = Some(UserId::parse(text).map_err(|_| ListQueryError::NotFound)?);
            Ok(())
        },
        write: |query| query.owner_id.as_ref().map(ToString::to_string),
    },
    FilterField {
        name: "project",
        read: |query, text| {
            query.criteria.project = Some(match text {
                NO_PROJECT => InProject::None,
                id => InProject::This(ProjectId::parse(id).map_err(|_| ListQueryError::NotFound)?),
            });
            Ok(())
        },
        write: |query| query.criteria.project.as_ref().map(|project| value_of(project).to_owned()),
    },
    FilterField {
        name: "q",
        read: |query, text| {
            query.criteria.search = Search::parse(text);
            Ok(())
        },
        write: |query| query.criteria.search.as_ref().map(|search| search.as_str().to_owned()),
    },
    FilterField {
        name: "status",
        read: |query, text| {
            query.criteria.status = Some(Status::parse(text).ok_or(ListQueryError::Malformed)?);
            Ok(())
        },
        write: |query| query.criteria.status.map(|status| status.as_str().to_owned()),
    },
    FilterField {
        name: "scope",
        read: |query, text| {
            query.criteria.scope = Some(Scope::parse(text).ok_or(ListQueryError::Malformed)?);
            Ok(())
        },
        write: |query| query.criteria.scope.map(|scope| scope.as_str().to_owned()),
    },
    FilterField {
        name: "expires_within",
        read: |query, text| {
            query.criteria.expires_within = Some(Days::parse(text).map_err(|_| ListQueryError::Malformed)?);
            Ok(())
        },
        write: |query| query.criteria.expires_within.map(|days| days.get().to_string()),
    },
    FilterField {
        name: "unused_for",
        read: |query, text| {
            query.criteria.unused_for = Some(Days::parse(text).map_err(|_| ListQueryError::Malformed)?);
            Ok(())
        },
        write: |query| query.criteria.unused_for.map(|days| days.get().to_string()),
    },
    FilterField {
        name: "rotation",
        read: |query, text| {
            query.criteria.rotation = Some(RotationState::parse(text).ok_or(ListQueryError::Malformed)?);
            Ok(())
        },
        write: |query| query.criteria.rotation.map(|state| state.as_str().to_owned()),
    },
    FilterField {
        name: "permissions",
        read: |query, text| {
            query.criteria.has_unused_permissions = text == UNUSED_PERMISSIONS;
            if query.criteria.has_unused_permissions { Ok(()) } else { Err(ListQueryError::Malformed) }
        },
        write: |query| query.criteria.has_unused_permissions.then(|| UNUSED_PERMISSIONS.to_owned()),
    },
    FilterField {
        name: "environment",
        read: |query, text| {
            query.criteria.environment = Some(Environment::parse(text).map_err(|_| ListQueryError::Malformed)?);
            Ok(())
        },
        write: |query| query.criteria.environment.as_ref().map(ToString::to_string),
    },
    FilterField {
        name: "external_id",
        read: |query, text| {
            query.criteria.external_id = ExternalIdFilter::parse(text);
            Ok(())
        },
        write: |query| query.criteria.external_id.as_ref().map(ExternalIdFilter::as_text),
    },
]);

impl ListQuery {
    /// Reads the fields of an address or a form. Refuses an unknown or repeated field, because ignoring it would list
    /// more keys than requested.
    pub fn parse<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, ListQueryError> {
        let mut query = Self::default();
        let mut seen = BTreeSet::new();
        let mut position = None;
        for (name, text) in fields {
            if !seen.insert(name) {
                return Err(ListQueryError::Malformed);
            }
            match name {
                "view" => {
                    query.view = parse_view(Some(text))?;
                    query.names_view = query.view == View::Mine;
                }
                "sort" => query.order = Order::parse(text).map_err(|_| ListQueryError::Malformed)?,
                "after" | "before" | "position" if position.is_none() => position = Some((name, text)),
                _ => FILTERS.read(&mut query, name, text)?,
            }
        }
        if let Some((name, text)) = position {
            query.position = parse_position(name, text, query.order)?;
        }
        Ok(query)
    }

    /// Reads the fields of a whole list, such as an export. Refuses a page, because the result would have more keys
    /// than requested.
    pub fn parse_whole<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, ListQueryError> {
        let query = Self::parse(fields)?;
        if query.position == Position::First { Ok(query) } else { Err(ListQueryError::Malformed) }
    }

    /// The names of the fields that filter.
    pub fn filter_names() -> impl Iterator<Item = &'static str> {
        FILTERS.names()
    }

    /// The value of a filter's field. None if the filter is not set.
    pub fn filter_value(&self, name: &str) -> Option<String> {
        FILTERS.value(self, name)
    }

    /// The fields of the filters that are set.
    pub fn filter_fields(&self) -> Vec<(&'static str, String)> {
        FILTERS.fields(self)
    }

    /// The fields of the view and of the filters that are set.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let view = match self.view {
            View::Organization => Some(ORGANIZATION),
            View::Mine => self.names_view.then_some(MINE),
        };
        view.map(|view| ("view", view.to_owned())).into_iter().chain(self.filter_fields()).collect()
    }

    /// The field of the page. None for the first page.
    pub fn position_field(&self) -> Option<(&'static str, String)> {
        match &self.position {
            Position::First => None,
            Position::After(cursor) => Some(("after", cursor.encode())),
            Position::Before(cursor) => Some(("before", cursor.encode())),
            Position::Last => Some(("position", LAST.to_owned())),
        }
    }

    /// An address about the same keys: view, filters, and `more` fields.
    pub fn address<'a>(&self, path: &str, more: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        filter_fields::address(path, self.fields(), more)
    }

    /// The filter of the list. `whose` are the keys of the view.
    pub fn filter(&self, whose: Whose, policy: &Policy) -> Filter {
        let whose = self.owner_id.clone().map_or(whose, Whose::Person);
        Filter { whose, criteria: self.criteria.clone(), policy_rotation_days: policy.rotate_every_days }
    }

    /// The same list without the filter of this name.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut query = self.unfiltered();
        FILTERS.copy_without(name, self, &mut query);
        query
    }

    /// Whether some filter is set.
    pub fn is_filtered(&self) -> bool {
        *self != self.unfiltered()
    }

    /// The same view in the same order, with all its keys.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        let Self { view, names_view, order, .. } = *self;
        Self { view, names_view, order, position: self.position.clone(), ..Self::default() }
    }
}

/// Reads the field "view". Without it, the view has the actor's own keys.
pub fn parse_view(text: Option<&str>) -> Result<View, ListQueryError> {
    match text {
        None | Some(MINE) => Ok(View::Mine),
        Some(ORGANIZATION) => Ok(View::Organization),
        Some(_) => Err(ListQueryError::Malformed),
    }
}

/// The value of the field "project".
fn value_of(project: &InProject) -> &str {
    match project {
        InProject::None => NO_PROJECT,
        InProject::This(id) => id.as_str(),
    }
}

fn parse_position(name: &str, text: &str, order: Order) -> Result<Position, ListQueryError> {
    let cursor = || Cursor::parse(text, order.column).map_err(|_| ListQueryError::Malformed);
    match name {
        "after" => Ok(Position::After(cursor()?)),
        "before" => Ok(Position::Before(cursor()?)),
        _ if text == LAST => Ok(Position::Last),
        _ => Err(ListQueryError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use url::form_urlencoded;

    use super::*;

    const USER: &str = "user_06hb3s1q0000000000000000a0";
    const PROJECT: &str = "proj_06hb3s1q0000000000000000a0";

    fn parse(text: &str) -> Result<ListQuery, ListQueryError> {
        let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        ListQuery::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    #[test]
    fn every_filter_reads_back_as_it_is_written() {
        for (index, filter) in FILTERS.0.iter().enumerate() {
            let value =
                [USER, PROJECT, "deploy", "active", "web", "30", "90", "overdue", "unused", "test", "cus_*"][index];
            let query = parse(&format!("{}={value}", filter.name)).unwrap();
            assert!(query.is_filtered(), "{}", filter.name);
            assert_eq!(query.filter_fields(), [(filter.name, value.to_owned())]);
            assert_eq!(query.without(filter.name), ListQuery::default());
            assert_eq!(query.without("none of them"), query);
            assert_eq!(parse(&format!("{}=", filter.name)), Ok(ListQuery::default()));
        }
        for text in [
            String::new(),
            "view=organization".to_owned(),
            "view=mine".to_owned(),
            format!("view=organization&owner={USER}&project=none&q=a+b&status=expired&scope=server"),
        ] {
            let expected = if text.is_empty() { "/keys".to_owned() } else { format!("/keys?{text}") };
            assert_eq!(parse(&text).unwrap().address("/keys", []), expected);
        }
    }

    #[test]
    fn a_page_reads_back_as_it_is_written_and_is_no_whole_list() {
        let cursor = data_encoding::BASE64URL_NOPAD.encode(b"key_06hb3s1q0000000000000000a0 ci");
        for (name, value) in [("after", cursor.as_str()), ("before", &cursor), ("position", LAST)] {
            let text = format!("sort=-name&{name}={value}");
            assert_eq!(parse(&text).unwrap().position_field(), Some((name, value.to_owned())));
            assert_eq!(ListQuery::parse_whole([("sort", "-name"), (name, value)]), Err(ListQueryError::Malformed));
        }
        assert_eq!(ListQuery::parse_whole([("sort", "-name")]), parse("sort=-name"));
    }

    #[test]
    fn what_is_unknown_or_comes_twice_is_refused() {
        for bad in [
            "statuss=active",
            "status=gone",
            "status=active&status=active",
            "status=&status=active",
            "scope=none",
            "expires_within=0",
            "unused_for=x",
            "rotation=soon",
            "permissions=used",
            "environment=Test",
            "view=own",
            "view=",
            "sort=",
            "sort=owner",
            "position=first",
            "after=x",
            "after=x&position=last",
            "owned_by=max",
        ] {
            assert_eq!(parse(bad), Err(ListQueryError::Malformed), "{bad}");
        }
        for bad in ["owner=max", "project=ci"] {
            assert_eq!(parse(bad), Err(ListQueryError::NotFound), "{bad}");
        }
    }
}
