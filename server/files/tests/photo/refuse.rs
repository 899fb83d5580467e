//! What `photo::inspect` refuses, and with which error.

use onsite_files::FilesError;
use onsite_files::photo::{Limits, PhotoFormat, inspect};

use crate::pictures::*;

fn refusal(bytes: &[u8]) -> FilesError {
    inspect(bytes, &Limits::default()).unwrap_err()
}

#[test]
fn heic_has_an_error_of_its_own() {
    for brands in [
        &[b"heic", b"mif1"][..],
        &[b"mif1", b"miaf", b"heic"],
        &[b"heix"],
        &[b"hevc", b"heic"],
    ] {
        assert!(
            matches!(refusal(&iso_media(brands)), FilesError::Heic),
            "{brands:?}"
        );
    }
}

#[test]
fn what_is_no_accepted_picture_is_recognised_by_its_content() {
    let files: [&[u8]; 9] = [
        b"",
        b"\xFF\xD8",
        b"GIF89a\x01\0\x01\0",
        b"%PDF-1.7",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>",
        b"BM\x3A\0\0\0",
        b"RIFF\x04\0\0\0WAVE",
        b"II*\0\x08\0\0\0",
        &iso_media(&[b"avif", b"mif1"]),
    ];
    for file in files {
        assert!(matches!(refusal(file), FilesError::NotAPhoto), "{file:?}");
    }
    assert_eq!(PhotoFormat::of(&lossy_webp()).unwrap().media_type(), "image/webp");
}

#[test]
fn a_file_above_the_limit_is_refused_before_it_is_looked_at() {
    let limits = Limits {
        max_bytes: 1000,
        ..Limits::default()
    };
    let error = inspect(&[0; 1001], &limits).unwrap_err();
    assert!(matches!(
        error,
        FilesError::TooManyBytes {
            bytes: 1001,
            limit: 1000
        }
    ));
}

#[test]
fn a_bomb_is_refused_by_its_header_alone() {
    // None of these files holds a single pixel: whoever began to decode would fail otherwise.
    let [w3, w2, w1, w0] = 50_000u32.to_be_bytes();
    let header = chunk(b"IHDR", &[w3, w2, w1, w0, w3, w2, w1, w0, 8, 6, 0, 0, 0]);
    let png = [b"\x89PNG\r\n\x1A\n", &header[..], &chunk(b"IDAT", &[])].concat();
    let jpeg = [
        &[0xFF, 0xD8],
        &segment(0xC0, &[8, 195, 80, 195, 80, 1, 1, 0x11, 0])[..],
    ]
    .concat();
    let webp = extended_webp(50_000, 50_000, 0, &[chunks_of(&lossy_webp())]);
    for file in [png, jpeg, webp] {
        let error = refusal(&file);
        assert!(
            matches!(
                error,
                FilesError::TooManyPixels {
                    width: 50_000,
                    height: 50_000,
                    ..
                }
            ),
            "{error}"
        );
    }
    let narrow = flat_jpeg(12_001, 1, &[128], Process::Baseline);
    assert!(matches!(
        refusal(&narrow),
        FilesError::TooManyPixels {
            width: 12_001,
            height: 1,
            ..
        }
    ));
}

#[test]
fn a_small_file_that_unpacks_to_much_is_held_to_the_memory_limit() {
    let bomb = blank_png(8000, 6000, png::ColorType::Rgba);
    assert!(bomb.len() < 1_000_000, "{} bytes", bomb.len());
    let error = refusal(&bomb);
    assert!(
        matches!(error, FilesError::TooMuchMemory { needed, limit } if needed > 192_000_000 && limit == 120 << 20),
        "{error}"
    );
    let grey = blank_png(8000, 6000, png::ColorType::Grayscale);
    inspect(&grey, &Limits::default()).unwrap();
}

#[test]
fn codings_that_must_be_held_whole_are_held_to_the_memory_limit() {
    let red = [81, 99, 213];
    for process in [Process::Progressive, Process::Split] {
        let error = refusal(&flat_jpeg(5000, 4000, &red, process));
        assert!(
            matches!(error, FilesError::TooMuchMemory { .. }),
            "{process:?}: {error}"
        );
    }
    let error = refusal(&extended_webp(
        5000,
        4000,
        16,
        &[chunks_of(&lossy_webp_with_alpha())],
    ));
    assert!(matches!(error, FilesError::TooMuchMemory { .. }), "{error}");
}

#[test]
fn a_webp_cannot_hide_a_larger_frame_in_a_small_picture() {
    let mut frame = lossy_webp();
    let sides = 12 + 8 + 6;
    frame[sides..sides + 4].copy_from_slice(&[0xFF, 0x3F, 0xFF, 0x3F]);
    let still = extended_webp(24, 16, 0, &[chunks_of(&frame)]);
    let animated = extended_webp(
        24,
        16,
        2,
        &[riff_chunk(b"ANIM", &[0; 6]), animation_frame(24, 16, &frame)],
    );
    let mut cut_off = extended_webp(24, 16, 0, &[chunks_of(&frame)]);
    cut_off.truncate(cut_off.len() - 10);
    for file in [still, animated, cut_off] {
        let error = refusal(&file);
        assert!(error.to_string().contains("a frame is larger"), "{error}");
    }
}

#[test]
fn a_jpeg_of_very_many_scans_is_refused_without_decoding_them() {
    let error = refusal(&flat_jpeg(4000, 3000, &[128], Process::Scans(100_000)));
    assert!(error.to_string().contains("100001 scans"), "{error}");
}

#[test]
fn a_picture_without_end_is_shown_as_far_as_it_goes_or_refused() {
    let picture = textured(120, 90);
    for file in [jpeg(&picture), png(&picture), webp(&picture)] {
        for length in (0..file.len()).step_by(97) {
            if let Ok(photo) = inspect(&file[..length], &Limits::default()) {
                assert_eq!((photo.width, photo.height), (120, 90));
            }
        }
    }
    let cut_off = &png(&picture)[..2000];
    assert!(matches!(
        refusal(cut_off),
        FilesError::Undecodable {
            format: PhotoFormat::Png,
            ..
        }
    ));
}
