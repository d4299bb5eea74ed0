//! The steps that make the tables.

use std::{fs, path::Path};

use latchkey::store::{Database, Pool};

use crate::support::{Kind, TestDatabase};

#[test]
fn every_file_of_migrations_is_a_step_and_no_number_comes_twice() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let steps = fs::read_to_string(root.join("src/store/migrations.rs")).unwrap();
    for folder in fs::read_dir(root.join("migrations")).unwrap().map(|entry| entry.unwrap()) {
        let databases = if folder.file_name() == "common" { 2 } else { 1 };
        for entry in fs::read_dir(folder.path()).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            let folder = folder.file_name().to_string_lossy().into_owned();
            let step = format!("\"{folder}/{}\"", name.strip_suffix(".sql").unwrap());
            assert_eq!(steps.matches(&step).count(), databases, "{step}");
        }
    }
    for list in steps.split("steps![").skip(1).map(|list| list.split(']').next().unwrap()) {
        let numbers: Vec<_> =
            list.split('"').skip(1).step_by(2).map(|name| name.split(['/', '_']).nth(1).unwrap().to_owned()).collect();
        let mut sorted = numbers.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(numbers, sorted);
    }
}

#[test]
fn several_servers_that_start_at_once_migrate_once() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let database = TestDatabase::create(kind);
        let url = Database::parse(&database.url()).unwrap();
        std::thread::scope(|scope| {
            let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| Pool::open(&url))).collect();
            for start in starts {
                start.join().unwrap().unwrap();
            }
        });
        assert_eq!(database.count("SELECT count(*) AS count FROM users"), 0);
    }
}
