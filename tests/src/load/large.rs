//! Reading from a large database: what the server spends on a row, how much travels and is held in memory, and whether
//! that grows with the database.
use super::stock::Stock;
use super::together;
use crate::live::demo::PASSWORD;
use crate::live::{Api, Pocket, Server};
use anyhow::{Context, Result, bail, ensure};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::Duration;
use sync_protocol::pull::{MAX_ROWS, PullResponse};
use sync_protocol::{PROTOCOL, SCHEMA};
use uuid::Uuid;

/// Who reads: nobody else works at this technician's site.
const READER: &str = "reader@demo.example";

/// Rows of the snapshot.
pub(super) const SNAPSHOT: usize = 5_000;

/// Rows of the delta that is read again and again.
const DELTA: usize = 1_000;

/// How often either is read: the system counts processor time in hundredths of a second.
const ROUNDS: usize = 10;

/// Snapshots read at the same time.
pub(super) const STREAMS: usize = 8;

/// The site that is measured, in the technician's scope.
#[derive(Debug)]
pub(super) struct Measured {
    assets: Vec<Uuid>,
}

/// What reading costs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    /// Rows a second of the server's processor time.
    pub(super) snapshot: f64,
    pub(super) delta: f64,
    /// Bytes on the wire, and of the same JSON unpacked.
    pub(super) wire: f64,
    pub(super) plain: f64,
}

impl Measured {
    /// Adds a technician whose only visit is at a new site, and furnishes it so that a snapshot has [`SNAPSHOT`] rows.
    pub(super) fn furnish(server: &Server, stock: &mut Stock) -> Result<Measured> {
        let (desk, _) = Api::new(&server.url()).login("admin@demo.example", PASSWORD)?;
        let technician =
            json!({ "name": "Reader", "email": READER, "role": "technician", "password": PASSWORD });
        let technician = desk.post("/v1/users", &technician)?["id"].clone();
        let client = desk.add("/v1/clients", json!({ "name": "Read and measured" }))?;
        let site = json!({ "client_id": client, "name": "Measured", "address": "2 Bench Road" });
        let site = desk.add("/v1/sites", site)?;
        let start = onsite_model::clock::system()() + TimeDelta::hours(1);
        let visit = json!({
            "client_id": client, "site_id": site, "kind": "routine", "purpose": "Inspection",
            "planned_start": start, "planned_end": start + TimeDelta::hours(2),
        });
        let visit = desk.add("/v1/visits", visit)?;
        let given = json!({ "technician_id": technician });
        desk.post_on(&format!("/v1/visits/{visit}"), "assign", &given)?;
        let phone = enrol(server)?;
        let (rows, _) = read(phone.api(), None)?;
        let missing = SNAPSHOT
            .checked_sub(rows.rows)
            .context("a site of its own is full")?;
        Ok(Measured {
            assets: stock.furnish(site.parse()?, missing)?,
        })
    }

    /// What reading this site costs now, however much else there is.
    pub(super) fn cost(&self, server: &Server, stock: &mut Stock) -> Result<Cost> {
        let phone = enrol(server)?;
        let (first, cursor) = read(phone.api(), None)?;
        let before = server.cpu_seconds()?;
        for _ in 0..ROUNDS {
            read(phone.api(), None)?;
        }
        let snapshot = server.cpu_seconds()? - before;
        stock.change(&self.assets[..DELTA])?;
        wait_for(phone.api(), &cursor, DELTA)?;
        let before = server.cpu_seconds()?;
        for _ in 0..ROUNDS * (SNAPSHOT / DELTA) {
            read(phone.api(), Some(&cursor))?;
        }
        let delta = server.cpu_seconds()? - before;
        let rows = (first.rows * ROUNDS) as f64;
        Ok(Cost {
            snapshot: rows / snapshot,
            delta: (SNAPSHOT * ROUNDS) as f64 / delta,
            wire: first.wire as f64,
            plain: first.plain as f64,
        })
    }
}

/// MiB by which the server's memory grows at most for each of [`STREAMS`] snapshots read at the same time.
pub(super) fn memory(server: &Server) -> Result<f64> {
    let phone = enrol(server)?;
    read(phone.api(), None)?;
    let idle = server.resident_kib()?;
    server.forget_peak()?;
    together(vec![(); STREAMS], |()| read(phone.api(), None).map(drop))?;
    Ok(server.peak_kib()?.saturating_sub(idle) as f64 / 1024.0 / STREAMS as f64)
}

/// Requests a second that are answered with five changed rows.
pub(super) fn little_news(
    server: &Server,
    stock: &mut Stock,
    measured: &Measured,
    senders: usize,
    requests: usize,
) -> Result<f64> {
    let phone = enrol(server)?;
    let (_, cursor) = read(phone.api(), None)?;
    stock.change(&measured.assets[..5])?;
    wait_for(phone.api(), &cursor, 5)?;
    let (url, body) = (phone.api().url("/v1/pull"), request(Some(&cursor)));
    let bearer = format!("Bearer {}", phone.api().token().context("no token")?);
    let seconds = together(vec![(); senders], |()| {
        let agent = ureq::Agent::new_with_defaults();
        for _ in 0..requests / senders {
            let request = agent.post(&url).header("Content-Type", "application/json");
            let mut answer = request.header("Authorization", &bearer).send(&body)?;
            ensure!(answer.body_mut().read_to_vec()?.len() > 1_000, "nothing was new");
        }
        Ok(())
    })?;
    Ok(requests as f64 / seconds)
}

/// Waits until the server has heard of so many changes since a cursor: they are written beside it, which it looks for
/// every 400 ms.
fn wait_for(api: &Api, cursor: &str, changes: usize) -> Result<()> {
    for _ in 0..100 {
        if read(api, Some(cursor))?.0.rows == changes {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    bail!("the server never heard of {changes} changes")
}

#[derive(Debug, Default, Clone, Copy)]
struct Read {
    rows: usize,
    wire: usize,
    plain: usize,
}

/// Reads page by page up to the next checkpoint. Returns its cursor too.
fn read(api: &Api, cursor: Option<&str>) -> Result<(Read, String)> {
    let mut read = Read::default();
    let mut cursor = cursor.map(str::to_owned);
    loop {
        let (wire, page, plain) = page(api, cursor.as_deref())?;
        read.rows += page.changes.len();
        read.wire += wire;
        read.plain += plain;
        if page.checkpoint {
            return Ok((read, page.cursor));
        }
        cursor = Some(page.cursor);
    }
}

/// A page, with its bytes on the wire and unpacked.
fn page(api: &Api, cursor: Option<&str>) -> Result<(usize, PullResponse, usize)> {
    let body = request(cursor);
    let packed = [("Accept-Encoding", "zstd")];
    let answer = api.send(
        "POST",
        "/v1/pull",
        &packed,
        Some(("application/json", body.as_bytes())),
    )?;
    ensure!(
        answer.status == 200,
        "a pull was answered {}: {}",
        answer.status,
        told(&answer.body)
    );
    let plain = zstd::stream::decode_all(answer.body.as_slice()).unwrap_or_else(|_| answer.body.clone());
    let page = serde_json::from_slice(&plain).context("a page of other JSON")?;
    Ok((answer.body.len(), page, plain.len()))
}

fn request(cursor: Option<&str>) -> String {
    json!({ "protocol": PROTOCOL, "schema": SCHEMA, "cursor": cursor, "limit": MAX_ROWS }).to_string()
}

fn told(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}

fn enrol(server: &Server) -> Result<Pocket> {
    Pocket::enrol(&server.url(), READER, PASSWORD, 1)
}
