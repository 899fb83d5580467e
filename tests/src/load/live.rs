//! Phones and consoles that wait: what an idle listener costs, how soon a write is told.
use super::reads::TECHNICIAN;
use super::together;
use crate::live::{Api, Listener, Pocket, Server};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use sync_protocol::version::Version;

/// Writers that share the rate of [`notices`].
const WRITERS: u32 = 4;

/// Polls a second that are answered with nothing new to a phone that shows its access token.
pub(super) fn idle_by_token(server: &Server, senders: usize, requests: usize) -> Result<f64> {
    let mut phone = Pocket::enrol(&server.url(), TECHNICIAN, crate::live::demo::PASSWORD, 1)?;
    phone.pull()?;
    let (poll, token) = (phone.poll()?, phone.api().token().context("no token")?);
    let seconds = together(vec![(); senders], |()| {
        let agent = ureq::Agent::new_with_defaults();
        for _ in 0..requests / senders {
            let request = agent
                .post(&poll.url)
                .header("Content-Type", "application/json")
                .header("Authorization", format!("Bearer {token}"));
            let mut answer = request.send(&poll.body)?;
            ensure!(
                answer.body_mut().read_to_vec()?.len() < 2_000,
                "something was new"
            );
        }
        Ok(())
    })?;
    Ok(requests as f64 / seconds)
}

/// KiB of the server's memory that each of `count` idle listeners takes, beside as many others.
pub(super) fn listeners(server: &Server, count: usize) -> Result<f64> {
    let phone = Pocket::enrol(&server.url(), TECHNICIAN, crate::live::demo::PASSWORD, 1)?;
    // The first ones use what logging in left in memory.
    let mut open = listen(phone.api(), count)?;
    let before = server.resident_kib()?;
    open.extend(listen(phone.api(), count)?);
    let after = server.resident_kib()?;
    ensure!(open.len() == 2 * count, "a listener is missing");
    Ok((after as f64 - before as f64) / count as f64)
}

fn listen(api: &Api, count: usize) -> Result<Vec<Listener>> {
    let one = || -> Result<Listener> {
        let mut listener =
            Listener::open(api, None).context("4,000 connections need `ulimit -n` of 5,000 or more")?;
        listener.next_head()?.context("the server let go")?;
        Ok(listener)
    };
    (0..count).map(|_| one()).collect()
}

/// Milliseconds from sending a write to its arrival at a listener, the 99th of 100, at `rate` writes a second for
/// so many seconds.
pub(super) fn notices(server: &Server, rate: u32, seconds: u32) -> Result<f64> {
    let mut phone = Pocket::enrol(&server.url(), TECHNICIAN, crate::live::demo::PASSWORD, 1)?;
    phone.pull()?;
    let (desk, site) = desk_and_site(server, &phone)?;
    // The newest version written, once all are.
    let end = OnceLock::new();
    let mut listener = Listener::open(&desk, None)?;
    listener.next_head()?;
    let each = rate * seconds / WRITERS;
    let pause = Duration::from_secs_f64(f64::from(WRITERS) / f64::from(rate));
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (desk, site) = (&desk, &site);
                scope.spawn(move || -> Result<Vec<(Version, Instant)>> {
                    let start = Instant::now() + pause * writer / WRITERS;
                    let mut sent = Vec::new();
                    for n in 0..each {
                        // At its own time, however long the one before took.
                        std::thread::sleep((start + pause * n).saturating_duration_since(Instant::now()));
                        let at = Instant::now();
                        sent.push((add(desk, site, &format!("notice {writer}.{n}"))?, at));
                    }
                    Ok(sent)
                })
            })
            .collect();
        let end = &end;
        let listening = scope.spawn(move || -> Result<Vec<(Version, Instant)>> {
            let mut heard: Vec<(Version, Instant)> = Vec::new();
            while let Some(head) = listener.next_head()? {
                heard.push((head, Instant::now()));
                if end.get().is_some_and(|end| head > *end) {
                    break;
                }
            }
            Ok(heard)
        });
        let mut sent = Vec::new();
        for writer in writers {
            sent.extend(
                writer
                    .join()
                    .map_err(|_| anyhow::anyhow!("a writer panicked"))??,
            );
        }
        let newest = sent.iter().map(|(version, _)| *version).max();
        let _ = end.set(newest.context("nothing was written")?);
        add(&desk, &site, "one more, at which the listener stops")?;
        let heard = listening
            .join()
            .map_err(|_| anyhow::anyhow!("the listener panicked"))??;
        let mut waits: Vec<Duration> = sent
            .into_iter()
            .filter_map(|(version, at)| {
                let first = heard.partition_point(|(head, _)| *head < version);
                heard
                    .get(first)
                    .map(|(_, then)| then.saturating_duration_since(at))
            })
            .collect();
        waits.sort_unstable();
        let slow = waits.get(waits.len() * 99 / 100).context("nothing was heard")?;
        Ok(slow.as_secs_f64() * 1000.0)
    })
}

fn desk_and_site(server: &Server, phone: &Pocket) -> Result<(Api, String)> {
    let (desk, _) = Api::new(&server.url()).login("dispatch@demo.example", crate::live::demo::PASSWORD)?;
    let visits = phone.all::<onsite_model::visit::Visit>()?;
    let site = visits.values().next().context("no visit")?.site_id;
    Ok((desk, site.to_string()))
}

fn add(desk: &Api, site: &str, name: &str) -> Result<Version> {
    let fields = json!({ "site_id": site, "kind": "server", "name": name });
    let added = desk.post("/v1/assets", &json!({ "fields": fields }))?;
    Ok(added["version"].as_str().context("no version")?.parse()?)
}
