//! Phones that catch up: from nothing, and with nothing new.
use super::together;
use crate::live::{Pocket, Server};
use anyhow::{Result, ensure};
use std::time::Instant;

/// Whose phone it is.
pub(super) const TECHNICIAN: &str = "zhang.wei@demo.example";

/// A new phone's first sync: its rows, rows a second, and bytes on the wire a row.
pub(super) fn snapshot(server: &Server) -> Result<(usize, f64, f64)> {
    let mut phone = Pocket::enrol(&server.url(), TECHNICIAN, crate::live::demo::PASSWORD, 1)?;
    let start = Instant::now();
    let (rows, bytes) = phone.pull_counting()?;
    let seconds = start.elapsed().as_secs_f64();
    Ok((rows, rows as f64 / seconds, bytes as f64 / rows as f64))
}

/// Polls a second that are answered with nothing new.
pub(super) fn idle(server: &Server, senders: usize, requests: usize) -> Result<f64> {
    let mut phone = Pocket::enrol(&server.url(), TECHNICIAN, crate::live::demo::PASSWORD, 1)?;
    phone.pull()?;
    let poll = phone.poll()?;
    let seconds = together(vec![(); senders], |()| {
        let agent = ureq::Agent::new_with_defaults();
        for _ in 0..requests / senders {
            let request = agent
                .post(&poll.url)
                .header("Content-Type", "application/json")
                .header("Device-Proof", &poll.proof);
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
