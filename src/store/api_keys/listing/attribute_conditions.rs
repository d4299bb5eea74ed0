//! Which keys have an environment or an external id. These are in a table of their own, with an index for each.
//!
//! Conditions are scalar subqueries, so that PostgreSQL does not collect all keys with such an attribute first.

use crate::{
    domain::api_key::{
        attributes::Environment,
        listing::{Criteria, ExternalIdFilter},
    },
    store::sql::Sql,
};

/// Sorts after all texts that begin with the text before it.
const AFTER_ALL: char = char::MAX;

/// That a key has this environment.
pub(super) fn environment(environment: &Environment) -> Sql {
    if environment.is_default() {
        Sql::new("COALESCE(").then_sql(has(Sql::new("a.environment IS NOT NULL"))).then(", 0) = 0")
    } else {
        has(is_of(environment)).then(" = 1")
    }
}

/// That a key has such an external id.
pub(super) fn external_id(wanted: &ExternalIdFilter) -> Sql {
    has(matches(wanted)).then(" = 1")
}

/// Selections of the keys that the indexes of these attributes find. Keys of the default environment are in no index.
pub(super) fn selections(organization_id: &str, criteria: &Criteria) -> Vec<Sql> {
    let environment = criteria.environment.as_ref().filter(|environment| !environment.is_default()).map(is_of);
    let conditions = criteria.external_id.as_ref().map(matches).into_iter().chain(environment);
    let selection = |condition| {
        Sql::new("SELECT a.api_key_id AS id, a.created_at AS created_at FROM api_key_attributes a")
            .then(" WHERE a.organization_id = ?")
            .with(organization_id)
            .then(" AND ")
            .then_sql(condition)
    };
    conditions.map(selection).collect()
}

fn has(condition: Sql) -> Sql {
    Sql::new("(SELECT 1 FROM api_key_attributes a WHERE a.api_key_id = k.id AND ").then_sql(condition).then(")")
}

fn is_of(environment: &Environment) -> Sql {
    Sql::new("a.environment = ?").with(environment.as_str())
}

fn matches(wanted: &ExternalIdFilter) -> Sql {
    match wanted {
        ExternalIdFilter::Is(id) => Sql::new("a.external_id = ?").with(id.as_str()),
        ExternalIdFilter::Begins(beginning) => Sql::new("a.external_id >= ? AND a.external_id < ?")
            .with(beginning.as_str())
            .with(format!("{beginning}{AFTER_ALL}")),
    }
}
