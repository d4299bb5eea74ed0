//! The attributes of keys. A key with only defaults has no row.

use std::{collections::HashMap, num::NonZeroU32};

use diesel::prelude::*;

use crate::{
    domain::{
        ApiKey, KeyAttributes,
        api_key::attributes::{Environment, ExternalId, Metadata},
        key_limits::{OwnLimit, OwnLimits, Quota, QuotaPeriod, RateLimit, RatePeriod},
    },
    store::{
        Conn, Error,
        in_list::{InList, load_on_either},
        schema::api_key_attributes,
    },
};

/// Rate limit, its period and its burst; quota and its period.
type LimitColumns = (Option<i64>, Option<String>, Option<i64>, Option<i64>, Option<String>);

type Columns = (
    api_key_attributes::api_key_id,
    api_key_attributes::environment,
    api_key_attributes::external_id,
    api_key_attributes::metadata,
    (
        api_key_attributes::rate_limit,
        api_key_attributes::rate_limit_period,
        api_key_attributes::rate_limit_burst,
        api_key_attributes::quota,
        api_key_attributes::quota_period,
    ),
);

/// In the order of [`AttributesRow`].
pub(in crate::store) const ATTRIBUTE_COLUMNS: Columns = (
    api_key_attributes::api_key_id,
    api_key_attributes::environment,
    api_key_attributes::external_id,
    api_key_attributes::metadata,
    (
        api_key_attributes::rate_limit,
        api_key_attributes::rate_limit_period,
        api_key_attributes::rate_limit_burst,
        api_key_attributes::quota,
        api_key_attributes::quota_period,
    ),
);

#[derive(Queryable)]
pub(in crate::store) struct AttributesRow {
    api_key_id: String,
    environment: Option<String>,
    external_id: Option<String>,
    metadata: Option<String>,
    limits: LimitColumns,
}

/// Must be called in the transaction that creates the key.
pub(super) fn insert(conn: &mut Conn, api_key: &ApiKey) -> Result<(), Error> {
    let KeyAttributes { environment, external_id, metadata, limits } = &api_key.attributes;
    if api_key.attributes.is_default() {
        return Ok(());
    }
    diesel::insert_into(api_key_attributes::table)
        .values((
            api_key_attributes::api_key_id.eq(api_key.id.as_str()),
            api_key_attributes::organization_id.eq(api_key.organization_id.as_str()),
            api_key_attributes::created_at.eq(api_key.created_at.unix_micros()),
            api_key_attributes::environment.eq((!environment.is_default()).then_some(environment.as_str())),
            api_key_attributes::external_id.eq(external_id.as_ref().map(ExternalId::as_str)),
            api_key_attributes::metadata.eq(metadata.as_ref().map(Metadata::as_str)),
            limit_columns(limits),
        ))
        .execute(conn)?;
    Ok(())
}

type LimitValues<'a> = (
    diesel::dsl::Eq<api_key_attributes::rate_limit, Option<i64>>,
    diesel::dsl::Eq<api_key_attributes::rate_limit_period, Option<&'a str>>,
    diesel::dsl::Eq<api_key_attributes::rate_limit_burst, Option<i64>>,
    diesel::dsl::Eq<api_key_attributes::quota, Option<i64>>,
    diesel::dsl::Eq<api_key_attributes::quota_period, Option<&'a str>>,
);

fn limit_columns(limits: &OwnLimits) -> LimitValues<'static> {
    let number = |count: NonZeroU32| i64::from(count.get());
    let (rate_limit, period, burst) = match limits.rate {
        OwnLimit::OfPolicy => (None, None, None),
        OwnLimit::Unlimited => (Some(0), None, None),
        OwnLimit::Own(rate) => (Some(number(rate.count)), Some(rate.period.as_str()), rate.burst.map(number)),
    };
    let (quota, quota_period) = match limits.quota {
        OwnLimit::OfPolicy => (None, None),
        OwnLimit::Unlimited => (Some(0), None),
        OwnLimit::Own(quota) => (Some(number(quota.count)), Some(quota.period.as_str())),
    };
    (
        api_key_attributes::rate_limit.eq(rate_limit),
        api_key_attributes::rate_limit_period.eq(period),
        api_key_attributes::rate_limit_burst.eq(burst),
        api_key_attributes::quota.eq(quota),
        api_key_attributes::quota_period.eq(quota_period),
    )
}

/// Must be called in the transaction that changes them.
pub(super) fn replace(conn: &mut Conn, api_key: &ApiKey) -> Result<(), Error> {
    diesel::delete(api_key_attributes::table.find(api_key.id.as_str())).execute(conn)?;
    insert(conn, api_key)
}

/// Loads the attributes of these keys, by one query.
pub(super) fn load(conn: &mut Conn, api_keys: &mut [ApiKey]) -> Result<(), Error> {
    if api_keys.is_empty() {
        return Ok(());
    }
    let of_keys = InList::new(api_key_attributes::api_key_id, api_keys.iter().map(|api_key| api_key.id.as_str()));
    let rows = api_key_attributes::table.filter(of_keys).select(ATTRIBUTE_COLUMNS);
    let rows: Vec<AttributesRow> = load_on_either!(conn, rows);
    let mut rows: HashMap<String, AttributesRow> = rows.into_iter().map(|row| (row.api_key_id.clone(), row)).collect();
    for api_key in api_keys {
        if let Some(row) = rows.remove(api_key.id.as_str()) {
            api_key.attributes = KeyAttributes::try_from(row)?;
        }
    }
    Ok(())
}

impl TryFrom<AttributesRow> for KeyAttributes {
    type Error = Error;

    fn try_from(row: AttributesRow) -> Result<Self, Error> {
        Ok(Self {
            environment: environment(row.environment.as_deref())?,
            external_id: row.external_id.map(ExternalId::from_stored),
            metadata: row.metadata.map(Metadata::from_stored),
            limits: own_limits(row.limits)?,
        })
    }
}

fn environment(stored: Option<&str>) -> Result<Environment, Error> {
    stored.map_or_else(
        || Ok(Environment::default()),
        |name| Environment::parse(name).map_err(|_| Error::Corrupt("api_key_attributes.environment")),
    )
}

/// The limit 0 stands for none.
fn own_limits(columns: LimitColumns) -> Result<OwnLimits, Error> {
    let corrupt = || Error::Corrupt("api_key_attributes.limits");
    let number = |count: i64| u32::try_from(count).map(NonZeroU32::new).map_err(|_| corrupt());
    let (rate_limit, rate_limit_period, burst, quota, quota_period) = columns;
    let rate = match rate_limit.map(number).transpose()? {
        None => OwnLimit::OfPolicy,
        Some(None) => OwnLimit::Unlimited,
        Some(Some(count)) => OwnLimit::Own(RateLimit {
            count,
            period: rate_limit_period.as_deref().and_then(RatePeriod::parse).ok_or_else(corrupt)?,
            burst: burst.map(number).transpose()?.flatten(),
        }),
    };
    let quota = match quota.map(number).transpose()? {
        None => OwnLimit::OfPolicy,
        Some(None) => OwnLimit::Unlimited,
        Some(Some(count)) => OwnLimit::Own(Quota {
            count,
            period: quota_period.as_deref().and_then(QuotaPeriod::parse).ok_or_else(corrupt)?,
        }),
    };
    Ok(OwnLimits { rate, quota })
}
