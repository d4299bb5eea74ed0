//! The fields for the attributes of a key: environment, external id, metadata and limits.

use super::limit_fields::{LimitControl, LimitInput};
use crate::{
    domain::{
        ApiKey, Permission,
        api_key::attributes::{ExternalId, Metadata},
        key_limits::OwnLimits,
        policy::OfferedAttribute,
    },
    web::{error::Error, request_context::RequestContext},
};

/// Fields of a form. None or empty for a field that it does not have.
pub struct AttributeControls {
    pub environments: Vec<EnvironmentChoice>,
    pub external_id: Option<String>,
    pub metadata: Option<String>,
    pub limits: Vec<LimitControl>,
}

pub struct EnvironmentChoice {
    pub value: String,
    pub is_chosen: bool,
}

impl AttributeControls {
    /// Of a new key. `typed` are the texts of the form; none before the first answer.
    pub fn of_new_key(
        request: &RequestContext,
        environment: Option<&str>,
        external_id: Option<String>,
        metadata: Option<String>,
        limits: &LimitInput,
    ) -> Result<Self, Error> {
        let policy = request.policy();
        let may_set = request.actor()?.may(Permission::ManageAllApiKeys, &policy);
        let field =
            |attribute, typed: Option<String>| (may_set && policy.offers(attribute)).then(|| typed.unwrap_or_default());
        let limits = if may_set && policy.offers(OfferedAttribute::Limits) {
            limits.controls(request.words(), &OwnLimits::default(), &policy.key_limits()).into()
        } else {
            Vec::new()
        };
        let names = if policy.has_environments() { policy.environments() } else { Vec::new() };
        let is_chosen = |index: usize, name: &str| match environment {
            Some(chosen) => chosen == name,
            None => index == 0,
        };
        let choice =
            |(index, name): (usize, String)| EnvironmentChoice { is_chosen: is_chosen(index, &name), value: name };
        Ok(Self {
            environments: names.iter().map(ToString::to_string).enumerate().map(choice).collect(),
            external_id: field(OfferedAttribute::ExternalId, external_id),
            metadata: field(OfferedAttribute::Metadata, metadata),
            limits,
        })
    }

    /// Of this key: also what the key has and the policy no longer offers.
    pub fn of_key(
        request: &RequestContext,
        key: &ApiKey,
        external_id: Option<String>,
        metadata: Option<String>,
        limits: &LimitInput,
    ) -> Result<Self, Error> {
        let policy = request.policy();
        let may_set = request.actor()?.may(Permission::ManageAllApiKeys, &policy);
        let field = |attribute, present: Option<String>, typed: Option<String>| {
            let has_field = may_set && (policy.offers(attribute) || present.is_some());
            has_field.then(|| typed.or(present).unwrap_or_default())
        };
        let attributes = &key.attributes;
        let has_limits = policy.offers(OfferedAttribute::Limits) || attributes.limits != OwnLimits::default();
        let limits = if may_set && has_limits {
            limits.controls(request.words(), &attributes.limits, &policy.key_limits()).into()
        } else {
            Vec::new()
        };
        let present_id = attributes.external_id.as_ref().map(ExternalId::as_str).map(str::to_owned);
        let present_metadata = attributes.metadata.as_ref().map(Metadata::indented);
        Ok(Self {
            environments: Vec::new(),
            external_id: field(OfferedAttribute::ExternalId, present_id, external_id),
            metadata: field(OfferedAttribute::Metadata, present_metadata, metadata),
            limits,
        })
    }
}
