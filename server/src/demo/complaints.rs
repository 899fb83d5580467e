//! The demo's complaints: one nobody has answered yet, one in somebody's hands, one that is over.
use super::clients::Place;
use super::{Seeder, id};
use onsite_model::complaint::{Complaint, ComplaintCategory, ComplaintStatus};
use onsite_services::ServiceError;

/// English, Chinese, what it is about, level, how far it has come.
const COMPLAINTS: [(&str, &str, ComplaintCategory, u8, ComplaintStatus); 3] = [
    (
        "The same printer jams again, a week after the repair.",
        "维修一周后，同一台打印机又卡纸。",
        ComplaintCategory::Quality,
        2,
        ComplaintStatus::Open,
    ),
    (
        "The technician came two hours late and nobody called.",
        "工程师迟到两小时，且无人提前通知。",
        ComplaintCategory::Punctuality,
        1,
        ComplaintStatus::Acknowledged,
    ),
    (
        "A part was billed that was never fitted.",
        "账单中有一项配件并未更换。",
        ComplaintCategory::Billing,
        1,
        ComplaintStatus::Closed,
    ),
];

/// Adds them.
pub(crate) fn add(seeder: &mut Seeder<'_, '_>, places: &[Place]) -> Result<(), ServiceError> {
    let support = id("support@demo.example");
    for (nth, (place, (en, zh, category, level, status))) in places.iter().zip(COMPLAINTS).enumerate() {
        let closed = status == ComplaintStatus::Closed;
        let complaint = Complaint {
            client_id: place.client,
            site_id: Some(place.site),
            contact_id: Some(place.contact),
            raised_by: None,
            number: None,
            visit_id: None,
            callback_id: None,
            ticket_id: None,
            score: None,
            level,
            category,
            text: place.language.pick(en, zh).to_owned(),
            status,
            owner_id: (status != ComplaintStatus::Open).then_some(support),
            solution: closed.then(|| {
                place
                    .language
                    .pick("Credited in full.", "已全额退款。")
                    .to_owned()
            }),
            told_by_id: closed.then_some(support),
            told_at: None,
            opened_at: None,
            level_since: None,
            due_at: None,
            escalations: 0,
            acknowledged_at: None,
            resolved_at: None,
            closed_at: None,
        };
        seeder.add(&format!("complaint/{nth}"), &complaint)?;
    }
    Ok(())
}
