//! Small server-made pages in two languages, without scripts but for the field one signs in.
use crate::app::App;
use crate::problem::Problem;
use minijinja::{Environment, Value, context};
use onsite_model::language::Language;
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
pub(crate) fn page(
    name: &str,
    language: Language,
    title: &str,
    app: &App,
    values: Value,
) -> Result<String, Problem> {
    let mut pages = Environment::new();
    for (name, source) in TEMPLATES {
        pages.add_template(name, source).map_err(|error| broken(&error))?;
    }
    pages.add_function("t", move |en: String, zh: String| match language {
        Language::En => en,
        Language::ZhCn => zh,
    });
    let provider = &app.house.provider.name;
    let phone = &app.house.provider.phone;
    let frame = context! { title, provider, call => phone, lang => language.tag() };
    let filled = pages
        .get_template(name)
        .and_then(|page| page.render(context! { ..frame, ..values }));
    filled.map_err(|error| broken(&error))
}

fn broken(error: &minijinja::Error) -> Problem {
    tracing::error!(%error, "a page could not be made");
    Problem::new(
        ErrorCode::Internal,
        "the page could not be made; nothing was changed",
    )
}
