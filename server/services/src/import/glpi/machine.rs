//! What one inventory is an inventory of: its kind, its names, and what to know it by.
use super::details::SECTIONS;
use super::node::{list, object, text};
use super::sections;
use crate::import::draft::{DetailSections, Draft, Source, Whereabouts};
use crate::import::guess::kind_in;
use crate::import::problem::{Problem, Reason};
use crate::import::text::{meaningful, serial, words_of};
use chrono::NaiveDateTime;
use onsite_model::asset::AssetKind;
use serde_json::Value;
use std::collections::BTreeMap;
use sync_protocol::Fields;

/// A device with this many Ethernet ports and no telling name is a switch.
const PORTS_OF_A_SWITCH: usize = 8;

/// Sections by which a document is recognised as an inventory.
const TELLING: &[&str] = &[
    "hardware",
    "bios",
    "operatingsystem",
    "network_device",
    "network_ports",
    "networks",
    "softwares",
    "cpus",
    "cartridges",
    "pagecounters",
    "simcards",
];

/// Reads one inventory; all keys are in lower case.
pub(super) fn draft(envelope: &Value, content: &Value) -> Result<Draft, Problem> {
    if !TELLING.iter().any(|section| content.get(section).is_some()) {
        let why = "not a GLPI inventory: it has none of its sections".to_owned();
        return Err(Problem::new(Reason::Unreadable(why)));
    }
    let device = object(content, "network_device");
    let partial = text(envelope, "partial").is_some_and(|flag| flag == "true" || flag == "1");
    let names = Names::of(content, device);
    let key = key(envelope, device, &names).ok_or_else(|| Problem::new(Reason::NoKey).column("deviceid"))?;

    let mut fields = Fields::new();
    let mut set = |field: &str, value: Option<String>| {
        if let Some(value) = value {
            fields.insert(field.to_owned(), Value::String(value));
        }
    };
    let label = names.name.clone().or_else(|| names.model.clone());
    set("name", Some(label.unwrap_or_else(|| key.clone())));
    set("manufacturer", names.manufacturer.clone());
    set("model", names.model.clone());
    set("serial", names.serial.clone());
    set(
        "location",
        text(device, "location").and_then(|place| meaningful(&place)),
    );
    // Part of an inventory does not show what kind of machine it is.
    if !partial {
        set("kind", Some(kind(envelope, content, device).name().to_owned()));
    }

    let tag = tag(envelope, content);
    let as_of = as_of(content);
    let agent = sections::Known {
        deviceid: text(envelope, "deviceid"),
        machine_id: names.machine_id.clone(),
        tag: tag.clone(),
        as_of: as_of.clone(),
    };
    Ok(Draft {
        source: Source::Glpi,
        key,
        whereabouts: Whereabouts::Tagged(tag),
        fields,
        details: DetailSections {
            said: sections::all(content, agent, !partial),
            owned: SECTIONS,
            whole: !partial,
        },
        record: None,
        machine_id: names.machine_id,
        as_of,
        columns: columns(device),
    })
}

/// What it is called and known by.
struct Names {
    name: Option<String>,
    manufacturer: Option<String>,
    model: Option<String>,
    serial: Option<String>,
    machine_id: Option<String>,
}

impl Names {
    fn of(content: &Value, device: &Value) -> Names {
        let (bios, hardware) = (object(content, "bios"), object(content, "hardware"));
        let os = object(content, "operatingsystem");
        let first = |found: &[(&Value, &str)]| {
            found
                .iter()
                .find_map(|(node, key)| text(node, key).and_then(|value| meaningful(&value)))
        };
        let first_serial = |found: &[(&Value, &str)]| {
            found
                .iter()
                .find_map(|(node, key)| text(node, key).and_then(|value| serial(&value)))
        };
        let chassis = list(content, "network_components").into_iter().find(|part| {
            text(part, "type").is_some_and(|kind| kind == "chassis" || kind == "stack")
                && text(part, "serial").is_some()
        });
        let chassis = chassis.unwrap_or(&Value::Null);
        Names {
            name: first(&[(device, "name"), (hardware, "name"), (os, "fqdn")]),
            manufacturer: first(&[
                (device, "manufacturer"),
                (bios, "smanufacturer"),
                (bios, "mmanufacturer"),
                (bios, "bmanufacturer"),
            ]),
            model: first(&[(device, "model"), (bios, "smodel"), (bios, "mmodel")]),
            serial: first_serial(&[
                (device, "serial"),
                (bios, "ssn"),
                (bios, "enclosureserial"),
                (chassis, "serial"),
            ]),
            machine_id: first_serial(&[(hardware, "uuid")])
                .filter(|id| !id.starts_with("03000200-0400-0500")),
        }
    }
}

/// A machine's agent has an id of its own. A device asked over the network has none: `deviceid` there names the
/// agent that asked, or is one constant for all, so it is known by serial number or hardware address.
fn key(envelope: &Value, device: &Value, names: &Names) -> Option<String> {
    let serial = || names.serial.as_ref().map(|serial| format!("serial:{serial}"));
    let deviceid = || text(envelope, "deviceid");
    if device.is_object() {
        let mac = || text(device, "mac").map(|mac| format!("mac:{}", mac.to_lowercase()));
        return serial().or_else(mac).or_else(deviceid);
    }
    let machine = || names.machine_id.as_ref().map(|id| format!("uuid:{id}"));
    deviceid().or_else(machine).or_else(serial)
}

/// What the agent was tagged with when it was installed; older agents say so in `accountinfo`.
fn tag(envelope: &Value, content: &Value) -> Option<String> {
    text(envelope, "tag").or_else(|| {
        list(content, "accountinfo")
            .into_iter()
            .find(|info| text(info, "keyname").is_some_and(|name| name.eq_ignore_ascii_case("tag")))
            .and_then(|info| text(info, "keyvalue"))
    })
}

fn as_of(content: &Value) -> Option<String> {
    let said = text(object(content, "accesslog"), "logdate")?;
    let local: String = said.replace('T', " ").chars().take(19).collect();
    let at = NaiveDateTime::parse_from_str(&local, "%Y-%m-%d %H:%M:%S").ok()?;
    Some(at.format("%Y-%m-%d %H:%M:%S").to_string())
}

fn kind(envelope: &Value, content: &Value, device: &Value) -> AssetKind {
    let item = text(envelope, "itemtype").unwrap_or_default().to_lowercase();
    let type_of_device = text(device, "type").unwrap_or_default().to_lowercase();
    match (item.as_str(), type_of_device.as_str()) {
        ("phone", _) | (_, "phone") => AssetKind::Phone,
        ("printer", _) | (_, "printer") => AssetKind::Printer,
        (_, "storage") => AssetKind::Storage,
        (_, "power") => AssetKind::Ups,
        (_, "video") => AssetKind::Camera,
        (_, "kvm") => AssetKind::Other,
        ("computer", _) | (_, "computer") => kind_of_computer(content),
        _ if device.is_object() => kind_of_device(content, device),
        _ if content.get("cartridges").is_some() || content.get("pagecounters").is_some() => {
            AssetKind::Printer
        }
        _ if content.get("simcards").is_some() || os(content).contains("android") => AssetKind::Phone,
        _ => kind_of_computer(content),
    }
}

fn kind_of_device(content: &Value, device: &Value) -> AssetKind {
    let said = ["description", "model", "name"].map(|key| text(device, key).unwrap_or_default());
    let network = |kind: &AssetKind| {
        matches!(
            kind,
            AssetKind::Firewall
                | AssetKind::Router
                | AssetKind::AccessPoint
                | AssetKind::Switch
                | AssetKind::Ups
                | AssetKind::Camera
        )
    };
    if let Some(kind) = said.iter().filter_map(|words| kind_in(words)).find(network) {
        return kind;
    }
    // IANA interface types: 6 is Ethernet, 117 its old gigabit form.
    let ethernet = list(content, "network_ports")
        .into_iter()
        .filter(|port| matches!(text(port, "iftype").as_deref(), Some("6" | "117")))
        .count();
    if ethernet >= PORTS_OF_A_SWITCH {
        AssetKind::Switch
    } else {
        AssetKind::Other
    }
}

fn kind_of_computer(content: &Value) -> AssetKind {
    let hardware = object(content, "hardware");
    let chassis = text(hardware, "chassis_type").or_else(|| text(object(content, "bios"), "type"));
    let chassis = words_of(&chassis.unwrap_or_default());
    let says = |words: &[&str]| chassis.iter().any(|word| words.contains(&word.as_str()));
    if says(&[
        "laptop",
        "notebook",
        "subnotebook",
        "portable",
        "convertible",
        "detachable",
        "tablet",
        "hand",
    ]) {
        return AssetKind::Laptop;
    }
    let os = os(content);
    let server_os = [
        "server",
        "esx",
        "proxmox",
        "xenserver",
        "truenas",
        "freenas",
        "hypervisor",
    ];
    let desktop_windows = os.contains("windows") && !os.contains("server");
    let hosted = sections::hypervisor(hardware).is_some();
    if server_os.iter().any(|word| os.contains(word))
        || says(&["server", "rack", "blade"])
        || (hosted && !os.is_empty() && !desktop_windows)
    {
        return AssetKind::Server;
    }
    let model = text(object(content, "bios"), "smodel").unwrap_or_default();
    let on_battery = chassis.is_empty() && !list(content, "batteries").is_empty();
    if on_battery || (chassis.is_empty() && kind_in(&model) == Some(AssetKind::Laptop)) {
        return AssetKind::Laptop;
    }
    AssetKind::Computer
}

fn os(content: &Value) -> String {
    let os = object(content, "operatingsystem");
    let parts = [
        text(os, "full_name"),
        text(os, "name"),
        text(object(content, "hardware"), "osname"),
    ];
    parts
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// Where the file says it, for messages.
fn columns(device: &Value) -> BTreeMap<String, String> {
    let named = if device.is_object() {
        [
            ("name", "network_device.name"),
            ("manufacturer", "network_device.manufacturer"),
            ("model", "network_device.model"),
            ("serial", "network_device.serial"),
        ]
    } else {
        [
            ("name", "hardware.name"),
            ("manufacturer", "bios.smanufacturer"),
            ("model", "bios.smodel"),
            ("serial", "bios.ssn"),
        ]
    };
    named
        .map(|(field, column)| (field.to_owned(), column.to_owned()))
        .into()
}
