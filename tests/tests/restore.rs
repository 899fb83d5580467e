//! A server is set back to a backup while phones are out: by its own command, over real HTTP, with the real binary. What
//! the phones did since comes back from them. And what becomes of a phone that was lost, or whose copy went wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use onsite_model::asset::Asset;
use onsite_model::ids::new_id;
use onsite_model::visit::Visit;
use onsite_model::worklog_entry::{WorklogEntry, WorklogKind};
use onsite_tests::live::process::binary;
use onsite_tests::live::{Api, Pocket, Server};
use onsite_tests::{Database, Kind};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use sync_protocol::receipt::Outcome;
use uuid::Uuid;

const PASSWORD: &str = "onsite demo 2026";

fn start(folder: &Path, database: &str) -> Server {
    let data = folder.join("data").to_string_lossy().into_owned();
    let arguments = ["demo", "--dir", data.as_str(), "--database", database];
    Server::start(&arguments, &[], &folder.join("server.log")).expect("the server starts")
}

/// Runs an admin command of the binary on the demo's database; returns what it printed.
fn admin(folder: &Path, database: &str, arguments: &[&str]) -> Result<String, String> {
    let secret = std::fs::read_to_string(folder.join("data/secret")).unwrap();
    let done = Command::new(binary("onsite").unwrap())
        .args(arguments)
        .args(["--database", database])
        .current_dir(folder)
        .env("ONSITE_SECRET", secret)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
    if done.status.success() {
        Ok(said)
    } else {
        Err(said)
    }
}

fn note(phone: &mut Pocket, visit: Uuid, text: &str) -> Uuid {
    let now = phone.now();
    let entry = WorklogEntry {
        ticket_id: None,
        visit_id: Some(visit),
        author_id: phone.user,
        kind: WorklogKind::Note,
        at: now,
        text: text.to_owned(),
        minutes: None,
        parts: Vec::new(),
    };
    phone.add(new_id(now), now, &entry).expect("an edit")
}

fn own_visit(phone: &Pocket) -> Uuid {
    let visits: BTreeMap<Uuid, Visit> = phone.all().expect("visits");
    let own = visits
        .iter()
        .find(|(_, visit)| visit.technician_id == Some(phone.user));
    *own.expect("a visit of its own").0
}

fn desk(server: &Server) -> Api {
    let login = Api::new(&server.url()).login("dispatch@demo.example", PASSWORD);
    login.expect("a login").0
}

fn worklog(server: &Server, visit: Uuid) -> BTreeSet<Uuid> {
    let entries = desk(server)
        .all(&format!("/v1/worklog-entries?parent={visit}"))
        .expect("the worklog");
    let ids: Vec<Uuid> = entries
        .iter()
        .map(|entry| entry["id"].as_str().unwrap().parse().unwrap())
        .collect();
    let each: BTreeSet<Uuid> = ids.iter().copied().collect();
    assert_eq!(ids.len(), each.len(), "each entry once");
    each
}

fn set_back(kind: Kind) {
    let Some(database) = Database::create(kind) else {
        return;
    };
    let (folder, url) = (tempfile::tempdir().expect("a temporary folder"), database.url());
    let folder = folder.path();
    let server = start(folder, &url);
    let mut phones = ["liu.yang@demo.example", "zhang.wei@demo.example"].map(|email| {
        let mut phone = Pocket::enrol(&server.url(), email, PASSWORD, 1).expect("a phone");
        phone.pull().expect("a first sync");
        phone
    });
    let visits = [own_visit(&phones[0]), own_visit(&phones[1])];
    let mut typed: [BTreeSet<Uuid>; 2] = Default::default();
    for (nth, phone) in phones.iter_mut().enumerate() {
        typed[nth].insert(note(phone, visits[nth], "before the backup"));
        phone.push().expect("a push");
    }
    let copy = folder.join("backup").to_string_lossy().into_owned();
    let said = admin(folder, &url, &["backup", &copy]).expect("a backup, while the server runs");
    assert!(said.contains("everything up to version 1."), "{said}");
    assert!(
        admin(folder, &url, &["backup", &copy]).is_err(),
        "a copy is never overwritten"
    );

    // The phones go on: one has its answers, one also waits with unsent work, and its last answer gets lost.
    for (nth, phone) in phones.iter_mut().enumerate() {
        phone.pull().expect("a pull");
        typed[nth].insert(note(phone, visits[nth], "after the backup"));
        phone.push().expect("a push");
        phone.pull().expect("a pull");
        phone.engine.prune(phone.now() + chrono::TimeDelta::days(60));
    }
    typed[1].insert(note(&mut phones[1], visits[1], "in the lift"));
    phones[1].push_and_lose_the_answer().expect("it leaves the phone");
    assert_eq!(worklog(&server, visits[1]), typed[1]);
    if kind == Kind::Sqlite {
        let refused = admin(folder, &url, &["restore", &copy]).unwrap_err();
        assert!(refused.contains("stop the server first"), "{refused}");
    }
    server.kill();

    let restored = match kind {
        Kind::Sqlite => admin(folder, &url, &["restore", &copy]),
        Kind::Postgres => {
            let mut pg_restore = Command::new("pg_restore");
            let done = pg_restore.args(["--clean", "--if-exists", "--no-owner", "--dbname", &url, &copy]);
            assert!(done.status().unwrap().success());
            admin(folder, &url, &["restore"])
        }
    };
    assert!(
        restored.as_ref().is_ok_and(|said| said.contains("Epoch 2")),
        "{restored:?}"
    );
    let server = start(folder, &url);
    for phone in &mut phones {
        phone.reaches(&server.url());
    }
    assert_ne!(
        worklog(&server, visits[0]),
        typed[0],
        "the backup lacks what came after it"
    );
    for phone in &mut phones {
        phone.pull().expect("everything is read anew");
        let receipts = phone.push().expect("what was lost comes again");
        assert!(
            receipts.iter().all(|one| one.outcome == Outcome::Applied),
            "{receipts:?}"
        );
        phone.pull().expect("a pull");
    }
    for nth in [0, 1] {
        assert_eq!(worklog(&server, visits[nth]), typed[nth]);
        let shown: BTreeMap<Uuid, WorklogEntry> = phones[nth].all().unwrap();
        assert!(typed[nth].iter().all(|id| shown.contains_key(id)));
        assert_eq!(phones[nth].repaired, Vec::new(), "nothing differed");
    }
    let said = admin(folder, &url, &["doctor"]).unwrap_or_else(|said| said);
    assert!(
        said.contains("ok    bucket sums") && said.contains("ok    database: epoch 2"),
        "{said}"
    );
}

#[test]
fn what_a_backup_lacks_comes_back_from_the_phones_on_sqlite() {
    set_back(Kind::Sqlite);
}

#[test]
fn what_a_backup_lacks_comes_back_from_the_phones_on_postgres() {
    set_back(Kind::Postgres);
}

/// Somebody copies an old file over the new one and starts the server: a phone's cursor gives it away.
#[test]
fn an_old_file_put_back_by_hand_is_found_out() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (folder, file) = (folder.path(), folder.path().join("onsite.db"));
    let url = format!("sqlite:{}", file.display());
    let server = start(folder, &url);
    let mut phone = Pocket::enrol(&server.url(), "liu.yang@demo.example", PASSWORD, 1).expect("a phone");
    phone.pull().expect("a first sync");
    let visit = own_visit(&phone);
    server.kill();
    let parts = ["", "-wal"].map(|end| {
        (
            format!("{}{end}", file.display()),
            format!("{}/old{end}", folder.display()),
        )
    });
    for (part, old) in &parts {
        if Path::new(part).exists() {
            std::fs::copy(part, old).unwrap();
        }
    }
    let server = start(folder, &url);
    phone.reaches(&server.url());
    let mut typed = BTreeSet::new();
    for _ in 0..50 {
        typed.insert(note(&mut phone, visit, "in the new life"));
    }
    phone.push().expect("a push");
    phone.pull().expect("a pull");
    server.kill();
    for (part, old) in &parts {
        let _ = std::fs::remove_file(part);
        if Path::new(old).exists() {
            std::fs::copy(old, part).unwrap();
        }
    }
    let _ = std::fs::remove_file(format!("{}-shm", file.display()));
    let server = start(folder, &url);
    phone.reaches(&server.url());
    phone.pull().expect("everything is read anew, in a new epoch");
    phone.push().expect("what was lost comes again");
    phone.pull().expect("a pull");
    assert_eq!(worklog(&server, visit), typed);
}

/// A phone that is lost forgets what it has read; what its user did is kept.
#[test]
fn a_revoked_phone_is_wiped_and_its_work_is_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let url = format!("sqlite:{}", folder.join("onsite.db").display());
    let server = start(folder, &url);
    let enrol = || {
        let mut phone = Pocket::enrol(&server.url(), "liu.yang@demo.example", PASSWORD, 1).expect("a phone");
        phone.pull().expect("a first sync");
        phone
    };
    let (mut busy, mut idle) = (enrol(), enrol());
    let (visit, assets) = (own_visit(&busy), busy.all::<Asset>().unwrap().len());
    assert!(assets > 0);
    let typed = note(&mut busy, visit, "typed before it was lost");
    let (manager, _) = Api::new(&server.url())
        .login("manager@demo.example", PASSWORD)
        .expect("a login");
    for phone in [&busy, &idle] {
        let gone = manager
            .send("DELETE", &format!("/v1/devices/{}", phone.device), &[], None)
            .unwrap();
        assert_eq!(gone.status, 204);
    }
    assert!(idle.pull().is_err(), "it reads nothing any more");
    assert!(idle.engine.is_forgotten());
    assert_eq!(idle.all::<Asset>().unwrap().len(), 0);

    let receipts = busy.push().expect("its work is taken");
    assert_eq!(receipts[0].outcome, Outcome::Quarantined);
    assert!(busy.engine.is_forgotten());
    assert_eq!(busy.all::<Asset>().unwrap().len(), 0);
    let kept = desk(&server).get("/v1/quarantine").expect("the quarantine");
    assert_eq!(kept["items"][0]["operation"]["row"], json!(typed));
}

/// A phone whose copy of a bucket went wrong finds out at the next checkpoint, and mends that bucket alone.
#[test]
fn a_damaged_copy_is_found_and_mended() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let url = format!("sqlite:{}", folder.join("onsite.db").display());
    let server = start(folder, &url);
    let mut phone = Pocket::enrol(&server.url(), "liu.yang@demo.example", PASSWORD, 1).expect("a phone");
    phone.pull().expect("a first sync");
    let before: BTreeMap<Uuid, Asset> = phone.all().unwrap();
    let lost = *before.keys().next().expect("an asset");
    let mut stored = serde_json::to_value(&phone.engine).unwrap();
    let row = stored["rows"]["base"]
        .as_object_mut()
        .unwrap()
        .remove(&lost.to_string());
    let bucket = row.expect("the row")["bucket"].as_str().unwrap().to_owned();
    phone.engine = serde_json::from_value(stored).unwrap();
    assert_eq!(phone.all::<Asset>().unwrap().len(), before.len() - 1);
    phone.pull().expect("nothing new: nothing is compared");
    assert_eq!(phone.repaired, Vec::new());
    let visit = own_visit(&phone);
    note(&mut phone, visit, "something new");
    phone.push().expect("a push");
    phone.pull().expect("a pull");
    assert_eq!(phone.repaired, vec![(bucket, 1)]);
    assert_eq!(phone.all::<Asset>().unwrap(), before);
}
