//! The attributes of a key in forms: parsing them from text, and the rules for those who set them.

use crate::{
    app::{Error, Fault, Field},
    domain::{
        Actor, KeyAttributes, Permission, Policy,
        api_key::attributes::{Environment, ExternalId, Metadata},
        key_limits::{LimitFault, OwnLimit, OwnLimits, Quota, QuotaTexts, RateLimit, RateLimitTexts},
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
    pub rate_limit: Option<RateLimitTexts<'a>>,
    pub quota: Option<QuotaTexts<'a>>,
}

/// The attributes of a form. None leaves one as it is, or as the policy proposes.
#[derive(Clone, Debug, Default)]
pub struct AttributeFields {
    pub environment: Option<Field<Environment>>,
    pub external_id: Option<Field<Option<ExternalId>>>,
    pub metadata: Option<Field<Option<Metadata>>>,
    pub rate_limit: Option<LimitFields<OwnLimit<RateLimit>>>,
    pub quota: Option<LimitFields<OwnLimit<Quota>>>,
}

/// A limit, or the faults of its fields.
type LimitFields<T> = Result<T, Vec<Fault>>;

/// The attributes, or all faults.
type Checked = Result<KeyAttributes, Vec<Fault>>;

impl AttributeTexts<'_> {
    pub fn parse(&self) -> AttributeFields {
        AttributeFields {
            environment: self.environment.map(|text| Environment::parse(text).map_err(|_| Fault::Environment)),
            external_id: self.external_id.map(|text| ExternalId::parse(text).map_err(Fault::ExternalId)),
            metadata: self.metadata.map(|text| Metadata::parse(text).map_err(Fault::Metadata)),
            rate_limit: self.rate_limit.map(|texts| OwnLimit::<RateLimit>::parse(texts).map_err(limit_faults)),
            quota: self.quota.map(|texts| OwnLimit::<Quota>::parse(texts).map_err(limit_faults)),
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
        let has_limits = self.rate_limit.is_some() || self.quota.is_some();
        if !may_set && (self.external_id.is_some() || self.metadata.is_some() || has_limits) {
            return Err(Error::Forbidden);
        }
        let external_id = self.external_id.clone().unwrap_or_else(|| Ok(present.external_id.clone()));
        let metadata = self.metadata.clone().unwrap_or_else(|| Ok(present.metadata.clone()));
        let rate = self.rate_limit.clone().unwrap_or(Ok(present.limits.rate));
        let quota = self.quota.clone().unwrap_or(Ok(present.limits.quota));
        let has_new_limit = is_new_limit(&rate, &present.limits.rate) || is_new_limit(&quota, &present.limits.quota);
        if is_new(&external_id, present.external_id.as_ref()) && !policy.offers(OfferedAttribute::ExternalId)
            || is_new(&metadata, present.metadata.as_ref()) && !policy.offers(OfferedAttribute::Metadata)
            || has_new_limit && !policy.offers(OfferedAttribute::Limits)
        {
            return Err(Error::Forbidden);
        }
        Ok(match (external_id, metadata, rate, quota) {
            (Ok(external_id), Ok(metadata), Ok(rate), Ok(quota)) => {
                Ok(KeyAttributes { external_id, metadata, limits: OwnLimits { rate, quota }, ..present.clone() })
            }
            (external_id, metadata, rate, quota) => {
                let of_texts = [external_id.err(), metadata.err()].into_iter().flatten();
                let of_limits = [rate.err(), quota.err()].into_iter().flatten().flatten();
                Err(of_texts.chain(of_limits).collect())
            }
        })
    }
}

fn limit_faults(faults: Vec<LimitFault>) -> Vec<Fault> {
    faults.into_iter().map(|(field, error)| Fault::Limit(field, error)).collect()
}

/// Whether the key would get a value that it does not have.
fn is_new<T: PartialEq>(wanted: &Field<Option<T>>, present: Option<&T>) -> bool {
    matches!(wanted, Ok(Some(wanted)) if present != Some(wanted))
}

/// Whether the key would get a limit, or an exception from one, that it does not have.
fn is_new_limit<T: PartialEq>(wanted: &LimitFields<OwnLimit<T>>, present: &OwnLimit<T>) -> bool {
    matches!(wanted, Ok(wanted) if wanted != present && *wanted != OwnLimit::OfPolicy)
}
