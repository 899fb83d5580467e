//! The language in which the reader of a page wants it: what they chose on the page, else what is known of them, else what
//! their browser asks for.
use super::Input;
use super::tongue::Tongue;
use crate::incoming::Incoming;
use crate::problem::Problem;
use crate::sketch::Sketch;
use onsite_model::language::Language;
use schemars::JsonSchema;

/// The parameter by which a page is asked for in a language.
const LANG: &str = "lang";

/// Whoever looks at a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    chosen: Option<Language>,
    heard: Language,
}

impl Reader {
    /// Their language, where somebody noted one for them or nobody did.
    pub fn language(self, known: Option<Language>) -> Language {
        self.chosen.or(known).unwrap_or(self.heard)
    }
}

impl Input for Reader {
    // Messengers add parameters of their own to links that are passed on.
    const IGNORES_QUERY: bool = true;

    async fn extract(incoming: &mut Incoming) -> Result<Reader, Problem> {
        let query = incoming.query([LANG.to_owned()]).to_owned();
        let tag = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == LANG)
            .map(|(_, tag)| tag);
        let chosen = match tag.as_deref() {
            Some("en") => Some(Language::En),
            Some("zh-CN") => Some(Language::ZhCn),
            _ => None,
        };
        let Tongue(heard) = Tongue::extract(incoming).await?;
        Ok(Reader { chosen, heard })
    }

    fn describe(sketch: &mut Sketch<'_>) {
        let about = "The language of the page; where it is absent, that of whom it is for or what the browser asks for.";
        sketch.parameter(
            "query",
            LANG,
            false,
            about,
            &Language::json_schema(&mut Default::default()),
        );
    }
}
