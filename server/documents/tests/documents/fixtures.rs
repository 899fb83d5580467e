//! A believable visit in both languages.
use chrono::{DateTime, TimeZone, Utc};
use onsite_documents::{ClientSignOff, SignOff, Signature, Stroke};
use onsite_model::asset::AssetKind;
use onsite_model::inspection_answer::Outcome;
use onsite_model::language::Language;
use onsite_model::sheet_content::{
    AdviceLine, AnswerLine, Consent, DeviceLine, InspectedDevice, InspectionRecord, PartLine, PhotoLine,
    Provider, SHEET_FORMAT, Severity, SheetContent, WorkLine,
};
use onsite_model::visit::VisitKind;
use uuid::Uuid;

pub(crate) const HASH: &str = "9f2c41ab07de55318c0e6b2d47aa913f5be0c6d87214f39a60d2e5b18c74fa03";
pub(crate) const VERIFY_URL: &str = "https://onsite.example.com/verify/0199f3a1-7c1e-7b52-9d0a-4f6f2f8f1c11";

pub(crate) fn at(hour: u32, minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 5, hour, minute, 0).unwrap()
}

pub(crate) fn provider(language: Language) -> Provider {
    let pick = |en: &str, zh: &str| language.pick(en, zh).to_owned();
    Provider {
        name: pick("Harbour IT Services Ltd.", "海港信息技术服务有限公司"),
        address: pick(
            "Unit 1203, 88 Century Avenue, Shanghai 200120",
            "上海市浦东新区世纪大道88号1203室",
        ),
        phone: pick("+86 21 5555 0188", "021-5555 0188"),
    }
}

pub(crate) fn sheet(language: Language) -> SheetContent {
    let pick = |en: &str, zh: &str| language.pick(en, zh).to_owned();
    let device = |tag: Option<&str>, name: String, kind, passed, flagged, failed| DeviceLine {
        tag: tag.map(str::to_owned),
        name,
        kind,
        passed,
        flagged,
        failed,
    };
    SheetContent {
        format: SHEET_FORMAT.to_owned(),
        sheet_id: Uuid::nil(),
        visit_id: Uuid::nil(),
        version: 1,
        amends: None,
        language,
        time_zone: "Asia/Shanghai".to_owned(),
        provider: provider(language),
        client_name: pick("Lotus Garden Hotel", "莲花园大酒店有限公司"),
        address: pick(
            "15 Lakeside Road, Suzhou Industrial Park, Suzhou",
            "苏州市工业园区湖滨路15号",
        ),
        contact_name: pick("Chen Zhe (front office manager)", "陈喆（前厅部经理）"),
        contact_phone: "+86 138 0000 0188".to_owned(),
        visit_kind: VisitKind::Routine,
        technician_name: pick("Liu Kun", "刘堃"),
        service_content: pick(
            "Quarterly inspection of the server room and the front office.\n\
             Reported by the reception: the printer at desk 2 stops after every third page.",
            "机房与前厅办公区季度例行巡检。\n前台报修：2号工位打印机每打印三页就停止，需要重新开关电源才能恢复。",
        ),
        solution: pick(
            "All twelve devices on the list were inspected. The pick-up roller of the printer was worn and has been \
             replaced; fifty pages printed without a stop. The backup of SRV-01 had failed for three nights because \
             the target share was full: old generations were removed, and a test restore of 1.2 GB succeeded.",
            "已按清单完成全部12台设备的巡检。打印机搓纸轮磨损，已更换，连续打印50页正常。\
             服务器SRV-01的备份因目标共享空间已满连续三晚失败，现已清理旧版本备份，并完成1.2 GB数据的恢复测试，结果正常；\
             另外，机房UPS电池已使用四年，建议尽快更换（详见优化建议）。",
        ),
        started_at: at(1, 5),
        finished_at: at(3, 42),
        work: vec![
            WorkLine {
                at: at(1, 5),
                text: pick("Inspection of the server room", "机房巡检"),
                minutes: 65,
            },
            WorkLine {
                at: at(2, 10),
                text: pick(
                    "Printer at desk 2: roller replaced and tested",
                    "2号工位打印机：更换搓纸轮并测试",
                ),
                minutes: 40,
            },
            WorkLine {
                at: at(2, 50),
                text: pick(
                    "Backup of SRV-01 repaired, test restore",
                    "修复SRV-01备份，恢复测试",
                ),
                minutes: 52,
            },
        ],
        parts: vec![
            PartLine {
                name: pick("Pick-up roller, HP RM2-5741", "搓纸轮（HP RM2-5741）"),
                quantity: 1,
            },
            PartLine {
                name: pick("Patch cable Cat 6, 2 m", "六类网线 2米"),
                quantity: 3,
            },
        ],
        devices: vec![
            device(
                Some("LG-0001"),
                pick("SRV-01 virtualisation host", "SRV-01 虚拟化主机"),
                AssetKind::Server,
                11,
                0,
                1,
            ),
            device(
                Some("LG-0002"),
                pick("Core switch", "核心交换机"),
                AssetKind::Switch,
                9,
                0,
                0,
            ),
            device(
                Some("LG-0003"),
                pick("UPS server room", "机房UPS"),
                AssetKind::Ups,
                6,
                1,
                0,
            ),
            device(
                Some("LG-0017"),
                pick("Printer desk 2", "2号工位打印机"),
                AssetKind::Printer,
                7,
                0,
                1,
            ),
            device(
                None,
                pick("Lobby camera", "大堂摄像机"),
                AssetKind::Camera,
                5,
                1,
                0,
            ),
        ],
        advice: vec![
            AdviceLine {
                device: pick("UPS server room", "机房UPS"),
                severity: Severity::High,
                text: pick(
                    "The batteries are four years old and held the load for 4 minutes only. Replace them within a month.",
                    "电池已使用四年，带载仅能维持4分钟，建议一个月内更换。",
                ),
            },
            AdviceLine {
                device: "SRV-01".to_owned(),
                severity: Severity::Medium,
                text: pick(
                    "Extend the backup share by 2 TB and have failed backups reported by mail.",
                    "建议将备份共享空间扩容2 TB，并开启备份失败邮件告警。",
                ),
            },
            AdviceLine {
                device: pick("Lobby camera", "大堂摄像机"),
                severity: Severity::Low,
                text: pick("Clean the dome at the next visit.", "下次上门时清洁球罩。"),
            },
        ],
        photos: vec![
            PhotoLine {
                sha256: HASH.chars().rev().collect(),
                caption: pick("Worn pick-up roller", "磨损的搓纸轮"),
            },
            PhotoLine {
                sha256: HASH.to_owned(),
                caption: pick("UPS display during the load test", "UPS带载测试时的显示屏"),
            },
        ],
        consent: Consent {
            version: 3,
            text: pick(
                "I have been shown this service sheet and confirm that the work listed above was carried out. Both \
                 parties accept this electronic signature and the hash below as proof of the content.",
                "本人已阅读本服务单，确认上述服务已经完成。双方同意以本电子签名及下列哈希值作为内容的凭证，\
                 其效力等同于手写签名。",
            ),
        },
    }
}

pub(crate) fn signed(language: Language) -> SignOff {
    let pick = |en: &str, zh: &str| language.pick(en, zh).to_owned();
    SignOff {
        client: ClientSignOff::Signed(Signature {
            name: pick("Chen Zhe", "陈喆"),
            role: pick("Front office manager", "前厅部经理"),
            signed_at: at(3, 47),
            strokes: scrawl(5, 1.0),
        }),
        technician: technician(language),
    }
}

pub(crate) fn technician(language: Language) -> Signature {
    Signature {
        name: language.pick("Liu Kun", "刘堃").to_owned(),
        role: language.pick("Field technician", "现场工程师").to_owned(),
        signed_at: at(3, 49),
        strokes: scrawl(3, 1.6),
    }
}

/// Loops and a dot, as a hurried hand writes them on glass.
fn scrawl(loops: u8, slant: f32) -> Vec<Stroke> {
    let stroke = (0..=u16::from(loops) * 14)
        .map(|i| {
            let turn = f32::from(i) * 0.45;
            let x = 40.0 + turn * 22.0 + 26.0 * (turn * 1.1).sin() * slant;
            let y = 110.0 - 42.0 * turn.cos() * (1.0 - turn * 0.018) + 9.0 * (turn * 0.37).sin();
            (x, y)
        })
        .collect();
    let underline = vec![(30.0, 172.0), (120.0, 166.0), (260.0, 171.0), (430.0, 158.0)];
    vec![stroke, underline, vec![(96.0, 40.0)]]
}

/// A record of `count` devices with `items` answers each; every seventh device was not inspected.
pub(crate) fn record(language: Language, count: usize, items: usize) -> InspectionRecord {
    let pick = |en: &str, zh: &str| language.pick(en, zh).to_owned();
    InspectionRecord {
        language,
        time_zone: "Asia/Shanghai".to_owned(),
        provider: provider(language),
        client_name: pick("Lotus Garden Hotel", "莲花园大酒店有限公司"),
        site_name: pick("Suzhou main building", "苏州主楼"),
        address: pick(
            "15 Lakeside Road, Suzhou Industrial Park, Suzhou",
            "苏州市工业园区湖滨路15号",
        ),
        technician_name: pick("Liu Kun", "刘堃"),
        started_at: at(1, 5),
        finished_at: at(3, 42),
        devices: (0..count).map(|i| inspected_device(language, i, items)).collect(),
        advice: sheet(language).advice,
    }
}

fn inspected_device(language: Language, index: usize, items: usize) -> InspectedDevice {
    let pick = |en: &str, zh: &str| language.pick(en, zh).to_owned();
    let (kind, name, details) = match index % 4 {
        0 => (
            AssetKind::Server,
            pick("Virtualisation host", "虚拟化主机"),
            "Dell PowerEdge R750 · SN 7XK21Z3",
        ),
        1 => (
            AssetKind::Switch,
            pick("Access switch", "接入交换机"),
            "H3C S5130S-28P · SN 210235A1",
        ),
        2 => (
            AssetKind::Printer,
            pick("Office printer", "办公打印机"),
            "HP LaserJet M404dn · SN PHB4C",
        ),
        _ => (
            AssetKind::Computer,
            pick("Reception PC", "前台电脑"),
            "Lenovo ThinkCentre M70q",
        ),
    };
    let skipped = index % 7 == 6;
    InspectedDevice {
        tag: (index % 5 != 4).then(|| format!("LG-{:04}", index + 1)),
        name: format!("{name} {}", index + 1),
        kind,
        details: details.to_owned(),
        location: pick("2nd floor, server room, rack 3", "二楼机房3号机柜"),
        checklist: if skipped {
            String::new()
        } else {
            pick("Hardware check, v4", "硬件检查 v4")
        },
        remark: if skipped {
            pick(
                "Room locked, no key on site.",
                "房间上锁，现场没有钥匙，未能巡检。",
            )
        } else {
            String::new()
        },
        answers: if skipped {
            Vec::new()
        } else {
            (0..items).map(|i| answer(language, index, i)).collect()
        },
    }
}

fn answer(language: Language, device: usize, index: usize) -> AnswerLine {
    let items = [
        ("Housing clean, no damage", "外观清洁，无损坏"),
        ("Fans run without noise", "风扇运转无异响"),
        ("Temperature at the inlet", "进风口温度"),
        ("Indicator lights normal", "指示灯状态正常"),
        ("Free space on the system disk", "系统盘剩余空间"),
        ("Operating system up to date", "操作系统补丁已更新"),
        (
            "Last successful backup not older than a day",
            "最近一次成功备份不超过24小时",
        ),
        ("Cables labelled and strain-relieved", "线缆标识清晰、固定良好"),
    ];
    let pick = |(en, zh): (&str, &str)| language.pick(en, zh).to_owned();
    let outcome = match (device * 5 + index * 3) % 17 {
        3 => Some(Outcome::Flag),
        8 => Some(Outcome::Fail),
        11 => Some(Outcome::NotApplicable),
        14 => None,
        _ => Some(Outcome::Pass),
    };
    let reading = match index % items.len() {
        2 => "23.5 °C".to_owned(),
        4 => "118 GB".to_owned(),
        _ => String::new(),
    };
    let note = match outcome {
        Some(Outcome::Flag) => pick((
            "Dust in the intake; to be cleaned with compressed air at the next visit",
            "进风口有积尘，下次上门时用压缩空气清理",
        )),
        Some(Outcome::Fail) => pick((
            "Not in order, see advice. The contact was told on site.",
            "不符合要求，详见优化建议；已当面告知联系人。",
        )),
        _ => String::new(),
    };
    AnswerLine {
        section: pick(if index % items.len() < 4 {
            ("Hardware", "硬件")
        } else {
            ("Software", "软件")
        }),
        item: pick(items[index % items.len()]),
        outcome,
        value: reading,
        note,
    }
}
