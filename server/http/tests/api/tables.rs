//! Lists as files: what a spreadsheet program shows of them.
use crate::call::Answer;
use crate::world::{Person, World, on_each_database, text};
use calamine::{Data, Reader, Xlsx};
use onsite_model::role::Role;
use onsite_services::export::columns;
use serde_json::{Value, json};
use std::io::Cursor;
use sync_protocol::codes::ErrorCode;

fn lines(answer: &Answer) -> Vec<Vec<String>> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = answer.text();
    let text = text.strip_prefix('\u{feff}').expect("a byte-order mark");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let line =
        |record: Result<csv::StringRecord, csv::Error>| record.unwrap().iter().map(str::to_owned).collect();
    reader.records().map(line).collect()
}

fn column(lines: &[Vec<String>], heading: &str) -> Vec<String> {
    let at = lines[0]
        .iter()
        .position(|one| one == heading)
        .unwrap_or_else(|| panic!("{heading}: {:?}", lines[0]));
    lines[1..].iter().map(|line| line[at].clone()).collect()
}

#[test]
fn a_list_as_csv_has_names_and_nothing_that_runs() {
    on_each_database(|world| {
        let admin = world.admin();
        let places = world.places(&admin, None);
        world.asset(&admin, &places.here, "=HYPERLINK(\"http://evil\")");
        world.asset(&admin, &places.elsewhere, "打印机");
        let get = |path: &str, tongue: &str| {
            world
                .call("GET", path)
                .by(&admin)
                .header("Accept-Language", tongue)
                .send()
        };
        let answer = get("/v1/assets.csv?sort=-name", "en");
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
        assert!(answer.header("content-disposition").contains("assets.csv"));
        let english = lines(&answer);
        assert_eq!(
            column(&english, "Name"),
            ["打印机", "'=HYPERLINK(\"http://evil\")"]
        );
        assert_eq!(column(&english, "Site"), ["Elsewhere", "Here"]);
        assert_eq!(column(&english, "Status"), ["In service", "In service"]);
        // The same filters as the list.
        let chinese = lines(&get("/v1/assets.csv?q=%E6%89%93%E5%8D%B0", "zh-CN"));
        assert_eq!(column(&chinese, "名称"), ["打印机"]);
        assert_eq!(column(&chinese, "状态"), ["使用中"]);
        let visits = lines(&get("/v1/visits.csv?zone=Asia/Shanghai&sort=planned_start", "en"));
        assert!(!column(&visits, "Planned start (Asia/Shanghai)")[0].is_empty());
        get("/v1/visits.csv?zone=Mars", "en").refused(ErrorCode::Invalid);
        get("/v1/visits.csv?limit=1", "en").refused(ErrorCode::UnknownField);
    });
}

#[test]
fn a_list_as_a_workbook_has_real_times_and_numbers() {
    on_each_database(|world| {
        let admin = world.admin();
        let places = world.places(&admin, None);
        world.add(
            &admin,
            "assets",
            json!({
                "site_id": places.here["id"], "kind": "other", "name": "=1+1", "quantity": 12,
                "warranty_until": "2027-01-31", "seen_at": "2026-03-02T08:00:00Z",
            }),
        );
        let answer = world
            .call("GET", "/v1/assets.xlsx?zone=Asia/Shanghai")
            .by(&admin)
            .send();
        assert_eq!(answer.status, 200);
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(answer.bytes)).unwrap();
        let sheet = workbook.worksheet_range_at(0).unwrap().unwrap();
        let cell = |heading: &str| {
            let at = sheet
                .headers()
                .unwrap()
                .iter()
                .position(|one| one == heading)
                .unwrap();
            sheet.get((1, at)).cloned().unwrap_or(Data::Empty)
        };
        assert_eq!(cell("Name"), Data::String("=1+1".to_owned()));
        assert_eq!(cell("Quantity"), Data::Float(12.0));
        let Data::DateTime(seen) = cell("Last seen (Asia/Shanghai)") else {
            panic!("no time")
        };
        assert_eq!(seen.to_ymd_hms_milli(), (2026, 3, 2, 16, 0, 0, 0));
    });
}

#[test]
fn a_file_goes_over_the_edge_of_a_page_and_only_to_the_office() {
    let world = World::sqlite();
    let admin = world.admin();
    let technician = world.person("tech@example.com", Role::Technician);
    for n in 0..1003 {
        world.add(&admin, "clients", json!({ "name": format!("Client {n:04}") }));
    }
    let found = column(
        &lines(&world.call("GET", "/v1/clients.csv?sort=-name").by(&admin).send()),
        "Name",
    );
    assert_eq!(found.len(), 1003);
    assert_eq!(
        (text(&json!(found[0])), text(&json!(found[1002]))),
        ("Client 1002", "Client 0000")
    );
    world
        .call("GET", "/v1/clients.csv")
        .by(&technician)
        .send()
        .refused(ErrorCode::Forbidden);
}

#[test]
fn what_is_no_record_is_given_as_a_file_too_and_says_no_secret() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        let dispatcher = world.person("dispatch@example.com", Role::Dispatcher);
        world.places(&admin, Some(&technician));
        let get = |person: &Person, path: &str, tongue: &str| {
            world
                .call("GET", path)
                .by(person)
                .header("Accept-Language", tongue)
                .send()
        };

        let audit = lines(&get(
            &admin,
            "/v1/audit-entries.csv?newest=true&action=logged_in&zone=Asia/Shanghai",
            "zh-CN",
        ));
        let told = column(&audit, "操作");
        assert!(
            told.len() >= 3 && told.iter().all(|one| one == "登录"),
            "{told:?}"
        );
        let numbers: Vec<u64> = column(&audit, "序号")
            .iter()
            .map(|n| n.parse().unwrap())
            .collect();
        assert!(numbers.is_sorted_by(|a, b| a > b), "{numbers:?}");
        assert!(!column(&audit, "时间 (Asia/Shanghai)")[0].is_empty());
        assert!(
            column(&audit, "人员").contains(&"The technician".to_owned()),
            "{audit:?}"
        );

        let mails = lines(&get(&dispatcher, "/v1/notifications.csv?kind=briefing", "en"));
        assert_eq!(column(&mails, "Mail"), ["Briefing"]);
        assert_eq!(column(&mails, "To"), ["tech@example.com"]);
        assert_eq!(column(&mails, "State"), ["Due"]);
        assert!(!mails.concat().concat().contains("/briefing/"));
        let listed = get(&dispatcher, "/v1/notifications?kind=briefing", "en").ok(200);
        let preview = format!("/v1/notifications/{}/preview", text(&listed["items"][0]["id"]));
        let words = get(&dispatcher, &preview, "en").ok(200);
        assert!(
            !text(&words["subject"]).is_empty() && text(&words["html"]).contains("/briefing/..."),
            "{words}"
        );
        get(&technician, &preview, "en").refused(ErrorCode::Forbidden);
        let chinese = lines(&get(&dispatcher, "/v1/notifications.csv?kind=briefing", "zh-CN"));
        assert_eq!(column(&chinese, "状态"), ["等待发送"]);

        let answer = get(&admin, "/v1/devices.csv?everybody=true&q=TECHNICIAN", "en");
        let devices = lines(&answer);
        assert_eq!(column(&devices, "State"), ["Active"]);
        assert_eq!(column(&devices, "Has a key"), ["yes"]);
        let device = technician.device;
        let device = world.look(move |db| Ok(onsite_store::devices::get(db, device)?.unwrap()));
        assert!(!answer.text().contains(&device.public_key.unwrap()));
        // One's own, without the right to see everybody's.
        let own = lines(&get(&dispatcher, "/v1/devices.csv", "en"));
        assert_eq!(column(&own, "User"), ["The dispatcher"]);

        for (path, columns) in [
            ("/v1/audit-entries", columns::AUDIT_ENTRIES),
            ("/v1/notifications", columns::NOTIFICATIONS),
            ("/v1/devices", columns::DEVICES),
            ("/v1/quarantine", columns::QUARANTINE),
        ] {
            let answer = get(&admin, &format!("{path}.xlsx"), "en");
            assert_eq!(answer.status, 200, "{path}");
            let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(answer.bytes)).unwrap();
            let sheet = workbook.worksheet_range_at(0).unwrap().unwrap();
            assert_eq!(sheet.headers().unwrap().len(), columns.len(), "{path}");
            get(&technician, &format!("{path}.xlsx"), "en").refused(ErrorCode::Forbidden);
        }
        get(&dispatcher, "/v1/audit-entries.csv", "en").refused(ErrorCode::Forbidden);
        get(&dispatcher, "/v1/devices.csv?everybody=true", "en").refused(ErrorCode::Forbidden);
    });
}

#[test]
fn devices_are_narrowed_down_by_how_they_stand_and_whose_they_are() {
    on_each_database(|world| {
        let admin = world.admin();
        let technician = world.person("tech@example.com", Role::Technician);
        world.person("other@example.com", Role::Support);
        let found = |query: &str| {
            let all = world
                .call("GET", &format!("/v1/devices?everybody=true{query}"))
                .by(&admin)
                .send()
                .ok(200);
            let of = |device: &Value| (text(&device["id"]).to_owned(), text(&device["state"]).to_owned());
            all.as_array().unwrap().iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(found("").len(), 3);
        let theirs = |state: &str| vec![(technician.device.to_string(), state.to_owned())];
        assert_eq!(found(&format!("&user={}", technician.user)), theirs("active"));
        assert_eq!(found("&q=technician"), theirs("active"));
        let path = format!("/v1/devices/{}", technician.device);
        assert_eq!(world.call("DELETE", &path).by(&admin).send().status, 204);
        assert_eq!(found("&revoked=true"), theirs("revoked"));
        assert_eq!(found("&state=revoked"), theirs("revoked"));
        assert_eq!(found("&revoked=false").len(), 2);
        assert_eq!(found("&state=silent"), []);
    });
}
