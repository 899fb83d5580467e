//! Labels as a printer puts them on paper: rendered by an independent program, and their codes read back with where
//! they stand.
use crate::pdf_text::{unspaced, word_boxes};
use chrono::DateTime;
use onsite_documents::{Label, labels, per_page, preview};
use onsite_model::label::LabelStock;
use onsite_model::language::Language;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Dots an inch of the rendering.
const DPI: f32 = 300.0;

fn label(number: usize) -> Label {
    let names = [
        "财务室打印机",
        "HP LaserJet Enterprise MFP M528dn on the third floor beside the kitchen, behind the tall cupboard",
        "交换机",
        "上海浦东新区世纪大道一号环球金融中心第三十二层东侧弱电间核心交换机主用设备",
        "",
    ];
    let owners = [
        "上海浦东医院",
        "Acme Consulting (Shanghai) International Trading Company Limited",
    ];
    let tag = format!("OS-{number:05}");
    Label {
        url: format!("https://onsite.example.com/a/{tag}"),
        tag,
        name: names[number % names.len()].to_owned(),
        owner: owners[number % owners.len()].to_owned(),
    }
}

/// A grey picture, its dots row by row.
struct Picture {
    width: usize,
    height: usize,
    dots: Vec<u8>,
}

fn render(name: &str, pdf: &[u8]) -> Picture {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pdf"));
    fs::write(&path, pdf).unwrap();
    let output = Command::new("pdftoppm")
        .args(["-gray", "-singlefile", "-r", &DPI.to_string()])
        .arg(&path)
        .output()
        .expect("pdftoppm is part of poppler-utils");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    // P5, width and height, the largest value, then the dots.
    let mut words = output.stdout.split(|byte| byte.is_ascii_whitespace());
    let mut number = || String::from_utf8_lossy(words.next().unwrap()).parse::<usize>();
    assert!(number().is_err());
    let (width, height, most) = (number().unwrap(), number().unwrap(), number().unwrap());
    assert_eq!(most, 255);
    let dots = output.stdout[output.stdout.len() - width * height..].to_vec();
    Picture { width, height, dots }
}

/// White around a code that is looked at with it, in millimetres. Less than what lies between two labels: the reader takes
/// corners of neighbours for one code.
const AROUND: f32 = 1.5;

/// What the code near a place says, and its left, top, right and bottom edge, all in millimetres.
fn code(picture: &Picture, dpi: f32, [x, y]: [f32; 2], side: f32) -> (String, [f32; 4]) {
    let (dots, mm) = (
        |mm: f32| (mm * dpi / 25.4) as usize,
        |dots: f32| dots * 25.4 / dpi,
    );
    let (left, top) = (dots(x - AROUND), dots(y - AROUND));
    let width = dots(side + 2.0 * AROUND).min(picture.width - left);
    let height = dots(side + 2.0 * AROUND).min(picture.height - top);
    let dot = |x, y| picture.dots[(top + y) * picture.width + left + x];
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, dot);
    let grids = prepared.detect_grids();
    let [grid] = &grids[..] else {
        panic!("{} codes at {x}, {y}", grids.len())
    };
    let (_, text) = grid.decode().unwrap();
    // Its finders reach into three corners, so what is dark has its edges.
    let dark: Vec<(usize, usize)> = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .filter(|(x, y)| dot(*x, *y) < 128)
        .collect();
    let edges = |of: fn(&(usize, usize)) -> usize, from: usize| {
        let (least, most) = (
            dark.iter().map(of).min().unwrap(),
            dark.iter().map(of).max().unwrap(),
        );
        (mm((from + least) as f32), mm((from + most + 1) as f32))
    };
    let ((left, right), (top, bottom)) = (edges(|at| at.0, left), edges(|at| at.1, top));
    (text, [left, top, right, bottom])
}

/// Left edge of the first code, its side, the distance to the next across and down, all in millimetres.
struct Expected {
    page: (f32, f32),
    first: (f32, f32),
    side: f32,
    pitch: (f32, f32),
    across: usize,
}

fn expected(stock: LabelStock) -> Expected {
    let (page, edge, label, pitch, across, margin): (_, (f32, f32), (f32, f32), _, usize, f32) = match stock {
        LabelStock::AveryL7160 => ((210.0, 297.0), (7.21, 15.15), (63.5, 38.1), (66.04, 38.1), 3, 3.5),
        LabelStock::AveryL7162 => ((210.0, 297.0), (4.63, 12.9), (99.1, 33.9), (101.64, 33.9), 2, 3.5),
        LabelStock::AveryL7163 => (
            (210.0, 297.0),
            (4.63, 15.15),
            (99.1, 38.1),
            (101.64, 38.1),
            2,
            3.5,
        ),
        LabelStock::Brother24 => ((60.0, 24.0), (0.0, 0.0), (60.0, 24.0), (60.0, 24.0), 1, 3.0),
        LabelStock::Dymo30252 => ((89.0, 28.0), (0.0, 0.0), (89.0, 28.0), (89.0, 28.0), 1, 3.0),
    };
    let side = (label.1 - 2.0 * margin).min(22.0);
    Expected {
        page,
        first: (edge.0 + margin, edge.1 + (label.1 - side) / 2.0),
        side,
        pitch,
        across,
    }
}

impl Expected {
    /// Left and top edge of the code on a label.
    fn place(&self, at: usize) -> [f32; 2] {
        let across = (at % self.across) as f32 * self.pitch.0;
        let down = (at / self.across) as f32 * self.pitch.1;
        [self.first.0 + across, self.first.1 + down]
    }
}

#[test]
fn every_code_can_be_read_and_stands_where_the_sheet_has_its_label() {
    for stock in LabelStock::ALL {
        let per_page = per_page(*stock);
        let skip = if per_page > 1 { 3 } else { 0 };
        let all: Vec<Label> = (0..per_page - skip).map(label).collect();
        let at = DateTime::from_timestamp(1_772_438_400, 0).unwrap();
        let pdf = labels(*stock, skip, &all, Language::ZhCn, at).unwrap();
        let picture = render(stock.name(), &pdf);
        let expected = expected(*stock);
        let mm = |dots: usize| dots as f32 * 25.4 / DPI;
        assert!(
            (mm(picture.width) - expected.page.0).abs() < 0.2,
            "{}",
            mm(picture.width)
        );
        assert!(
            (mm(picture.height) - expected.page.1).abs() < 0.2,
            "{}",
            mm(picture.height)
        );
        for (at, label) in all.iter().enumerate() {
            let [x, y] = expected.place(at + skip);
            let (text, [left, top, right, bottom]) = code(&picture, DPI, [x, y], expected.side);
            assert_eq!(text, label.url);
            let edges = [
                (left, x),
                (top, y),
                (right, x + expected.side),
                (bottom, y + expected.side),
            ];
            for (found, wanted) in edges {
                assert!(
                    (found - wanted).abs() < 0.2,
                    "{} {text}: {found} for {wanted}",
                    stock.name()
                );
            }
        }
        // Every tag stands there whole, whatever became of the names.
        let text = unspaced(stock.name(), &pdf);
        for label in &all {
            assert!(text.contains(&label.tag), "{}", label.tag);
        }
        assert!(text.contains("财务室打印机") && text.contains("上海浦东医院"));
        // And no word leaves its page.
        for [left, top, right, bottom] in word_boxes(stock.name(), &pdf) {
            let (width, height) = (expected.page.0 * 72.0 / 25.4, expected.page.1 * 72.0 / 25.4);
            assert!(left >= 0.0 && top >= 0.0 && right <= width && bottom <= height);
        }
    }
}

#[test]
fn a_sheet_that_is_full_goes_on_with_the_next() {
    let all: Vec<Label> = (0..30).map(label).collect();
    let pdf = labels(
        LabelStock::AveryL7160,
        20,
        &all,
        Language::En,
        DateTime::UNIX_EPOCH,
    )
    .unwrap();
    let pages = crate::pdf_text::pages("label_pages", &pdf);
    assert_eq!(pages.len(), 3);
    assert!(pages[0].contains("OS-00000") && !pages[0].contains("OS-00001"));
    assert!(pages[1].contains("OS-00021") && pages[2].contains("OS-00022"));
}

#[test]
fn the_picture_before_printing_shows_the_same_codes() {
    for stock in LabelStock::ALL {
        let all: Vec<Label> = (0..per_page(*stock)).map(label).collect();
        let png = preview(*stock, 0, &all).unwrap();
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.png", stock.name()));
        fs::write(&path, &png).unwrap();
        let decoder = png::Decoder::new(std::io::Cursor::new(png));
        let mut reader = decoder.read_info().unwrap();
        let mut dots = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut dots).unwrap();
        let channels = dots.len() / (info.width * info.height) as usize;
        let picture = Picture {
            width: info.width as usize,
            height: info.height as usize,
            dots: dots.chunks(channels).map(|dot| dot[0]).collect(),
        };
        let expected = expected(*stock);
        for (at, label) in all.iter().enumerate() {
            let (text, _) = code(&picture, 150.0, expected.place(at), expected.side);
            assert_eq!(text, label.url);
        }
    }
}

#[test]
fn an_address_too_long_to_scan_is_refused() {
    let long = Label {
        url: format!("https://{}.example.com/a/OS-1", "x".repeat(100)),
        ..label(0)
    };
    assert!(
        labels(
            LabelStock::Dymo30252,
            0,
            &[long],
            Language::En,
            DateTime::UNIX_EPOCH
        )
        .is_err()
    );
}
