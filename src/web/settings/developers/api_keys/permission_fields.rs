//! The permissions of a key in its form: Latchkey's own, and those of the organization's API by resource.

use super::fields::sentence;
use crate::{
    app::api_keys::permissions::AssignablePermissions,
    catalogue::Words,
    domain::{ApiGrant, ApiPermission, ChosenPermissions, KeyPermissions, Permission},
};

/// Resources with more permissions than this, in all, are folded.
const UNFOLDED: usize = 12;

pub struct PermissionFields {
    /// The key has all permissions of its owner.
    pub inherits: bool,
    /// A key with all of them can read every key of the organization, which is more than a customer of the
    /// organization's API should have.
    pub is_too_much_for_customers: bool,
    /// Of Latchkey.
    pub choices: Vec<PermissionChoice>,
    /// Of the organization's API. Empty if the actor can give none.
    pub resources: Vec<ResourceFields>,
    /// Latchkey's permissions are folded, because those of the API matter more.
    pub is_latchkey_open: bool,
}

pub struct PermissionChoice {
    pub code: &'static str,
    pub label: String,
    pub is_chosen: bool,
}

/// The permissions that begin with the same part.
pub struct ResourceFields {
    pub name: String,
    /// All of them, now and in future. None if the actor cannot give that.
    pub all: Option<GrantChoice>,
    pub choices: Vec<GrantChoice>,
    pub is_open: bool,
}

/// A permission of the organization's API, or a wildcard.
pub struct GrantChoice {
    pub code: String,
    /// Empty for most wildcards.
    pub description: String,
    pub is_chosen: bool,
}

impl PermissionFields {
    /// `typed` has the format of [`KeyPermissions::parse`]; `offered` can be selected.
    pub fn new(words: Words, typed: &[String], offered: &AssignablePermissions) -> Self {
        let is_typed = |name: &str| typed.iter().any(|typed| typed == name);
        let choice = |permission: Permission| PermissionChoice {
            code: permission.as_str(),
            label: sentence(words, permission),
            is_chosen: is_typed(permission.as_str()),
        };
        let choices: Vec<_> = offered.latchkey().iter().map(choice).collect();
        let resources = ResourceFields::all(typed, offered);
        Self {
            inherits: typed.is_empty() || is_typed(KeyPermissions::INHERIT),
            is_too_much_for_customers: !resources.is_empty() && offered.latchkey().contains(Permission::SeeAllApiKeys),
            is_latchkey_open: choices.iter().any(|choice| choice.is_chosen),
            choices,
            resources,
        }
    }

    /// How many permissions of the API are offered.
    pub fn api_count(&self) -> usize {
        self.resources.iter().map(|resource| resource.choices.len()).sum()
    }

    /// The hint of the field that says whose key it is.
    pub fn external_id_hint(&self) -> &'static str {
        if self.is_too_much_for_customers {
            "attribute-external-id-hint-permissions"
        } else {
            "attribute-external-id-hint"
        }
    }

    pub fn latchkey_chosen(&self) -> usize {
        self.choices.iter().filter(|choice| choice.is_chosen).count()
    }
}

impl ResourceFields {
    fn all(typed: &[String], offered: &AssignablePermissions) -> Vec<Self> {
        let chosen = match KeyPermissions::parse(typed) {
            Ok(KeyPermissions::Only(chosen)) => chosen,
            _ => ChosenPermissions::default(),
        };
        let known = offered.known.iter().map(|known| (ApiGrant::from(known.name.clone()), Some(known)));
        // A wildcard that is deeper, or of a resource without permissions, must not get lost.
        let others = chosen.api.iter().filter(|grant| grant.is_wildcard()).map(|grant| (grant.clone(), None));
        let mut grants: Vec<(ApiGrant, Option<&ApiPermission>)> = known.chain(others).collect();
        grants.retain(|(grant, _)| offered.include(grant));
        grants.sort_by(|(one, _), (other, _)| one.cmp(other));
        let is_folded = grants.len() > UNFOLDED;
        let by_resource = grants.chunk_by(|(one, _), (other, _)| one.resource() == other.resource());
        by_resource.map(|grants| Self::new(grants, &chosen, offered, is_folded)).collect()
    }

    fn new(
        grants: &[(ApiGrant, Option<&ApiPermission>)],
        chosen: &ChosenPermissions,
        offered: &AssignablePermissions,
        is_folded: bool,
    ) -> Self {
        let choice = |grant: &ApiGrant, known: Option<&ApiPermission>| GrantChoice {
            code: grant.to_string(),
            description: known.map(|known| known.description.as_str().to_owned()).unwrap_or_default(),
            is_chosen: chosen.api.contains(grant),
        };
        let resource = grants[0].0.resource();
        let all = ApiGrant::wildcard_of(resource).ok().filter(|all| offered.include(all));
        let each = grants.iter().filter(|(grant, _)| all.as_ref() != Some(grant));
        let choices: Vec<_> = each.map(|(grant, known)| choice(grant, *known)).collect();
        let all = all.map(|all| choice(&all, None));
        let is_chosen = all.iter().chain(&choices).any(|choice| choice.is_chosen);
        Self { name: resource.to_owned(), is_open: is_chosen || !is_folded, all, choices }
    }

    /// How many are selected. All of them with the wildcard.
    pub fn chosen(&self) -> usize {
        if self.all.as_ref().is_some_and(|all| all.is_chosen) {
            self.choices.len()
        } else {
            self.choices.iter().filter(|choice| choice.is_chosen).count()
        }
    }
}
