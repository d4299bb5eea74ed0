//! Every statement of the manuals in `tests/sources.md` has a step in a journey, or a reason for having no step.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The number of the statement, what it says, and its proof.
struct Row {
    number: String,
    statement: String,
    proof: String,
}

/// The rows of each manual, by the file of its journey.
fn manuals() -> BTreeMap<String, Vec<Row>> {
    let mut manuals = BTreeMap::<String, Vec<Row>>::new();
    let mut journey = String::new();
    for line in read("tests/sources.md").lines() {
        if let Some(rest) = line.strip_prefix("Journey: `") {
            rest.split('`').next().unwrap().clone_into(&mut journey);
        }
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        if let ["", number, statement, proof, ""] = cells[..]
            && number.contains('.')
        {
            let row = Row { number: number.into(), statement: statement.into(), proof: proof.into() };
            manuals.entry(journey.clone()).or_default().push(row);
        }
    }
    manuals
}

/// The numbers of the steps: `step("000.01",`.
fn steps(journey: &str) -> Vec<String> {
    let text = read(journey);
    let numbers = text.split("step(\"").skip(1).filter_map(|rest| rest.split('"').next());
    numbers.map(str::to_owned).collect()
}

#[test]
fn every_statement_has_its_step_or_a_reason() {
    let manuals = manuals();
    assert_eq!(manuals.len(), 5);
    let (mut proven, mut outside) = (0, 0);
    for (journey, rows) in &manuals {
        let steps: BTreeSet<_> = steps(journey).into_iter().collect();
        for row in rows {
            let Row { number, statement, proof } = row;
            assert!(!statement.is_empty(), "{number}");
            if let Some(reason) = proof.strip_prefix("not product: ") {
                assert!(reason.len() > 10 && !steps.contains(number), "{number}: {reason}");
                outside += 1;
            } else {
                assert_eq!(proof, "step", "{number}");
                assert!(steps.contains(number), "{journey} has no step {number}: {statement}");
                proven += 1;
            }
        }
        let known: BTreeSet<_> = rows.iter().map(|row| row.number.clone()).collect();
        assert!(steps.is_subset(&known), "{journey} has steps without a statement: {:?}", steps.difference(&known));
    }
    println!("{proven} statements proven, {outside} not about the product");
}

#[test]
fn statements_are_numbered_without_a_gap() {
    for (index, (_, rows)) in manuals().into_iter().enumerate() {
        let manual = &rows[0].number[..3];
        assert!(manual.parse::<usize>().is_ok() && rows.len() >= 15, "{index} {manual}");
        for (row, number) in rows.iter().zip(1..) {
            assert_eq!(row.number, format!("{manual}.{number:02}"));
        }
    }
}
