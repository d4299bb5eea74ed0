//! Random edits of the events. Each is made in a transaction, verified in it, and rolled back.

use diesel::{RunQueryDsl as _, sql_query};
use latchkey::{
    app::{self, audit_chain::verify},
    domain::{
        OrganizationId,
        audit::chain::{ChainEnd, ChainHash, FoundEvent, fault::ChainFault},
    },
    store::{
        self, Conn,
        audit_chain::reading::{list_after, list_without_number},
    },
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::{fault, organization_with_events};
use crate::{on_both_databases, support::TestApp};

const EVENTS: i64 = 24;

/// How many edits are made: `LATCHKEY_AUDIT_EDITS`, or as many as take seconds.
fn edits() -> u64 {
    std::env::var("LATCHKEY_AUDIT_EDITS").map_or(400, |edits| edits.parse().expect("LATCHKEY_AUDIT_EDITS is a number"))
}

/// The outcome of an edit, which rolls its transaction back.
enum Undone {
    Found(Option<ChainFault>),
    Failed(app::Error),
}

impl From<store::Error> for Undone {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.into())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Changed,
    Removed,
    Inserted,
    Reordered,
}

/// What an edit does, and what a verification must say.
struct Edit {
    sql: Vec<String>,
    kind: Kind,
    /// The number of the first event that is wrong. None for an event without a number.
    first: Option<i64>,
}

struct Editor<'a> {
    events: &'a [FoundEvent],
    organization: &'a str,
    rng: StdRng,
}

impl Editor<'_> {
    fn number(&mut self) -> i64 {
        self.rng.random_range(1..=EVENTS)
    }

    fn event(&self, number: i64) -> &FoundEvent {
        &self.events[usize::try_from(number - 1).unwrap()]
    }

    fn hash(&self, number: i64) -> ChainHash {
        if number == 0 { ChainEnd::START.hash } else { self.event(number).hash().unwrap() }
    }

    fn at(&self, number: i64) -> String {
        format!("organization_id = '{}' AND number = {number}", self.organization)
    }

    /// Adds `by` to the numbers from `first` to `last`.
    fn shift(&self, first: i64, last: i64, by: i64) -> Vec<String> {
        let range = format!("organization_id = '{}' AND number BETWEEN", self.organization);
        vec![
            format!("UPDATE audit_events SET number = number + 1000 WHERE {range} {first} AND {last}"),
            format!(
                "UPDATE audit_events SET number = number - 1000 + {by} WHERE {range} {} AND {}",
                first + 1000,
                last + 1000
            ),
        ]
    }

    fn edit(&mut self) -> Edit {
        match self.rng.random_range(0..4) {
            0 => self.change(),
            1 => self.remove(),
            2 => self.insert(),
            _ => self.reorder(),
        }
    }

    fn change(&mut self) -> Edit {
        const COLUMNS: [&str; 13] = [
            "id",
            "at",
            "actor_kind",
            "actor_id",
            "credential_id",
            "action",
            "subject_kind",
            "subject_id",
            "subject_name",
            "details",
            "address",
            "request_id",
            "hash",
        ];
        let (number, column) = (self.number(), COLUMNS[self.rng.random_range(0..COLUMNS.len())]);
        let value = match column {
            "at" => "at + 1".to_owned(),
            "hash" => format!("'{}'", "5a".repeat(32)),
            _ => format!("COALESCE({column}, '') || 'x'"),
        };
        let mut sql = vec![format!("UPDATE audit_events SET {column} = {value} WHERE {}", self.at(number))];
        let mut first = number;
        if column != "hash" && self.rng.random_bool(0.2) {
            // With its hash, so that the next event no longer fits, or the recorded end.
            let mut changed = self.event(number).event.clone();
            changed.details.push(' ');
            let hash = changed.hash(number, self.hash(number - 1));
            let details = changed.details.replace('\'', "''");
            sql = vec![format!(
                "UPDATE audit_events SET details = '{details}', hash = '{hash}' WHERE {}",
                self.at(number)
            )];
            first = (number + 1).min(EVENTS);
        }
        Edit { sql, kind: Kind::Changed, first: Some(first) }
    }

    fn remove(&mut self) -> Edit {
        let first = self.number();
        let last = self.rng.random_range(first..=EVENTS.min(first + 3));
        let mut sql = vec![format!(
            "DELETE FROM audit_events WHERE organization_id = '{}' AND number BETWEEN {first} AND {last}",
            self.organization
        )];
        match self.rng.random_range(0..3) {
            // The others move up.
            0 if last < EVENTS => sql.extend(self.shift(last + 1, EVENTS, first - last - 1)),
            // Into another organization, where it must not be taken for one of its events.
            1 if last == first => {
                sql = vec![format!("UPDATE audit_events SET organization_id = 'org_x' WHERE {}", self.at(first))];
            }
            _ => {}
        }
        Edit { sql, kind: Kind::Removed, first: Some(first) }
    }

    fn insert(&mut self) -> Edit {
        let (place, other) = (self.number(), self.number());
        // Ids before and after all others.
        let id = if self.rng.random() { "event_0" } else { "event_z" };
        let mut forged = self.event(other).event.clone();
        id.clone_into(&mut forged.id);
        let fitting = forged.hash(place, self.hash(place - 1));
        let hash = if self.rng.random() { fitting } else { self.hash(other) };
        let (number, first) = match self.rng.random_range(0..5) {
            0 => ("NULL".to_owned(), None),
            1 => ((EVENTS + 1).to_string(), Some(EVENTS + 1)),
            2 => ((-place).to_string(), Some(-place)),
            _ => (place.to_string(), Some(place)),
        };
        let mut sql = Vec::new();
        let mut hash = hash.to_string();
        if first == Some(EVENTS + 1) {
            hash = forged.hash(EVENTS + 1, self.hash(EVENTS)).to_string();
        } else if first == Some(place) && self.rng.random() {
            // The others move down.
            sql.extend(self.shift(place, EVENTS, 1));
        }
        let columns = "organization_id, at, actor_kind, actor_id, credential_id, action, subject_kind, subject_id, \
                       subject_name, details, address, request_id";
        sql.push(format!(
            "INSERT INTO audit_events (id, number, hash, {columns}) SELECT '{id}', {number}, '{hash}', {columns} \
             FROM audit_events WHERE id = '{}'",
            self.event(other).event.id
        ));
        Edit { sql, kind: Kind::Inserted, first }
    }

    fn reorder(&mut self) -> Edit {
        let (mut one, mut other) = (self.number(), self.number());
        while one == other {
            other = self.number();
        }
        if self.rng.random_bool(0.6) && one > other {
            std::mem::swap(&mut one, &mut other);
        }
        let first = one.min(other);
        let set = |number: &str, at: &str| format!("UPDATE audit_events SET number = {number} WHERE {at}");
        let (sql, first) = match self.rng.random_range(0..5) {
            // Two events exchange their numbers.
            0 => {
                let aside = self.at(9_999);
                let swap = [(9_999, self.at(one)), (one, self.at(other)), (other, aside)];
                (swap.iter().map(|(number, at)| set(&number.to_string(), at)).collect(), first)
            }
            // One event moves to another place, and those between by one.
            1 => {
                let mut sql = vec![set("9999", &self.at(one))];
                sql.extend(if one < other { self.shift(one + 1, other, -1) } else { self.shift(other, one - 1, 1) });
                sql.push(set(&other.to_string(), &self.at(9_999)));
                (sql, first)
            }
            // An event gets a number that no other has, or none, or that of another.
            2 => (vec![set(&(EVENTS + 1 + other).to_string(), &self.at(one))], one),
            3 => (vec![set("NULL", &self.at(one))], one),
            _ => (vec![set(&other.to_string(), &self.at(one))], first),
        };
        Edit { sql, kind: Kind::Reordered, first: Some(first) }
    }
}

/// What kind of fault it is. An end that does not fit means that the last event was changed.
fn kind_of(fault: &ChainFault) -> Kind {
    match fault {
        ChainFault::Changed { .. } | ChainFault::EndChanged { .. } => Kind::Changed,
        ChainFault::Removed { .. } => Kind::Removed,
        ChainFault::Inserted { .. } => Kind::Inserted,
        ChainFault::Reordered { .. } => Kind::Reordered,
        other => panic!("{other:?}"),
    }
}

fn attempt(app: &TestApp, id: &OrganizationId, edit: &Edit) -> Option<ChainFault> {
    let undone: Result<(), Undone> = app.state.pool.write(|conn: &mut Conn| {
        for statement in &edit.sql {
            sql_query(statement).execute(conn).map_err(|error| panic!("{statement}: {error}")).ok();
        }
        let verification = verify(conn, id.as_str(), &[], &[]).map_err(Undone::Failed)?;
        Err(Undone::Found(verification.fault))
    });
    match undone {
        Err(Undone::Found(fault)) => fault,
        Err(Undone::Failed(error)) => panic!("{:?}: {error}", edit.sql),
        Ok(()) => None,
    }
}

on_both_databases! {
    fn every_edit_is_found_and_the_first_wrong_event_is_named(app: &TestApp) {
        let id = organization_with_events(app, "Brick", usize::try_from(EVENTS).unwrap());
        app.database.allow_event_changes();
        app.database.execute("DROP INDEX audit_events_by_number");
        app.database.execute("CREATE INDEX audit_events_by_number ON audit_events (organization_id, number)");
        let events = app.state.pool.read(|conn| list_after(conn, id.as_str(), None, 100)).unwrap();
        let rng = StdRng::seed_from_u64(17);
        let mut editor = Editor { events: &events, organization: id.as_str(), rng };
        let mut found = [0; 4];
        for number in 0..edits() {
            let edit = editor.edit();
            let fault = attempt(app, &id, &edit);
            let said = fault.as_ref().map(|fault| (kind_of(fault), fault.number()));
            assert_eq!(said, Some((edit.kind, edit.first)), "{number}: {:#?} {fault:?}", edit.sql);
            found[edit.kind as usize] += 1;
        }
        assert!(found.iter().all(|count| *count > 50), "{found:?}");
        let stray = app.state.pool.read(|conn| list_without_number(conn, id.as_str(), "", 1)).unwrap();
        assert!(stray.is_empty() && fault(app, &id).is_none(), "all is as it was");
    }
}
