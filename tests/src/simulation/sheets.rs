//! Sheets made, shown, signed and tampered with: two phones may do so to the same one. The oracle predicts nothing
//! here; it watches that sealed bytes stay ([`Simulation::check_seal`]).
use super::{Broken, Simulation};
use crate::office::fields;
use chrono::TimeDelta;
use onsite_model::language::Language;
use onsite_model::service_sheet::ServiceSheet;
use onsite_model::sheet_compile::consent;
use onsite_model::sheet_content::{Provider, SHEET_FORMAT, SheetContent};
use onsite_model::signature::{Party, SIGNATURE_FORMAT, SignaturePayload};
use onsite_model::visit::VisitKind;
use serde_json::{Value, json};
use sync_protocol::client::View;
use sync_protocol::evidence;
use uuid::Uuid;

impl Simulation {
    /// The next thing that may happen to the sheet of a visit, by what this phone shows of it.
    pub(super) fn handle_sheet(&mut self, phone: usize, visit: &View) -> Result<(), Broken> {
        let id = ServiceSheet::id(visit.id, 1);
        let Some(sheet) = self.phones[phone].engine().view(id) else {
            let mut set = self.content(id, visit.id);
            set["visit_id"] = json!(visit.id);
            return self.create(phone, "service_sheet", id, fields(set));
        };
        // One just made here has no status yet: the server gives it its first.
        let status = sheet
            .body
            .get("status")
            .and_then(Value::as_str)
            .unwrap_or("draft");
        let set = match (status, self.dice.below(4)) {
            ("draft", 0) => self.content(id, visit.id),
            ("draft", _) => json!({"status": "presented"}),
            ("presented", 0) => json!({"status": "draft"}),
            ("presented", 1) => self.content(id, visit.id),
            ("presented", _) => {
                self.sign(phone, &sheet)?;
                json!({"status": "signed"})
            }
            // What was signed stays, whoever comes later and however.
            (_, 0) => json!({"rating": 1 + self.dice.below(5)}),
            _ => self.content(id, visit.id),
        };
        self.update(phone, &sheet, fields(set))
    }

    /// Content nobody has shown before, with its hash.
    fn content(&mut self, sheet_id: Uuid, visit_id: Uuid) -> Value {
        let started_at = self.now;
        let content = SheetContent {
            format: SHEET_FORMAT.to_owned(),
            sheet_id,
            visit_id,
            version: 1,
            amends: None,
            language: Language::En,
            time_zone: "Asia/Shanghai".to_owned(),
            provider: Provider::default(),
            client_name: "north".to_owned(),
            address: "1 Test Road".to_owned(),
            contact_name: "contact".to_owned(),
            contact_phone: "+86 10 5555 0101".to_owned(),
            visit_kind: VisitKind::Routine,
            technician_name: "technician".to_owned(),
            service_content: "inspection".to_owned(),
            solution: self.word(),
            started_at,
            finished_at: started_at + TimeDelta::hours(1),
            work: Vec::new(),
            parts: Vec::new(),
            devices: Vec::new(),
            advice: Vec::new(),
            photos: Vec::new(),
            consent: consent(Language::En),
        };
        let canonical = evidence::canonical(&content).expect("plain values");
        json!({"hash": evidence::sheet_hash(&canonical), "canonical": canonical})
    }

    /// The client's hand under what this phone shows.
    fn sign(&mut self, phone: usize, sheet: &View) -> Result<(), Broken> {
        let signed_at = self.now;
        let strokes = vec![vec![(0.25_f32, 0.5_f32), (0.75, 0.5)]];
        let payload = SignaturePayload {
            format: SIGNATURE_FORMAT.to_owned(),
            sheet_hash: sheet
                .body
                .get("hash")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            party: Party::Client,
            signer_name: "contact".to_owned(),
            signer_role: String::new(),
            strokes_sha256: evidence::sha256_hex(
                evidence::canonical(&strokes).expect("plain values").as_bytes(),
            ),
            png_sha256: evidence::sha256_hex(b""),
            consent_version: 1,
            nonce: None,
            signed_at,
            device_id: Some(self.phones[phone].device),
        };
        let set = json!({
            "sheet_id": sheet.id, "party": "client", "signer_name": "contact", "strokes": strokes, "png": "",
            "payload": evidence::canonical(&payload).expect("plain values"), "signed_at": signed_at,
        });
        let row = self.dice.id(self.now);
        self.create(phone, "signature", row, fields(set))
    }
}
