//! Uploads that break off at any point, fight over an upload, and go on in another process: the file is the same in the
//! end, and the server never claims bytes it does not have.
use crate::call::Call;
use crate::files::{File, asked, crew, offset, patch, photo};
use crate::world::{Person, World, on_each_database};
use onsite_files::Sha256Hex;
use onsite_files::scratch::Place;
use onsite_store::scratch::{Kind, Scratch};
use onsite_store::uploads;
use serde_json::json;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// A PATCH that has sent its head and is in its body.
struct Sending {
    stream: TcpStream,
}

impl Sending {
    /// Announces `length` bytes from `offset` on.
    fn begin(server: &str, by: &Person, upload: &str, offset: u64, length: usize) -> Sending {
        let address = server.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "PATCH {upload} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\n\
             Upload-Offset: {offset}\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: {length}\r\n\r\n",
            by.token
        )
        .unwrap();
        Sending { stream }
    }

    /// Sends some of the body; a server that has answered already may have closed the connection.
    fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream
            .write_all(bytes)
            .and_then(|()| self.stream.flush())
            .is_ok()
    }

    /// The network goes.
    fn cut(self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// Nothing more is sent; what the server says of it.
    fn broken_off(self) -> u16 {
        let _ = self.stream.shutdown(Shutdown::Write);
        self.status()
    }

    /// The status it is answered with; 0 where the connection was closed without an answer.
    fn status(mut self) -> u16 {
        let mut answer = Vec::new();
        let _ = self.stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer);
        text.split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .unwrap_or_default()
    }
}

/// A seeded sequence of numbers (Knuth's constants): where an upload is cut.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % (most + 1)
    }
}

fn id_of(upload: &str) -> Uuid {
    upload.rsplit('/').next().unwrap().parse().unwrap()
}

/// Cuts an upload at random points, each time going on with another server, until all of it is there.
fn ends_byte_identical(world: &World, seed: u64) {
    let (_, technician, places) = crew(world);
    let file = File::new(world, photo(1100, 7));
    assert!(
        file.bytes.len() > 1_200_000,
        "several parts: {}",
        file.bytes.len()
    );
    file.push_record(world, &technician, &places.visit["id"]);
    let upload = file.begun(world, &technician);
    let mut dice = Dice(seed);
    // `reach` is how far everything sent so far leads: what was cut off may arrive late, and still count.
    let (mut there, mut reach, mut cuts) = (0, 0, 0);
    while there < file.bytes.len() {
        let server = world.another();
        let rest = &file.bytes[there..];
        // The last bytes are let through, or it would be cut for ever.
        let sent = match rest.len() {
            few if few < 300_000 => few,
            many => dice.up_to(many.min(450_000)),
        };
        let mut sending = Sending::begin(&server.url, &technician, &upload, there as u64, rest.len());
        sending.send(&rest[..sent]);
        reach = reach.max(there + sent);
        if sent == rest.len() {
            let status = sending.status();
            assert!([204, 409].contains(&status), "{status}");
        } else if dice.up_to(1) == 0 {
            // It has kept what it got before it is asked: without this an upload would hardly ever come further. What was
            // cut off before may still move it or take it over.
            let status = sending.broken_off();
            assert!([0, 400, 409, 423].contains(&status), "{status}");
            cuts += 1;
        } else {
            sending.cut();
            cuts += 1;
        }
        // Sometimes the same server is asked, sometimes it is gone and another one is.
        let asked = if dice.up_to(1) == 0 {
            offset(&server.url, &technician, &upload)
        } else {
            drop(server);
            offset(&world.url, &technician, &upload)
        };
        let now = usize::try_from(asked).unwrap();
        assert!(
            there <= now && now <= reach,
            "{there} became {now}, though {reach} is as far as anything sent leads"
        );
        there = now;
    }
    assert!(cuts > 2, "it was cut {cuts} times");
    assert_eq!(file.content(world, &technician), file.bytes);
    let record = file.record(world, &technician);
    assert_eq!(record["stored_sha256"], Sha256Hex::of(&file.bytes).to_string());
}

#[test]
fn an_upload_cut_anywhere_ends_byte_identical() {
    for (at, database) in Scratch::each().into_iter().enumerate() {
        ends_byte_identical(&World::keeping_files_in(Place::folder(), database), at as u64);
    }
}

#[test]
fn an_upload_cut_anywhere_ends_byte_identical_on_s3() {
    for (at, kind) in [Kind::Sqlite, Kind::Postgres].into_iter().enumerate() {
        if let (Some(place), Some(database)) = (Place::s3(), Scratch::create(kind)) {
            ends_byte_identical(&World::keeping_files_in(place, database), 10 + at as u64);
        }
    }
}

#[test]
fn a_newer_request_cuts_the_older_off_and_goes_on_where_that_ended() {
    on_each_database(|world| {
        let (_, technician, places) = crew(world);
        let file = File::new(world, photo(1100, 7));
        file.push_record(world, &technician, &places.visit["id"]);
        let upload = file.begun(world, &technician);
        let mut older = Sending::begin(&world.url, &technician, &upload, 0, file.bytes.len());
        older.send(&file.bytes[..700_000]);
        // Its first part is noted: it is in the middle of its body for sure.
        while world.look({
            let id = id_of(&upload);
            move |db| Ok(uploads::get(db, id)?.unwrap().parts.is_empty())
        }) {
            std::thread::yield_now();
        }
        let there = offset(&world.url, &technician, &upload);
        assert!((500_000..=700_000).contains(&there), "what came is kept: {there}");
        older.send(&file.bytes[700_000..]);
        assert!(
            [0, 423].contains(&older.status()),
            "it is told, if it still listens"
        );
        assert_eq!(offset(&world.url, &technician, &upload), there);
        patch(
            &world.url,
            &technician,
            &upload,
            there,
            &file.bytes[there as usize..],
        )
        .ok(204);
        assert_eq!(file.content(world, &technician), file.bytes);
    });
}

#[test]
fn a_newer_request_to_another_process_wins_too() {
    on_each_database(|world| {
        let (_, technician, places) = crew(world);
        let file = File::new(world, photo(1100, 7));
        file.push_record(world, &technician, &places.visit["id"]);
        let upload = file.begun(world, &technician);
        let other = world.another();
        let mut older = Sending::begin(&world.url, &technician, &upload, 0, file.bytes.len());
        older.send(&file.bytes[..600_000]);
        while world.look({
            let id = id_of(&upload);
            move |db| Ok(uploads::get(db, id)?.unwrap().parts.is_empty())
        }) {
            std::thread::yield_now();
        }
        let there = offset(&other.url, &technician, &upload);
        let end = there as usize + 10;
        patch(
            &other.url,
            &technician,
            &upload,
            there,
            &file.bytes[there as usize..end],
        )
        .ok(204);
        // The older one goes on as if nothing had happened, and none of it counts.
        older.send(&file.bytes[600_000..]);
        assert_eq!(older.status(), 423);
        assert_eq!(offset(&other.url, &technician, &upload), end as u64);
        patch(&other.url, &technician, &upload, end as u64, &file.bytes[end..]).ok(204);
        assert_eq!(file.content(world, &technician), file.bytes);
    });
}

#[test]
fn many_requests_that_fight_over_an_upload_leave_it_whole() {
    on_each_database(|world| {
        let (_, technician, places) = crew(world);
        let file = File::new(world, photo(1100, 7));
        file.push_record(world, &technician, &places.visit["id"]);
        let upload = file.begun(world, &technician);
        let other = world.another();
        let servers = [world.url.as_str(), other.url.as_str()];
        std::thread::scope(|scope| {
            for at in 0..6 {
                let (server, file, upload, technician) = (servers[at % 2], &file, &upload, &technician);
                scope.spawn(move || {
                    let there = offset(server, technician, upload) as usize;
                    let end = file.bytes.len().min(there + 200_000 + at);
                    let status =
                        patch(server, technician, upload, there as u64, &file.bytes[there..end]).status;
                    assert!([204, 409, 423].contains(&status), "{status}");
                });
            }
        });
        let there = offset(&world.url, &technician, &upload);
        patch(
            &other.url,
            &technician,
            &upload,
            there,
            &file.bytes[there as usize..],
        )
        .ok(204);
        assert_eq!(file.content(world, &technician), file.bytes);
    });
}

#[test]
fn a_part_the_storage_lost_ends_the_upload_and_not_the_file() {
    on_each_database(|world| {
        let (_, technician, places) = crew(world);
        let file = File::new(world, photo(200, 7));
        file.push_record(world, &technician, &places.visit["id"]);
        let upload = file.begun(world, &technician);
        patch(&world.url, &technician, &upload, 0, &file.bytes[..500]).ok(204);
        world.lose_parts(id_of(&upload));
        let answer = patch(&world.url, &technician, &upload, 500, &file.bytes[500..]);
        assert_eq!(answer.status, 410, "{}", answer.text());
        assert_eq!(file.record(world, &technician)["stored_at"], json!(null));
        file.sent(world, &technician).ok(201);
        assert_eq!(file.content(world, &technician), file.bytes);
    });
}

#[test]
fn an_upload_does_not_fall_into_thousands_of_pieces() {
    let world = World::sqlite();
    let (_, technician, _) = crew(&world);
    let file = File::new(&world, photo(80, 7));
    let upload = file.begun(&world, &technician);
    let id = id_of(&upload);
    let part = |start| uploads::Part {
        start,
        length: 1,
        turn: 1,
    };
    world.write(move |tx, _| {
        Ok(uploads::add_parts(
            tx,
            id,
            &(0..1000).map(part).collect::<Vec<_>>(),
        )?)
    });
    patch(&world.url, &technician, &upload, 1000, b"x").refused(ErrorCode::Invalid);
    file.sent(&world, &technician).ok(201);
}

#[test]
fn a_server_that_dies_before_the_end_is_asked_again_and_ends_it() {
    on_each_database(|world| {
        let (_, technician, places) = crew(world);
        let file = File::new(world, photo(200, 7));
        file.push_record(world, &technician, &places.visit["id"]);
        let upload = file.begun(world, &technician);
        // All bytes are noted, and nobody made anything of them.
        world.note_part(id_of(&upload), file.bytes.clone());
        let call: Call = asked(&world.url, &technician, "GET", &upload);
        assert_eq!(call.send().ok(200)["attached"], true);
        assert_eq!(file.content(world, &technician), file.bytes);
    });
}
