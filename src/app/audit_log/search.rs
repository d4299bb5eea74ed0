//! Finds the subjects whose events a person searches for.

use crate::{
    app::{Context, Error},
    domain::{
        OrganizationId,
        api_key::{
            listing::{Criteria, Filter, Order, Whose},
            search::Search,
        },
        audit::{FoundSubjects, SubjectId},
        text,
    },
    store::{self, Conn},
};

/// Keys, people and projects that one search finds; and names of subjects that may be deleted.
const MOST: usize = 25;

/// An id finds its subject. Other text finds current keys as the list of keys does, people and projects by a part of
/// their name or address, and everything else by the beginning of the name that it had.
pub(super) fn find_subjects(
    conn: &mut Conn,
    context: &Context,
    organization_id: &OrganizationId,
    search: &Search,
) -> Result<FoundSubjects, Error> {
    let typed = search.as_str();
    if let Some(id) = SubjectId::parse(typed) {
        return Ok(FoundSubjects { ids: vec![id.as_str().to_owned()], ..FoundSubjects::default() });
    }
    let wanted = text::fold(typed);
    let mut ids = Vec::new();
    for person in store::owners::list_all(conn, organization_id)? {
        if text::fold(&person.label()).contains(&wanted) {
            ids.push(person.id.to_string());
        }
    }
    for project in store::projects::list(conn, organization_id)? {
        if text::fold(project.name.as_str()).contains(&wanted) {
            ids.push(project.id.to_string());
        }
    }
    let criteria = Criteria { search: Some(search.clone()), ..Criteria::default() };
    let filter = Filter { criteria, ..Filter::from(Whose::Organization(organization_id.clone())) };
    let api_keys = store::api_keys::list_ids(conn, &filter, Order::default(), MOST + 1, context.now)?;
    ids.extend(api_keys.iter().map(ToString::to_string));
    let names = list_names(conn, organization_id, typed)?;
    let has_more = ids.len() > MOST || names.len() > MOST;
    ids.truncate(MOST);
    Ok(FoundSubjects { ids, names: names.into_iter().take(MOST).collect(), has_more })
}

/// Names that begin with the text. The databases know upper and lower case of ASCII only, so the first letter is tried
/// in both.
fn list_names(conn: &mut Conn, organization_id: &OrganizationId, typed: &str) -> Result<Vec<String>, Error> {
    let typed = typed.to_ascii_lowercase();
    let mut rest = typed.chars();
    let first = rest.next().into_iter();
    let rest = rest.as_str();
    let mut beginnings: Vec<String> = vec![
        typed.clone(),
        first.clone().flat_map(char::to_uppercase).chain(rest.chars()).collect::<String>().to_ascii_lowercase(),
        first.flat_map(char::to_lowercase).chain(rest.chars()).collect(),
    ];
    beginnings.sort();
    beginnings.dedup();
    let mut names = Vec::new();
    for beginning in beginnings {
        names.extend(store::audit_events::list_names(conn, organization_id, &beginning, MOST + 1)?);
    }
    Ok(names)
}
