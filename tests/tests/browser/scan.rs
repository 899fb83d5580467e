//! Labels before a camera: the film that the browser takes for what the camera sees.
use crate::{DISPATCHER, TECHNICIAN, nobody_answers, one, play};
use anyhow::{Context, Result};
use fast_qr::QRBuilder;
use onsite_tests::live::Demo;
use serde_json::{Value, json};
use std::path::Path;

const WIDTH: usize = 640;
const HEIGHT: usize = 480;

/// Pixels of one module of the code: small enough for the picture, large enough to be read.
const MODULE: usize = 9;

#[test]
fn a_label_is_scanned_by_camera() {
    play("scan", None, &[], labels, nobody_answers);
}

/// A label of the technician's site, and one of nobody's.
fn labels(demo: &Demo, folder: &Path) -> Result<Value> {
    let desk = demo.desk(DISPATCHER)?;
    let users = desk.all("/v1/users")?;
    let technician = one(&users, |user| user["email"] == TECHNICIAN, "technician")?;
    let visits = desk.all("/v1/visits")?;
    let own = |visit: &Value| visit["technician_id"] == technician["id"];
    let visit = one(&visits, own, "visit")?;
    let site = visit["fields"]["site_id"].as_str().unwrap_or_default();
    let assets = desk.all(&format!("/v1/assets?site={site}"))?;
    let asset = &one(&assets, |asset| asset["tag"].is_string(), "device with a label")?["fields"];
    let label = |tag: &str| -> Result<Value> {
        let picture = folder.join(format!("{tag}.y4m"));
        std::fs::write(&picture, film(tag)?)?;
        Ok(json!({ "tag": tag, "picture": picture }))
    };
    let mut known = label(asset["tag"].as_str().context("no tag")?)?;
    known["name"] = asset["name"].clone();
    Ok(json!({ "known": known, "unknown": label("HB-987654")? }))
}

/// One frame of an uncompressed film (y4m) that shows a label's code, which the browser repeats.
fn film(text: &str) -> Result<Vec<u8>> {
    let code = QRBuilder::new(text).build()?;
    let side = code.size * MODULE;
    let (left, top) = ((WIDTH - side) / 2, (HEIGHT - side) / 2);
    let mut film = format!("YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\nFRAME\n").into_bytes();
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let inside = (left..left + side).contains(&x) && (top..top + side).contains(&y);
            let dark = inside && code[(y - top) / MODULE][(x - left) / MODULE].value();
            film.push(if dark { 20 } else { 235 });
        }
    }
    film.resize(film.len() + WIDTH * HEIGHT / 2, 128);
    Ok(film)
}
