//! One technician's day, played through the real product and told as it happens: prepared, offline, worked,
//! signed, synchronised, mailed, called back. Everything told is read back from the server. It is the demo's
//! `--day`, and an end-to-end test.
mod evening;
mod field;
mod morning;
pub mod photo;
mod sheet;

use crate::live::demo::PASSWORD;
use crate::live::{Api, Demo, Pocket};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The demo's people.
const DISPATCHER: &str = "dispatch@demo.example";
const SUPPORT: &str = "support@demo.example";
const TECHNICIAN: &str = "tom.becker@demo.example";
const COLLEAGUE: &str = "liu.yang@demo.example";

/// Says a line of the story.
pub type Say<'a> = &'a mut dyn FnMut(&str);

/// Everybody who takes part.
struct Day {
    folder: PathBuf,
    demo: Demo,
    dispatcher: Api,
    support: Api,
    phone: Pocket,
    /// The day's visit, its ticket and site.
    visit: Uuid,
    ticket: Uuid,
    site: Uuid,
    contact: Uuid,
}

/// What the technician did while offline, to be compared with what the server holds in the evening.
#[derive(Debug, Default)]
struct Done {
    tagged: Vec<(Uuid, String)>,
    inspections: Vec<Uuid>,
    answers: usize,
    advice: Vec<Uuid>,
    photo: Option<(Uuid, Vec<u8>)>,
    sheet: Option<(Uuid, String)>,
}

/// Plays the day on a server of its own, with its data, mails and documents in `folder`. `database` is an address
/// as the server takes it, or none for a SQLite file in the folder.
///
/// # Errors
/// Anything that is not as it should be.
pub fn play(folder: &Path, database: Option<&str>, say: Say<'_>) -> Result<()> {
    let mut day = Day::begin(folder, database, say)?;
    morning::prepare(&mut day, say)?;
    let mut done = Done::default();
    field::travel_and_arrive(&mut day, say)?;
    field::tag(&mut day, &mut done, say)?;
    field::inspect(&mut day, &mut done, say)?;
    field::repair(&mut day, &mut done, say)?;
    morning::meanwhile(&day, say)?;
    sheet::present_and_sign(&mut day, &mut done, say)?;
    evening::push(&mut day, &done, say)?;
    evening::settle(&mut day, say)?;
    evening::documents(&day, &done, say)?;
    evening::callback(&day, say)?;
    evening::compare(&mut day, &done, say)?;
    say("");
    say("The day is over: everything that was entered offline is on the server, and nothing is unsent.");
    Ok(())
}

impl Day {
    fn begin(folder: &Path, database: Option<&str>, say: Say<'_>) -> Result<Day> {
        let demo = Demo::start(folder, database, &[])?;
        say(&format!(
            "The server runs at {} with a mail server beside it; mails go to {}.",
            demo.url(),
            folder.join("mails").display()
        ));
        let (dispatcher, support) = (demo.desk(DISPATCHER)?, demo.desk(SUPPORT)?);
        let phone = Pocket::enrol(&demo.url(), TECHNICIAN, PASSWORD, 20)?;
        let (visit, ticket, site, contact) = morning::plan(&dispatcher, phone.user, say)?;
        Ok(Day {
            folder: folder.to_owned(),
            demo,
            dispatcher,
            support,
            phone,
            visit,
            ticket,
            site,
            contact,
        })
    }

    /// The mail of a kind about the day's visit, once the server has delivered it.
    fn mail(&self, kind: &str) -> Result<crate::live::mailbox::Mail> {
        let outbox = self
            .dispatcher
            .all(&format!("/v1/notifications?visit={}", self.visit))?;
        let about = outbox
            .iter()
            .rfind(|mail| mail["kind"] == kind)
            .with_context(|| format!("no mail {kind}"))?;
        self.demo.mailbox.wait_for(text(about, "message_id")?)
    }

    fn record(&self, kind: &str, id: Uuid) -> Result<Value> {
        Ok(self.dispatcher.get(&format!("/v1/{kind}/{id}"))?["fields"].clone())
    }
}

/// A text of a JSON object.
fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str> {
    value[name]
        .as_str()
        .with_context(|| format!("no {name} in {value}"))
}

/// An id of a JSON object.
fn id(value: &Value, name: &str) -> Result<Uuid> {
    Ok(text(value, name)?.parse()?)
}

/// Fails the day where the server tells something else than was done.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, told: &T, expected: &T) -> Result<()> {
    ensure!(
        told == expected,
        "{what}: the server has {told:?}, expected {expected:?}"
    );
    Ok(())
}
