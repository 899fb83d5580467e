//! What a handler's type says about its route: collected by its inputs, its permission and its reply, and written
//! into the OpenAPI document.
use crate::problem;
use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use sync_protocol::codes::ErrorCode;

/// How a request shows who sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// An access token in `Authorization`.
    Bearer,
    /// A signature of the device's key in `Device-Proof`.
    Device,
}

impl Proof {
    /// The name of the OpenAPI security scheme.
    pub fn scheme(self) -> &'static str {
        match self {
            Proof::Bearer => "bearer",
            Proof::Device => "deviceProof",
        }
    }
}

/// The description of one route in the making.
#[allow(missing_debug_implementations)]
pub struct Sketch<'g> {
    schemas: &'g mut SchemaGenerator,
    parameters: Vec<Value>,
    request: Option<Value>,
    responses: BTreeMap<u16, Value>,
    errors: Vec<ErrorCode>,
    proofs: Vec<Proof>,
}

impl<'g> Sketch<'g> {
    pub(crate) fn new(schemas: &'g mut SchemaGenerator) -> Sketch<'g> {
        // What the framework itself can answer on any route.
        let errors = vec![
            ErrorCode::Malformed,
            ErrorCode::UnknownField,
            ErrorCode::Internal,
            ErrorCode::Unavailable,
        ];
        Sketch {
            schemas,
            parameters: Vec::new(),
            request: None,
            responses: BTreeMap::new(),
            errors,
            proofs: Vec::new(),
        }
    }

    /// The schema of a type; named ones are kept once and referred to.
    pub fn schema<T: JsonSchema>(&mut self) -> Schema {
        self.schemas.subschema_for::<T>()
    }

    /// A parameter in the `path`, the `query` or a `header`.
    pub fn parameter(&mut self, place: &str, name: &str, required: bool, about: &str, schema: &Schema) {
        self.parameters.push(json!({
            "name": name, "in": place, "required": required, "description": about, "schema": schema,
        }));
    }

    /// The parameters of the query, from the fields of a struct.
    pub fn query<T: JsonSchema + 'static>(&mut self) {
        // Registers what the fields refer to among the document's schemas.
        let mut schema = T::json_schema(self.schemas);
        let required: Vec<Value> = schema
            .get("required")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let Some(Value::Object(fields)) = schema.remove("properties") else {
            return;
        };
        for (name, mut field) in fields {
            let about = field
                .as_object_mut()
                .and_then(|field| field.remove("description"));
            let about = about
                .as_ref()
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            let required = required.contains(&Value::String(name.clone()));
            if let Ok(field) = Schema::try_from(field) {
                self.parameter("query", &name, required, &about, &field);
            }
        }
    }

    /// The request's body.
    pub fn body(&mut self, media_type: &str, schema: &Schema) {
        self.request = Some(json!({ "required": true, "content": { media_type: { "schema": schema } } }));
        self.fails_with(&[ErrorCode::TooLarge, ErrorCode::UnsupportedMedia]);
    }

    /// A good answer; without a schema it has no body.
    pub fn answer(&mut self, status: u16, about: &str, body: Option<(&str, Schema)>) {
        let mut response = json!({ "description": about });
        if let Some((media_type, schema)) = body {
            response["content"] = json!({ media_type: { "schema": schema } });
        }
        self.responses.insert(status, response);
    }

    /// A header of a good answer.
    pub fn answer_header(&mut self, status: u16, name: &str, about: &str) {
        if let Some(response) = self.responses.get_mut(&status) {
            response["headers"][name] = json!({ "description": about, "schema": { "type": "string" } });
        }
    }

    /// Codes of refusals this part of the route can answer.
    pub fn fails_with(&mut self, codes: &[ErrorCode]) {
        self.errors.extend(codes);
    }

    /// The refusals of the one write path, which every write can meet: a value or a reference that is not
    /// acceptable, a step or a moment that is not right, a value that is somebody else's.
    pub fn writes(&mut self) {
        self.fails_with(&[
            ErrorCode::Forbidden,
            ErrorCode::Invalid,
            ErrorCode::IllegalTransition,
            ErrorCode::NotReady,
            ErrorCode::Taken,
        ]);
    }

    /// One way to show who sends the request; the others named are alternatives.
    pub fn proven_by(&mut self, proof: Proof) {
        self.proofs.push(proof);
    }

    /// The OpenAPI operation object.
    pub(crate) fn finish(mut self) -> Map<String, Value> {
        let problem = self.schema::<sync_protocol::problem::Problem>();
        let mut failures: BTreeMap<u16, Vec<String>> = BTreeMap::new();
        for code in ErrorCode::ALL.iter().filter(|code| self.errors.contains(code)) {
            failures
                .entry(code.status())
                .or_default()
                .push(problem::name(*code));
        }
        let mut responses: Map<String, Value> = self
            .responses
            .into_iter()
            .map(|(status, response)| (status.to_string(), response))
            .collect();
        for (status, codes) in failures {
            // A page may answer for itself under the same status.
            let response = responses
                .entry(status.to_string())
                .or_insert_with(|| json!({ "content": {} }));
            response["description"] = json!(codes.join(", "));
            response["content"]["application/problem+json"] = json!({ "schema": problem });
        }
        let mut operation = Map::new();
        if !self.parameters.is_empty() {
            operation.insert("parameters".to_owned(), Value::Array(self.parameters));
        }
        if let Some(request) = self.request {
            operation.insert("requestBody".to_owned(), request);
        }
        let security: Vec<Value> = self
            .proofs
            .iter()
            .map(|proof| json!({ proof.scheme(): [] }))
            .collect();
        operation.insert("security".to_owned(), Value::Array(security));
        operation.insert("responses".to_owned(), Value::Object(responses));
        operation
    }
}
