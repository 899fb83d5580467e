//! Being told of changes, through the real binary over real HTTP: live events, the head, the changes themselves, and
//! several servers on one PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use onsite_model::visit::Visit;
use onsite_tests::live::{Api, Listener, Mailbox, Pocket, Server};
use onsite_tests::{Database, Kind};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use sync_protocol::version::Version;
use uuid::Uuid;

const PASSWORD: &str = "onsite demo 2026";

/// A demo server with its folder and database.
struct Place {
    server: Server,
    folder: tempfile::TempDir,
    database: Option<Database>,
}

fn start(folder: &Path, database: Option<&str>, log: &str, more: &[&str]) -> Server {
    let data = folder.join("data").to_string_lossy().into_owned();
    let mut arguments = vec!["demo", "--dir", data.as_str()];
    arguments.extend(database.iter().flat_map(|address| ["--database", address]));
    arguments.extend(more);
    Server::start(&arguments, &[], &folder.join(log)).expect("the server starts")
}

fn place(kind: Kind) -> Option<Place> {
    let folder = tempfile::tempdir().unwrap();
    let database = match kind {
        Kind::Sqlite => None,
        Kind::Postgres => Some(Database::create(kind)?),
    };
    let url = database.as_ref().map(Database::url);
    Some(Place {
        server: start(folder.path(), url.as_deref(), "server.log", &[]),
        folder,
        database,
    })
}

fn login(server: &Server, name: &str) -> Api {
    let email = format!("{name}@demo.example");
    Api::new(&server.url())
        .login(&email, PASSWORD)
        .expect("a login")
        .0
}

fn phone(server: &Server, name: &str) -> Pocket {
    let email = format!("{name}@demo.example");
    let mut phone = Pocket::enrol(&server.url(), &email, PASSWORD, 1).expect("a phone");
    phone.pull().expect("a first sync");
    phone
}

fn version(row: &Value) -> Version {
    row["version"].as_str().expect("a version").parse().unwrap()
}

fn head(api: &Api) -> Version {
    api.get("/v1/head").unwrap()["head"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap()
}

/// A site the technician holds, and a new one that nobody visits yet.
fn sites(desk: &Api, phone: &Pocket) -> (String, String) {
    let visits: BTreeMap<Uuid, Visit> = phone.all().unwrap();
    let visit = visits.values().next().expect("a visit");
    let elsewhere = json!({ "client_id": visit.client_id, "name": "New branch", "address": "2 Far Road" });
    (
        visit.site_id.to_string(),
        desk.add("/v1/sites", elsewhere).unwrap(),
    )
}

fn rename(desk: &Api, site: &str, name: &str) -> Version {
    let changed = desk.patch(&format!("/v1/sites/{site}"), json!({ "name": name }));
    version(&changed.expect("a change"))
}

macro_rules! stories {
    ($($(#[doc = $doc:literal])* fn $name:ident($place:ident) $body:block)+) => {$(
        $(#[doc = $doc])*
        mod $name {
            use super::*;

            fn story($place: &Place) $body

            #[test]
            fn sqlite() {
                story(&place(Kind::Sqlite).unwrap());
            }

            #[test]
            fn postgres() {
                if let Some(place) = place(Kind::Postgres) {
                    story(&place);
                }
            }
        }
    )+};
}

stories! {
    /// A technician is told of their own places alone, the office of everything, and both only of the version.
    fn everybody_hears_of_what_they_hold(place) {
        let (desk, phone) = (login(&place.server, "dispatch"), phone(&place.server, "liu.yang"));
        let (here, elsewhere) = sites(&desk, &phone);
        let mut office = Listener::open(&desk, None).unwrap();
        let mut field = Listener::open(phone.api(), None).unwrap();
        assert!(field.head.contains(&"content-type: text/event-stream".to_owned()), "{:?}", field.head);
        assert!(field.head.contains(&"content-encoding: identity".to_owned()));
        let (first, before) = (office.next_head().unwrap().unwrap(), field.next_head().unwrap().unwrap());
        assert!(first >= before);

        let there = rename(&desk, &elsewhere, "Elsewhere");
        office.reach(there).unwrap();
        assert_eq!(head(phone.api()), before, "nothing the technician holds has changed");
        let here = rename(&desk, &here, "Here");
        office.reach(here).unwrap();
        assert_eq!(field.next_head().unwrap(), Some(here), "the first they hear is of their own site");
    }

    /// Whoever comes back is told at once if they missed something, and not if they did not.
    fn a_listener_goes_on_where_it_stopped(place) {
        let desk = login(&place.server, "dispatch");
        let site = desk.all("/v1/sites").unwrap()[0]["id"].as_str().unwrap().to_owned();
        let mut listener = Listener::open(&desk, None).unwrap();
        let told = listener.next_head().unwrap().unwrap();
        drop(listener);
        let missed = rename(&desk, &site, "While nobody listened");
        assert!(missed > told);
        let mut listener = Listener::open(&desk, Some(told)).unwrap();
        let again = listener.next_head().unwrap().unwrap();
        assert!(again >= missed);
        drop(listener);
        let mut listener = Listener::open(&desk, Some(again)).unwrap();
        let next = rename(&desk, &site, "Next");
        assert!(listener.next_head().unwrap().unwrap() >= next, "what was told is not told again");
    }

    /// A new visit gives a technician another place: that is told too, and then what happens there.
    fn a_new_grant_is_told(place) {
        let (desk, mut phone) = (login(&place.server, "dispatch"), phone(&place.server, "liu.yang"));
        let (_, elsewhere) = sites(&desk, &phone);
        let site = desk.get(&format!("/v1/sites/{elsewhere}")).unwrap();
        let mut field = Listener::open(phone.api(), None).unwrap();
        let before = field.next_head().unwrap().unwrap();
        let start = phone.now() + chrono::TimeDelta::hours(30);
        let visit = desk.add("/v1/visits", json!({
            "client_id": site["fields"]["client_id"], "site_id": elsewhere, "kind": "routine", "purpose": "New place",
            "planned_start": start, "planned_end": start + chrono::TimeDelta::hours(1),
        })).unwrap();
        let assign = json!({ "technician_id": phone.user });
        let assigned = version(&desk.post_on(&format!("/v1/visits/{visit}"), "assign", &assign).unwrap());
        field.reach(assigned).unwrap();
        assert!(assigned > before);
        let filled = phone.pull().unwrap();
        assert!(filled.contains(&format!("site:{elsewhere}")), "{filled:?}");
        let renamed = rename(&desk, &elsewhere, "Now held");
        field.reach(renamed).unwrap();
    }

    /// Logging out, a revoked device and a closed account each end the stream.
    fn it_ends_with_the_right_to_listen(place) {
        let admin = login(&place.server, "admin");
        let out = login(&place.server, "zhang.wei");
        let mut listener = Listener::open(&out, None).unwrap();
        listener.next_head().unwrap();
        assert_eq!(out.send("POST", "/v1/logout", &[], None).unwrap().status, 204);
        assert_eq!(listener.next_head().unwrap(), None);

        let lost = phone(&place.server, "tom.becker");
        let mut listener = Listener::open(lost.api(), None).unwrap();
        listener.next_head().unwrap();
        let revoke = format!("/v1/devices/{}", lost.device);
        assert_eq!(admin.send("DELETE", &revoke, &[], None).unwrap().status, 204);
        assert_eq!(listener.next_head().unwrap(), None);

        let gone = phone(&place.server, "amina.okafor");
        let mut listener = Listener::open(gone.api(), None).unwrap();
        listener.next_head().unwrap();
        let user = format!("/v1/users/{}", gone.user);
        admin.post_on(&user, "access", &json!({ "role": "technician", "active": false })).unwrap();
        while listener.next_head().unwrap().is_some() {}
        assert!(Listener::open(gone.api(), None).is_err());
    }

    /// The head by itself: conditional, and waited for.
    fn the_head_is_asked_and_waited_for(place) {
        let desk = login(&place.server, "dispatch");
        let site = desk.all("/v1/sites").unwrap()[0]["id"].as_str().unwrap().to_owned();
        let first = desk.send("GET", "/v1/head", &[], None).unwrap();
        let (tag, now) = (first.etag.unwrap(), head(&desk));
        assert_eq!(tag, format!("\"{now}\""));
        let have = [("If-None-Match", tag.as_str())];
        assert_eq!(desk.send("GET", "/v1/head", &have, None).unwrap().status, 304);
        let nothing = desk.send("GET", &format!("/v1/head?after={now}&wait=1"), &[], None).unwrap();
        assert_eq!((nothing.status, nothing.etag), (304, Some(tag)));
        for bad in ["wait=5", "after=1.1&wait=56", "after=x", "after=1.1&wait=-1"] {
            let status = desk.send("GET", &format!("/v1/head?{bad}"), &[], None).unwrap().status;
            assert!([400, 422].contains(&status), "{bad}: {status}");
        }
        let (changed, waited) = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| desk.get(&format!("/v1/head?after={now}&wait=55")).unwrap());
            let changed = rename(&desk, &site, "Awaited");
            (changed, waiting.join().unwrap())
        });
        assert!(waited["head"].as_str().unwrap().parse::<Version>().unwrap() >= changed);
    }

    /// A console reads on from the head it loaded at, page by page, and only the office may.
    fn a_console_follows_the_changes(place) {
        let desk = login(&place.server, "dispatch");
        let sites = desk.all("/v1/sites").unwrap();
        let ids: Vec<String> = sites.iter().take(3).map(|site| site["id"].as_str().unwrap().to_owned()).collect();
        let mut after = head(&desk);
        let written: Vec<Version> = ids.iter().map(|id| rename(&desk, id, "Followed")).collect();
        let mut seen = Vec::new();
        loop {
            let page = desk.get(&format!("/v1/changes?after={after}&limit=1")).unwrap();
            for change in page["changes"].as_array().unwrap() {
                seen.push((change["id"].as_str().unwrap().to_owned(), change["version"].as_u64().unwrap()));
            }
            after = page["next"].as_str().unwrap().parse().unwrap();
            if !page["more"].as_bool().unwrap() {
                break;
            }
        }
        let expected: Vec<(String, u64)> = ids.into_iter().zip(written.iter().map(|one| one.number)).collect();
        assert_eq!(seen, expected);
        assert_eq!(after, head(&desk));
        let status = |api: &Api, query: &str| api.send("GET", &format!("/v1/changes?{query}"), &[], None).unwrap().status;
        assert_eq!(status(&login(&place.server, "liu.yang"), &format!("after={after}")), 403);
        assert_eq!(status(&desk, &format!("after=1.{}", after.number + 1000)), 400);
        assert_eq!(status(&desk, "after=7.1"), 400);
        assert_eq!(status(&desk, &format!("after={after}&limit=201")), 422);
        assert_eq!(status(&desk, "after=yesterday"), 400);
        let first = desk.get("/v1/changes?limit=1").unwrap();
        assert_eq!(first["changes"].as_array().unwrap().len(), 1, "without a place it begins at the beginning");
    }
}

/// An administrator's command writes beside the server: the server hears of it.
#[test]
fn what_a_command_writes_is_heard_too() {
    let place = place(Kind::Sqlite).unwrap();
    let desk = login(&place.server, "dispatch");
    let mut listener = Listener::open(&desk, None).unwrap();
    let before = listener.next_head().unwrap().unwrap();
    let data = place.folder.path().join("data");
    let address = format!("sqlite:{}", data.join("onsite.db").display());
    let mut command = std::process::Command::new(onsite_tests::live::process::binary("onsite").unwrap());
    command
        .args([
            "--database",
            &address,
            "user",
            "add",
            "--email",
            "new@demo.example",
            "--name",
            "New",
            "--role",
            "support",
        ])
        .env(
            "ONSITE_SECRET",
            std::fs::read_to_string(data.join("secret")).unwrap(),
        )
        .stdin(std::process::Stdio::piped());
    let mut running = command.spawn().unwrap();
    running
        .stdin
        .take()
        .unwrap()
        .write_all(b"long enough to be taken\n")
        .unwrap();
    let done = running.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(listener.next_head().unwrap().unwrap() > before);
}

/// How many writes each of two writers makes.
const WRITES: usize = 40;

/// Two servers work on one database: each hears of the other's commits, nobody is answered from behind what they
/// know, all see all commits in one order, and no version is given out twice.
#[test]
fn two_servers_are_one() {
    let Some(place) = place(Kind::Postgres) else {
        return;
    };
    let url = place.database.as_ref().unwrap().url();
    let other = start(place.folder.path(), Some(&url), "other.log", &[]);
    let desks = [login(&place.server, "dispatch"), login(&other, "dispatch")];
    let sites: Vec<String> = desks[0]
        .all("/v1/sites")
        .unwrap()
        .iter()
        .map(|site| site["id"].as_str().unwrap().to_owned())
        .collect();
    let start = head(&desks[0]);
    let mut listener = Listener::open(&desks[0], None).unwrap();
    listener.next_head().unwrap();

    let write = |turn: usize| -> Vec<Version> {
        let desk = &desks[turn];
        (0..WRITES)
            .map(|n| {
                let added = desk.post("/v1/assets", &json!({ "fields": {
                    "site_id": sites[(turn + n) % sites.len()], "kind": "server", "name": format!("{turn}-{n}"),
                }}));
                let written = version(&added.unwrap());
                // Asked at the other server, right after: it must not answer from before.
                let elsewhere = &desks[1 - turn];
                let found = elsewhere.get(&format!("/v1/head?after={written}"));
                if let Ok(found) = found {
                    let head: Version = found["head"].as_str().unwrap().parse().unwrap();
                    assert!(head > written);
                }
                let mut after = Version { number: written.number - 1, ..written };
                let page = elsewhere.send("GET", &format!("/v1/changes?after={after}&limit=200"),
                    &[("Seen-Version", &written.to_string())], None).unwrap().json().unwrap();
                after = page["next"].as_str().unwrap().parse().unwrap();
                assert!(after >= written, "{page}");
                written
            })
            .collect()
    };
    let (mine, theirs) = std::thread::scope(|scope| {
        let one = scope.spawn(|| write(0));
        let two = scope.spawn(|| write(1));
        (one.join().unwrap(), two.join().unwrap())
    });
    let all: BTreeSet<Version> = mine.iter().chain(&theirs).copied().collect();
    assert_eq!(all.len(), 2 * WRITES, "no version is given twice");
    listener.reach(*all.last().unwrap()).unwrap();
    for desk in &desks {
        let mut seen: Vec<u64> = Vec::new();
        let mut after = start;
        loop {
            let page = desk
                .send(
                    "GET",
                    &format!("/v1/changes?after={after}&limit=7"),
                    &[("Seen-Version", &all.last().unwrap().to_string())],
                    None,
                )
                .unwrap()
                .json()
                .unwrap();
            seen.extend(
                page["changes"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| one["version"].as_u64().unwrap()),
            );
            after = page["next"].as_str().unwrap().parse().unwrap();
            if !page["more"].as_bool().unwrap() {
                break;
            }
        }
        assert!(seen.is_sorted(), "in the order of commits");
        let there: BTreeSet<u64> = seen.into_iter().collect();
        assert!(
            all.iter().all(|one| there.contains(&one.number)),
            "each commit is seen"
        );
    }
}

/// A session that ends at one server is no session at the other, cached or not.
#[test]
fn a_logout_counts_at_every_server() {
    let Some(place) = place(Kind::Postgres) else {
        return;
    };
    let url = place.database.as_ref().unwrap().url();
    let other = start(place.folder.path(), Some(&url), "other.log", &[]);
    let here = login(&place.server, "zhang.wei");
    let there = here.at(&other.url());
    there.get("/v1/me").unwrap();
    let mut listener = Listener::open(&there, None).unwrap();
    listener.next_head().unwrap();
    assert_eq!(here.send("POST", "/v1/logout", &[], None).unwrap().status, 204);
    assert_eq!(
        listener.next_head().unwrap(),
        None,
        "the other server has heard of it"
    );
    assert_eq!(there.send("GET", "/v1/me", &[], None).unwrap().status, 401);
}

/// Both servers run the outbox; each mail goes out once.
#[test]
fn two_servers_send_each_mail_once() {
    let Some(place) = place(Kind::Postgres) else {
        return;
    };
    let mails = place.folder.path().join("mails");
    std::fs::create_dir_all(&mails).unwrap();
    let mailbox = Mailbox::start(&mails).expect("a mail server");
    let url = place.database.as_ref().unwrap().url();
    let smtp = ["--smtp", mailbox.address.as_str()];
    // What the first server, which has no mail server, queued for the demo's visits is sent by these two.
    let one = start(place.folder.path(), Some(&url), "one.log", &smtp);
    let two = start(place.folder.path(), Some(&url), "two.log", &smtp);
    let desks = [login(&one, "dispatch"), login(&two, "dispatch")];
    let sites = desks[0].all("/v1/sites").unwrap();
    let technician = phone(&one, "liu.yang");
    std::thread::scope(|scope| {
        for (turn, desk) in desks.iter().enumerate() {
            let (sites, technician) = (&sites, &technician);
            scope.spawn(move || {
                for n in 0..8 {
                    let site = &sites[(turn + 2 * n) % sites.len()];
                    let start = technician.now() + chrono::TimeDelta::hours(24 + n as i64);
                    let visit = desk.add("/v1/visits", json!({
                        "client_id": site["fields"]["client_id"], "site_id": site["id"], "kind": "routine",
                        "purpose": "Mailed", "planned_start": start, "planned_end": start + chrono::TimeDelta::hours(1),
                    })).unwrap();
                    let assign = json!({ "technician_id": technician.user });
                    desk.post_on(&format!("/v1/visits/{visit}"), "assign", &assign).unwrap();
                }
            });
        }
    });
    // The last mail is in the mailbox when the outbox says so; waiting for each is waiting for an event.
    let outbox = desks[0].all("/v1/notifications").unwrap();
    assert!(outbox.len() >= 16, "{}", outbox.len());
    for mail in &outbox {
        mailbox
            .wait_for(mail["message_id"].as_str().unwrap().trim_matches(['<', '>']))
            .unwrap();
    }
    let mut after = head(&desks[0]);
    while !desks[0].all("/v1/notifications?state=due").unwrap().is_empty() {
        // The state is written after the mail is gone; a write of our own makes the outbox look again.
        after = rename(
            &desks[0],
            sites[0]["id"].as_str().unwrap(),
            &format!("Name {after}"),
        );
    }
    let ids = mailbox.message_ids().unwrap();
    let distinct: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(ids.len(), distinct.len(), "each mail once");
}
