//! The service sheet.
use crate::fixtures::{HASH, VERIFY_URL, at, sheet, signed, technician};
use crate::pdf_text::{pages, unspaced, word_boxes};
use onsite_documents::{ClientSignOff, DocumentError, Sheet, SignOff, service_sheet};
use onsite_model::asset::AssetKind;
use onsite_model::language::Language;
use onsite_model::settings::Brand;
use onsite_model::sheet_content::{DeviceLine, SheetContent};

fn filed<'a>(content: &'a SheetContent, outcome: &'a SignOff) -> Sheet<'a> {
    Sheet {
        content,
        number: Some("SS-2026-0042"),
        hash: HASH,
        verify_url: Some(VERIFY_URL),
        outcome,
        rating: Some(4),
        brand: &PLAIN,
    }
}

const PLAIN: Brand = Brand {
    colour: None,
    logo: None,
};

fn render(content: &SheetContent, outcome: &SignOff) -> Vec<u8> {
    service_sheet(&filed(content, outcome)).unwrap()
}

#[track_caller]
fn assert_says(text: &str, phrases: &[&str]) {
    for phrase in phrases {
        assert!(text.contains(phrase), "{phrase:?} is missing in: {text}");
    }
}

#[test]
fn an_english_sheet_says_everything_it_was_given() {
    let pdf = render(&sheet(Language::En), &signed(Language::En));
    let text = pages("sheet-en", &pdf).join(" ");
    assert_says(
        &text,
        &[
            "Service sheet",
            "No. SS-2026-0042",
            "Harbour IT Services Ltd.",
            "Lotus Garden Hotel",
            "15 Lakeside Road, Suzhou Industrial Park, Suzhou",
            "Chen Zhe (front office manager)",
            "+86 138 0000 0188",
            "Thu, 5 Mar 2026 09:05–11:42 · 2 h 37 min",
            "Asia/Shanghai, UTC+8",
            "Routine inspection",
            "Reported by the reception: the printer at desk 2 stops after every third page.",
            "a test restore of 1.2 GB succeeded.",
            "10:10 Printer at desk 2: roller replaced and tested 40",
            "Total 157",
            "Patch cable Cat 6, 2 m 3",
            "LG-0001 SRV-01 virtualisation host Server 11 0 1",
            "— Lobby camera Camera 5 1 0",
            "High UPS server room The batteries",
            "2 UPS display during the load test 9f2c 41ab 07de 5531",
            "Client's rating 4/5",
            "I have been shown this service sheet",
            &format!("SHA-256: {HASH}"),
            "Thu, 5 Mar 2026 11:47 (UTC+8)",
            "Thu, 5 Mar 2026 11:49 (UTC+8)",
            "Page 1 of 2",
            "Page 2 of 2",
        ],
    );
}

#[test]
fn a_chinese_sheet_says_everything_it_was_given() {
    let pdf = render(&sheet(Language::ZhCn), &signed(Language::ZhCn));
    let text = unspaced("sheet-zh", &pdf);
    assert_says(
        &text,
        &[
            "服务单",
            "编号SS-2026-0042",
            "海港信息技术服务有限公司",
            "客户名称",
            "莲花园大酒店有限公司",
            "苏州市工业园区湖滨路15号",
            "陈喆（前厅部经理）",
            "2026年3月5日星期四09:05–11:42·2小时37分钟",
            "例行巡检",
            "服务内容机房与前厅办公区季度例行巡检。",
            "服务器SRV-01的备份因目标共享空间已满连续三晚失败",
            "合计157",
            "搓纸轮（HPRM2-5741）1",
            "LG-0003机房UPSUPS电源610",
            "优化建议",
            "高机房UPS电池已使用四年",
            "2UPS带载测试时的显示屏9f2c41ab07de5531",
            "其效力等同于手写签名。",
            HASH,
            "客户签字工程师签字陈喆刘堃前厅部经理现场工程师",
            "第1页，共2页",
        ],
    );
}

#[test]
fn rare_and_unknown_characters_can_be_read_back() {
    let mut content = sheet(Language::ZhCn);
    content.client_name = "龘䶮喆堃㛃犇有限公司".to_owned();
    content.service_content = "客户留言：谢谢👍，合作愉快🤝！".to_owned();
    let text = unspaced("sheet-rare", &render(&content, &signed(Language::ZhCn)));
    assert_says(&text, &["龘䶮喆堃㛃犇有限公司", "谢谢👍，合作愉快", "！"]);
}

#[test]
fn a_refused_sheet_gives_the_reason_and_the_technicians_signature() {
    let reason = "The manager wants the printer watched for a week before anything is signed.";
    let outcome = SignOff {
        client: ClientSignOff::Refused {
            reason: reason.to_owned(),
        },
        technician: technician(Language::En),
    };
    let text = pages("sheet-refused", &render(&sheet(Language::En), &outcome)).join(" ");
    assert_says(
        &text,
        &[
            "Signature refused · Reason",
            reason,
            "Technician's signature",
            "Liu Kun Field technician",
        ],
    );
    assert!(!text.contains("Front office manager"));
}

#[test]
fn an_absent_client_is_named_in_chinese_too() {
    let outcome = SignOff {
        client: ClientSignOff::Absent {
            reason: "联系人外出开会，已电话告知。".to_owned(),
        },
        technician: technician(Language::ZhCn),
    };
    let text = unspaced("sheet-absent-zh", &render(&sheet(Language::ZhCn), &outcome));
    assert_says(
        &text,
        &[
            "客户不在场·原因联系人外出开会，已电话告知。",
            "工程师签字",
            "刘堃",
        ],
    );
}

#[test]
fn an_amendment_cites_what_it_amends() {
    let content = SheetContent {
        version: 2,
        amends: Some(HASH.to_owned()),
        ..sheet(Language::En)
    };
    let text = pages("sheet-amendment", &render(&content, &signed(Language::En))).join(" ");
    assert_says(&text, &["2, amends 9f2c 41ab 07de 5531"]);
}

#[test]
fn sixty_devices_break_between_rows_and_repeat_the_titles() {
    let mut content = sheet(Language::En);
    content.devices = (1..=60)
        .map(|i| DeviceLine {
            tag: Some(format!("LG-{i:04}")),
            name: format!("Reception PC {i}"),
            kind: AssetKind::Computer,
            passed: 8,
            flagged: 0,
            failed: 0,
        })
        .collect();
    let pages = pages("sheet-60-devices", &render(&content, &signed(Language::En)));
    for i in 1..=60 {
        let row = format!("LG-{i:04} Reception PC {i} Computer 8 0 0");
        let found = pages.iter().filter(|page| page.contains(&row)).count();
        assert_eq!(found, 1, "{row}");
    }
    for page in pages.iter().filter(|page| page.contains("Reception PC")) {
        assert!(
            page.contains("Tag Device Kind Pass Attention Fail"),
            "no titles in: {page}"
        );
    }
    for (i, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {}", i + 1, pages.len())));
        assert!(page.contains("SHA-256: 9f2c 41ab 07de 5531"));
    }
    assert!(pages.len() <= 4, "{} pages", pages.len());
}

#[test]
fn nothing_leaves_the_margins_however_long_it_is() {
    let mut content = sheet(Language::En);
    let word = "A1b2C3".repeat(700);
    content.client_name = word.clone();
    content.address = word.clone();
    content.solution = format!("{word} {}", "，。".repeat(900));
    content.provider.address = word.clone();
    content.work[0].text = "龘".repeat(8000);
    content.parts[0].name = word.clone();
    content.devices[0].name = word.clone();
    content.devices[0].tag = Some(word.clone());
    content.advice[0].device = word.clone();
    content.photos[0].caption = word.clone();
    content.consent.text = "堃".repeat(5000);
    let mut outcome = signed(Language::En);
    outcome.technician.name = word.clone();
    outcome.technician.role = word.clone();
    let verify_url = format!("https://onsite.example.com/{}", "v".repeat(186));
    let sheet = Sheet {
        verify_url: Some(&verify_url),
        number: Some(&word),
        ..filed(&content, &outcome)
    };
    let pdf = service_sheet(&sheet).unwrap();
    let boxes = word_boxes("sheet-endless", &pdf);
    assert!(boxes.len() > 100);
    for [left, top, right, bottom] in boxes {
        assert!(
            left > 46.0 && right < 549.0 && top > 10.0 && bottom < 832.0,
            "{left} {top} {right} {bottom}"
        );
    }
    let text = unspaced("sheet-endless", &pdf);
    assert_eq!(text.matches('龘').count(), 8000);
    assert_eq!(text.matches('堃').count(), 5000);
}

#[test]
fn everything_optional_may_be_missing() {
    let mut content = sheet(Language::En);
    content.time_zone = "nowhere".to_owned();
    for text in [
        &mut content.address,
        &mut content.contact_phone,
        &mut content.service_content,
    ] {
        text.clear();
    }
    content.work.clear();
    content.parts.clear();
    content.devices.clear();
    content.advice.clear();
    content.photos.clear();
    let mut outcome = signed(Language::En);
    outcome.technician.strokes.clear();
    outcome.technician.role.clear();
    let bare = Sheet {
        number: None,
        verify_url: None,
        rating: None,
        ..filed(&content, &outcome)
    };
    let pdf = service_sheet(&bare).unwrap();
    let pages = pages("sheet-bare", &pdf);
    assert_eq!(pages.len(), 1);
    assert_says(
        &pages[0],
        &[
            "Address",
            "—",
            "Service content",
            "Sign-off",
            "UTC",
            "SHA-256: 9f2c 41ab",
        ],
    );
    for absent in [
        "Work done",
        "Parts used",
        "Devices",
        "Optimisation",
        "Photos",
        "rating",
        "Scan",
        "No.",
    ] {
        assert!(!pages[0].contains(absent), "{absent}");
    }
}

#[test]
fn the_same_sheet_gives_the_same_bytes() {
    let (content, outcome) = (sheet(Language::ZhCn), signed(Language::ZhCn));
    assert_eq!(render(&content, &outcome), render(&content, &outcome));
    let mut later = outcome.clone();
    later.technician.signed_at = at(4, 0);
    assert_ne!(render(&content, &outcome), render(&content, &later));
}

#[test]
fn the_file_links_to_its_verification_and_embeds_only_a_subset() {
    let pdf = render(&sheet(Language::ZhCn), &signed(Language::ZhCn));
    let holds = |needle: &str| {
        pdf.windows(needle.len())
            .any(|window| window == needle.as_bytes())
    };
    assert!(holds(VERIFY_URL), "no link");
    assert!(holds("zh-CN"), "no language");
    assert!(holds("pdfaid:part"), "not marked as an archival file");
    assert!(pdf.len() < 200_000, "{} bytes", pdf.len());
}

/// A blue disc on nothing, as a PNG.
fn disc(side: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Rgba);
    let middle = f64::from(side) / 2.0;
    let dots: Vec<u8> = (0..side * side)
        .flat_map(|at| {
            let (x, y) = (f64::from(at % side) - middle, f64::from(at / side) - middle);
            let alpha = if x.hypot(y) < middle { 255 } else { 0 };
            [20, 90, 200, alpha]
        })
        .collect();
    encoder.write_header().unwrap().write_image_data(&dots).unwrap();
    file
}

#[test]
fn a_brand_changes_the_head_and_not_the_words_nor_the_hash() {
    for language in [Language::En, Language::ZhCn] {
        let (content, outcome) = (sheet(language), signed(language));
        let render = |brand: &Brand| {
            service_sheet(&Sheet {
                brand,
                ..filed(&content, &outcome)
            })
            .unwrap()
        };
        let branded = Brand {
            colour: Some("#e8590c".to_owned()),
            logo: Some(disc(60)),
        };
        let (plain, dressed) = (render(&PLAIN), render(&branded));
        let pictures = |pdf: &[u8]| {
            let spellings: [&[u8]; 2] = [b"/Subtype /Image", b"/Subtype/Image"];
            spellings
                .iter()
                .any(|name| pdf.windows(name.len()).any(|window| window == *name))
        };
        assert!(pictures(&dressed) && !pictures(&plain));
        // The logo moves the provider's lines, so that they are read in another order.
        let said = |name: &str, pdf: &[u8]| {
            let mut said: Vec<char> = unspaced(name, pdf).chars().collect();
            said.sort_unstable();
            said
        };
        assert_eq!(said("sheet-branded", &dressed), said("sheet-plain", &plain));
        assert_eq!(render(&branded), dressed);
    }
}

#[test]
fn a_logo_that_cannot_be_drawn_is_left_out() {
    let (content, outcome) = (sheet(Language::En), signed(Language::En));
    let render = |logo: Vec<u8>| {
        let brand = Brand {
            colour: None,
            logo: Some(logo),
        };
        service_sheet(&Sheet {
            brand: &brand,
            ..filed(&content, &outcome)
        })
        .unwrap()
    };
    let plain = self::render(&content, &outcome);
    let mut cut = disc(60);
    cut.truncate(cut.len() / 2);
    let mut endless = disc(60);
    endless[16..20].copy_from_slice(&[0, 1, 0, 0]);
    for logo in [Vec::new(), b"\x89PNG".to_vec(), cut, endless] {
        assert_eq!(render(logo), plain);
    }
}

#[test]
fn an_address_too_long_for_a_readable_qr_code_is_refused() {
    let (content, outcome) = (sheet(Language::En), signed(Language::En));
    let render = |url: &str| {
        service_sheet(&Sheet {
            verify_url: Some(url),
            ..filed(&content, &outcome)
        })
    };
    assert!(render(&"v".repeat(213)).is_ok());
    for length in [214, 3000] {
        assert!(matches!(render(&"v".repeat(length)), Err(DocumentError::VerifyUrl(n)) if n == length));
    }
}
