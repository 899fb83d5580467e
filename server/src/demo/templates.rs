//! The demo's checklists, one for each common kind of device.
use super::Seeder;
use onsite_model::asset::AssetKind;
use onsite_model::checklist_template::{AnswerType, ChecklistTemplate, Condition, Item, Section};
use onsite_model::inspection_answer::Outcome;
use onsite_model::language::Bilingual;
use onsite_services::ServiceError;
use uuid::Uuid;

/// Key, English, Chinese, kind of answer, unit.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    AnswerType,
    Option<&'static str>,
);
/// English, Chinese, items.
type SectionRow = (&'static str, &'static str, &'static [Row]);

use AnswerType::{Check, Reading, Text};

const COMPUTER: &[SectionRow] = &[
    (
        "Hardware",
        "硬件",
        &[
            (
                "exterior",
                "Case, cables and fan clean and sound",
                "机箱、线缆、风扇完好清洁",
                Check,
                None,
            ),
            (
                "disk_free",
                "Free space on the system disk",
                "系统盘剩余空间",
                Reading,
                Some("%"),
            ),
            (
                "disk_health",
                "Disk health (SMART)",
                "硬盘健康状态（SMART）",
                Check,
                None,
            ),
            (
                "memory",
                "Memory in use when idle",
                "空闲时内存占用",
                Reading,
                Some("%"),
            ),
        ],
    ),
    (
        "Software",
        "软件",
        &[
            (
                "updates",
                "System updates installed",
                "系统补丁已更新",
                Check,
                None,
            ),
            (
                "antivirus",
                "Antivirus running, signatures current",
                "杀毒软件运行且病毒库最新",
                Check,
                None,
            ),
            (
                "licence",
                "Software licences in order",
                "软件授权合规",
                Check,
                None,
            ),
        ],
    ),
];

const SERVER: &[SectionRow] = &[
    (
        "Hardware",
        "硬件",
        &[
            ("leds", "Status lights normal", "状态指示灯正常", Check, None),
            ("raid", "RAID healthy", "RAID 状态正常", Check, None),
            (
                "temperature",
                "Inlet temperature",
                "进风温度",
                Reading,
                Some("°C"),
            ),
            (
                "power",
                "Both power supplies running",
                "双电源工作正常",
                Check,
                None,
            ),
        ],
    ),
    (
        "Operation",
        "运行",
        &[
            (
                "disk_free",
                "Free space on the data volume",
                "数据盘剩余空间",
                Reading,
                Some("%"),
            ),
            (
                "backup",
                "Last backup succeeded and was restored once",
                "最近备份成功并做过恢复验证",
                Check,
                None,
            ),
            (
                "logs",
                "System log without critical entries",
                "系统日志无严重告警",
                Text,
                None,
            ),
        ],
    ),
];

const SWITCH: &[SectionRow] = &[(
    "Network",
    "网络",
    &[
        (
            "leds",
            "Port and status lights normal",
            "端口及状态灯正常",
            Check,
            None,
        ),
        ("uplink", "Uplink error-free", "上联口无错包", Check, None),
        ("firmware", "Firmware version", "固件版本", Text, None),
        ("config", "Configuration backed up", "配置已备份", Check, None),
        (
            "cabling",
            "Cables labelled and tidy",
            "线缆标识清晰、整理有序",
            Check,
            None,
        ),
    ],
)];

const PRINTER: &[SectionRow] = &[(
    "Printing",
    "打印",
    &[
        ("test_page", "Test page clean", "测试页清晰", Check, None),
        ("toner", "Toner left", "墨粉余量", Reading, Some("%")),
        ("counter", "Page counter", "总页数", Reading, None),
        (
            "rollers",
            "Rollers and tray clean",
            "搓纸轮与纸盒清洁",
            Check,
            None,
        ),
    ],
)];

const UPS: &[SectionRow] = &[(
    "Power",
    "电源",
    &[
        ("load", "Load", "负载", Reading, Some("%")),
        (
            "runtime",
            "Runtime left at this load",
            "当前负载续航",
            Reading,
            Some("min"),
        ),
        (
            "battery",
            "Battery not swollen, not past its age",
            "电池无鼓包、未超期",
            Check,
            None,
        ),
        ("self_test", "Self-test passed", "自检通过", Check, None),
    ],
)];

const CAMERA: &[SectionRow] = &[(
    "Surveillance",
    "监控",
    &[
        (
            "picture",
            "Picture sharp, lens clean",
            "画面清晰、镜头清洁",
            Check,
            None,
        ),
        (
            "recording",
            "Recording kept for",
            "录像保存天数",
            Reading,
            Some("d"),
        ),
        ("time", "Time on the picture correct", "画面时间正确", Check, None),
        ("night", "Night vision works", "夜视正常", Check, None),
    ],
)];

const ALL: [(AssetKind, &str, &str, &[SectionRow]); 6] = [
    (AssetKind::Computer, "Computer check", "计算机巡检", COMPUTER),
    (AssetKind::Server, "Server check", "服务器巡检", SERVER),
    (AssetKind::Switch, "Switch check", "交换机巡检", SWITCH),
    (AssetKind::Printer, "Printer check", "打印机巡检", PRINTER),
    (AssetKind::Ups, "UPS check", "UPS 巡检", UPS),
    (AssetKind::Camera, "Camera check", "摄像机巡检", CAMERA),
];

/// What a reading should lie between, by its key.
fn limits(key: &str) -> (Option<f64>, Option<f64>) {
    match key {
        "disk_free" | "toner" => (Some(15.0), None),
        "memory" | "load" => (None, Some(80.0)),
        "temperature" => (Some(18.0), Some(27.0)),
        "runtime" => (Some(10.0), None),
        "recording" => (Some(30.0), None),
        _ => (None, None),
    }
}

/// What to look at and how, where the label does not say it.
fn guidance(key: &str) -> Option<Bilingual> {
    match key {
        "disk_health" => Some(both(
            "Read the SMART table. Reallocated or pending sectors above 0 are a fail: the data has to be copied soon.",
            "查看 SMART 表。重映射或待映射扇区数大于 0 即为不合格：需尽快备份数据。",
        )),
        "backup" => Some(both(
            "Open the newest backup and restore one small file; a job that ran is no proof.",
            "打开最新备份并恢复一个小文件；任务已运行不代表备份可用。",
        )),
        "battery" => Some(both(
            "Pull the mains for ten seconds with the client's consent and watch the load.",
            "征得客户同意后断开市电十秒，观察负载是否正常。",
        )),
        _ => None,
    }
}

/// Adds all of them.
pub(crate) fn add(seeder: &mut Seeder<'_, '_>) -> Result<(), ServiceError> {
    for (kind, en, zh, sections) in ALL {
        let key = key(kind);
        let template = ChecklistTemplate {
            family_id: super::id(&format!("{key}/family")),
            version: 1,
            name: both(en, zh),
            asset_kind: kind,
            sections: sections.iter().map(section).collect(),
        };
        seeder.add(&key, &template)?;
    }
    Ok(())
}

/// The checklist for a kind of device.
pub(super) fn of(kind: AssetKind) -> Uuid {
    super::id(&key(kind))
}

fn key(kind: AssetKind) -> String {
    format!("template/{}", kind.name())
}

/// An item as far as an answer depends on it.
pub(super) struct Asked {
    pub(super) key: &'static str,
    pub(super) answer: AnswerType,
    pub(super) unit: Option<&'static str>,
    pub(super) critical: bool,
}

impl Asked {
    /// What a reading says by its limits.
    pub(super) fn judge(&self, value: f64) -> Outcome {
        let (low, high) = limits(self.key);
        let is_within = low.is_none_or(|low| value >= low) && high.is_none_or(|high| value <= high);
        if is_within { Outcome::Pass } else { Outcome::Flag }
    }
}

/// The items of a kind's checklist that are always asked.
pub(super) fn asked(kind: AssetKind) -> impl Iterator<Item = Asked> {
    let of_kind = ALL.into_iter().filter(move |(one, ..)| *one == kind);
    let items = of_kind.flat_map(|(_, _, _, sections)| sections.iter().flat_map(|(_, _, items)| *items));
    items
        .filter(|(key, ..)| *key != CONDITIONAL)
        .map(|&(key, _, _, answer, unit)| Asked {
            key,
            answer,
            unit,
            critical: is_critical(key),
        })
}

/// The item that is asked only where the backup is not in order.
const CONDITIONAL: &str = "logs";

fn is_critical(key: &str) -> bool {
    matches!(key, "disk_health" | "backup" | "battery")
}

fn section((en, zh, items): &SectionRow) -> Section {
    let item = |(key, en, zh, answer, unit): &Row| {
        let (low, high) = limits(key);
        Item {
            key: (*key).to_owned(),
            label: both(en, zh),
            answer: *answer,
            required: true,
            unit: unit.map(str::to_owned),
            low,
            high,
            critical: is_critical(key),
            guidance: guidance(key),
            picture: None,
            only_if: (*key == CONDITIONAL).then(|| Condition {
                item: "backup".to_owned(),
                outcomes: vec![Outcome::Flag, Outcome::Fail],
            }),
        }
    };
    Section {
        title: both(en, zh),
        items: items.iter().map(item).collect(),
    }
}

fn both(en: &str, zh: &str) -> Bilingual {
    Bilingual {
        en: en.to_owned(),
        zh_cn: zh.to_owned(),
    }
}
