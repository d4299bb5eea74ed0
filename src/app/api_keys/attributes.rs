//! The attributes of a key in forms: parsing them from text, and the rules for those who set them.

use crate::{
    app::{Error, Fault, Field},
    domain::{
        Actor, KeyAttributes, Permission, Policy,
        api_key::attributes::{Environment, ExternalId, Metadata},
        policy::OfferedAttribute,
    },
};

/// The unparsed attributes. None for a field that the form does not have.
#[derive(Clone, Copy, Debug, Default)]
pub struct AttributeTexts<'a> {
    /// For a new key.
    pub environment: Option<&'a str>,
    pub external_id: Option<&'a str>,
    pub metadata: Option<&'a str>,
}

/// The attributes of a form. None leaves one as it is, or as the policy proposes.
#[derive(Clone, Debug, Default)]
pub struct AttributeFields {
    pub environment: Option<Field<Environment>>,
    pub external_id: Option<Field<Option<ExternalId>>>,
    pub metadata: Option<Field<Option<Metadata>>>,
}

/// The attributes, or all faults.
type Checked = Result<KeyAttributes, Vec<Fault>>;

impl AttributeTexts<'_> {
    pub fn parse(&self) -> AttributeFields {
        AttributeFields {
            environment: self.environment.map(|text| Environment::parse(text).map_err(|_| Fault::Environment)),
            external_id: self.external_id.map(|text| ExternalId::parse(text).map_err(Fault::ExternalId)),
            metadata: self.metadata.map(|text| Metadata::parse(text).map_err(Fault::Metadata)),
        }
    }
}

impl AttributeFields {
    /// The attributes of a new key. [`Error::Forbidden`] if this actor may not set one of them.
    pub(super) fn check_new(&self, actor: &Actor, policy: &Policy) -> Result<Checked, Error> {
        let proposed = KeyAttributes { environment: policy.default_environment(), ..KeyAttributes::default() };
        let checked = self.check_changes(actor, policy, &proposed)?;
        let Some(environment) = self.environment.clone() else { return Ok(checked) };
        let is_offered = |environment: &Environment| policy.environments().contains(environment);
        let environment = environment.and_then(|it| if is_offered(&it) { Ok(it) } else { Err(Fault::Environment) });
        Ok(match (checked, environment) {
            (Ok(checked), Ok(environment)) => Ok(KeyAttributes { environment, ..checked }),
            (Err(faults), Ok(_)) => Err(faults),
            (checked, Err(fault)) => Err([fault].into_iter().chain(checked.err().into_iter().flatten()).collect()),
        })
    }

    /// The attributes of an edited key. One that the policy no longer offers can stay or be removed.
    pub(super) fn check_changes(
        &self,
        actor: &Actor,
        policy: &Policy,
        present: &KeyAttributes,
    ) -> Result<Checked, Error> {
        let may_set = actor.may(Permission::ManageAllApiKeys, policy);
        if !may_set && (self.external_id.is_some() || self.metadata.is_some()) {
            return Err(Error::Forbidden);
        }
        let external_id = self.external_id.clone().unwrap_or_else(|| Ok(present.external_id.clone()));
        let metadata = self.metadata.clone().unwrap_or_else(|| Ok(present.metadata.clone()));
        if is_new(&external_id, present.external_id.as_ref()) && !policy.offers(OfferedAttribute::ExternalId)
            || is_new(&metadata, present.metadata.as_ref()) && !policy.offers(OfferedAttribute::Metadata)
        {
            return Err(Error::Forbidden);
        }
        Ok(match (external_id, metadata) {
            (Ok(external_id), Ok(metadata)) => Ok(KeyAttributes { external_id, metadata, ..present.clone() }),
            (external_id, metadata) => Err([external_id.err(), metadata.err()].into_iter().flatten().collect()),
        })
    }
}

/// Whether the key would get a value that it does not have.
fn is_new<T: PartialEq>(wanted: &Field<Option<T>>, present: Option<&T>) -> bool {
    matches!(wanted, Ok(Some(wanted)) if present != Some(wanted))
}
