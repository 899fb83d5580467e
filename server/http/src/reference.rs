//! The readable reference of the API: one page, rendered on the server from the OpenAPI document, without scripts
//! and without anything from elsewhere.
use crate::openapi;
use crate::problem::Problem;
use minijinja::Environment;
use minijinja::value::Serde;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The page's style sheet.
pub(crate) const STYLE: &str = include_str!("../templates/reference.css");

const TEMPLATE: &str = include_str!("../templates/reference.html");

static PAGE: OnceLock<String> = OnceLock::new();

/// The page.
///
/// # Errors
/// Its template does not fit the document, which is a fault of ours.
pub(crate) fn page() -> Result<&'static str, Problem> {
    if let Some(page) = PAGE.get() {
        return Ok(page);
    }
    let page = render(openapi::document()).map_err(|error| {
        tracing::error!(%error, "the reference page can't be rendered");
        Problem::internal()
    })?;
    Ok(PAGE.get_or_init(|| page))
}

fn render(document: &Value) -> Result<String, minijinja::Error> {
    let mut templates = Environment::new();
    templates.add_template("reference.html", TEMPLATE)?;
    let introduction = text(&document["info"]["description"])
        .replace("**", "")
        .replace('`', "");
    let page = Page {
        version: text(&document["info"]["version"]),
        introduction: introduction.split("\n\n").map(str::to_owned).collect(),
        groups: groups(document),
        schemas: schemas(document),
        errors: &document["x-errors"],
    };
    templates
        .get_template("reference.html")?
        .render(minijinja::Value::from(Serde(&page)))
}

/// What the template shows.
#[derive(Debug, Serialize)]
struct Page<'a> {
    version: String,
    introduction: Vec<String>,
    groups: Vec<Group>,
    schemas: Vec<Schema>,
    errors: &'a Value,
}

/// One part of the API.
#[derive(Debug, Default, Serialize)]
struct Group {
    name: String,
    operations: Vec<Operation>,
}

#[derive(Debug, Serialize)]
struct Operation {
    id: String,
    method: String,
    path: String,
    about: String,
    /// Empty where nobody need log in.
    roles: Vec<String>,
    proofs: Vec<String>,
    parameters: Vec<Field>,
    request: Option<Kind>,
    answers: Vec<Answer>,
    refusals: Vec<Answer>,
}

#[derive(Debug, Serialize)]
struct Answer {
    status: String,
    about: String,
    body: Option<Kind>,
}

/// A parameter, or a field of an object.
#[derive(Debug, Serialize)]
struct Field {
    name: String,
    /// Where a parameter stands.
    place: String,
    kind: Kind,
    required: bool,
    read_only: bool,
    about: String,
}

/// A type in words, and the schema it leads to.
#[derive(Debug, Default, Serialize)]
struct Kind {
    text: String,
    link: Option<String>,
}

#[derive(Debug, Serialize)]
struct Schema {
    name: String,
    about: String,
    fields: Vec<Field>,
    /// The words it can be, of a set of words.
    kind: Kind,
}

fn groups(document: &Value) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for (path, methods) in entries(&document["paths"]) {
        for (method, operation) in entries(methods) {
            let tag = text(&operation["tags"][0]);
            let group = groups.entry(tag.clone()).or_default();
            group.name = tag;
            group.operations.push(read_operation(path, method, operation));
        }
    }
    groups.into_values().collect()
}

fn read_operation(path: &str, method: &str, operation: &Value) -> Operation {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let parameters = list(&operation["parameters"]);
    let parameters = parameters.iter().map(|parameter| Field {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        kind: kind(&parameter["schema"]),
        required: parameter["required"] == true,
        read_only: false,
        about: text(&parameter["description"]),
    });
    let answers = entries(&operation["responses"]).map(|(status, response)| {
        let body =
            entries(&response["content"])
                .next()
                .map(|(media_type, content)| match media_type.as_str() {
                    "application/json" | "application/problem+json" => kind(&content["schema"]),
                    other => Kind {
                        text: other.to_owned(),
                        link: None,
                    },
                });
        Answer {
            status: status.clone(),
            about: text(&response["description"]),
            body,
        }
    });
    let (refusals, answers) = answers.partition(|answer| answer.status.as_str() >= "400");
    Operation {
        id: text(&operation["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        about: text(&operation["description"]),
        roles: list(&operation["x-roles"]).iter().map(text).collect(),
        proofs: list(&operation["security"])
            .iter()
            .flat_map(|one| entries(one).map(|(name, _)| name.clone()).collect::<Vec<_>>())
            .collect(),
        parameters: parameters.collect(),
        request: entries(&operation["requestBody"]["content"])
            .next()
            .map(|(_, content)| kind(&content["schema"])),
        answers,
        refusals,
    }
}

fn schemas(document: &Value) -> Vec<Schema> {
    entries(&document["components"]["schemas"])
        .map(|(name, schema)| {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let fields = entries(&schema["properties"]).map(|(name, field)| Field {
                name: name.clone(),
                place: String::new(),
                kind: kind(field),
                required: required.iter().any(|required| required.as_str() == Some(name)),
                read_only: field["readOnly"] == true,
                about: text(&field["description"]),
            });
            Schema {
                name: name.clone(),
                about: text(&schema["description"]),
                fields: fields.collect(),
                kind: kind(schema),
            }
        })
        .collect()
}

/// A schema in a few words.
fn kind(schema: &Value) -> Kind {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|target| target.rsplit('/').next())
    {
        return Kind {
            text: name.to_owned(),
            link: Some(name.to_owned()),
        };
    }
    if let Some(variants) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
        let kinds: Vec<Kind> = variants
            .iter()
            .filter(|one| one["type"] != "null")
            .map(kind)
            .collect();
        let text = kinds
            .iter()
            .map(|kind| kind.text.as_str())
            .collect::<Vec<_>>()
            .join(" or ");
        return Kind {
            text,
            link: kinds.into_iter().find_map(|kind| kind.link),
        };
    }
    if let Some(words) = schema["enum"].as_array() {
        return plain(words.iter().map(text).collect::<Vec<_>>().join(" | "));
    }
    if let Some(word) = schema["const"].as_str() {
        return plain(word.to_owned());
    }
    let types: Vec<String> = match &schema["type"] {
        Value::Array(types) => types.iter().map(text).filter(|one| one != "null").collect(),
        one => vec![text(one)],
    };
    let name = types.join(" or ");
    match (name.as_str(), schema["format"].as_str()) {
        ("array", _) => {
            let items = kind(&schema["items"]);
            Kind {
                text: format!("list of {}", items.text),
                link: items.link,
            }
        }
        ("", _) => plain("any JSON".to_owned()),
        ("string", Some(format)) => plain(format.to_owned()),
        _ => plain(name),
    }
}

fn plain(text: String) -> Kind {
    Kind { text, link: None }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
