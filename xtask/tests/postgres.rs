//! The private PostgreSQL lives exactly as long as somebody holds the other end of its guard's pipe.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A guard with its cluster, and the address its server listens on.
fn start() -> (Child, String) {
    let mut guard = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["postgres-guard", "relaxed"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("xtask starts");
    let mut url = String::new();
    BufReader::new(guard.stdout.take().unwrap())
        .read_line(&mut url)
        .unwrap();
    let address = url
        .trim()
        .split(['@', '/'])
        .nth_back(1)
        .expect("a URL with an address")
        .to_owned();
    (guard, address)
}

#[test]
fn the_server_stops_when_the_pipe_closes() {
    let (mut guard, address) = start();
    assert!(
        TcpStream::connect(&address).is_ok(),
        "the server answers once its URL is told"
    );

    drop(guard.stdin.take());
    assert!(guard.wait().unwrap().success());
    assert!(
        TcpStream::connect(&address).is_err(),
        "nothing listens after the guard is gone"
    );
}

#[test]
fn clusters_side_by_side_do_not_disturb_each_other() {
    let (mut first, first_address) = start();
    let (mut second, second_address) = start();
    assert_ne!(first_address, second_address);

    drop(first.stdin.take());
    first.wait().unwrap();
    assert!(
        TcpStream::connect(&second_address).is_ok(),
        "the other server goes on"
    );
    drop(second.stdin.take());
    second.wait().unwrap();
}
