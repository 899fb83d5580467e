//! The ceiling for requests: an actix server that answers a constant, in a process of its own.
use super::together;
use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// The argument with which the bench starts itself as that server.
pub const ARGUMENT: &str = "answer-a-constant";

/// Serves until it is killed; says its port first.
///
/// # Errors
/// It can't listen.
#[actix_web::main]
pub async fn serve() -> Result<()> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    let app = || App::new().default_service(web::to(|| async { HttpResponse::Ok().body("{\"ok\":true}") }));
    HttpServer::new(app).workers(2).listen(listener)?.run().await?;
    Ok(())
}

/// Requests a second that it answers to these senders.
pub(super) fn measure(senders: usize, requests: usize) -> Result<f64> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg(ARGUMENT)
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().context("no output")?;
    let mut port = String::new();
    BufReader::new(stdout).read_line(&mut port)?;
    let url = format!("http://127.0.0.1:{}/", port.trim());
    let seconds = together(vec![(); senders], |()| {
        let agent = ureq::Agent::new_with_defaults();
        for _ in 0..requests / senders {
            let mut answer = agent.post(&url).send("{\"a\":1}")?;
            ensure!(answer.body_mut().read_to_vec()?.len() == 11, "another answer");
        }
        Ok(())
    });
    let _ = child.kill();
    let _ = child.wait();
    Ok(requests as f64 / seconds?)
}
