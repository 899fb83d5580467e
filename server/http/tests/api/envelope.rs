//! What surrounds every answer.
use crate::world::World;
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use sync_protocol::codes::ErrorCode;

#[test]
fn every_answer_has_an_id_and_can_do_no_harm_in_a_browser() {
    let world = World::sqlite();
    let (good, bad, page) = (
        world.call("GET", "/v1/health").send(),
        world.call("GET", "/nowhere").send(),
        world.call("GET", "/docs").send(),
    );
    for answer in [&good, &bad, &page] {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(
            answer
                .header("content-security-policy")
                .contains("default-src 'none'")
        );
        assert!(
            answer
                .header("content-security-policy")
                .contains("frame-ancestors 'none'")
        );
        assert!(!answer.header("content-security-policy").contains("unsafe"));
        assert!(answer.header("strict-transport-security").contains("max-age="));
        assert!(answer.header("permissions-policy").starts_with("camera=(self), "));
        assert!(!answer.header("x-request-id").is_empty());
    }
    assert_ne!(good.header("x-request-id"), bad.header("x-request-id"));
    assert_eq!(good.header("cache-control"), "no-store");
}

#[test]
fn a_path_that_is_not_there_and_a_method_that_is_not_taken() {
    let world = World::sqlite();
    for path in [
        "/v1",
        "/nowhere",
        "/assets/nowhere.js",
        "/..",
        "/assets/..%2Findex.html",
        "/v1/nowhere",
        "/v1/clients/",
        "/v2/clients",
        "/v1/clients/1/2/3",
        "/../etc/passwd",
    ] {
        world.call("GET", path).send().refused(ErrorCode::NotFound);
    }
    let answer = world.call("PUT", "/v1/clients").json(&json!({})).send();
    answer.refused(ErrorCode::MethodNotAllowed);
    let mut allowed: Vec<&str> = answer.header("allow").split(", ").collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
}

#[test]
fn whoever_may_get_may_ask_for_the_head() {
    let world = World::sqlite();
    let answer = world.call("HEAD", "/v1/health").send();
    assert_eq!((answer.status, answer.bytes.len()), (200, 0));
    assert_eq!(answer.header("content-type"), "application/json");
}

#[test]
fn large_answers_are_compressed_for_who_can_read_it() {
    let world = World::sqlite();
    for encoding in ["gzip", "zstd"] {
        let answer = world
            .call("GET", "/openapi.json")
            .header("Accept-Encoding", encoding)
            .send();
        assert_eq!(answer.header("content-encoding"), encoding);
    }
    let plain = world
        .call("GET", "/openapi.json")
        .header("Accept-Encoding", "identity")
        .send();
    assert_eq!(plain.header("content-encoding"), "");
    assert!(plain.bytes.len() > 10_000);
}

#[test]
fn what_is_no_http_is_refused_and_the_server_goes_on() {
    let world = World::sqlite();
    let address = world.url.strip_prefix("http://").unwrap();
    for garbage in [
        "\r\n\r\n\0\0\0",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(garbage.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{garbage:?}: {answer}"
        );
    }
    world.call("GET", "/v1/health").send().ok(200);
}
