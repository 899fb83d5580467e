//! The demo's devices: about thirty a site, most with a label, some still without one.
use super::Seeder;
use super::clients::Place;
use chrono::{Datelike, NaiveDate};
use onsite_model::asset::{Asset, AssetKind, AssetStatus};
use onsite_model::language::Language;
use onsite_services::ServiceError;
use uuid::Uuid;

/// A device, as the visits need it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Device {
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) kind: AssetKind,
}

/// How many of each kind a site has, with names, maker and model.
const MIX: [(AssetKind, usize, &str, &str, &str, &str); 9] = [
    (
        AssetKind::Server,
        2,
        "Server",
        "服务器",
        "Dell",
        "PowerEdge R650xs",
    ),
    (AssetKind::Switch, 3, "Switch", "交换机", "H3C", "S5130S-28P-EI"),
    (
        AssetKind::Firewall,
        1,
        "Firewall",
        "防火墙",
        "Fortinet",
        "FortiGate 60F",
    ),
    (
        AssetKind::AccessPoint,
        3,
        "Access point",
        "无线 AP",
        "Ruijie",
        "RG-AP820-L",
    ),
    (
        AssetKind::Computer,
        11,
        "Workstation",
        "台式机",
        "Lenovo",
        "ThinkCentre M750e",
    ),
    (AssetKind::Laptop, 5, "Laptop", "笔记本", "HP", "EliteBook 840 G9"),
    (
        AssetKind::Printer,
        2,
        "Printer",
        "打印机",
        "Brother",
        "HL-L5210DN",
    ),
    (AssetKind::Ups, 1, "UPS", "UPS 电源", "APC", "SRT1000XLI"),
    (
        AssetKind::Camera,
        3,
        "Camera",
        "摄像机",
        "Hikvision",
        "DS-2CD2T47G2",
    ),
];

/// Adds them.
pub(crate) fn add(seeder: &mut Seeder<'_, '_>, places: &[Place]) -> Result<Vec<Device>, ServiceError> {
    let mut devices = Vec::new();
    let mut number = 0_u32;
    for place in places {
        for (kind, count, en, zh, maker, model) in MIX {
            for nth in 1..=count {
                number += 1;
                let name = place.language.pick(en, zh);
                let asset = Asset {
                    site_id: place.site,
                    // The last workstations of a site wait for their label.
                    tag: (kind != AssetKind::Computer || nth <= 5).then(|| format!("DM-{number:05}")),
                    claimed_tag: None,
                    kind,
                    name: format!("{name} {nth:02}"),
                    manufacturer: Some(maker.to_owned()),
                    model: Some(model.to_owned()),
                    serial: Some(format!(
                        "{}{:07}",
                        &maker[..2].to_uppercase(),
                        4_120_000 + number * 37
                    )),
                    status: if number.is_multiple_of(41) {
                        AssetStatus::Spare
                    } else {
                        AssetStatus::InService
                    },
                    quantity: None,
                    location: Some(location(place.language, kind, nth)),
                    parent_id: None,
                    seen_at: None,
                    purchased_on: bought(seeder.now.year(), number),
                    warranty_until: bought(seeder.now.year() + 3, number),
                    notes: None,
                    details: None,
                    source: None,
                    source_key: None,
                };
                let id = seeder.add(&format!("asset/{number}"), &asset)?;
                devices.push(Device {
                    id,
                    site: place.site,
                    kind,
                });
            }
        }
    }
    Ok(devices)
}

fn bought(year: i32, number: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year - 1 - (number % 4) as i32, 1 + number % 12, 1 + number % 28)
}

fn location(language: Language, kind: AssetKind, nth: usize) -> String {
    match kind {
        AssetKind::Server | AssetKind::Switch | AssetKind::Firewall | AssetKind::Ups => {
            language.pick("Rack A", "A 机柜").to_owned()
        }
        AssetKind::Camera | AssetKind::AccessPoint => {
            format!("{} {nth}", language.pick("Corridor, ceiling", "走廊吊顶"))
        }
        _ => format!("{} {nth:02}", language.pick("Desk", "工位")),
    }
}
