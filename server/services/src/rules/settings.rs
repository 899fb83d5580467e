//! Settings and mail templates: what is kept can be used.
use super::Note;
use crate::apply::Refusal;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use onsite_mail::{MailKind, check_template};
use onsite_model::invalid::Invalid;
use onsite_model::mail_template::MailTemplate;
use onsite_model::settings::{MAX_LOGO_SIDE, Settings, logo_fits};

pub(super) fn before(settings: &Settings) -> Result<Vec<Note>, Refusal> {
    if let Some(logo) = &settings.logo {
        let png = BASE64_STANDARD.decode(logo);
        let png = png.map_err(|_| Invalid::new("logo", "is no base64"))?;
        if !logo_fits(&png) {
            let detail = format!("a PNG of at most {MAX_LOGO_SIDE} × {MAX_LOGO_SIDE} pixels");
            return Err(Invalid::new("logo", detail).into());
        }
    }
    Ok(Vec::new())
}

/// A template must fill with the example of its kind: it takes microseconds, and is stopped where it takes longer.
pub(super) fn before_template(template: &MailTemplate) -> Result<Vec<Note>, Refusal> {
    let kind = MailKind::from_name(&template.kind)
        .ok_or_else(|| Invalid::new("kind", "there is no such kind of mail"))?;
    check_template(kind, template.language, &template.source)
        .map_err(|error| Invalid::new("source", error.to_string()))?;
    Ok(Vec::new())
}
