//! Checking and making photos that carry nothing but their picture.

use image::ImageFormat;
use onsite_files::FilesError;
use onsite_files::photo::{PhotoFormat, strip, verify_stripped};

use crate::pictures::*;

/// What `verify_stripped` finds.
fn found(bytes: &[u8]) -> &'static str {
    match verify_stripped(bytes) {
        Err(FilesError::CarriesMetadata { what, .. }) => what,
        other => panic!("{other:?}"),
    }
}

fn pixels(bytes: &[u8]) -> Vec<u8> {
    image::load_from_memory_with_format(bytes, ImageFormat::Jpeg)
        .unwrap()
        .into_bytes()
}

#[test]
fn pictures_fresh_from_an_encoder_pass() {
    let picture = textured(40, 30);
    let transparent = picture.to_rgba8().into();
    let palette = blank_png(16, 16, png::ColorType::Grayscale);
    for file in [
        jpeg(&picture),
        flat_jpeg(16, 16, &[1, 2, 3], Process::Progressive),
        flat_jpeg(16, 16, &[1, 2, 3], Process::Split),
        png(&transparent),
        palette,
        webp(&picture),
        lossy_webp(),
        lossy_webp_with_alpha(),
    ] {
        verify_stripped(&file).unwrap();
    }
}

#[test]
fn each_kind_of_metadata_in_a_jpeg_is_named() {
    let clean = jpeg(&textured(40, 30));
    let preview = [b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01", &[9; 3][..]].concat();
    for (inserted, what) in [
        (exif_segment(1), "EXIF data"),
        (xmp_segment(), "XMP data"),
        (comment_segment(), "a comment"),
        (segment(0xE0, &preview), "a preview"),
        (segment(0xE0, b"JFXX\0\x10"), "a preview"),
        (segment(0xE2, b"MPF\0"), "further pictures"),
        (segment(0xED, b"Photoshop 3.0\0"), "IPTC data"),
        (segment(0xEB, b"JP JUMBF"), "an unknown segment"),
        (
            segment(0xEE, b"Adobe\0\x64\0\0\0\0\0 and more"),
            "an unknown segment",
        ),
        (vec![0xFF, 0xD8], "a second picture"),
    ] {
        assert_eq!(found(&with_start(&clean, &inserted)), what);
    }
    let between = [&clean[..20], b"stray", &clean[20..]].concat();
    assert_eq!(found(&between), "bytes outside the picture");
    assert_eq!(
        found(&[&clean[..], b"trailing"].concat()),
        "bytes outside the picture"
    );
    assert_eq!(found(&clean.repeat(2)), "bytes outside the picture");
    verify_stripped(&with_start(&clean, &icc_segment())).unwrap();
}

#[test]
fn metadata_behind_the_first_scan_is_found() {
    let mut file = flat_jpeg(16, 16, &[1, 2, 3], Process::Progressive);
    let end = file.split_off(file.len() - 2);
    file.extend([exif_segment(1), end].concat());
    assert_eq!(found(&file), "EXIF data");
}

#[test]
fn each_kind_of_metadata_in_a_png_is_named() {
    let clean = png(&textured(40, 30));
    for (kind, what) in [
        (b"eXIf", "EXIF data"),
        (b"tEXt", "a text"),
        (b"zTXt", "a text"),
        (b"iTXt", "a text"),
        (b"tIME", "a time"),
        (b"acTL", "further pictures"),
        (b"prVt", "an unknown chunk"),
    ] {
        assert_eq!(found(&with_chunk(&clean, kind, b"data")), what);
    }
    assert_eq!(found(&[&clean[..], b"t"].concat()), "bytes outside the picture");
    verify_stripped(&with_chunk(&clean, b"pHYs", &[0; 9])).unwrap();
}

#[test]
fn each_kind_of_metadata_in_a_webp_is_named() {
    let picture = chunks_of(&webp(&textured(40, 30)));
    for (kind, what) in [
        (b"EXIF", "EXIF data"),
        (b"XMP ", "XMP data"),
        (b"ANMF", "further pictures"),
        (b"note", "an unknown chunk"),
    ] {
        let file = extended_webp(40, 30, 0, &[picture.clone(), riff_chunk(kind, b"data!")]);
        assert_eq!(found(&file), what);
    }
    assert_eq!(
        found(&[&lossy_webp()[..], b"t"].concat()),
        "bytes outside the picture"
    );
    verify_stripped(&extended_webp(
        40,
        30,
        32,
        &[riff_chunk(b"ICCP", b"odd"), picture],
    ))
    .unwrap();
}

#[test]
fn a_file_that_is_cut_off_does_not_pass() {
    let picture = textured(40, 30);
    for file in [jpeg(&picture), png(&picture), webp(&picture)] {
        for length in [16, 40, file.len() / 2, file.len() - 1] {
            let error = verify_stripped(&file[..length]).unwrap_err();
            assert!(
                matches!(error, FilesError::Undecodable { .. }),
                "{length}: {error}"
            );
        }
    }
}

#[test]
fn stripping_removes_all_metadata_and_nothing_else() {
    let picture = textured(70, 50);
    let camera = camera_jpeg(&picture, 1);
    let stripped = strip(&camera).unwrap();
    verify_stripped(&stripped).unwrap();
    assert!(contains(&camera, SECRET) && !contains(&stripped, SECRET));
    assert_eq!(stripped, with_start(&jpeg(&picture), &icc_segment()));
    assert_eq!(pixels(&stripped), pixels(&camera));
    assert_eq!(strip(&stripped).unwrap(), stripped);
}

#[test]
fn a_picture_that_lies_on_its_side_is_not_stripped() {
    let error = strip(&camera_jpeg(&textured(70, 50), 6)).unwrap_err();
    assert!(matches!(error, FilesError::NotUpright));
}

#[test]
fn only_a_whole_jpeg_can_be_stripped() {
    let picture = textured(40, 30);
    assert!(matches!(strip(&png(&picture)), Err(FilesError::NotAPhoto)));
    assert!(matches!(strip(&iso_media(&[b"heic"])), Err(FilesError::Heic)));
    let whole = jpeg(&picture);
    let error = strip(&whole[..whole.len() - 2]).unwrap_err();
    assert!(matches!(
        error,
        FilesError::Undecodable {
            format: PhotoFormat::Jpeg,
            ..
        }
    ));
}
