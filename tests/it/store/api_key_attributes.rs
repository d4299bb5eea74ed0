//! Attributes of keys are stored beside them.

use std::num::NonZeroU32;

use latchkey::{
    domain::{
        Clock as _, KeyAttributes, OrganizationId, Role,
        api_key::{
            attributes::{Environment, ExternalId, Metadata},
            listing::{Filter, Order, Position, Whose},
        },
        key_limits::{OwnLimit, OwnLimits, Quota, QuotaPeriod},
    },
    store,
};

use crate::{on_both_databases, support::TestApp};

const OWNER: &str = "owner@acme.example";
const ROWS: &str = "SELECT count(*) AS count FROM api_key_attributes";

fn all_attributes() -> KeyAttributes {
    KeyAttributes {
        environment: Environment::parse("test").unwrap(),
        external_id: ExternalId::parse("cus_9F3").unwrap(),
        metadata: Metadata::parse(r#"{"plan":"pro","seats":12}"#).unwrap(),
        limits: OwnLimits {
            rate: OwnLimit::Unlimited,
            quota: OwnLimit::Own(Quota { count: NonZeroU32::new(5).unwrap(), period: QuotaPeriod::Day }),
        },
    }
}

on_both_databases! {
    fn attributes_are_loaded_with_the_key_wherever_it_is_read(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let attributes = all_attributes();
        let (key, token) = app.insert_token(OWNER, "Deploy", |key| key.attributes = attributes.clone());
        let (plain, _) = app.insert_token(OWNER, "Plain", |_| {});
        assert_eq!(app.database.count(ROWS), 1, "a key with only defaults has no row");

        let organization = OrganizationId::parse(key.organization_id.as_str()).unwrap();
        let filter = Filter::from(Whose::Organization(organization));
        let read = app.state.pool.read(|conn| {
            let page = store::api_keys::page(conn, &filter, Order::default(), &Position::First, 50, app.clock.now())?;
            let of_page = page.api_keys.into_iter().find(|listed| listed.id == key.id);
            let listed = store::api_keys::list(conn, &filter.whose, std::slice::from_ref(&key.id))?.pop();
            let of_owner = store::api_keys::list_live_of_owner(conn, &key.owner_id, app.clock.now())?;
            Ok::<_, store::Error>([
                of_page,
                listed,
                of_owner.into_iter().find(|listed| listed.id == key.id),
                store::api_keys::find(conn, &key.id)?,
                store::api_keys::find_by_name(conn, &key.owner_id, &key.name)?,
                store::api_keys::find_by_lookup(conn, token.lookup())?.map(|(key, _)| key),
            ])
        });
        for read in read.unwrap() {
            assert_eq!(read.unwrap().attributes, attributes);
        }
        let plain = app.state.pool.read(|conn| store::api_keys::find(conn, &plain.id)).unwrap().unwrap();
        assert_eq!(plain.attributes, KeyAttributes::default());
    }

    fn attributes_are_edited_and_deleted_with_the_key(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        let (mut key, _) = app.insert_token(OWNER, "Deploy", |_| {});
        for attributes in [all_attributes(), KeyAttributes { external_id: None, ..all_attributes() }] {
            key.attributes = attributes.clone();
            app.state.pool.write(|conn| store::api_keys::update(conn, &key, key.edits)).unwrap();
            key = app.state.pool.read(|conn| store::api_keys::find(conn, &key.id)).unwrap().unwrap();
            assert_eq!(key.attributes, attributes);
        }
        let stale = key.edits - 1;
        key.attributes = KeyAttributes::default();
        assert!(!app.state.pool.write(|conn| store::api_keys::update(conn, &key, stale)).unwrap());
        assert_eq!(app.database.count(ROWS), 1, "a stale edit changes nothing");
        app.state.pool.write(|conn| store::api_keys::update(conn, &key, key.edits)).unwrap();
        assert_eq!(app.database.count(ROWS), 0, "only defaults");

        let (key, _) = app.insert_token(OWNER, "Other", |key| key.attributes = all_attributes());
        app.state.pool.write(|conn| store::api_keys::delete(conn, &key.id, app.clock.now())).unwrap();
        assert_eq!(app.database.count(ROWS), 0);
    }
}
