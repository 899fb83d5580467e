//! The settings in force: what an admin has set, and what is configured where nobody has.
use crate::error::ServiceError;
use crate::house::House;
use crate::load;
use crate::tag_range;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use onsite_mail::{Mail, MailError, Rendered, render};
use onsite_model::complaint::{Levels, USUAL_LEVELS};
use onsite_model::language::Language;
use onsite_model::mail_template::MailTemplate;
use onsite_model::settings::{Brand, Settings};
use onsite_model::sheet_content::Provider;
use onsite_store::Db;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Every setting with the value it has now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InForce {
    pub provider: Provider,
    /// A PNG, base64.
    pub logo: Option<String>,
    /// Such as `#0b5cad`; absent for the usual one.
    pub colour: Option<String>,
    pub ticket_number: String,
    pub sheet_number: String,
    pub complaint_number: String,
    pub complaint_levels: Levels,
    /// What tags begin with, as configured.
    pub tag_prefix: String,
    /// Digits of a tag behind its prefix.
    pub tag_width: u32,
}

/// The settings in force.
///
/// # Errors
/// The database can't be read.
pub fn in_force(db: &mut Db, house: &House) -> Result<InForce, ServiceError> {
    let set = set(db)?;
    Ok(InForce {
        provider: set.provider.unwrap_or_else(|| house.provider.clone()),
        logo: set.logo,
        colour: set.colour,
        ticket_number: set.ticket_number.unwrap_or_else(|| usual_number("T")),
        sheet_number: set.sheet_number.unwrap_or_else(|| usual_number("S")),
        complaint_number: set.complaint_number.unwrap_or_else(|| usual_number("C")),
        complaint_levels: set.complaint_levels.unwrap_or(USUAL_LEVELS),
        tag_prefix: house.tag_prefix.clone(),
        tag_width: tag_range::WIDTH,
    })
}

fn usual_number(series: &str) -> String {
    format!("{series}-{{year}}-{{number:4}}")
}

fn set(db: &mut Db) -> Result<Settings, ServiceError> {
    Ok(load::find(db, Settings::id())?.unwrap_or(Settings::NONE))
}

/// Who writes: the head of documents, mails and clients' pages.
///
/// # Errors
/// The database can't be read.
pub fn provider(db: &mut Db, house: &House) -> Result<Provider, ServiceError> {
    Ok(set(db)?.provider.unwrap_or_else(|| house.provider.clone()))
}

/// What mails, pages and documents look like.
///
/// # Errors
/// The database can't be read, or a logo that was stored is no base64.
pub fn brand(db: &mut Db) -> Result<Brand, ServiceError> {
    let set = set(db)?;
    let logo = set.logo.map(|logo| BASE64_STANDARD.decode(logo)).transpose();
    Ok(Brand {
        colour: set.colour,
        logo: logo.map_err(|_| onsite_model::invalid::Invalid::new("logo", "is no base64"))?,
    })
}

/// The words an admin wrote for a kind of mail, if any.
///
/// # Errors
/// The database can't be read.
pub fn mail_template(db: &mut Db, kind: &str, language: Language) -> Result<Option<String>, ServiceError> {
    let found: Option<MailTemplate> = load::find(db, MailTemplate::id(kind, language))?;
    Ok(found.map(|template| template.source))
}

/// How mails of a kind are put into words in a language: what they look like, and the words an admin wrote for them.
#[derive(Debug, Clone)]
pub struct Wording {
    language: Language,
    brand: Brand,
    template: Option<String>,
}

/// How mails of this kind are put into words.
///
/// # Errors
/// As [`brand`].
pub fn wording(db: &mut Db, kind: &str, language: Language) -> Result<Wording, ServiceError> {
    Ok(Wording {
        language,
        brand: brand(db)?,
        template: mail_template(db, kind, language)?,
    })
}

impl Wording {
    /// A mail of the kind in these words.
    ///
    /// # Errors
    /// As [`render`].
    pub fn rendered(&self, mail: &Mail) -> Result<Rendered, MailError> {
        render(mail, self.language, &self.brand, self.template.as_deref())
    }
}
