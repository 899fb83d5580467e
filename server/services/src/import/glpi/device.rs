//! The older network inventory: one `DEVICE` as the present format would have written it.
use super::node::{list, object, wrapped};
use serde_json::{Map, Value};

/// Renames what was renamed and unwraps what XML had wrapped.
pub(super) fn modern(old: &Value) -> Value {
    let mut content = Map::new();
    let info = object(old, "info");
    let mut device = info.as_object().cloned().unwrap_or_default();
    if let Some(said) = device.remove("comments") {
        device.entry("description").or_insert(said);
    }
    content.insert("network_device".to_owned(), Value::Object(device));
    let ports = wrapped(old, "ports", "port");
    content.insert("network_ports".to_owned(), ports.into_iter().map(port).collect());
    content.insert(
        "network_components".to_owned(),
        copied(wrapped(old, "components", "component")),
    );
    for name in ["firmwares", "cartridges", "pagecounters", "simcards", "modems"] {
        content.insert(name.to_owned(), copied(list(old, name)));
    }
    Value::Object(content)
}

fn copied(items: Vec<&Value>) -> Value {
    items.into_iter().cloned().collect()
}

fn port(old: &Value) -> Value {
    let mut port = old.as_object().cloned().unwrap_or_default();
    let connections = object(old, "connections");
    if connections.get("connection").is_some() {
        port.insert("connections".to_owned(), copied(list(connections, "connection")));
    }
    Value::Object(port)
}
