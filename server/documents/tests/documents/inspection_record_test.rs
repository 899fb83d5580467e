//! The inspection record.
use crate::fixtures::record;
use crate::pdf_text::{pages, unspaced, word_boxes};
use onsite_documents::inspection_record;
use onsite_model::language::Language;
use onsite_model::settings::Brand;

#[test]
fn an_english_record_lists_every_device_with_every_answer() {
    let record = record(Language::En, 9, 8);
    let pages = pages(
        "record-en",
        &inspection_record(&record, &Brand::default()).unwrap(),
    );
    let text = pages.join(" ");
    for phrase in [
        "Inspection record",
        "Lotus Garden Hotel",
        "Suzhou main building",
        "8 of 9",
        "2 LG-0002 Access switch 2 Switch 4 1 1",
        "1. LG-0001 · Virtualisation host 1",
        "Server · Dell PowerEdge R750 · SN 7XK21Z3 · 2nd floor, server room, rack 3 · Hardware check, v4",
        "5. Virtualisation host 5",
        "Temperature at the inlet Pass 23.5 °C",
        "Indicator lights normal Not checked",
        "7. LG-0007 · Office printer 7 Printer · HP LaserJet M404dn · SN PHB4C",
        "Room locked, no key on site. Nothing was recorded for this device.",
        "Optimisation advice Severity Device Advice High UPS server room",
    ] {
        assert!(text.contains(phrase), "{phrase:?} is missing in: {text}");
    }
    // One more each for the figure in the summary.
    assert_eq!(text.matches("Not applicable").count(), 3 + 1);
    assert_eq!(text.matches("Not checked").count(), 3 + 1);
    assert_eq!(text.matches("Cables labelled and strain-relieved").count(), 8);
    assert!(pages.len() >= 3);
}

#[test]
fn a_chinese_record_lists_every_device_with_every_answer() {
    let record = record(Language::ZhCn, 9, 8);
    let text = unspaced(
        "record-zh",
        &inspection_record(&record, &Brand::default()).unwrap(),
    );
    for phrase in [
        "巡检表",
        "莲花园大酒店有限公司",
        "苏州主楼",
        "8/9",
        "2LG-0002接入交换机2交换机411",
        "3.LG-0003·办公打印机3打印机·HPLaserJetM404dn·SNPHB4C·二楼机房3号机柜·硬件检查v4",
        "进风口温度正常23.5°C",
        "房间上锁，现场没有钥匙，未能巡检。该设备没有检查记录。",
        "优化建议重要程度设备建议高机房UPS",
    ] {
        assert!(text.contains(phrase), "{phrase:?} is missing in: {text}");
    }
    for (item, count) in [("外观清洁，无损坏", 8), ("最近一次成功备份不超过24小时", 8)] {
        assert_eq!(text.matches(item).count(), count, "{item}");
    }
}

#[test]
fn a_device_that_goes_on_to_the_next_page_is_named_there_again() {
    let pages = pages(
        "record-60",
        &inspection_record(&record(Language::En, 60, 12), &Brand::default()).unwrap(),
    );
    let text = pages.join(" ");
    for i in 1..=60 {
        assert!(text.contains(&format!("{i}. ")), "device {i}");
    }
    for page in &pages {
        let continued = page.find("(continued)");
        assert!(
            continued.is_none_or(|at| at < 200),
            "a title is repeated in the middle of: {page}"
        );
    }
    assert!(
        pages
            .iter()
            .any(|page| page.contains("(continued) Item Result Reading Note"))
    );
    for (i, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {}", i + 1, pages.len())));
        assert!(page.len() > 150, "nearly empty: {page}");
    }
}

#[test]
fn a_record_without_devices_or_advice_says_so() {
    let mut record = record(Language::En, 0, 0);
    record.advice.clear();
    let pages = pages(
        "record-empty",
        &inspection_record(&record, &Brand::default()).unwrap(),
    );
    assert_eq!(pages.len(), 1);
    assert!(pages[0].contains("0 of 0") && pages[0].contains("No optimisation advice was given."));
}

#[test]
fn nothing_leaves_the_margins_however_long_it_is() {
    let mut record = record(Language::ZhCn, 3, 3);
    let word = "X9".repeat(1500);
    let device = &mut record.devices[0];
    device.name = word.clone();
    device.details = word.clone();
    device.remark = "龘".repeat(4000);
    device.answers[0].note = word.clone();
    device.answers[1].item = "堃".repeat(6000);
    device.answers[2].section = word.clone();
    record.site_name = word;
    let pdf = inspection_record(&record, &Brand::default()).unwrap();
    for [left, top, right, bottom] in word_boxes("record-endless", &pdf) {
        assert!(
            left > 46.0 && right < 549.0 && top > 10.0 && bottom < 832.0,
            "{left} {top} {right} {bottom}"
        );
    }
    let text = unspaced("record-endless", &pdf);
    // The remark stands in the overview as well as beside its device; the technician's name has a 堃 of its own.
    assert_eq!(text.matches('龘').count(), 2 * 4000);
    assert_eq!(text.matches('堃').count(), 6000 + 1);
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    let record = record(Language::ZhCn, 6, 8);
    assert_eq!(
        inspection_record(&record, &Brand::default()).unwrap(),
        inspection_record(&record, &Brand::default()).unwrap()
    );
}
