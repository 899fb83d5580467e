//! Inventories of every kind of machine become drafts.
use crate::world::{drafts_of, fixture, fixture_bytes, rows_in, rows_of};
use onsite_services::import::{self, Draft, Format, ImportError, Reason, Whereabouts};
use serde_json::{Value, json};

fn one(name: &str) -> Draft {
    let mut drafts = drafts_of(name);
    assert_eq!(drafts.len(), 1, "{name}");
    drafts.remove(0)
}

fn fields(draft: &Draft) -> Value {
    Value::Object(draft.fields.clone())
}

fn details(draft: &Draft) -> Value {
    Value::Object(draft.details.said.clone())
}

fn kind(draft: &Draft) -> &str {
    draft.fields["kind"].as_str().unwrap()
}

#[test]
fn a_laptop_is_read_whole() {
    let laptop = one("glpi/laptop.json");
    assert_eq!(laptop.key, "lp-chenhua-2025-03-02-09-14-55");
    assert_eq!(
        laptop.whereabouts,
        Whereabouts::Tagged(Some("HAIFENG".to_owned()))
    );
    assert_eq!(laptop.as_of.as_deref(), Some("2026-09-14 08:31:07"));
    assert_eq!(
        fields(&laptop),
        json!({
            "kind": "laptop",
            "name": "LP-CHENHUA",
            "manufacturer": "LENOVO",
            "model": "ThinkPad T14 Gen 3",
            "serial": "PF4XK7QW",
        })
    );
    let details = details(&laptop);
    assert_eq!(
        details["operating_system"],
        json!({
            "name": "Microsoft Windows 11 专业版",
            "version": "23H2",
            "arch": "x86_64",
            "kernel": "10.0.22631",
        })
    );
    let software: Vec<&str> = details["software"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        software,
        ["7-Zip", "WPS Office", "金蝶 K/3 Cloud 客户端"],
        "sorted by name"
    );
    // Both addresses of the adapter in one entry, and no loopback.
    assert_eq!(
        details["network"]["interfaces"],
        json!([{
            "name": "Intel(R) Wi-Fi 6E AX211",
            "mac": "9c:2d:cd:61:aa:10",
            "ips": ["10.20.1.57", "fe80::9e2d:cdff:fe61:aa10"],
            "speed": 866,
            "status": "up",
        }])
    );
    assert_eq!(details["hardware"]["memory_mib"], 16384);
    assert_eq!(details["hardware"]["volumes"][0]["name"], "C:");
    assert_eq!(details["hardware"]["monitors"][0]["serial"], "V30A7C21");
    assert_eq!(
        details["hardware"].get("asset_tag"),
        None,
        "“No Asset Tag” is none"
    );
    assert_eq!(details["agent"]["inventoried_at"], "2026-09-14 08:31:07");
}

#[test]
fn loose_types_are_read_as_what_they_mean() {
    let server = one("glpi/server.json");
    assert_eq!(kind(&server), "server");
    assert_eq!(server.as_of.as_deref(), Some("2026-09-14 03:00:02"));
    let details = details(&server);
    let hardware = &details["hardware"];
    assert_eq!(hardware["memory_mib"], 65536);
    assert_eq!(
        hardware["cpu"],
        json!([{ "name": "Intel(R) Xeon(R) Silver 4310 CPU @ 2.10GHz", "cores": 12, "threads": 24, "mhz": 2100 }])
    );
    assert_eq!(hardware["memory_modules"][0]["serial"], "404142");
    assert_eq!(
        hardware["memory_modules"][1].get("serial"),
        None,
        "a placeholder is no serial number"
    );
    assert_eq!(hardware["storages"].as_array().unwrap().len(), 1);
    assert_eq!(details["operating_system"]["version"], "21");
    assert_eq!(
        details["software"],
        json!([{ "name": "SQL Server 2019", "version": "15" }])
    );
    assert_eq!(
        details["network"]["interfaces"][0]["ips"],
        json!(["10.20.0.11", "10.20.0.12"])
    );
}

#[test]
fn a_switch_is_known_by_its_own_number_not_by_the_agent_that_asked() {
    let switch = one("glpi/switch.json");
    assert_eq!(switch.key, "serial:2102352KLM10K9000041");
    assert_eq!(kind(&switch), "switch");
    assert_eq!(switch.fields["location"], "3楼弱电间 A柜");
    let details = details(&switch);
    let network = &details["network"];
    assert_eq!(network["addresses"], json!(["10.20.0.2"]));
    assert_eq!(
        network["interfaces"].as_array().unwrap().len(),
        8,
        "without the loopback"
    );
    assert_eq!(
        network["interfaces"][0],
        json!({ "name": "GE0/0/1", "mac": "e4:72:e2:10:00:02", "speed": 1000, "status": "up" })
    );
    assert_eq!(network["interfaces"][1]["status"], "down");
    assert_eq!(
        network["connections"][0],
        json!({
            "port": "GE0/0/1",
            "name": "AP-3F-01",
            "model": "AP362",
            "mac": "d8:43:ae:00:11:22",
            "ip": "10.20.0.31",
            "remote_port": "eth0",
        })
    );
    assert_eq!(
        network["connections"].as_array().unwrap().len(),
        3,
        "the empty one is none"
    );
    let parts = details["hardware"]["components"].as_array().unwrap();
    assert_eq!(
        parts.len(),
        2,
        "a fan with the number of its power supply is no part of its own: {parts:?}"
    );
}

#[test]
fn a_device_without_a_serial_number_is_known_by_its_hardware_address() {
    let firewall = one("glpi/firewall.json");
    assert_eq!(kind(&firewall), "firewall");
    assert_eq!(firewall.key, "mac:70:4c:a5:00:9a:01");
    assert_eq!(
        firewall.fields.get("serial"),
        None,
        "ten zeros are no serial number"
    );
    assert_eq!(details(&firewall)["network"]["addresses"], json!(["10.20.0.1"]));
    assert_eq!(
        details(&firewall)["network"]["interfaces"][0]["ips"],
        json!(["203.0.113.8"])
    );
}

#[test]
fn a_file_can_hold_a_list_or_one_inventory_a_line() {
    let list = drafts_of("glpi/access_point.json");
    let kinds: Vec<&str> = list.iter().map(kind).collect();
    assert_eq!(kinds, ["access_point", "router", "ups"]);

    let line = |name: &str| {
        let value: Value = serde_json::from_slice(&fixture_bytes(name)).unwrap();
        value.to_string()
    };
    let lines = format!(
        "{}\n{{broken\n\n{}\n",
        line("glpi/phone.json"),
        line("glpi/printer.json")
    );
    let rows = rows_in("day.ndjson", &lines);
    let read: Vec<bool> = rows.iter().map(|row| row.read.is_ok()).collect();
    assert_eq!(read, [true, false, true], "the broken line leaves the others be");
    assert_eq!(rows[1].at.row, 2);
}

#[test]
fn a_printer_and_a_phone_have_their_own_sections() {
    let printer = one("glpi/printer.json");
    assert_eq!(kind(&printer), "printer");
    assert_eq!(
        details(&printer)["printer"],
        json!({
            "page_counters": { "total": 18233, "color": 5021, "rectoverso": 902 },
            "cartridges": [
                { "name": "tonerblack", "level": "40" },
                { "name": "tonercyan", "level": "75" },
                { "name": "drumblack", "level": "OK" },
            ],
        })
    );
    let phone = one("glpi/phone.json");
    assert_eq!(kind(&phone), "phone", "recognised by its system");
    assert_eq!(phone.fields.get("serial"), None);
    assert_eq!(
        details(&phone)["phone"],
        json!({
            "imei": ["866123060000017", "866123060000025"],
            "sim_cards": [{ "operator": "中国移动", "number": "+8613800000001", "serial": "89860012345678901234" }],
        })
    );
}

#[test]
fn the_older_envelopes_are_understood() {
    let workstation = one("glpi/workstation_old.json");
    assert_eq!(kind(&workstation), "computer");
    assert_eq!(
        workstation.whereabouts,
        Whereabouts::Tagged(Some("haifeng".to_owned()))
    );
    assert_eq!(workstation.fields["serial"], "CZC1234XYZ");
    assert_eq!(
        details(&workstation)["operating_system"]["name"],
        "Microsoft Windows 10 专业版"
    );
    assert_eq!(
        details(&workstation)["network"]["interfaces"][0]["mac"],
        "a0:8c:fd:00:00:07"
    );

    let devices = drafts_of("glpi/network_old.json");
    let found: Vec<(&str, &str)> = devices
        .iter()
        .map(|draft| (kind(draft), draft.key.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("switch", "serial:2B113A7P00042"),
            ("printer", "serial:VCF7Y12345")
        ]
    );
    let switch = details(&devices[0]);
    assert_eq!(switch["network"]["addresses"], json!(["192.0.2.5", "192.0.2.6"]));
    assert_eq!(switch["network"]["connections"][0]["name"], "sw-core");
    assert_eq!(
        details(&devices[1])["printer"]["page_counters"],
        json!({ "total": 4711 })
    );
}

#[test]
fn long_lists_are_bounded_and_what_is_left_out_is_counted() {
    let software: Vec<Value> = (0..1000)
        .map(|n| json!({ "name": format!("package-{n:04}") }))
        .collect();
    let text = json!({ "deviceid": "big", "content": { "softwares": software } }).to_string();
    let draft = rows_in("big.json", &text).remove(0).read.unwrap();
    let details = details(&draft);
    assert_eq!(details["software"].as_array().unwrap().len(), 300);
    assert_eq!(details["agent"]["left_out"], json!({ "software": 700 }));
}

#[test]
fn meaningless_serial_numbers_are_none() {
    for serial in [
        "To be filled by O.E.M.",
        "System Serial Number",
        "Default string",
        "0",
        "00000000",
        "xxxxxxx",
        "123456789",
        "None",
        "Not Specified",
        "  ",
        "-",
        "无",
    ] {
        let text = json!({ "deviceid": "d", "content": { "bios": { "ssn": serial } } }).to_string();
        let draft = rows_in("one.json", &text).remove(0).read.unwrap();
        assert_eq!(draft.fields.get("serial"), None, "{serial:?}");
    }
}

#[test]
fn what_is_no_inventory_is_refused_with_a_reason() {
    let reason = |text: &str| rows_in("odd.json", text).remove(0).read.unwrap_err().reason;
    assert!(matches!(reason(""), Reason::Unreadable(_)));
    assert!(matches!(reason("{\"content\": 7}"), Reason::Unreadable(_)));
    assert!(matches!(reason("{\"hello\": \"world\"}"), Reason::Unreadable(_)));
    assert!(matches!(reason("[1"), Reason::Unreadable(_)));
    assert!(matches!(reason("{\"content\": {\"bios\": {}}}"), Reason::NoKey));
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(
        matches!(reason(&nested), Reason::Unreadable(_)),
        "deep nesting is refused, not followed"
    );
    let nested = format!(
        "{{\"deviceid\":\"d\",\"content\":{{\"bios\":{}1{}}}}}",
        "[".repeat(5000),
        "]".repeat(5000)
    );
    assert!(matches!(reason(&nested), Reason::Unreadable(_)));
}

#[test]
fn files_of_a_windows_shell_are_read() {
    let text = String::from_utf8(fixture_bytes("glpi/laptop.json")).unwrap();
    let mut utf16: Vec<u8> = vec![0xff, 0xfe];
    utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let rows = import::read_bytes("laptop.json", &utf16, Format::Glpi, None).unwrap();
    assert_eq!(rows[0].read, rows_of("glpi/laptop.json")[0].read);
}

#[test]
fn a_folder_is_read_by_name_and_a_missing_path_is_an_error() {
    let rows = import::read_files(&[fixture("glpi")], Format::Glpi, None).unwrap();
    let files: Vec<&str> = rows.iter().map(|row| row.at.file.as_str()).collect();
    assert_eq!(files.first(), Some(&"access_point.json"));
    assert!(files.is_sorted());
    assert_eq!(rows.len(), 13);

    let missing = import::read_files(&[fixture("glpi/nothing.json")], Format::Glpi, None);
    assert!(matches!(missing, Err(ImportError::Path { .. })));
    let empty = import::read_files(&[fixture("snipe_it")], Format::Glpi, None);
    assert!(matches!(empty, Err(ImportError::EmptyFolder { .. })));
}
