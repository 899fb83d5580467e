//! The printed documents of a visit: loaded here, rendered outside any transaction.
use crate::error::ServiceError;
use crate::house::House;
use crate::{load, settings, sheet};
use chrono::{DateTime, Utc};
use onsite_documents::{ClientSignOff, Sheet, SignOff};
use onsite_model::checklist_template::ChecklistTemplate;
use onsite_model::inspection::Inspection;
use onsite_model::inspection_answer::InspectionAnswer;
use onsite_model::label::LabelStock;
use onsite_model::language::Language;
use onsite_model::service_sheet::{ServiceSheet, SheetStatus};
use onsite_model::settings::Brand;
use onsite_model::sheet_compile::{Edition, VisitRecords, compile};
use onsite_model::sheet_content::{AnswerLine, InspectedDevice, InspectionRecord, SheetContent};
use onsite_model::signature::{Party, Signature};
use onsite_store::Db;
use std::collections::BTreeMap;
use sync_protocol::codes::ErrorCode;
use uuid::Uuid;

/// A sheet as it is printed: exactly the content that was signed.
#[derive(Debug, Clone)]
pub struct SheetPrint {
    content: SheetContent,
    number: Option<String>,
    hash: String,
    verify_url: String,
    outcome: SignOff,
    rating: Option<u8>,
    brand: Brand,
}

impl SheetPrint {
    /// Loads a sheet that was presented.
    ///
    /// # Errors
    /// There is none, or it has no content yet.
    pub fn load(db: &mut Db, house: &House, sheet_id: Uuid) -> Result<SheetPrint, ServiceError> {
        let sheet: ServiceSheet = load::get(db, sheet_id)?;
        let (Some(canonical), Some(hash)) = (sheet.canonical, sheet.hash) else {
            return Err(ServiceError::new(
                ErrorCode::NotReady,
                "this sheet has not been presented yet",
            ));
        };
        let content = sheet::read_content(&canonical, &hash, sheet_id)?;
        let signatures: BTreeMap<Uuid, Signature> = load::children(db, sheet_id)?;
        let of = |party| {
            signatures
                .values()
                .find(|one| one.party == party && one.is_under(&hash))
        };
        let reason = sheet.reason.clone().unwrap_or_default();
        let client = match (sheet.status, of(Party::Client)) {
            (SheetStatus::Refused, _) => ClientSignOff::Refused { reason },
            (SheetStatus::Absent, _) => ClientSignOff::Absent { reason },
            (_, Some(signature)) => ClientSignOff::Signed(drawn(signature)),
            (_, None) => ClientSignOff::Absent { reason },
        };
        let technician = of(Party::Technician).map_or_else(
            || onsite_documents::Signature {
                name: content.technician_name.clone(),
                role: String::new(),
                signed_at: content.finished_at,
                strokes: Vec::new(),
            },
            drawn,
        );
        Ok(SheetPrint {
            verify_url: house.link(&format!("/verify/{hash}")),
            number: sheet.number,
            outcome: SignOff { client, technician },
            rating: sheet.rating,
            brand: settings::brand(db)?,
            content,
            hash,
        })
    }

    /// Renders it.
    ///
    /// # Errors
    /// The fonts or the PDF library failed.
    pub fn pdf(&self) -> Result<Vec<u8>, ServiceError> {
        onsite_documents::service_sheet(&Sheet {
            content: &self.content,
            number: self.number.as_deref(),
            hash: &self.hash,
            verify_url: Some(&self.verify_url),
            outcome: &self.outcome,
            rating: self.rating,
            brand: &self.brand,
        })
        .map_err(|error| rendering(&error))
    }

    /// The language it was signed in.
    pub fn language(&self) -> Language {
        self.content.language
    }

    /// A name for the file, without the extension.
    pub fn file_name(&self) -> String {
        let title = self.content.language.pick("Service sheet", "服务单");
        match &self.number {
            Some(number) => format!("{title} {number}"),
            None => title.to_owned(),
        }
    }
}

fn drawn(signature: &Signature) -> onsite_documents::Signature {
    let point = |&(x, y): &(f64, f64)| (x as f32, y as f32);
    onsite_documents::Signature {
        name: signature.signer_name.clone(),
        role: signature.signer_role.clone(),
        signed_at: signature.signed_at,
        strokes: signature
            .strokes
            .iter()
            .map(|stroke| stroke.iter().map(point).collect())
            .collect(),
    }
}

/// One label to be printed.
pub use onsite_documents::{Label, per_page as labels_per_page};

/// Labels as a PDF; see [`onsite_documents::labels`].
///
/// # Errors
/// It can't be rendered.
pub fn labels(
    stock: LabelStock,
    skip: usize,
    labels: &[Label],
    language: Language,
    printed_at: DateTime<Utc>,
) -> Result<Vec<u8>, ServiceError> {
    onsite_documents::labels(stock, skip, labels, language, printed_at).map_err(|error| rendering(&error))
}

/// The first page of labels as a PNG.
///
/// # Errors
/// As [`labels`].
pub fn label_preview(stock: LabelStock, skip: usize, labels: &[Label]) -> Result<Vec<u8>, ServiceError> {
    onsite_documents::preview(stock, skip, labels).map_err(|error| rendering(&error))
}

fn rendering(error: &onsite_documents::DocumentError) -> ServiceError {
    tracing::error!(%error, "rendering a document");
    ServiceError::new(
        ErrorCode::Internal,
        "the document could not be made; the records are safe",
    )
}

/// An inspection record as it is printed.
#[derive(Debug, Clone)]
pub struct RecordPrint {
    record: InspectionRecord,
    brand: Brand,
}

impl RecordPrint {
    /// The record of a visit, in a language; the contact's where none is named. `None` where nothing was inspected.
    ///
    /// # Errors
    /// There is no such visit, or the database can't be read.
    pub fn load(
        db: &mut Db,
        house: &House,
        visit_id: Uuid,
        language: Option<Language>,
    ) -> Result<Option<RecordPrint>, ServiceError> {
        let Some(record) = inspection_record(db, house, visit_id, language)? else {
            return Ok(None);
        };
        let brand = settings::brand(db)?;
        Ok(Some(RecordPrint { record, brand }))
    }

    /// Renders it.
    ///
    /// # Errors
    /// The fonts or the PDF library failed.
    pub fn pdf(&self) -> Result<Vec<u8>, ServiceError> {
        onsite_documents::inspection_record(&self.record, &self.brand).map_err(|error| rendering(&error))
    }

    /// A name for the file, without the extension.
    pub fn file_name(&self) -> String {
        let title = self.record.language.pick("Inspection record", "巡检表");
        format!("{title} {}", self.record.site_name)
    }
}

fn inspection_record(
    db: &mut Db,
    house: &House,
    visit_id: Uuid,
    language: Option<Language>,
) -> Result<Option<InspectionRecord>, ServiceError> {
    let records = sheet::records(db, visit_id)?;
    if records.inspections.is_empty() {
        return Ok(None);
    }
    let contact = records.contact.as_ref().map(|contact| contact.language);
    let language = language.or(contact).unwrap_or(records.client.language);
    let mut templates: BTreeMap<Uuid, ChecklistTemplate> = BTreeMap::new();
    for inspection in records.inspections.values() {
        if let Some(template) = load::find(db, inspection.template_id)? {
            templates.insert(inspection.template_id, template);
        }
    }
    let edition = Edition {
        sheet_id: ServiceSheet::id(visit_id, 1),
        version: 1,
        amends: None,
        language,
        provider: settings::provider(db, house)?,
    };
    let sheet = compile(&records, &edition);
    Ok(Some(InspectionRecord {
        language,
        time_zone: sheet.time_zone,
        provider: sheet.provider,
        client_name: sheet.client_name,
        site_name: records.site.name.clone(),
        address: sheet.address,
        technician_name: sheet.technician_name,
        started_at: sheet.started_at,
        finished_at: sheet.finished_at,
        devices: records
            .inspections
            .iter()
            .filter_map(|(id, inspection)| device(&records, &templates, language, *id, inspection))
            .collect(),
        advice: sheet.advice,
    }))
}

fn device(
    records: &VisitRecords,
    templates: &BTreeMap<Uuid, ChecklistTemplate>,
    language: Language,
    id: Uuid,
    inspection: &Inspection,
) -> Option<InspectedDevice> {
    let asset = records.assets.get(&inspection.asset_id)?;
    let template = templates.get(&inspection.template_id)?;
    let line = |value: &Option<String>| value.clone().unwrap_or_default();
    let details: Vec<&str> = [&asset.manufacturer, &asset.model, &asset.serial]
        .into_iter()
        .filter_map(|part| part.as_deref())
        .collect();
    let answers = template.sections.iter().flat_map(|section| {
        section.items.iter().map(move |item| {
            let answer = records.answers.get(&InspectionAnswer::id(id, &item.key));
            let value = answer.map(|answer| line(&answer.value)).unwrap_or_default();
            let unit = answer
                .and_then(|answer| answer.unit.clone())
                .or_else(|| item.unit.clone());
            AnswerLine {
                section: section.title.get(language).to_owned(),
                item: item.label.get(language).to_owned(),
                outcome: answer.and_then(|answer| answer.outcome),
                value: match unit {
                    Some(unit) if !value.is_empty() => format!("{value} {unit}"),
                    _ => value,
                },
                note: answer.map(|answer| line(&answer.note)).unwrap_or_default(),
            }
        })
    });
    Some(InspectedDevice {
        tag: asset.tag.clone(),
        name: asset.name.clone(),
        kind: asset.kind,
        details: details.join(" · "),
        location: line(&asset.location),
        checklist: template.name.get(language).to_owned(),
        remark: line(&inspection.remark),
        answers: answers.collect(),
    })
}
