//! The app's files as browsers get them.
use crate::call::Answer;
use crate::world::World;
use flate2::read::GzDecoder;
use std::io::Read;
use sync_protocol::codes::ErrorCode;

/// The paths of what the page loads, as they stand in it.
fn loaded_by(page: &str) -> Vec<String> {
    page.split('"')
        .filter(|text| text.starts_with("/assets/"))
        .map(str::to_owned)
        .collect()
}

fn page(world: &World) -> Answer {
    let page = world.call("GET", "/").send();
    page.ok(200);
    page
}

#[test]
fn app_and_console_come_with_all_they_load() {
    let world = World::sqlite();
    for address in ["/", "/console"] {
        let page = world.call("GET", address).send();
        page.ok(200);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let loaded = loaded_by(&page.text());
        assert!(loaded.iter().any(|path| path.ends_with(".js")), "{loaded:?}");
        for path in loaded {
            let file = world.call("GET", &path).send();
            file.ok(200);
            let expected = if path.ends_with(".css") {
                "text/css"
            } else {
                "text/javascript"
            };
            assert!(file.header("content-type").starts_with(expected), "{path}");
        }
    }
}

#[test]
fn a_page_that_names_no_icon_gets_ours() {
    let icon = World::sqlite().call("GET", "/favicon.ico").send();
    icon.ok(200);
    assert_eq!(icon.header("content-type"), "image/png");
    assert!(icon.bytes.starts_with(b"\x89PNG"));
}

/// What has to be there before the console shows its first page, packed: script, style and one language.
const FIRST_SCREEN: usize = 150_000;

#[test]
fn the_console_is_soon_there() {
    let world = World::sqlite();
    let page = world.call("GET", "/console").send();
    let packed = |path: &String| {
        world
            .call("GET", path)
            .header("Accept-Encoding", "gzip")
            .send()
            .bytes
            .len()
    };
    let bytes: usize = loaded_by(&page.text()).iter().map(packed).sum();
    // The words of a language come after these, and are a tenth of what is allowed.
    assert!(bytes < FIRST_SCREEN - FIRST_SCREEN / 10, "{bytes} bytes");
}

#[test]
fn the_worker_of_the_app_leaves_the_console_alone() {
    let world = World::sqlite();
    let worker = world.call("GET", "/worker.js").send();
    worker.ok(200);
    let console = world.call("GET", "/console").send().text();
    let own = loaded_by(&console);
    let entry = own.iter().find(|path| path.contains("console-")).unwrap();
    assert!(!worker.text().contains(entry.as_str()) && !worker.text().contains("/console"));
}

#[test]
fn the_app_opens_whatever_is_added_to_its_address() {
    let world = World::sqlite();
    for query in ["from=home&from=mail", "utm_source=mail", "&&=%00", "%zz"] {
        for path in ["/", "/manifest.webmanifest"] {
            let answer = world.call("GET", &format!("{path}?{query}")).send();
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
    }
    let docs = world.call("GET", "/docs?from=home").send();
    docs.refused(ErrorCode::UnknownField);
}

#[test]
fn what_can_change_is_asked_about_and_what_cannot_is_kept() {
    let world = World::sqlite();
    let page = page(&world);
    assert_eq!(page.header("cache-control"), "no-cache");
    let script = &loaded_by(&page.text())[0];
    let asset = world.call("GET", script).send();
    assert_eq!(
        asset.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    for (path, answer) in [("/", &page), (script.as_str(), &asset)] {
        let tag = answer.header("etag");
        let again = world.call("GET", path).header("If-None-Match", tag).send();
        assert_eq!((again.status, again.bytes.len()), (304, 0));
        assert_eq!(again.header("etag"), tag);
        let several = format!("\"other\", {tag}");
        assert_eq!(
            world
                .call("GET", path)
                .header("If-None-Match", &several)
                .send()
                .status,
            304
        );
        let other = world
            .call("GET", path)
            .header("If-None-Match", "W/\"other\"")
            .send();
        assert_eq!(other.status, 200);
    }
    assert_ne!(page.header("etag"), asset.header("etag"));
}

#[test]
fn browsers_get_the_smallest_form_they_read() {
    let world = World::sqlite();
    let script = &loaded_by(&page(&world).text())[0];
    let get = |accepted: &str| {
        let answer = world
            .call("GET", script)
            .header("Accept-Encoding", accepted)
            .send();
        answer.ok(200);
        assert_eq!(answer.header("vary"), "Accept-Encoding");
        answer
    };
    let plain = get("identity");
    assert_eq!(plain.header("content-encoding"), "");
    let gzip = get("gzip");
    assert_eq!(gzip.header("content-encoding"), "gzip");
    let mut unpacked = Vec::new();
    GzDecoder::new(gzip.bytes.as_slice())
        .read_to_end(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, plain.bytes);
    let brotli = get("gzip, deflate, br, zstd");
    assert_eq!(brotli.header("content-encoding"), "br");
    assert!(brotli.bytes.len() < gzip.bytes.len() && gzip.bytes.len() < plain.bytes.len());
    assert_eq!(get("gzip;q=0, br;q=0, identity").header("content-encoding"), "");
}

#[test]
fn the_app_runs_its_own_code_and_no_other() {
    let world = World::sqlite();
    let page = page(&world);
    let script = world.call("GET", &loaded_by(&page.text())[0]).send();
    for answer in [&page, &script] {
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "img-src 'self' blob: data:",
            "object-src 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(
                policy.split("; ").any(|given| given.trim() == part),
                "{part} in {policy}"
            );
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }
    let text = page.text();
    assert!(!text.contains("<script>") && !text.contains("<style") && !text.contains(" style="));
}

#[test]
fn a_server_that_others_certified_has_nothing_to_trust() {
    let world = World::sqlite();
    for path in ["/trust", "/trust/authority.crt"] {
        world.call("GET", path).send().refused(ErrorCode::NotFound);
    }
}
