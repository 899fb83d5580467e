//! The language a page is asked for in.
use super::Input;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use onsite_model::language::Language;

/// Chinese where the browser puts it before English; English otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tongue(pub Language);

impl Input for Tongue {
    async fn extract(incoming: &mut Incoming) -> Result<Tongue, Problem> {
        let wanted = incoming
            .header("Accept-Language")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let first = wanted
            .split(',')
            .map(str::trim)
            .find_map(|tag| match tag.get(..2) {
                Some("zh") => Some(Language::ZhCn),
                Some("en") => Some(Language::En),
                _ => None,
            });
        Ok(Tongue(first.unwrap_or(Language::En)))
    }

    fn describe(_sketch: &mut Sketch<'_>) {}
}
