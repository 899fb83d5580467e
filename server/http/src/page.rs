//! Small server-made pages in two languages, without scripts but for the field one signs in.
use crate::app::App;
use crate::problem::Problem;
use minijinja::{Environment, Value, context};
use onsite_model::colour::Colour;
use onsite_model::language::Language;
use onsite_services::settings;
use sync_protocol::codes::ErrorCode;

const TEMPLATES: [(&str, &str); 9] = [
    ("layout.html", include_str!("pages/layout.html")),
    ("survey.html", include_str!("pages/survey.html")),
    ("briefing.html", include_str!("pages/briefing.html")),
    ("sign.html", include_str!("pages/sign.html")),
    ("report.html", include_str!("pages/report.html")),
    ("reported.html", include_str!("pages/reported.html")),
    ("message.html", include_str!("pages/message.html")),
    ("verify.html", include_str!("pages/verify.html")),
    ("trust.html", include_str!("pages/trust.html")),
];

/// Fills a template; `t(en, zh)` in it says a text in the page's language.
pub(crate) async fn page(
    name: &'static str,
    language: Language,
    title: &str,
    app: &App,
    values: Value,
) -> Result<String, Problem> {
    let state = app.clone();
    let settings = app.read(move |db| settings::in_force(db, &state.house)).await?;
    let mut pages = Environment::new();
    for (name, source) in TEMPLATES {
        pages.add_template(name, source).map_err(|error| broken(&error))?;
    }
    pages.add_function("t", move |en: String, zh: String| match language {
        Language::En => en,
        Language::ZhCn => zh,
    });
    let frame = context! {
        title,
        provider => settings.provider.name.as_str(),
        call => settings.provider.phone.as_str(),
        has_logo => settings.logo.is_some(),
        has_colour => settings.colour.is_some(),
        lang => language.tag(),
        other_lang => language.other().tag(),
        other_name => language.other().pick("English", "中文"),
    };
    let filled = pages
        .get_template(name)
        .and_then(|page| page.render(context! { ..values, ..frame }));
    filled.map_err(|error| broken(&error))
}

/// The provider's colour laid over the style of the pages. In the dark they keep theirs, which is made for that. Text on
/// the colour is black or white, whichever stands out more; text in it is darkened until it can be read.
pub(crate) fn brand_style(colour: Option<&str>) -> String {
    let Some(colour) = colour.and_then(Colour::parse) else {
        return String::new();
    };
    let hex = |Colour(red, green, blue): Colour| format!("#{red:02x}{green:02x}{blue:02x}");
    let (link, button, on) = (hex(colour.on_white()), hex(colour), hex(colour.text_on()));
    format!(
        "@media (prefers-color-scheme: light) {{ :root {{ --accent: {button}; --on-accent: {on}; --link: {link}; }} }}\n"
    )
}

fn broken(error: &minijinja::Error) -> Problem {
    tracing::error!(%error, "a page could not be made");
    Problem::new(
        ErrorCode::Internal,
        "the page could not be made; nothing was changed",
    )
}
