//! The server is killed again and again while a phone pushes: whatever it acknowledged is there afterwards, and
//! nothing is there twice.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use onsite_model::ids::new_id;
use onsite_model::visit::Visit;
use onsite_model::worklog_entry::{WorklogEntry, WorklogKind};
use onsite_tests::live::{Api, Pocket, Server};
use onsite_tests::{Database, Kind};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use uuid::Uuid;

const PASSWORD: &str = "onsite demo 2026";

/// Kills, and operations between two of them.
const KILLS: usize = 8;
const OPERATIONS: usize = 40;

fn start(folder: &Path, database: Option<&str>) -> Server {
    let data = folder.join("data").to_string_lossy().into_owned();
    let mut arguments = vec!["demo", "--dir", data.as_str()];
    arguments.extend(database.iter().flat_map(|address| ["--database", address]));
    Server::start(&arguments, &[], &folder.join("server.log")).expect("the server starts")
}

fn note(phone: &mut Pocket, visit: Uuid) -> Uuid {
    let now = phone.now();
    let entry = WorklogEntry {
        ticket_id: None,
        visit_id: Some(visit),
        author_id: phone.user,
        kind: WorklogKind::Note,
        at: now,
        text: "Typed in the basement.".to_owned(),
        minutes: None,
        parts: Vec::new(),
    };
    phone.add(new_id(now), now, &entry).expect("an edit")
}

fn survive(database: Option<&str>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut server = start(folder.path(), database);
    let mut phone = Pocket::enrol(&server.url(), "liu.yang@demo.example", PASSWORD, 1).expect("a phone");
    phone.pull().expect("a first sync");
    let visits: BTreeMap<Uuid, Visit> = phone.all().expect("visits");
    let own = visits
        .iter()
        .find(|(_, visit)| visit.technician_id == Some(phone.user));
    let visit = *own.expect("a visit of its own").0;

    let mut typed = BTreeSet::new();
    for round in 0..KILLS {
        for _ in 0..OPERATIONS {
            typed.insert(note(&mut phone, visit));
        }
        // The kill falls somewhere into the push: before it, in its commit, or behind its answer.
        let pushed = std::thread::scope(|scope| {
            let pushing = scope.spawn(|| phone.push_in(7));
            std::thread::sleep(std::time::Duration::from_millis(5 * round as u64));
            server.kill();
            pushing.join().expect("the phone goes on")
        });
        drop(pushed);
        server = start(folder.path(), database);
        phone.reaches(&server.url());
    }
    phone.push().expect("everything is taken in the end");
    let (desk, _) = Api::new(&server.url())
        .login("dispatch@demo.example", PASSWORD)
        .expect("a login");
    let entries = desk
        .all(&format!("/v1/worklog-entries?parent={visit}"))
        .expect("the worklog");
    let there: BTreeSet<Uuid> = entries
        .iter()
        .map(|entry| entry["id"].as_str().unwrap().parse().unwrap())
        .collect();
    assert_eq!(entries.len(), typed.len(), "each entry once");
    assert_eq!(there, typed, "every entry typed is there");
}

#[test]
fn nothing_acknowledged_is_lost_on_sqlite() {
    survive(None);
}

#[test]
fn nothing_acknowledged_is_lost_on_postgres() {
    let Some(database) = Database::create(Kind::Postgres) else {
        return;
    };
    survive(Some(&database.url()));
}
