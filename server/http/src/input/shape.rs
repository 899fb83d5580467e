//! Which fields a type knows, asked of the very schema that documents it; so document and check can't disagree.
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// The JSON schema of a type, with its definitions.
pub(crate) struct Shape(Value);

/// Shapes are the same in every request; each is worked out once.
static SHAPES: LazyLock<RwLock<HashMap<TypeId, Arc<Shape>>>> = LazyLock::new(Default::default);

impl Shape {
    pub(crate) fn of<T: JsonSchema + 'static>() -> Arc<Shape> {
        let id = TypeId::of::<T>();
        if let Some(shape) = SHAPES.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return shape.clone();
        }
        let schema = SchemaSettings::draft2020_12()
            .into_generator()
            .into_root_schema_for::<T>();
        let shape = Arc::new(Shape(schema.to_value()));
        SHAPES
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, shape.clone());
        shape
    }

    /// Path of the first field in `value` that the type does not know.
    pub(crate) fn stray(&self, value: &Value) -> Option<String> {
        self.stray_in(&self.0, value, "")
    }

    /// Names of the type's own fields.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &String> {
        self.0
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|fields| fields.keys())
    }

    fn stray_in(&self, schema: &Value, value: &Value, path: &str) -> Option<String> {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let target = self.0.pointer(target.trim_start_matches('#'))?;
            return self.stray_in(target, value, path);
        }
        if let Some(variants) = schema
            .get("anyOf")
            .or(schema.get("oneOf"))
            .and_then(Value::as_array)
        {
            // A value of several possible shapes is strange only if it is so to all of them.
            let strays: Option<Vec<String>> = variants
                .iter()
                .filter(|variant| fits(variant, value))
                .map(|variant| self.stray_in(variant, value, path))
                .collect();
            return strays.and_then(|strays| strays.into_iter().next());
        }
        match value {
            Value::Object(object) => {
                let properties = schema.get("properties").and_then(Value::as_object)?;
                let open = schema
                    .get("additionalProperties")
                    .is_some_and(|more| *more != Value::Bool(false));
                object.iter().find_map(|(name, value)| {
                    let path = if path.is_empty() {
                        name.clone()
                    } else {
                        format!("{path}.{name}")
                    };
                    match properties.get(name) {
                        Some(schema) => self.stray_in(schema, value, &path),
                        None => (!open).then_some(path),
                    }
                })
            }
            Value::Array(list) => {
                let items = schema.get("items")?;
                let mut entries = list.iter().enumerate();
                entries.find_map(|(at, value)| self.stray_in(items, value, &format!("{path}[{at}]")))
            }
            _ => None,
        }
    }
}

/// Whether a variant can be meant by a value at all, by its JSON type.
fn fits(variant: &Value, value: &Value) -> bool {
    match variant.get("type").and_then(Value::as_str) {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some(_) => !value.is_object() && !value.is_array(),
        None => true,
    }
}
