//! One technician's day through the real binary, a real mail server and real HTTP, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use onsite_tests::{Database, Kind, day};

fn play(database: Option<&str>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    day::play(folder.path(), database, &mut |line| println!("{line}")).expect("the day goes well");
}

#[test]
fn a_day_on_sqlite() {
    play(None);
}

#[test]
fn a_day_on_postgres() {
    let Some(database) = Database::create(Kind::Postgres) else {
        return;
    };
    play(Some(&database.url()));
}
