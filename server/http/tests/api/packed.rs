//! Compressed bodies: taken like any other, and never more of them than the route allows.
use crate::call::Answer;
use crate::sync::{push_body, update};
use crate::world::{Person, World};
use flate2::Compression;
use flate2::write::GzEncoder;
use onsite_model::role::Role;
use serde_json::json;
use std::io::Write;
use sync_protocol::codes::ErrorCode;
use sync_protocol::push::MAX_PUSH_BYTES;

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn zstd(plain: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(plain, 9).unwrap()
}

/// Pushes bytes, with the proof over what they unpack to.
fn push(world: &World, by: &Person, coding: &str, packed: Vec<u8>, plain: &[u8]) -> Answer {
    let proof = by.prove("POST", "/v1/push", plain);
    let call = world.call("POST", "/v1/push").bytes("application/json", packed);
    call.header("Content-Encoding", coding)
        .header("Device-Proof", &proof)
        .send()
}

#[test]
fn a_packed_push_is_a_push() {
    let world = World::sqlite();
    let admin = world.admin();
    let technician = world.person("tech@example.com", Role::Technician);
    let places = world.places(&admin, Some(&technician));
    let asset = world.asset(&admin, &places.here, "before");
    for (n, coding) in [(1, "zstd"), (2, "gzip"), (3, "identity")] {
        let set = json!({ "name": coding });
        let operation = update(n, &asset["id"], asset["version"].as_str().unwrap(), set);
        let plain = push_body(&world, &technician, &[operation])
            .to_string()
            .into_bytes();
        let packed = match coding {
            "zstd" => zstd(&plain),
            "gzip" => gzip(&plain),
            _ => plain.clone(),
        };
        let pushed = push(&world, &technician, coding, packed, &plain).ok(200);
        assert_eq!(pushed["receipts"][0]["outcome"], "applied", "{coding}");
        assert_eq!(
            world.read(&admin, "assets", &asset["id"])["fields"]["name"],
            coding
        );
    }
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let world = World::sqlite();
    let technician = world.person("tech@example.com", Role::Technician);
    let bomb = vec![b' '; 16 * MAX_PUSH_BYTES];
    for (coding, packed) in [("zstd", zstd(&bomb)), ("gzip", gzip(&bomb))] {
        assert!(packed.len() < MAX_PUSH_BYTES, "{coding}");
        push(&world, &technician, coding, packed, b"").refused(ErrorCode::TooLarge);
    }
}

#[test]
fn what_is_packed_otherwise_is_refused() {
    let world = World::sqlite();
    let technician = world.person("tech@example.com", Role::Technician);
    for coding in ["br", "deflate", "gzip, zstd", "compress"] {
        push(&world, &technician, coding, b"{}".to_vec(), b"{}").refused(ErrorCode::UnsupportedMedia);
    }
    for coding in ["gzip", "zstd"] {
        push(&world, &technician, coding, b"{}".to_vec(), b"{}").refused(ErrorCode::Malformed);
        let half = gzip(b"{\"a\":1}");
        push(&world, &technician, coding, half[..half.len() / 2].to_vec(), b"").refused(ErrorCode::Malformed);
    }
}
