//! What a checklist may say: conditions that look back, pictures of a size phones can hold.
#![allow(clippy::unwrap_used)]
use super::*;
use crate::ids::natural_id;

fn item(key: &str) -> Item {
    let label = Bilingual {
        en: key.to_owned(),
        zh_cn: key.to_owned(),
    };
    Item {
        key: key.to_owned(),
        label,
        answer: AnswerType::Check,
        required: false,
        unit: None,
        low: None,
        high: None,
        critical: false,
        guidance: None,
        picture: None,
        only_if: None,
    }
}

fn valid(items: Vec<Item>) -> bool {
    let name = item("name").label;
    let template = ChecklistTemplate {
        family_id: natural_id(Uuid::nil(), "family"),
        version: 1,
        name: name.clone(),
        asset_kind: AssetKind::Computer,
        sections: vec![Section { title: name, items }],
    };
    template.validate().is_ok()
}

fn asked_if(key: &str, of: &str, outcomes: &[Outcome]) -> Item {
    let only_if = Condition {
        item: of.to_owned(),
        outcomes: outcomes.to_vec(),
    };
    Item {
        only_if: Some(only_if),
        ..item(key)
    }
}

fn pictured(key: &str, picture: &str) -> Item {
    Item {
        picture: Some(picture.to_owned()),
        ..item(key)
    }
}

#[test]
fn a_condition_looks_back_and_names_an_outcome() {
    assert!(valid(vec![
        item("fan"),
        asked_if("noise", "fan", &[Outcome::Fail])
    ]));
    assert!(!valid(vec![
        asked_if("noise", "fan", &[Outcome::Fail]),
        item("fan")
    ]));
    assert!(!valid(vec![asked_if("noise", "noise", &[Outcome::Fail])]));
    assert!(!valid(vec![item("fan"), asked_if("noise", "fan", &[])]));
}

#[test]
fn a_picture_is_a_small_jpeg() {
    let long = |length: usize| format!("/9j/{}", "A".repeat(length - 4));
    assert!(valid(vec![pictured("fan", &long(PICTURE))]));
    assert!(!valid(vec![pictured("fan", &long(PICTURE + 1))]));
    assert!(!valid(vec![pictured("fan", "iVBORw0KGgo=")]));
    assert!(!valid(vec![pictured("fan", "/9j/<svg>")]));
    let many = |count: usize| {
        (0..count)
            .map(|n| pictured(&n.to_string(), &long(PICTURE)))
            .collect()
    };
    assert!(valid(many(PICTURES / PICTURE)));
    assert!(!valid(many(PICTURES / PICTURE + 1)));
}

#[test]
fn an_item_of_earlier_versions_reads_and_is_written_as_before() {
    let stored = r#"{"key":"fan","label":{"en":"Fan","zh-CN":"风扇"},"answer":"check","required":true}"#;
    let read: Item = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), stored);
}
