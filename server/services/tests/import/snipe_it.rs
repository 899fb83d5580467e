//! Lines of an asset list become drafts.
use crate::world::{drafts_of, fixture_bytes, rows_in, rows_of};
use encoding_rs::GB18030;
use onsite_model::asset::Asset;
use onsite_model::language::Language;
use onsite_model::listing::Listed;
use onsite_services::import::snipe_it::Mapping;
use onsite_services::import::{self, Draft, Format, ImportError, Reason, Row, Whereabouts};
use serde_json::{Value, json};

fn named(client: &str, site: &str) -> Whereabouts {
    Whereabouts::Named {
        client: Some(client.to_owned()),
        site: Some(site.to_owned()),
        address: None,
        known: false,
    }
}

fn with_mapping(csv: &str, mapping: &str) -> Vec<Row> {
    let mapping = Mapping::parse(mapping).unwrap();
    import::read_bytes("list.csv", csv.as_bytes(), Format::SnipeIt, Some(&mapping)).unwrap()
}

fn only(rows: Vec<Row>) -> Draft {
    assert_eq!(rows.len(), 1);
    rows.into_iter().next().unwrap().read.unwrap()
}

#[test]
fn a_list_with_a_byte_order_mark_us_dates_and_quoted_line_breaks() {
    let drafts = drafts_of("snipe_it/assets.csv");
    assert_eq!(drafts.len(), 5);
    let first = &drafts[0];
    assert_eq!(first.key, "SH-0001");
    assert_eq!(first.whereabouts, named("海风贸易有限公司", "上海总部"));
    assert_eq!(
        Value::Object(first.fields.clone()),
        json!({
            "name": "前台电脑",
            "kind": "computer",
            "tag": "SH-0001",
            "status": "in_service",
            "serial": "PC1A2B3C",
            "manufacturer": "联想",
            "model": "ThinkCentre M75q 11JN002QCD",
            "purchased_on": "2024-03-07",
            "warranty_until": "2027-03-07",
            "notes": "放在前台左侧\n钥匙找王经理",
        })
    );
    assert_eq!(
        Value::Object(first.details.said.clone()),
        json!({
            "checked_out_to": {
                "type": "User",
                "name": "Li Wang",
                "username": "wangli",
                "email": "wangli@haifeng.example",
            },
            "columns": {
                "Category": "台式机",
                "Supplier": "京东",
                "Order Number": "PO-118",
                "Purchase Cost": "4599.00",
                "Status": "In use",
                "Warranty Months": "36",
            },
        })
    );
}

#[test]
fn rows_are_numbered_as_an_editor_does() {
    let unix = "Service label,Device\nA-1,One\n\nA-2,\"Two\nlines\"\nA-3,Three\n";
    for text in [unix.to_owned(), unix.replace('\n', "\r\n")] {
        let rows = rows_in("list.csv", &text);
        let told = rows
            .iter()
            .map(|row| (row.at.row, row.read.as_ref().unwrap().key.as_str()));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [(2, "A-1"), (4, "A-2"), (6, "A-3")],
            "{text:?}"
        );
    }
}

#[test]
fn every_line_keeps_its_place_and_its_meaning() {
    let rows = rows_of("snipe_it/assets.csv");
    let lines: Vec<u64> = rows.iter().map(|row| row.at.row).collect();
    assert_eq!(lines, [2, 4, 5, 6, 7], "the first asset takes two lines");
    let drafts: Vec<Draft> = rows.into_iter().map(|row| row.read.unwrap()).collect();
    let of = |field: &str| -> Vec<Value> {
        let value = |draft: &Draft| draft.fields.get(field).cloned().unwrap_or_default();
        drafts.iter().map(value).collect()
    };
    assert_eq!(
        of("kind"),
        ["computer", "laptop", "printer", "switch", "computer"]
    );
    assert_eq!(
        of("status"),
        ["in_service", "spare", "in_repair", "in_service", "retired"]
    );
    assert_eq!(
        of("name")[1],
        "ThinkPad X1 21HM",
        "a nameless asset is called by its model"
    );
    assert_eq!(of("model")[3], "USW-24 USW-24-POE");
    assert_eq!(
        of("warranty_until")[2],
        "2027-05-01",
        "the end of life, where nothing else is said"
    );
    assert_eq!(of("warranty_until")[3], "2025-01-02");
    assert_eq!(of("warranty_until")[4], Value::Null);
    assert_eq!(
        drafts[3].whereabouts,
        named("Nordlicht, Yang & Partner", "Shanghai, Jing'an")
    );
}

#[test]
fn chinese_headers_semicolons_and_gb18030() {
    let utf8 = String::from_utf8(fixture_bytes("snipe_it/assets_zh.csv")).unwrap();
    let (gb18030, _, _) = GB18030.encode(&utf8);
    let rows = import::read_bytes("assets_zh.csv", &gb18030, Format::SnipeIt, None).unwrap();
    assert_eq!(rows, rows_of("snipe_it/assets_zh.csv"));
    let drafts: Vec<Draft> = rows.into_iter().map(|row| row.read.unwrap()).collect();
    let kinds: Vec<&str> = drafts
        .iter()
        .map(|draft| draft.fields["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["computer", "ups", "camera"]);
    let statuses: Vec<&str> = drafts
        .iter()
        .map(|draft| draft.fields["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["in_service", "spare", "retired"]);
    assert_eq!(drafts[0].fields["purchased_on"], "2024-03-05");
    assert_eq!(drafts[0].fields["warranty_until"], "2025-03-05");
    assert_eq!(drafts[1].fields["purchased_on"], "2021-11-30");
    assert_eq!(drafts[2].details.said["columns"]["采购部门"], "保卫科");
}

#[test]
fn dates_are_read_as_spreadsheets_write_them_or_refused() {
    let date = |text: &str| {
        let csv = format!("Asset Tag,Purchase Date\nT-1,\"{text}\"\n");
        let row = rows_in("list.csv", &csv).remove(0);
        row.read.map(|draft| draft.fields["purchased_on"].clone())
    };
    for text in [
        "2023-01-02",
        "2023-01-02 13:45:00",
        "2023/1/2",
        "1/2/23",
        "01/02/2023",
        "1/2/2023 0:00",
        "2.1.2023",
        "2023年1月2日",
        "Mon Jan 02, 2023",
        "Jan 2, 2023",
        "20230102",
    ] {
        assert_eq!(date(text).unwrap(), "2023-01-02", "{text}");
    }
    for text in ["13/1/23", "2023-02-30", "soon", "1/2", "0001-01-01", "9999-12-31"] {
        assert_eq!(date(text).unwrap_err().reason, Reason::NotADate, "{text}");
    }
    assert_eq!(date("").unwrap(), Value::Null);
}

#[test]
fn bad_rows_say_which_column_and_value() {
    let rows = rows_of("snipe_it/bad_rows.csv");
    let problem = |line: u64| {
        let row = rows.iter().find(|row| row.at.row == line).unwrap();
        row.read.clone().unwrap_err()
    };
    let told = |line: u64| {
        let problem = problem(line);
        (
            problem.column.unwrap_or_default(),
            problem.value.unwrap_or_default(),
            problem.reason,
        )
    };
    assert!(rows[0].read.is_ok());
    assert_eq!(
        told(3),
        ("Purchase Date".into(), "31/12/2023".into(), Reason::NotADate)
    );
    assert_eq!(
        told(4),
        ("Warranty Months".into(), "three years".into(), Reason::NotANumber)
    );
    assert_eq!(told(6), ("Asset Tag".into(), String::new(), Reason::NoKey));
    assert_eq!(told(8).2, Reason::TooManyCells { header: 9, row: 10 });
}

#[test]
fn a_mapping_overrides_the_usual_headers() {
    let csv = "Standort,Firma,Inventarnummer,Bezeichnung,Name\nLager,Acme,I-7,Laptop Dell,Frau Braun\n";
    let toml = r#"
        "Standort" = "site"
        "Firma" = "client"
        "Inventarnummer" = "asset_tag"
        "Bezeichnung" = "name"
        "Name" = "keep"
    "#;
    let draft = only(with_mapping(csv, toml));
    assert_eq!(draft.whereabouts, named("Acme", "Lager"));
    assert_eq!(
        (draft.key.as_str(), &draft.fields["name"]),
        ("I-7", &json!("Laptop Dell"))
    );
    assert_eq!(draft.fields["kind"], "laptop");
    assert_eq!(draft.details.said["columns"], json!({ "Name": "Frau Braun" }));

    let same = r#"{"Standort":"site","Firma":"client","Inventarnummer":"asset_tag","Bezeichnung":"name","Name":"keep"}"#;
    assert_eq!(only(with_mapping(csv, same)), draft);
}

#[test]
fn a_wrong_mapping_is_told() {
    for text in [
        "\"A\" = \"no_such_field\"",
        "\"A\" = \"serial\"\n\"B\" = \"serial\"",
        "{",
        "= 1",
    ] {
        assert!(
            matches!(Mapping::parse(text), Err(ImportError::Mapping(_))),
            "{text}"
        );
    }
    let rows = with_mapping("Asset Tag\nT-1\n", "\"Inventarnummer\" = \"asset_tag\"");
    assert_eq!(rows.len(), 1);
    assert_eq!(
        rows[0].read.clone().unwrap_err().column.as_deref(),
        Some("inventarnummer")
    );
}

#[test]
fn addresses_rooms_and_keys_without_a_tag() {
    let csv = "ID,Company,Location,Address,City,Country,Room,Serial\n7,Acme,HQ,1 Main St,Springfield,US,B-204,\n,Acme,HQ,,,,,QX88Z\n";
    let drafts: Vec<Draft> = rows_in("list.csv", csv)
        .into_iter()
        .map(|row| row.read.unwrap())
        .collect();
    assert_eq!(drafts[0].key, "id:7");
    assert_eq!(drafts[0].fields["location"], "B-204");
    assert_eq!(
        drafts[0].whereabouts,
        Whereabouts::Named {
            client: Some("Acme".to_owned()),
            site: Some("HQ".to_owned()),
            address: Some("1 Main St, Springfield, US".to_owned()),
            known: false,
        }
    );
    assert_eq!(drafts[1].key, "serial:QX88Z");
}

/// What each column of a header is taken for, as the wizard shows it.
fn guesses(header: &str) -> Vec<(String, String)> {
    let columns = import::columns(format!("{header}\n").as_bytes()).unwrap();
    let field = |column: import::snipe_it::Column| Some((column.name, column.field?));
    columns.into_iter().filter_map(field).collect()
}

fn guess(header: &str, column: &str) -> Option<String> {
    let mut found = guesses(header).into_iter().filter(|(name, _)| name == column);
    found.next().map(|(_, field)| field)
}

#[test]
fn type_and_location_mean_what_the_columns_beside_them_say() {
    let said = |header: &str| {
        let of = |column| guess(header, column).unwrap_or_default();
        (of("Type"), of("Location"))
    };
    let both = |sort: &str, place: &str| (sort.to_owned(), place.to_owned());
    // A list of Snipe-IT, and its report of one's own choice, where a type is that of whom a thing is checked out to.
    let list = "Company,Asset Name,Asset Tag,Category,Location,Checked Out To,Type,Default Location";
    assert_eq!(said(list), both("checked_out_to_type", "site"));
    assert_eq!(guess(list, "Default Location"), None);
    assert_eq!(
        guess("Asset Tag,Default Location", "Default Location").as_deref(),
        Some("site")
    );
    // A search in GLPI as CSV: all of one entity, its places within.
    let glpi = "Name;Status;Manufacturer;Serial number;Type;Model;Location;Last update";
    assert_eq!(said(glpi), both("category", "room"));
    // Lists of one's own: with sites, with clients only, with neither; and what Onsite itself exports.
    assert_eq!(
        said("Client,Site,Tag,Name,Type,Location"),
        both("category", "room")
    );
    assert_eq!(said("Client,Tag,Name,Type,Location"), both("category", "site"));
    assert_eq!(said("Tag,Name,Type,Location"), both("category", "room"));
    assert_eq!(said("Tag,Name,Type,Location,Room").1, "");
    assert_eq!(said("Tag,Category,Type").0, "");
    assert_eq!(said("Tag,Name,Type,Assigned to").0, "category");
    assert_eq!(guess("标签,名称,类型,位置", "类型").as_deref(), Some("category"));
    assert_eq!(guess("客户,标签,名称,位置", "位置").as_deref(), Some("site"));
    assert_eq!(guess("站点,标签,名称,位置", "位置").as_deref(), Some("room"));
}

#[test]
fn what_onsite_exports_is_understood_again() {
    for language in [Language::En, Language::ZhCn] {
        let header: Vec<&str> = Asset::LISTING
            .columns
            .iter()
            .map(|column| language.pick(column.english, column.chinese))
            .collect();
        let found: Vec<String> = guesses(&header.join(","))
            .into_iter()
            .map(|(_, field)| field)
            .collect();
        let expected = [
            "client",
            "site",
            "asset_tag",
            "name",
            "category",
            "manufacturer",
            "model",
            "serial",
            "status",
            "quantity",
            "room",
            "part_of",
            "seen_at",
            "purchase_date",
            "warranty_until",
            "notes",
            "record",
        ];
        assert_eq!(found, expected, "{header:?}");
    }
}

#[test]
fn what_nobody_mapped_stays_what_its_name_says() {
    let csv = "Site,Tag,Name,Type,Location\nHQ,T-1,Front desk,Laptop,Room 4\n";
    let draft = only(with_mapping(csv, r#"{"Site": "client"}"#));
    let Whereabouts::Named { client, site, .. } = &draft.whereabouts else {
        panic!("{:?}", draft.whereabouts)
    };
    assert_eq!((client.as_deref(), site.as_deref()), (Some("HQ"), None));
    assert_eq!(
        (&draft.fields["location"], &draft.fields["kind"]),
        (&json!("Room 4"), &json!("laptop"))
    );
}

#[test]
fn a_file_that_is_no_list_is_refused_once() {
    for text in ["", "\n\n", "a,b,c\n1,2,3\n"] {
        let rows = rows_in("list.csv", text);
        assert_eq!(rows.len(), 1, "{text:?}");
        assert!(matches!(
            rows[0].read.clone().unwrap_err().reason,
            Reason::Unreadable(_)
        ));
    }
}
