//! The sums of use by day, and the keys that were used most.

use std::collections::BTreeMap;

use latchkey::{
    domain::{
        ApiKey, ApiKeyId, Role, Timestamp,
        api_key::listing::Whose,
        usage::UseCount,
        verification::Code::{self, Disabled, Valid},
    },
    store::{
        self, usage,
        usage_summaries::{list_busiest, list_days},
    },
};
use time::Duration;

use crate::{on_both_databases, support::TestApp};

const OWNER: &str = "owner@acme.example";

fn add(app: &TestApp, counts: &[(&ApiKey, Timestamp, Code, i64)]) {
    let count = |(key, day, code, count): &(&ApiKey, Timestamp, Code, i64)| UseCount {
        organization_id: key.organization_id.clone(),
        api_key_id: key.id.clone(),
        day: *day,
        code: *code,
        count: *count,
    };
    let mut counts: Vec<_> = counts.iter().map(count).collect();
    counts.sort_unstable_by(|one, other| (&one.api_key_id, one.day).cmp(&(&other.api_key_id, other.day)));
    app.state.pool.write(|conn| usage::add_counts(conn, &counts)).unwrap();
}

fn busiest(app: &TestApp, whose: &Whose, from: Timestamp) -> Vec<(ApiKeyId, i64)> {
    app.state.pool.read(|conn| list_busiest(conn, whose, from, 5)).unwrap()
}

fn days(app: &TestApp, whose: &Whose, from: Timestamp) -> Vec<(Timestamp, Code, i64)> {
    app.state.pool.read(|conn| list_days(conn, whose, from)).unwrap()
}

on_both_databases! {
    fn days_are_summed_for_the_organization_and_for_who_owned_the_key_then(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Member, "max");
        app.create_user_of("Globex", Role::Owner, "gwen");
        let today = app.state.clock.now().start_of_day();
        let yesterday = today.minus(Duration::DAY);
        let [mine, theirs, strangers] = [OWNER, "max@acme.example", "gwen@globex.example"].map(|email| app.insert_api_key(email, "key", |_| {}));
        add(app, &[(&mine, yesterday, Valid, 1), (&mine, today, Disabled, 2), (&theirs, today, Valid, 4), (&strangers, today, Valid, 8)]);
        add(app, &[(&mine, today, Disabled, 16)]);
        let all = Whose::Organization(mine.organization_id.clone());
        assert_eq!(days(app, &all, yesterday), [(yesterday, Valid, 1), (today, Disabled, 18), (today, Valid, 4)]);
        assert_eq!(days(app, &Whose::Person(mine.owner_id.clone()), today), [(today, Disabled, 18)]);
        assert_eq!(days(app, &Whose::Person(theirs.owner_id.clone()), yesterday), [(today, Valid, 4)]);

        // The counts of a deleted key stay, and later ones belong to nobody.
        app.state.pool.write(|conn| store::api_keys::delete(conn, &theirs.id, theirs.created_at)).unwrap();
        add(app, &[(&theirs, today, Valid, 32)]);
        assert_eq!(days(app, &all, today), [(today, Disabled, 18), (today, Valid, 36)]);
        assert_eq!(days(app, &Whose::Person(theirs.owner_id.clone()), yesterday), [(today, Valid, 4)]);
        assert_eq!(busiest(app, &all, yesterday), [(mine.id, 1)], "neither deleted keys nor refusals");
    }

    fn the_busiest_of_many_keys_are_found_whenever_their_counts_arrive(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Administrator, "ann");
        let today = app.state.clock.now().start_of_day();
        let used = |at: Timestamp| Some(crate::support::used_at(at));
        let keys: Vec<_> = (0..120)
            .map(|number| {
                let owner = if number % 3 == 0 { "ann@acme.example" } else { OWNER };
                app.insert_api_key(owner, &format!("key {number}"), |key| key.last_use = used(today))
            })
            .collect();
        // Later rounds let keys overtake others, also some that were never among the first 50 before.
        let mut sums = BTreeMap::<&ApiKeyId, i64>::new();
        for round in 0..6_usize {
            let counts: Vec<_> = (0..keys.len())
                .filter(|number| (number + round) % 2 == 0)
                .map(|number| {
                    let day = today.minus(Duration::days(i64::try_from(round % 3).unwrap()));
                    let count = i64::try_from((number * 37 + round * round * 11) % 101 + number * round).unwrap() + 1;
                    (&keys[number], day, Valid, count)
                })
                .collect();
            for (key, _, _, count) in &counts {
                *sums.entry(&key.id).or_default() += count;
            }
            add(app, &counts);
        }
        let expected = |is_counted: &dyn Fn(&ApiKey) -> bool| {
            let mut all: Vec<_> = keys.iter().filter(|key| is_counted(key)).map(|key| (key.id.clone(), sums[&key.id])).collect();
            all.sort_by_key(|(id, count)| (-count, id.clone()));
            all.truncate(5);
            all
        };
        let from = today.minus(Duration::days(29));
        let (all, ann) = (Whose::Organization(keys[0].organization_id.clone()), Whose::Person(keys[0].owner_id.clone()));
        assert_eq!(busiest(app, &all, from), expected(&|_| true));
        assert_eq!(busiest(app, &ann, from), expected(&|key| key.owner_id == keys[0].owner_id));

        // Of past days only the first 50 stay, with the same result.
        let rows = "SELECT COUNT(*) AS count FROM busiest_api_keys";
        assert!(app.database.count(rows) > 150, "{}", app.database.count(rows));
        app.clock.advance(Duration::DAY);
        actix_web::rt::System::new().block_on(latchkey::tasks::purge(&app.state)).unwrap();
        let kept = format!("{rows} WHERE day >= {}", today.minus(Duration::DAY).unix_micros());
        assert_eq!(app.database.count(&kept), 100);
        assert_eq!(busiest(app, &all, from), expected(&|_| true));
        app.clock.advance(Duration::days(401));
        actix_web::rt::System::new().block_on(latchkey::tasks::purge(&app.state)).unwrap();
        assert_eq!(app.database.count(rows) + app.database.count("SELECT COUNT(*) AS count FROM usage_days"), 0);
    }
}
