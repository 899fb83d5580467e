//! Words from facts. A template is written once per kind and language and rendered twice, as HTML and as text,
//! because what it calls to build itself (`layout`, `parts`) differs: the two forms cannot come to say different
//! things.
use crate::calendar::{Calendar, Method, calendar};
use crate::example::example;
use crate::mail::{ComplaintEscalated, ComplaintOpened, Content, Mail, MailKind, VisitFacts};
use crate::person::{BadAddress, one_line};
use crate::when;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value, merge_maps};
use minijinja::{AutoEscape, Environment, HtmlEscape, State, UndefinedBehavior, context};
use onsite_model::language::Language;
use onsite_model::settings::Brand;
use onsite_model::sheet_content::Provider;
use serde_json::Value as Json;
use std::sync::LazyLock;

/// The most characters a subject keeps; mail programs show fewer.
const SUBJECT_LIMIT: usize = 150;

/// A mail in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line without control characters.
    pub subject: String,
    pub text: String,
    pub html: String,
    pub calendar: Option<Calendar>,
    /// The picture that the HTML shows as `cid:logo`.
    pub logo: Option<Vec<u8>>,
}

/// Why a mail could not be put into words.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("the template of the mail failed: {0}")]
    Template(String),
    #[error(transparent)]
    Address(#[from] BadAddress),
}

impl From<minijinja::Error> for MailError {
    fn from(error: minijinja::Error) -> Self {
        MailError::Template(format!("{error}"))
    }
}

/// Renders `mail` for a reader of `language`, by `template` where a provider wrote words of its own. One that does
/// not fit the mail any more is passed over: a mail in the usual words is better than none.
///
/// # Errors
/// A calendar entry needs valid addresses of organizer and attendee.
pub fn render(
    mail: &Mail,
    language: Language,
    brand: &Brand,
    template: Option<&str>,
) -> Result<Rendered, MailError> {
    if let Some(source) = template {
        match fill(mail, language, brand, Some(source)) {
            Ok(rendered) => return Ok(rendered),
            Err(error) => {
                let kind = mail.content.kind().as_str();
                tracing::error!(kind, %error, "an edited template fails; the mail goes out in the usual words");
            }
        }
    }
    fill(mail, language, brand, None)
}

/// Whether a template can be filled with the example of its kind.
///
/// # Errors
/// Says what is wrong with it, and in which line.
pub fn check_template(kind: MailKind, language: Language, source: &str) -> Result<(), MailError> {
    fill(
        &example(kind, language),
        language,
        &Brand::default(),
        Some(source),
    )
    .map(drop)
}

/// The example of a kind of mail in words, as this provider would write it.
///
/// # Errors
/// Says what is wrong with the template, and in which line.
pub fn preview(
    kind: MailKind,
    language: Language,
    (provider, brand): (&Provider, &Brand),
    source: Option<&str>,
) -> Result<Rendered, MailError> {
    let mail = Mail {
        provider: provider.clone(),
        ..example(kind, language)
    };
    fill(&mail, language, brand, source)
}

/// The words a kind of mail has where nobody wrote others.
pub fn usual_template(kind: MailKind, language: Language) -> &'static str {
    source(kind, language)
}

/// The placeholders that a template of a kind may use, such as `visit.client_name`.
pub fn placeholders(kind: MailKind) -> Vec<String> {
    let facts = facts(&example(kind, Language::En), Language::En);
    let mut names = Vec::new();
    if let Ok(Json::Object(fields)) = serde_json::to_value(&facts) {
        fields
            .iter()
            .for_each(|(name, value)| paths(name, value, &mut names));
    }
    names.sort();
    names
}

fn paths(name: &str, value: &Json, names: &mut Vec<String>) {
    match value {
        Json::Object(fields) => fields
            .iter()
            .for_each(|(field, value)| paths(&format!("{name}.{field}"), value, names)),
        _ => names.push(name.to_owned()),
    }
}

/// What filling a template may cost; the longest of ours takes a fiftieth.
const FUEL: u64 = 200_000;

fn fill(
    mail: &Mail,
    language: Language,
    brand: &Brand,
    template: Option<&str>,
) -> Result<Rendered, MailError> {
    let environment = ENVIRONMENT
        .as_ref()
        .map_err(|error| MailError::Template(format!("{error}")))?;
    let facts = context! {
        brand_colour => brand.colour.as_deref(),
        has_logo => brand.logo.is_some(),
        ..facts(mail, language)
    };
    let mut own;
    let (environment, name) = match template {
        None => (environment, template_name(mail.content.kind(), language)),
        Some(source) => {
            own = environment.clone();
            own.set_fuel(Some(FUEL));
            own.add_template_owned("own.html", source.to_owned())?;
            own.add_template_owned("own.txt", source.to_owned())?;
            (&own, "own".to_owned())
        }
    };

    let html = environment
        .get_template(&format!("{name}.html"))?
        .render(in_form("html", language, &facts))?;
    let mut captured = environment
        .get_template(&format!("{name}.txt"))?
        .render_captured(in_form("txt", language, &facts))?;
    let subject = captured.with_state_mut(|state| state.render_block("subject"))?;
    Ok(Rendered {
        subject: shortened(&one_line(&subject), SUBJECT_LIMIT),
        text: tidy(captured.output()),
        html,
        calendar: calendar_of(mail, language)?,
        logo: brand.logo.clone(),
    })
}

/// The facts, with the layout, the language's base and the building parts of one form.
fn in_form(form: &str, language: Language, facts: &Value) -> Value {
    context! {
        layout => format!("layout.{form}"),
        base => format!("{}/base.{form}", language.tag()),
        parts_of_form => format!("parts.{form}"),
        ..facts.clone()
    }
}

fn calendar_of(mail: &Mail, language: Language) -> Result<Option<Calendar>, BadAddress> {
    let (visit, invitation, method) = match &mail.content {
        Content::VisitScheduled(content) => (&content.visit, &content.invitation, Method::Request),
        Content::VisitMoved(content) => (&content.visit, &content.invitation, Method::Request),
        Content::VisitCancelled(content) => (&content.visit, &content.invitation, Method::Cancel),
        _ => return Ok(None),
    };
    calendar(mail, visit, invitation, method, language).map(Some)
}

/// What the templates see: the fields of the content by their names, every time among them as words.
fn facts(mail: &Mail, language: Language) -> Value {
    let of_visit = |visit: &VisitFacts, others: Value| {
        let time = &visit.time;
        context! {
            when => when::span(time, language),
            day => when::day(time.starts_at, time.time_zone, language),
            ..others
        }
    };
    let moment = |at, visit: &VisitFacts| when::moment(at, visit.time.time_zone, language);
    let times = match &mail.content {
        Content::VisitScheduled(content) => of_visit(&content.visit, context! {}),
        Content::VisitMoved(content) => of_visit(
            &content.visit,
            context! { previously => when::span(&content.previously, language) },
        ),
        Content::VisitCancelled(content) => of_visit(&content.visit, context! {}),
        Content::Briefing(content) => of_visit(&content.visit, context! {}),
        Content::SignedSheet(content) => of_visit(
            &content.visit,
            context! { signed_at => moment(content.signed_at, &content.visit) },
        ),
        Content::SheetAnswered(content) => of_visit(&content.visit, context! {}),
        Content::SheetUnsigned(content) => of_visit(
            &content.visit,
            context! { link_expires_at => moment(content.link_expires_at, &content.visit) },
        ),
        Content::Survey(content) => of_visit(
            &content.visit,
            context! { link_expires_at => moment(content.link_expires_at, &content.visit) },
        ),
        Content::LowScore(content) => of_visit(
            &content.visit,
            context! { rated_at => moment(content.rated_at, &content.visit) },
        ),
        Content::ComplaintOpened(ComplaintOpened { complaint })
        | Content::ComplaintEscalated(ComplaintEscalated { complaint, .. }) => context! {
            opened_at => when::moment(complaint.opened_at, complaint.time_zone, language),
            due_at => when::moment(complaint.due_at, complaint.time_zone, language),
        },
        Content::FaultReceived(_) => context! {},
        Content::TicketAssigned(content) => context! {
            due_at => content.due_at.map(|at| when::moment(at, content.time_zone, language)).unwrap_or_default(),
        },
    };
    let letterhead = context! {
        language => language.tag(),
        colon => language.pick(": ", "："),
        without_buttons => language.pick("If the button does not work, open this address:", "如按钮无法使用，请打开此地址："),
        provider => Serde(&mail.provider),
        recipient => Serde(&mail.recipient),
    };
    // The later map wins: a time in words takes the place of the field it was made from.
    merge_maps([Value::from(Serde(&mail.content)), times, letterhead])
}

static ENVIRONMENT: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(environment);

fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    // A field a template misspells must fail in the tests, not leave a gap in a client's mail.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    environment.set_auto_escape_callback(|name| {
        if name.ends_with(".html") {
            AutoEscape::Html
        } else {
            AutoEscape::None
        }
    });
    environment.add_filter("lines", lines);
    environment.add_filter("address", address);
    environment.add_template("layout.html", include_str!("../templates/layout.html"))?;
    environment.add_template("layout.txt", include_str!("../templates/layout.txt"))?;
    environment.add_template("parts.html", include_str!("../templates/parts.html"))?;
    environment.add_template("parts.txt", include_str!("../templates/parts.txt"))?;
    for language in [Language::En, Language::ZhCn] {
        let base = language.pick(
            include_str!("../templates/en/base.j2"),
            include_str!("../templates/zh-CN/base.j2"),
        );
        let kinds = MailKind::ALL.map(|kind| (template_name(kind, language), source(kind, language)));
        for (name, source) in kinds
            .into_iter()
            .chain([(format!("{}/base", language.tag()), base)])
        {
            environment.add_template_owned(format!("{name}.html"), source)?;
            environment.add_template_owned(format!("{name}.txt"), source)?;
        }
    }
    Ok(environment)
}

fn template_name(kind: MailKind, language: Language) -> String {
    format!("{}/{}", language.tag(), kind.as_str())
}

fn source(kind: MailKind, language: Language) -> &'static str {
    macro_rules! both {
        ($file:literal) => {
            language.pick(
                include_str!(concat!("../templates/en/", $file, ".j2")),
                include_str!(concat!("../templates/zh-CN/", $file, ".j2")),
            )
        };
    }
    match kind {
        MailKind::VisitScheduled => both!("visit_scheduled"),
        MailKind::VisitMoved => both!("visit_moved"),
        MailKind::VisitCancelled => both!("visit_cancelled"),
        MailKind::Briefing => both!("briefing"),
        MailKind::SignedSheet => both!("signed_sheet"),
        MailKind::SheetUnsigned => both!("sheet_unsigned"),
        MailKind::SheetAnswered => both!("sheet_answered"),
        MailKind::Survey => both!("survey"),
        MailKind::LowScore => both!("low_score"),
        MailKind::ComplaintOpened => both!("complaint_opened"),
        MailKind::ComplaintEscalated => both!("complaint_escalated"),
        MailKind::TicketAssigned => both!("ticket_assigned"),
        MailKind::FaultReceived => both!("fault_received"),
    }
}

/// Filter: a text with its line breaks kept, escaped where the form needs it.
fn lines(state: &State<'_, '_>, value: &str) -> Value {
    let value = value.trim().replace("\r\n", "\n").replace('\r', "\n");
    match state.auto_escape() {
        AutoEscape::Html => Value::from_safe_string(HtmlEscape(&value).to_string().replace('\n', "<br>")),
        _ => Value::from(value.replace('\n', "\n    ")),
    }
}

/// Filter: a web address, escaped, with its slashes as slashes: addresses spelled in entities look like those of
/// fraudsters to mail filters.
fn address(state: &State<'_, '_>, value: &str) -> Value {
    match state.auto_escape() {
        AutoEscape::Html => Value::from_safe_string(HtmlEscape(value).to_string().replace("&#x2f;", "/")),
        _ => Value::from(value),
    }
}

/// Blocks and conditions leave blank lines behind; one between paragraphs is enough.
fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    format!("{}\n", lines.join("\n").trim())
}

fn shortened(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
