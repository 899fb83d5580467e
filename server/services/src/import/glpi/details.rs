//! The one shape of an asset's `details` as inventories fill it. Empty parts are left out; lists are bounded,
//! because phones carry them, and what was left out is counted in `agent.left_out`.
//!
//! | section | content |
//! |---|---|
//! | `hardware` | [`Hardware`] |
//! | `operating_system` | [`OperatingSystem`] |
//! | `software` | list of [`Software`], by name |
//! | `network` | [`Network`] |
//! | `printer` | [`Printer`] |
//! | `phone` | [`Phone`] |
//! | `agent` | [`Agent`] |
use serde::Serialize;
use std::collections::BTreeMap;

/// The sections an inventory owns.
pub(super) const SECTIONS: &[&str] = &[
    "hardware",
    "operating_system",
    "software",
    "network",
    "printer",
    "phone",
    "agent",
];

/// Most programs kept of one machine; a desktop has 100 to 300, a Linux host lists every package.
pub(super) const MOST_SOFTWARE: usize = 300;
/// Most interfaces, connections and components kept of one device.
pub(super) const MOST_PORTS: usize = 256;
/// Most entries of every other list.
pub(super) const MOST_PARTS: usize = 64;

/// What it is made of.
#[derive(Debug, Default, Serialize)]
pub(super) struct Hardware {
    /// Such as `Laptop` or `Rack Mount Chassis`, in the firmware's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chassis: Option<String>,
    /// The hypervisor, of a virtual machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_machine: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firmware: Option<String>,
    /// The owner's tag as set in the firmware; not our service label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset_tag: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cpu: Vec<Cpu>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub memory_modules: Vec<MemoryModule>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub storages: Vec<Storage>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<Volume>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub monitors: Vec<Part>,
    /// Parts with a serial number of their own: members of a stack, modules, managed access points.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Part>,
}

#[derive(Debug, Serialize)]
pub(super) struct Cpu {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cores: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<u64>,
    /// Nominal clock in MHz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mhz: Option<u64>,
}

#[derive(Debug, Serialize)]
pub(super) struct MemoryModule {
    pub mib: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
}

/// A drive.
#[derive(Debug, Serialize)]
pub(super) struct Storage {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// In MB, as drives are sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_mb: Option<u64>,
}

/// A file system.
#[derive(Debug, Serialize)]
pub(super) struct Volume {
    /// Where it is mounted, or its letter.
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_system: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_mib: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_mib: Option<u64>,
}

/// A monitor or component.
#[derive(Debug, Serialize)]
pub(super) struct Part {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firmware: Option<String>,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct OperatingSystem {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel: Option<String>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Software {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct Network {
    /// Addresses it is managed by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub interfaces: Vec<Interface>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<Connection>,
}

/// A network adapter of a machine or a port of a device.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Interface {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ips: Vec<String>,
    /// In Mbit/s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<u64>,
    /// `up`, `down` or what else the agent says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// What a port sees at the other end.
#[derive(Debug, Serialize)]
pub(super) struct Connection {
    /// Name of our port.
    pub port: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// Name of their port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_port: Option<String>,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct Printer {
    /// Pages by what was counted: `total`, `color`, `rectoverso` …
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub page_counters: BTreeMap<String, u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cartridges: Vec<Cartridge>,
}

#[derive(Debug, Serialize)]
pub(super) struct Cartridge {
    /// Such as `tonerblack`.
    pub name: String,
    /// What is left, in percent, or the device's own word for it.
    pub level: String,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct Phone {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub imei: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sim_cards: Vec<SimCard>,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct SimCard {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The card's own number (ICCID).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
}

/// Who says all this, and when.
#[derive(Debug, Default, Serialize)]
pub(super) struct Agent {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deviceid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The machine's id from its firmware.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// By the machine's own clock, `YYYY-MM-DD HH:MM:SS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inventoried_at: Option<String>,
    /// Entries beyond the bounds, by list.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub left_out: BTreeMap<&'static str, usize>,
}
