//! The kind of an asset by the words people and vendors use for it, in English and Chinese.
use super::text::words_of;
use onsite_model::asset::AssetKind;

/// Words by kind, the telling ones first: a "UPS for server room" is no server, a "wireless router" no access
/// point. A Latin word fits a whole word (or its plural), a phrase consecutive ones; Chinese fits anywhere.
const WORDS: &[(AssetKind, &[&str])] = &[
    (
        AssetKind::Ups,
        &[
            "ups",
            "uninterruptible power",
            "smart ups",
            "pdu",
            "不间断",
            "不间断电源",
        ],
    ),
    (
        AssetKind::Firewall,
        &[
            "firewall",
            "fortigate",
            "fortinet",
            "sonicwall",
            "pfsense",
            "opnsense",
            "asa5505",
            "asa5506",
            "adaptive security",
            "utm",
            "防火墙",
        ],
    ),
    (
        AssetKind::Camera,
        &[
            "camera",
            "cctv",
            "ipcam",
            "nvr",
            "dvr",
            "摄像",
            "摄像头",
            "监控",
            "录像机",
        ],
    ),
    (
        AssetKind::Printer,
        &[
            "printer",
            "laserjet",
            "officejet",
            "deskjet",
            "mfp",
            "mfc",
            "multifunction",
            "copier",
            "plotter",
            "打印",
            "复印",
            "绘图仪",
        ],
    ),
    (
        AssetKind::Router,
        &[
            "router",
            "wireless router",
            "mikrotik",
            "routeros",
            "路由器",
            "网关",
        ],
    ),
    (
        AssetKind::AccessPoint,
        &[
            "access point",
            "wireless ap",
            "wifi ap",
            "aironet",
            "uap",
            "wap",
            "ap",
            "无线接入",
            "无线ap",
        ],
    ),
    (
        AssetKind::Switch,
        &[
            "switch",
            "switching",
            "catalyst",
            "nexus",
            "procurve",
            "jetstream",
            "交换机",
        ],
    ),
    (
        AssetKind::Laptop,
        &[
            "laptop",
            "notebook",
            "macbook",
            "thinkpad",
            "ultrabook",
            "chromebook",
            "elitebook",
            "probook",
            "latitude",
            "zenbook",
            "ideapad",
            "笔记本",
            "便携式",
        ],
    ),
    (
        AssetKind::Storage,
        &[
            "nas",
            "san",
            "storage",
            "disk array",
            "tape library",
            "synology",
            "diskstation",
            "qnap",
            "存储",
            "磁盘阵列",
        ],
    ),
    (
        AssetKind::Server,
        &[
            "server",
            "poweredge",
            "proliant",
            "esxi",
            "hypervisor",
            "服务器",
            "刀片",
        ],
    ),
    (
        AssetKind::Monitor,
        &["monitor", "display", "screen", "显示器", "显示屏"],
    ),
    (
        AssetKind::Phone,
        &[
            "phone",
            "iphone",
            "smartphone",
            "cellphone",
            "handset",
            "voip",
            "mobile",
            "电话",
            "手机",
            "话机",
        ],
    ),
    (
        AssetKind::Computer,
        &[
            "computer",
            "desktop",
            "pc",
            "workstation",
            "imac",
            "mac mini",
            "optiplex",
            "thinkcentre",
            "tower",
            "thin client",
            "台式",
            "台式机",
            "电脑",
            "计算机",
            "主机",
            "工作站",
            "一体机",
        ],
    ),
];

/// The first kind one of whose words stands in the text.
pub(crate) fn kind_in(text: &str) -> Option<AssetKind> {
    let words = words_of(text);
    let lower = text.to_lowercase();
    WORDS
        .iter()
        .find(|(_, candidates)| candidates.iter().any(|word| stands_in(word, &words, &lower)))
        .map(|(kind, _)| *kind)
}

fn stands_in(word: &str, words: &[String], lower: &str) -> bool {
    if !word.is_ascii() {
        return lower.contains(word);
    }
    let parts: Vec<&str> = word.split(' ').collect();
    words.windows(parts.len()).any(|window| {
        window
            .iter()
            .zip(&parts)
            .all(|(have, want)| have == want || plural_of(have, want))
    })
}

fn plural_of(have: &str, want: &str) -> bool {
    have.strip_prefix(want)
        .is_some_and(|rest| rest == "s" || rest == "es")
}
