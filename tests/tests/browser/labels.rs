//! Labels put on paper by the console, and read back from the picture of the page.
use crate::{DISPATCHER, nobody_answers, play};
use anyhow::{Context, Result, bail, ensure};
use onsite_tests::live::Demo;
use onsite_tests::{Database, Kind};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Dots a millimetre of the rendering: 300 an inch.
const DOTS: f64 = 300.0 / 25.4;

/// A sheet of Avery L7160, in millimetres: left and top edge of the first label, its size, the way to the next one.
const EDGE: (f64, f64) = (7.21, 15.15);
const LABEL: (f64, f64) = (63.5, 38.1);
const PITCH: (f64, f64) = (66.04, 38.1);
const COLUMNS: usize = 3;
const ROWS: usize = 7;

/// White left away around a label: the reader takes corners of neighbours for one code.
const AWAY: f64 = 1.0;

/// Places of the sheet that are used up.
const SKIP: usize = 4;

fn labels(database: Option<&Database>) {
    play(
        "labels",
        database,
        &[],
        prepare,
        |demo, prepared, what, question| {
            if what != "what the codes say" {
                return nobody_answers(demo, prepared, what, question);
            }
            let file = question["file"].as_str().context("no file")?;
            let places = prepared["codes"].as_array().map_or(0, Vec::len);
            let sheets = 1..=places / (COLUMNS * ROWS);
            let said: Result<Vec<_>> = sheets.map(|sheet| codes(Path::new(file), sheet)).collect();
            Ok(json!(said?.concat()))
        },
    );
}

/// The site with the fewest labels, and what each place of its sheets is to say.
fn prepare(demo: &Demo, _folder: &Path) -> Result<Value> {
    let desk = demo.desk(DISPATCHER)?;
    let (sites, assets) = (desk.all("/v1/sites")?, desk.all("/v1/assets")?);
    let tags = |site: &Value| -> Vec<String> {
        let of_site = assets
            .iter()
            .filter(|asset| asset["fields"]["site_id"] == site["id"]);
        let mut tags: Vec<String> = of_site
            .filter_map(|asset| Some(asset["fields"]["tag"].as_str()?.to_owned()))
            .collect();
        tags.sort();
        tags
    };
    let all = sites.iter().map(|site| (site, tags(site)));
    let (site, tags) = all
        .filter(|(_, tags)| !tags.is_empty())
        .min_by_key(|(_, tags)| tags.len())
        .context("no site has labels")?;
    let mut codes = vec![Value::Null; (SKIP + tags.len()).next_multiple_of(COLUMNS * ROWS)];
    for (place, tag) in codes.iter_mut().skip(SKIP).zip(&tags) {
        *place = json!(format!("{}/a/{tag}", demo.url()));
    }
    Ok(json!({
        "dispatcher": DISPATCHER, "site": site["fields"]["name"], "labels": tags.len(), "skip": SKIP, "codes": codes,
    }))
}

/// What the code on each place of a sheet, counted from 1, says, as an independent program renders it.
fn codes(pdf: &Path, sheet: usize) -> Result<Vec<Option<String>>> {
    let rendered = Command::new("pdftoppm")
        .args([
            "-gray",
            "-png",
            "-singlefile",
            "-r",
            "300",
            "-f",
            &sheet.to_string(),
        ])
        .arg(pdf)
        .output()
        .context("pdftoppm is part of poppler-utils")?;
    ensure!(
        rendered.status.success(),
        "{}",
        String::from_utf8_lossy(&rendered.stderr)
    );
    let page = image::load_from_memory(&rendered.stdout)?.to_luma8();
    let dots = |mm: f64| (mm * DOTS) as u32;
    let label = |place: usize| {
        let (column, row) = ((place % COLUMNS) as f64, (place / COLUMNS) as f64);
        let (left, top) = (EDGE.0 + column * PITCH.0 + AWAY, EDGE.1 + row * PITCH.1 + AWAY);
        let (width, height) = (LABEL.0 - 2.0 * AWAY, LABEL.1 - 2.0 * AWAY);
        image::imageops::crop_imm(&page, dots(left), dots(top), dots(width), dots(height)).to_image()
    };
    let said = |place: usize| {
        let label = label(place);
        let (width, height) = (label.width() as usize, label.height() as usize);
        let dot = |x: usize, y: usize| label.get_pixel(x as u32, y as u32).0[0];
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, dot);
        match &picture.detect_grids()[..] {
            [] => Ok(None),
            [grid] => Ok(Some(grid.decode()?.1)),
            several => bail!("{} codes on label {}", several.len(), place + 1),
        }
    };
    (0..COLUMNS * ROWS).map(said).collect()
}

#[test]
fn printed_labels_are_read_back_on_sqlite() {
    labels(None);
}

#[test]
fn printed_labels_are_read_back_on_postgres() {
    if let Some(database) = Database::create(Kind::Postgres) {
        labels(Some(&database));
    }
}
