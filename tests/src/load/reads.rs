//! Phones that ask whether there is anything new.
use super::together;
use crate::live::{Pocket, Server};
use anyhow::{Result, ensure};

/// Whose phone it is.
pub(super) const TECHNICIAN: &str = "zhang.wei@demo.example";

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
