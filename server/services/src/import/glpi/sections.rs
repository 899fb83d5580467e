//! The sections of an asset's details, out of an inventory's.
use super::details::{
    Agent, Cartridge, Connection, Cpu, Hardware, Interface, MOST_PARTS, MOST_PORTS, MOST_SOFTWARE,
    MemoryModule, Network, OperatingSystem, Part, Phone, Printer, SimCard, Software, Storage, Volume,
};
use super::node::{addresses, list, mebibytes, number, object, scalar, text};
use crate::import::text::{line, meaningful, serial};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use sync_protocol::Fields;

/// What the caller has read already.
pub(super) struct Known {
    pub deviceid: Option<String>,
    pub machine_id: Option<String>,
    pub tag: Option<String>,
    pub as_of: Option<String>,
}

/// All sections that have something in them.
pub(super) fn all(content: &Value, known: Known, whole: bool) -> Fields {
    let mut left_out = BTreeMap::new();
    let mut sections = Fields::new();
    let mut add = |name: &str, section: Option<Value>| {
        let filled = section.filter(|value| match value {
            Value::Object(fields) => !fields.is_empty(),
            Value::Array(items) => !items.is_empty(),
            other => !other.is_null(),
        });
        if let Some(value) = filled {
            sections.insert(name.to_owned(), value);
        }
    };
    add("hardware", json(&hardware(content, whole, &mut left_out)));
    add("operating_system", json(&operating_system(content)));
    add("software", json(&software(content, &mut left_out)));
    add("network", json(&network(content, &mut left_out)));
    add("printer", json(&printer(content)));
    add("phone", json(&phone(content)));
    let version = text(content, "versionclient").filter(|version| version != "missing");
    let agent = Agent {
        deviceid: known.deviceid,
        version: version.or_else(|| text(object(content, "versionprovider"), "version")),
        uuid: known.machine_id,
        tag: known.tag,
        inventoried_at: known.as_of,
        left_out,
    };
    add("agent", json(&agent));
    sections
}

fn json(section: &impl Serialize) -> Option<Value> {
    serde_json::to_value(section).ok()
}

/// The hypervisor a machine runs on, if it is a virtual one.
pub(super) fn hypervisor(hardware: &Value) -> Option<String> {
    text(hardware, "vmsystem").filter(|name| {
        let name = name.to_lowercase();
        name != "physical" && name != "unknown"
    })
}

/// Keeps at most `most` entries and counts the rest under `name`.
fn bounded<T>(
    mut items: Vec<T>,
    most: usize,
    name: &'static str,
    left_out: &mut BTreeMap<&'static str, usize>,
) -> Vec<T> {
    if items.len() > most {
        left_out.insert(name, items.len() - most);
        items.truncate(most);
    }
    items
}

fn hardware(content: &Value, whole: bool, left_out: &mut BTreeMap<&'static str, usize>) -> Hardware {
    let (node, bios) = (object(content, "hardware"), object(content, "bios"));
    let device = object(content, "network_device");
    let modules: Vec<MemoryModule> = list(content, "memories")
        .into_iter()
        .filter_map(memory_module)
        .collect();
    let installed: u64 = modules
        .iter()
        .fold(0, |sum, module| sum.saturating_add(module.mib));
    // What the system can use is less than what is installed; a part without modules would seem to have lost some.
    let usable = || {
        let mib = mebibytes(node, "memory").or_else(|| mebibytes(device, "ram"));
        mib.filter(|mib| whole && *mib > 0)
    };
    let memory_mib = Some(installed).filter(|mib| *mib > 0).or_else(usable);
    let parts = |key| {
        list(content, key)
            .into_iter()
            .filter_map(part)
            .collect::<Vec<Part>>()
    };
    let mut components = parts("network_components");
    // Fans and modules often repeat the number of what they are mounted in.
    let mut serials = BTreeSet::new();
    components.retain(|component| {
        component
            .serial
            .clone()
            .is_some_and(|serial| serials.insert(serial))
    });
    let storages = list(content, "storages")
        .into_iter()
        .filter_map(storage)
        .collect();
    let volumes = list(content, "drives").into_iter().filter_map(volume).collect();
    let asset_tag = text(bios, "assettag").or_else(|| text(device, "assettag"));
    Hardware {
        chassis: text(node, "chassis_type").and_then(|value| meaningful(&value)),
        virtual_machine: hypervisor(node),
        firmware: text(bios, "bversion").or_else(|| text(device, "firmware")),
        asset_tag: asset_tag.and_then(|value| serial(&value)),
        cpu: bounded(
            list(content, "cpus").into_iter().filter_map(cpu).collect(),
            MOST_PARTS,
            "cpu",
            left_out,
        ),
        memory_mib,
        memory_modules: bounded(modules, MOST_PARTS, "memory_modules", left_out),
        storages: bounded(storages, MOST_PARTS, "storages", left_out),
        volumes: bounded(volumes, MOST_PARTS, "volumes", left_out),
        monitors: bounded(parts("monitors"), MOST_PARTS, "monitors", left_out),
        components: bounded(components, MOST_PORTS, "components", left_out),
    }
}

fn cpu(node: &Value) -> Option<Cpu> {
    Some(Cpu {
        name: text(node, "name").or_else(|| text(node, "model"))?,
        cores: number(node, "core"),
        threads: number(node, "thread"),
        mhz: number(node, "speed"),
    })
}

fn memory_module(node: &Value) -> Option<MemoryModule> {
    Some(MemoryModule {
        mib: mebibytes(node, "capacity").filter(|mib| *mib > 0)?,
        kind: text(node, "type").and_then(|value| meaningful(&value)),
        manufacturer: text(node, "manufacturer").and_then(|value| meaningful(&value)),
        serial: text(node, "serialnumber").and_then(|value| serial(&value)),
    })
}

fn storage(node: &Value) -> Option<Storage> {
    Some(Storage {
        name: text(node, "model").or_else(|| text(node, "name"))?,
        serial: text(node, "serial").and_then(|value| serial(&value)),
        size_mb: mebibytes(node, "disksize"),
    })
}

fn volume(node: &Value) -> Option<Volume> {
    let name = ["letter", "type", "volumn", "label"]
        .into_iter()
        .find_map(|key| text(node, key));
    let total_mib = mebibytes(node, "total");
    Some(Volume {
        name: name.or_else(|| total_mib.map(|_| "?".to_owned()))?,
        file_system: text(node, "filesystem"),
        total_mib,
        free_mib: mebibytes(node, "free"),
    })
}

fn part(node: &Value) -> Option<Part> {
    let name = ["name", "caption", "description"]
        .into_iter()
        .find_map(|key| text(node, key));
    Some(Part {
        name: name.or_else(|| text(node, "model"))?,
        manufacturer: text(node, "manufacturer").and_then(|value| meaningful(&value)),
        model: text(node, "model").and_then(|value| meaningful(&value)),
        serial: text(node, "serial").and_then(|value| serial(&value)),
        firmware: text(node, "firmware"),
    })
}

fn operating_system(content: &Value) -> OperatingSystem {
    let (os, hardware) = (object(content, "operatingsystem"), object(content, "hardware"));
    OperatingSystem {
        name: text(os, "full_name")
            .or_else(|| text(os, "name"))
            .or_else(|| text(hardware, "osname")),
        version: text(os, "version").or_else(|| text(hardware, "osversion")),
        arch: text(os, "arch").or_else(|| text(hardware, "archname")),
        kernel: text(os, "kernel_version"),
    }
}

/// By name, so that agents which list in no order give no changes.
fn software(content: &Value, left_out: &mut BTreeMap<&'static str, usize>) -> Vec<Software> {
    let mut all: Vec<Software> = list(content, "softwares")
        .into_iter()
        .filter_map(|node| {
            Some(Software {
                name: text(node, "name")?,
                version: text(node, "version"),
                publisher: text(node, "publisher"),
            })
        })
        .collect();
    all.sort();
    all.dedup();
    bounded(all, MOST_SOFTWARE, "software", left_out)
}

fn network(content: &Value, left_out: &mut BTreeMap<&'static str, usize>) -> Network {
    let (hardware, device) = (object(content, "hardware"), object(content, "network_device"));
    let mut interfaces: Vec<Interface> = Vec::new();
    for node in list(content, "networks") {
        adapter(node, &mut interfaces);
    }
    let ports = list(content, "network_ports");
    interfaces.extend(ports.iter().filter_map(|node| port(node)));
    let connections = ports
        .iter()
        .flat_map(|node| {
            let name = port_name(node).unwrap_or_else(|| "?".to_owned());
            list(node, "connections")
                .into_iter()
                .filter_map(move |seen| connection(&name, seen))
        })
        .collect();
    Network {
        addresses: bounded(addresses(device, "ips"), MOST_PARTS, "addresses", left_out),
        mac: text(device, "mac").map(|mac| mac.to_lowercase()),
        gateway: text(hardware, "defaultgateway"),
        interfaces: bounded(interfaces, MOST_PORTS, "interfaces", left_out),
        connections: bounded(connections, MOST_PORTS, "connections", left_out),
    }
}

/// Agents write one entry for each address of an adapter; loopbacks say nothing.
fn adapter(node: &Value, into: &mut Vec<Interface>) {
    let is_loopback = text(node, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("loopback"));
    let Some(name) = text(node, "description").filter(|_| !is_loopback) else {
        return;
    };
    let mac = text(node, "mac")
        .or_else(|| text(node, "macaddr"))
        .map(|mac| mac.to_lowercase());
    let known = into
        .iter()
        .position(|known| known.name == name && (known.mac == mac || mac.is_none()));
    let place = known.unwrap_or_else(|| {
        into.push(Interface {
            name,
            mac,
            ..Interface::default()
        });
        into.len() - 1
    });
    let interface = &mut into[place];
    for ip in ["ipaddress", "ipaddress6"]
        .into_iter()
        .flat_map(|key| addresses(node, key))
    {
        if !interface.ips.contains(&ip) && interface.ips.len() < MOST_PARTS {
            interface.ips.push(ip);
        }
    }
    interface.speed = interface.speed.or_else(|| number(node, "speed"));
    interface.status = interface
        .status
        .take()
        .or_else(|| text(node, "status").map(|s| s.to_lowercase()));
}

fn port_name(node: &Value) -> Option<String> {
    ["ifname", "ifdescr", "ifalias", "ifnumber"]
        .into_iter()
        .find_map(|key| text(node, key))
}

fn port(node: &Value) -> Option<Interface> {
    // IANA interface type 24 is the loopback.
    if text(node, "iftype").as_deref() == Some("24") {
        return None;
    }
    let mut ips = addresses(node, "ips");
    if ips.is_empty() {
        ips = addresses(node, "ip");
    }
    ips.truncate(MOST_PARTS);
    Some(Interface {
        name: port_name(node)?,
        mac: text(node, "mac").map(|mac| mac.to_lowercase()),
        ips,
        speed: number(node, "ifspeed")
            .map(|bits| bits / 1_000_000)
            .filter(|speed| *speed > 0),
        // ifOperStatus of RFC 2863.
        status: text(node, "ifstatus").map(|status| match status.as_str() {
            "1" => "up".to_owned(),
            "2" => "down".to_owned(),
            "3" => "testing".to_owned(),
            "5" => "dormant".to_owned(),
            "6" => "not present".to_owned(),
            "7" => "lower layer down".to_owned(),
            _ => status,
        }),
    })
}

fn connection(port: &str, node: &Value) -> Option<Connection> {
    let found = Connection {
        port: port.to_owned(),
        name: text(node, "sysname"),
        model: text(node, "model"),
        mac: text(node, "sysmac")
            .or_else(|| text(node, "mac"))
            .map(|mac| mac.to_lowercase()),
        ip: text(node, "ip"),
        remote_port: text(node, "ifdescr"),
    };
    (found.name.is_some() || found.mac.is_some() || found.ip.is_some()).then_some(found)
}

fn printer(content: &Value) -> Printer {
    let counters = object(content, "pagecounters");
    let page_counters = counters
        .as_object()
        .into_iter()
        .flat_map(|fields| fields.keys())
        .filter_map(|name| Some((line(name)?, number(counters, name)?)))
        .take(MOST_PARTS)
        .collect();
    let mut cartridges = Vec::new();
    for node in list(content, "cartridges") {
        match (text(node, "name"), text(node, "value")) {
            (Some(name), Some(level)) => cartridges.push(Cartridge { name, level }),
            _ => cartridges.extend(
                node.as_object()
                    .into_iter()
                    .flatten()
                    .filter_map(|(name, level)| {
                        Some(Cartridge {
                            name: line(name)?,
                            level: scalar(level)?,
                        })
                    }),
            ),
        }
    }
    cartridges.truncate(MOST_PARTS);
    Printer {
        page_counters,
        cartridges,
    }
}

fn phone(content: &Value) -> Phone {
    let cards: Vec<SimCard> = list(content, "simcards")
        .into_iter()
        .map(|node| SimCard {
            operator: text(node, "operator_name").or_else(|| text(node, "operator_code")),
            number: text(node, "phone_number"),
            serial: text(node, "iccid").or_else(|| text(node, "serial")),
        })
        .filter(|card| *card != SimCard::default())
        .take(MOST_PARTS)
        .collect();
    let mut imei: Vec<String> = ["modems", "simcards", "hardware"]
        .into_iter()
        .flat_map(|section| list(content, section))
        .flat_map(|node| list(node, "imei"))
        .filter_map(scalar)
        .filter(|imei| imei.chars().filter(char::is_ascii_digit).count() >= 14)
        .take(MOST_PARTS)
        .collect();
    imei.sort();
    imei.dedup();
    Phone {
        imei,
        sim_cards: cards,
    }
}
