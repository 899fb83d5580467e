//! Pictures as cameras, browsers and attackers make them, built byte by byte where no encoder will.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

pub(crate) const RED: [u8; 3] = [200, 30, 30];
pub(crate) const BLUE: [u8; 3] = [30, 30, 200];

/// Stands in metadata where it must never come out again.
pub(crate) const SECRET: &str = "Secret of the owner";

/// Red on the left, blue on the right.
pub(crate) fn red_and_blue(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| Rgb(if x < width / 2 { RED } else { BLUE })).into()
}

/// Something with detail everywhere, so that damage to any byte of its file matters.
pub(crate) fn textured(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x * 7 + y) as u8, (y * 5) as u8 ^ (x * 3) as u8, (x * y) as u8])
    })
    .into()
}

pub(crate) fn jpeg(image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    image
        .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 90))
        .unwrap();
    bytes
}

pub(crate) fn png(image: &DynamicImage) -> Vec<u8> {
    encoded(image, ImageFormat::Png)
}

/// A lossless WebP.
pub(crate) fn webp(image: &DynamicImage) -> Vec<u8> {
    encoded(image, ImageFormat::WebP)
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A lossy WebP of 24 × 16 pixels.
pub(crate) fn lossy_webp() -> Vec<u8> {
    STANDARD
        .decode(concat!(
            "UklGRmIAAABXRUJQVlA4IFYAAACQAwCdASoYABAAPu1yrU+pp6QiMAgBMB2JbACdMoRwACHhrjWAAP7u3rwVIXUk",
            "03eGGuemUpodNPpxUpj//lAJ0eMh+3OigkIb7pLNuTf/EDQ5uIAAAA==",
        ))
        .unwrap()
}

/// A lossy WebP of 24 × 16 pixels whose right half is transparent.
pub(crate) fn lossy_webp_with_alpha() -> Vec<u8> {
    STANDARD
        .decode(concat!(
            "UklGRogAAABXRUJQVlA4WAoAAAAQAAAAFwAADwAAQUxQSBQAAAARDzD/ERFCSEB44P9a3YKI/kcyA1ZQOCBOAAAA",
            "cAMAnQEqGAAQAD7tZKpNqaWkIjAIATAdiWoAnTKEcAAbT72gAP7u3rwVI/XacyYMBUxy4JSaPNrwX7Q/vjS8f9Cg",
            "5NZSCVrew33M0AAA",
        ))
        .unwrap()
}

/// An EXIF block in TIFF form: orientation, a description, and a place in the GPS directory.
pub(crate) fn exif(orientation: u16) -> Vec<u8> {
    let description = format!("{SECRET}\0");
    let (ifd, gps) = (8u32, 8 + 2 + 3 * 12 + 4u32);
    let text = gps + 2 + 2 * 12 + 4;
    let degrees = text + description.len() as u32;
    let mut tiff = b"II*\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [
            &tag.to_le_bytes()[..],
            &kind.to_le_bytes(),
            &count.to_le_bytes(),
            &value.to_le_bytes(),
        ]
        .concat()
    };
    tiff.extend(ifd.to_le_bytes());
    tiff.extend(3u16.to_le_bytes());
    tiff.extend(entry(0x010E, 2, description.len() as u32, text));
    tiff.extend(entry(0x0112, 3, 1, orientation.into()));
    tiff.extend(entry(0x8825, 4, 1, gps));
    tiff.extend(0u32.to_le_bytes());
    tiff.extend(2u16.to_le_bytes());
    tiff.extend(entry(1, 2, 2, u32::from(b'N')));
    tiff.extend(entry(2, 5, 3, degrees));
    tiff.extend(0u32.to_le_bytes());
    tiff.extend(description.as_bytes());
    for part in [31u32, 1, 14, 1, 2207, 100] {
        tiff.extend(part.to_le_bytes());
    }
    tiff
}

/// A marker segment.
pub(crate) fn segment(code: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, code], &length[..], payload].concat()
}

/// `jpeg` with further bytes behind its first two, where cameras put their segments.
pub(crate) fn with_start(jpeg: &[u8], inserted: &[u8]) -> Vec<u8> {
    [&jpeg[..2], inserted, &jpeg[2..]].concat()
}

pub(crate) fn exif_segment(orientation: u16) -> Vec<u8> {
    segment(0xE1, &[b"Exif\0\0", &exif(orientation)[..]].concat())
}

pub(crate) fn xmp_segment() -> Vec<u8> {
    segment(
        0xE1,
        format!("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>{SECRET}</x:xmpmeta>").as_bytes(),
    )
}

pub(crate) fn icc_segment() -> Vec<u8> {
    segment(0xE2, b"ICC_PROFILE\0\x01\x01 made-up profile")
}

pub(crate) fn comment_segment() -> Vec<u8> {
    segment(0xFE, SECRET.as_bytes())
}

/// A JPEG as a phone writes it, with everything a phone puts in.
pub(crate) fn camera_jpeg(image: &DynamicImage, orientation: u16) -> Vec<u8> {
    let preview = segment(0xE2, b"MPF\0 second picture follows");
    let iptc = segment(0xED, format!("Photoshop 3.0\0{SECRET}").as_bytes());
    let inserted = [
        exif_segment(orientation),
        xmp_segment(),
        icc_segment(),
        preview,
        iptc,
        comment_segment(),
    ];
    let mut bytes = with_start(&jpeg(image), &inserted.concat());
    bytes.extend(b"\0\0\0\x18ftypmp42 the video of a motion photo");
    bytes
}

/// How [`flat_jpeg`] codes its picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Process {
    Baseline,
    Progressive,
    /// Progressive, with this many empty scans behind the first.
    Scans(usize),
    /// Baseline, but each component in a scan of its own.
    Split,
}

/// A JPEG of one flat colour given by its components (1: grey, 3: YCbCr, 4: CMYK as stored).
/// A block takes five bits or more per component, so even the largest is a small file.
pub(crate) fn flat_jpeg(width: u16, height: u16, components: &[u8], process: Process) -> Vec<u8> {
    let count = components.len() as u8;
    let start_of_frame = if matches!(process, Process::Baseline | Process::Split) {
        0xC0
    } else {
        0xC2
    };
    let mut jpeg = vec![0xFF, 0xD8];
    // A quantisation step of 8 makes a DC coefficient of 1 one level of the sample.
    jpeg.extend(segment(0xDB, &[&[0u8][..], &[8; 64]].concat()));
    let [h1, h0] = height.to_be_bytes();
    let [w1, w0] = width.to_be_bytes();
    let ids = (1..=count).flat_map(|id| [id, 0x11, 0]);
    jpeg.extend(segment(
        start_of_frame,
        &[8, h1, h0, w1, w0, count]
            .into_iter()
            .chain(ids)
            .collect::<Vec<_>>(),
    ));
    // DC: the categories 0 to 11, four bits each. AC: only "end of block", one bit.
    let mut dc = [0u8; 29];
    dc[4] = 12;
    dc[17..].copy_from_slice(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    jpeg.extend(segment(0xC4, &dc));
    let mut ac = [0u8; 18];
    (ac[0], ac[1]) = (0x10, 1);
    jpeg.extend(segment(0xC4, &ac));

    let blocks = usize::from(width.div_ceil(8)) * usize::from(height.div_ceil(8));
    let spectrum = if start_of_frame == 0xC0 {
        [0, 63, 0]
    } else {
        [0, 0, 0]
    };
    let mut scan = |ids: &[u8], levels: &[u8]| {
        let selectors = ids.iter().flat_map(|&id| [id, 0]);
        let header: Vec<u8> = [ids.len() as u8]
            .into_iter()
            .chain(selectors)
            .chain(spectrum)
            .collect();
        jpeg.extend(segment(0xDA, &header));
        jpeg.extend(flat_scan(blocks, levels, start_of_frame == 0xC0));
    };
    let ids: Vec<u8> = (1..=count).collect();
    match process {
        Process::Split => ids
            .iter()
            .zip(components)
            .for_each(|(&id, &level)| scan(&[id], &[level])),
        _ => scan(&ids, components),
    }
    if let Process::Scans(scans) = process {
        let empty = segment(0xDA, &[1, 1, 0, 1, 63, 0]);
        jpeg.extend(empty.repeat(scans));
    }
    jpeg.extend([0xFF, 0xD9]);
    jpeg
}

/// The coded data: the first block holds the level of each component, all others "as before",
/// which in these tables is nothing but zeroes.
fn flat_scan(blocks: usize, levels: &[u8], end_of_block: bool) -> Vec<u8> {
    let mut bits = Bits::default();
    for &level in levels {
        let difference = i32::from(level) - 128;
        let category = 32 - difference.unsigned_abs().leading_zeros();
        let coded = if difference < 0 {
            difference + (1 << category) - 1
        } else {
            difference
        };
        bits.push(category, 4);
        bits.push(coded as u32, category);
        bits.push(0, u32::from(end_of_block));
    }
    let each = levels.len() * (4 + usize::from(end_of_block));
    bits.finish((blocks - 1) * each)
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u32, count: u32) {
        for shift in (0..count).rev() {
            self.pending = self.pending << 1 | (value >> shift & 1);
            self.count += 1;
            if self.count == 8 {
                self.bytes.push(self.pending as u8);
                if self.pending as u8 == 0xFF {
                    self.bytes.push(0);
                }
                (self.pending, self.count) = (0, 0);
            }
        }
    }

    /// Appends `zeroes`, and fills the last byte with ones.
    fn finish(mut self, mut zeroes: usize) -> Vec<u8> {
        while self.count != 0 && zeroes > 0 {
            self.push(0, 1);
            zeroes -= 1;
        }
        self.bytes.resize(self.bytes.len() + zeroes / 8, 0);
        self.push(0, (zeroes % 8) as u32);
        while self.count != 0 {
            self.push(1, 1);
        }
        self.bytes
    }
}

/// A PNG chunk with its checksum.
pub(crate) fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let checked = [&kind[..], data].concat();
    let crc = !checked.iter().fold(!0u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 * (crc & 1))
        })
    });
    [
        &(data.len() as u32).to_be_bytes()[..],
        &checked,
        &crc.to_be_bytes(),
    ]
    .concat()
}

/// `png` with a further chunk behind its header.
pub(crate) fn with_chunk(png: &[u8], kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    const SIGNATURE_AND_HEADER: usize = 8 + 25;
    [
        &png[..SIGNATURE_AND_HEADER],
        &chunk(kind, data),
        &png[SIGNATURE_AND_HEADER..],
    ]
    .concat()
}

/// A PNG of zeroes, compressed as far as it goes: a few kilobytes for any number of pixels.
pub(crate) fn blank_png(width: u32, height: u32, colour: png::ColorType) -> Vec<u8> {
    use std::io::Write;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(colour);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().unwrap();
    let mut rows = writer.stream_writer().unwrap();
    let row = vec![0; width as usize * colour.samples()];
    for _ in 0..height {
        rows.write_all(&row).unwrap();
    }
    rows.finish().unwrap();
    writer.finish().unwrap();
    bytes
}

/// A chunk of a RIFF file.
pub(crate) fn riff_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let padding = &[0][..data.len() % 2];
    [&kind[..], &(data.len() as u32).to_le_bytes(), data, padding].concat()
}

/// A WebP of the extended kind, from its canvas, flags (2: animation, 4: XMP, 8: EXIF, 16: alpha)
/// and chunks.
pub(crate) fn extended_webp(width: u32, height: u32, flags: u8, chunks: &[Vec<u8>]) -> Vec<u8> {
    let header = [
        &[flags, 0, 0, 0],
        &three_bytes(width - 1)[..],
        &three_bytes(height - 1),
    ]
    .concat();
    let body = [riff_chunk(b"VP8X", &header), chunks.concat()].concat();
    [
        b"RIFF",
        &(body.len() as u32 + 4).to_le_bytes()[..],
        b"WEBP",
        &body,
    ]
    .concat()
}

/// The chunks of a WebP without its container.
pub(crate) fn chunks_of(webp: &[u8]) -> Vec<u8> {
    webp[12..].to_vec()
}

/// A frame of an animation at the top left corner.
pub(crate) fn animation_frame(width: u32, height: u32, webp: &[u8]) -> Vec<u8> {
    let sizes = [
        three_bytes(0),
        three_bytes(0),
        three_bytes(width - 1),
        three_bytes(height - 1),
        three_bytes(100),
    ];
    riff_chunk(b"ANMF", &[sizes.concat(), vec![0], chunks_of(webp)].concat())
}

pub(crate) fn animated_webp(frames: &[DynamicImage]) -> Vec<u8> {
    let (width, height) = (frames[0].width(), frames[0].height());
    let mut chunks = vec![riff_chunk(b"ANIM", &[0; 6])];
    chunks.extend(
        frames
            .iter()
            .map(|frame| animation_frame(width, height, &webp(frame))),
    );
    extended_webp(width, height, 2, &chunks)
}

fn three_bytes(value: u32) -> [u8; 3] {
    let [low, middle, high, _] = value.to_le_bytes();
    [low, middle, high]
}

/// A file that starts with the box of an ISO media file.
pub(crate) fn iso_media(brands: &[&[u8; 4]]) -> Vec<u8> {
    let (major, compatible) = brands.split_first().unwrap();
    let listed: Vec<u8> = compatible.iter().flat_map(|brand| **brand).collect();
    let size = (16 + listed.len() as u32).to_be_bytes();
    [
        &size[..],
        b"ftyp",
        &major[..],
        &[0; 4],
        &listed,
        b"\0\0\0\x08free",
    ]
    .concat()
}

pub(crate) fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
