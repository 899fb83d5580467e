//! What `photo::inspect` makes of good pictures of every kind.

use image::{DynamicImage, GrayAlphaImage, GrayImage, ImageFormat, Rgba, RgbaImage};
use onsite_files::Sha256Hex;
use onsite_files::photo::{
    FULL_SIDE, Limits, PREVIEW_BYTES, PREVIEW_SIDE, Photo, THUMBNAIL_SIDE, inspect, verify_stripped,
};

use crate::pictures::*;

fn inspected(bytes: &[u8]) -> Photo {
    inspect(bytes, &Limits::default()).unwrap()
}

fn opened(jpeg: &[u8]) -> DynamicImage {
    image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).unwrap()
}

/// Compares a pixel of a lossy picture with the colour that was put in.
#[track_caller]
fn assert_colour(image: &DynamicImage, x: u32, y: u32, expected: [u8; 3]) {
    let found = image.to_rgb8().get_pixel(x, y).0;
    let near = found
        .iter()
        .zip(expected)
        .all(|(&found, expected)| found.abs_diff(expected) <= 12);
    assert!(near, "{found:?} at {x},{y} instead of {expected:?}");
}

#[test]
fn an_ordinary_photo_keeps_its_size_and_colours() {
    let photo = inspected(&jpeg(&red_and_blue(600, 400)));
    let full = opened(&photo.jpeg);
    assert_eq!((photo.width, photo.height), (600, 400));
    assert_eq!((full.width(), full.height()), (600, 400));
    assert_colour(&full, 100, 200, RED);
    assert_colour(&full, 500, 200, BLUE);
    assert_eq!(photo.sha256, Sha256Hex::of(&photo.jpeg));

    let thumbnail = opened(&photo.thumbnail);
    assert_eq!((thumbnail.width(), thumbnail.height()), (THUMBNAIL_SIDE, 213));
    assert_colour(&thumbnail, 50, 100, RED);
}

#[test]
fn a_large_photo_is_scaled_to_the_longer_side() {
    let photo = inspected(&jpeg(&red_and_blue(3000, 2000)));
    assert_eq!((photo.width, photo.height), (FULL_SIDE, 1707));
    assert_colour(&opened(&photo.jpeg), 2000, 800, BLUE);
    let upright = inspected(&jpeg(&red_and_blue(2000, 3000)));
    assert_eq!((upright.width, upright.height), (1707, FULL_SIDE));
}

#[test]
fn a_tiny_photo_is_not_enlarged() {
    let photo = inspected(&png(&red_and_blue(2, 1)));
    let thumbnail = opened(&photo.thumbnail);
    assert_eq!((photo.width, photo.height), (2, 1));
    assert_eq!((thumbnail.width(), thumbnail.height()), (2, 1));
}

#[test]
fn a_very_narrow_photo_keeps_at_least_one_pixel() {
    let photo = inspected(&blank_png(12_000, 1, png::ColorType::Rgb));
    let thumbnail = opened(&photo.thumbnail);
    assert_eq!((photo.width, photo.height), (FULL_SIDE, 1));
    assert_eq!((thumbnail.width(), thumbnail.height()), (THUMBNAIL_SIDE, 1));
}

#[test]
fn a_preview_shows_the_photo_and_travels_with_its_record() {
    let plain = inspected(&jpeg(&red_and_blue(600, 400)));
    let preview = opened(&plain.preview);
    assert_eq!((preview.width(), preview.height()), (PREVIEW_SIDE, 107));
    assert_colour(&preview, 20, 50, RED);
    // Nothing is harder to encode than noise.
    let noise = RgbaImage::from_fn(700, 700, |x, y| {
        let [r, g, b, _] = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)).to_be_bytes();
        Rgba([r, g, b, 255])
    });
    for image in [noise.into(), textured(160, 160), red_and_blue(1, 1)] {
        let photo = inspected(&png(&image));
        assert!(photo.preview.len() <= PREVIEW_BYTES, "{}", photo.preview.len());
        opened(&photo.preview);
    }
}

#[test]
fn the_placeholder_shows_the_colours_of_the_photo() {
    use base64::Engine;
    let photo = inspected(&jpeg(&red_and_blue(400, 400)));
    let hash = base64::engine::general_purpose::STANDARD
        .decode(&photo.thumbhash)
        .unwrap();
    let (red, green, blue, alpha) = thumbhash::thumb_hash_to_average_rgba(&hash).unwrap();
    assert!(
        (red - blue).abs() < 0.05 && green < 0.2 && (0.3..0.6).contains(&red),
        "{red} {green} {blue}"
    );
    assert_eq!(alpha, 1.0);
}

#[test]
fn the_exif_orientation_is_applied() {
    // Orientation 6: the left edge of what is stored is the top of what was seen.
    let picture = red_and_blue(60, 40);
    let sideways = [
        with_start(&jpeg(&picture), &exif_segment(6)),
        with_chunk(&png(&picture), b"eXIf", &exif(6)),
        extended_webp(
            60,
            40,
            8,
            &[chunks_of(&webp(&picture)), riff_chunk(b"EXIF", &exif(6))],
        ),
    ];
    for file in sideways {
        let photo = inspected(&file);
        assert_eq!((photo.width, photo.height), (40, 60));
        for image in [opened(&photo.jpeg), opened(&photo.thumbnail)] {
            assert_colour(&image, 20, 10, RED);
            assert_colour(&image, 20, 50, BLUE);
        }
    }
    let upside_down = inspected(&with_start(&jpeg(&picture), &exif_segment(3)));
    assert_eq!((upside_down.width, upside_down.height), (60, 40));
    assert_colour(&opened(&upside_down.jpeg), 10, 20, BLUE);
}

#[test]
fn a_photo_is_not_refused_for_its_exif() {
    let whole = exif(6);
    let missing_end = segment(0xE1, &[b"Exif\0\0", &whole[..whole.len() - 30]].concat());
    let photo = inspected(&with_start(&jpeg(&red_and_blue(60, 40)), &missing_end));
    assert_eq!((photo.width, photo.height), (40, 60), "what can be read counts");

    let garbage = segment(0xE1, b"Exif\0\0MM and nothing sensible");
    let photo = inspected(&with_start(&jpeg(&red_and_blue(60, 40)), &garbage));
    assert_eq!((photo.width, photo.height), (60, 40));
    let photo = inspected(&with_start(&jpeg(&red_and_blue(60, 40)), &exif_segment(77)));
    assert_eq!((photo.width, photo.height), (60, 40));
}

#[test]
fn no_metadata_comes_out() {
    let picture = textured(64, 48);
    let text = format!("Comment\0{SECRET}");
    let xmp = riff_chunk(b"XMP ", SECRET.as_bytes());
    let files = [
        camera_jpeg(&picture, 1),
        with_chunk(
            &with_chunk(&png(&picture), b"tEXt", text.as_bytes()),
            b"eXIf",
            &exif(1),
        ),
        extended_webp(
            64,
            48,
            12,
            &[chunks_of(&webp(&picture)), riff_chunk(b"EXIF", &exif(1)), xmp],
        ),
    ];
    for file in files {
        assert!(contains(&file, SECRET));
        let photo = inspected(&file);
        for kept in [&photo.jpeg, &photo.thumbnail] {
            verify_stripped(kept).unwrap();
            for leak in [SECRET, "Exif", "ICC_PROFILE", "MPF", "ftyp", "http:"] {
                assert!(!contains(kept, leak), "{leak}");
            }
        }
    }
}

#[test]
fn transparency_is_laid_onto_white() {
    let half = RgbaImage::from_fn(40, 40, |x, _| Rgba([200, 30, 30, if x < 20 { 255 } else { 0 }]));
    let grey = GrayAlphaImage::from_fn(40, 40, |x, _| image::LumaA([90, if x < 20 { 255 } else { 0 }]));
    for (file, solid) in [
        (png(&half.clone().into()), [200, 30, 30]),
        (webp(&half.into()), [200, 30, 30]),
        (png(&grey.into()), [90, 90, 90]),
    ] {
        let full = opened(&inspected(&file).jpeg);
        assert_colour(&full, 8, 20, solid);
        assert_colour(&full, 32, 20, [255, 255, 255]);
    }
    let half_covered = RgbaImage::from_pixel(16, 16, Rgba([0, 0, 0, 128]));
    assert_colour(
        &opened(&inspected(&png(&half_covered.into())).jpeg),
        8,
        8,
        [127, 127, 127],
    );
}

#[test]
fn grey_pictures_stay_grey() {
    let grey: DynamicImage = GrayImage::from_pixel(50, 30, image::Luma([77])).into();
    for file in [jpeg(&grey), png(&grey)] {
        let full = opened(&inspected(&file).jpeg);
        assert_eq!(full.color(), image::ColorType::L8);
        assert_colour(&full, 25, 15, [77, 77, 77]);
    }
}

#[test]
fn unusual_pngs_are_opened() {
    let sixteen_bits: DynamicImage =
        image::ImageBuffer::<image::Rgb<u16>, _>::from_pixel(20, 20, image::Rgb([0xC8FF, 0x1E00, 0x1E80]))
            .into();
    assert_colour(&opened(&inspected(&png(&sixteen_bits)).jpeg), 10, 10, RED);

    let mut palette = Vec::new();
    let mut encoder = png::Encoder::new(&mut palette, 16, 16);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_palette([BLUE, RED].concat());
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&[0xFF; 32])
        .unwrap();
    assert_colour(&opened(&inspected(&palette).jpeg), 8, 8, RED);
}

#[test]
fn lossy_webps_are_opened() {
    let photo = inspected(&lossy_webp());
    assert_eq!((photo.width, photo.height), (24, 16));
    assert_colour(&opened(&photo.jpeg), 12, 8, [120, 120, 100]);
    let transparent = opened(&inspected(&lossy_webp_with_alpha()).jpeg);
    assert_colour(&transparent, 21, 8, [255, 255, 255]);
}

#[test]
fn an_animation_shows_its_first_frame() {
    let frames = [[200, 30, 30], [30, 30, 200]]
        .map(|colour| image::RgbImage::from_pixel(32, 20, image::Rgb(colour)).into());
    let photo = inspected(&animated_webp(&frames));
    assert_eq!((photo.width, photo.height), (32, 20));
    assert_colour(&opened(&photo.jpeg), 16, 10, RED);
}

#[test]
fn every_common_coding_of_jpeg_is_opened() {
    // RED in YCbCr.
    let red = [81, 99, 213];
    for process in [Process::Baseline, Process::Progressive, Process::Split] {
        let full = opened(&inspected(&flat_jpeg(40, 24, &red, process)).jpeg);
        assert_colour(&full, 20, 12, RED);
    }
    // CMYK as Adobe writes it, inverted and marked so: no cyan, much magenta and yellow, some black.
    let adobe = segment(0xEE, b"Adobe\0\x64\0\0\0\0\0");
    let cmyk = with_start(&flat_jpeg(40, 24, &[255, 40, 40, 200], Process::Baseline), &adobe);
    assert_colour(&opened(&inspected(&cmyk).jpeg), 20, 12, [200, 31, 31]);
}

#[test]
fn a_photo_of_48_megapixels_is_opened_within_the_memory_of_a_fraction() {
    let red = [81, 99, 213];
    let lean = Limits {
        max_memory: 100 << 20,
        ..Limits::default()
    };
    let photo = inspect(&flat_jpeg(8064, 6048, &red, Process::Baseline), &lean).unwrap();
    assert_eq!((photo.width, photo.height), (FULL_SIDE, 1920));
    assert_colour(&opened(&photo.jpeg), 1000, 1000, RED);

    let upright = inspect(&flat_jpeg(6048, 8064, &[77], Process::Baseline), &lean).unwrap();
    assert_eq!((upright.width, upright.height), (1920, FULL_SIDE));
    assert_colour(&opened(&upright.jpeg), 1000, 1000, [77, 77, 77]);
}

#[test]
fn scaling_leaves_no_seams() {
    let ramp: DynamicImage =
        GrayImage::from_fn(64, 5100, |_, y| image::Luma([(y * 255 / 5099) as u8])).into();
    let full = opened(&inspected(&png(&ramp)).jpeg).to_luma8();
    assert_eq!(full.height(), FULL_SIDE);
    for y in 1..full.height() {
        let step = i16::from(full.get_pixel(5, y)[0]) - i16::from(full.get_pixel(5, y - 1)[0]);
        assert!((-1..=2).contains(&step), "a step of {step} at row {y}");
    }
}

#[test]
fn the_same_file_gives_the_same_photo() {
    let file = camera_jpeg(&textured(200, 100), 6);
    assert_eq!(inspected(&file), inspected(&file));
}
