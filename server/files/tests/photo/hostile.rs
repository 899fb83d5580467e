//! Damaged files of every kind: each has an outcome, none a panic, and none more memory or pixels
//! than allowed.

use onsite_files::photo::{FULL_SIDE, Limits, THUMBNAIL_SIDE, inspect, strip, verify_stripped};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::pictures::*;

/// Small, so that a damaged header cannot make the run slow, yet above the size of each seed.
const LIMITS: Limits = Limits {
    max_bytes: 100_000,
    max_side: 6000,
    max_pixels: 1_000_000,
    max_memory: 12 << 20,
};

fn seeds() -> Vec<Vec<u8>> {
    let picture = textured(24, 16);
    let transparent = picture.to_rgba8().into();
    let red = [81, 99, 213];
    vec![
        camera_jpeg(&picture, 6),
        jpeg(&picture.to_luma8().into()),
        flat_jpeg(24, 16, &red, Process::Progressive),
        flat_jpeg(24, 16, &red, Process::Split),
        flat_jpeg(24, 16, &red, Process::Scans(3)),
        flat_jpeg(24, 16, &[255, 40, 40, 200], Process::Baseline),
        // Wide enough to be scaled while it is decoded.
        flat_jpeg(5200, 16, &red, Process::Baseline),
        flat_jpeg(5200, 8, &[77], Process::Progressive),
        png(&picture),
        with_chunk(&png(&transparent), b"eXIf", &exif(8)),
        blank_png(40, 40, png::ColorType::GrayscaleAlpha),
        webp(&picture),
        lossy_webp(),
        lossy_webp_with_alpha(),
        animated_webp(&[picture.clone(), transparent]),
        extended_webp(
            24,
            16,
            8,
            &[chunks_of(&webp(&picture)), riff_chunk(b"EXIF", &exif(5))],
        ),
    ]
}

#[derive(Debug, Clone)]
enum Damage {
    Set(Index, u8),
    Flip(Index, u8),
    Remove(Index, usize),
    Repeat(Index, usize),
    CutOff(Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let telling = prop_oneof![any::<u8>(), Just(0x00), Just(0xFF), 0xC0..=0xFEu8];
    prop_oneof![
        4 => (any::<Index>(), telling).prop_map(|(at, byte)| Damage::Set(at, byte)),
        4 => (any::<Index>(), 0..8u8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        1 => (any::<Index>(), 1..40usize).prop_map(|(at, length)| Damage::Remove(at, length)),
        1 => (any::<Index>(), 1..40usize).prop_map(|(at, length)| Damage::Repeat(at, length)),
        1 => any::<Index>().prop_map(Damage::CutOff),
    ]
}

fn apply(file: &mut Vec<u8>, damage: &Damage) {
    if file.is_empty() {
        return;
    }
    let range = |at: &Index, length: usize| {
        let start = at.index(file.len());
        start..(start + length).min(file.len())
    };
    match damage {
        Damage::Set(at, byte) => *at.get_mut(file) = *byte,
        Damage::Flip(at, bit) => *at.get_mut(file) ^= 1 << bit,
        Damage::Remove(at, length) => drop(file.drain(range(at, *length))),
        Damage::Repeat(at, length) => {
            let range = range(at, *length);
            let repeated = file[range.clone()].to_vec();
            file.splice(range.start..range.start, repeated);
        }
        Damage::CutOff(at) => file.truncate(at.index(file.len())),
    }
}

fn check(file: &[u8]) {
    if let Ok(photo) = inspect(file, &LIMITS) {
        assert!((1..=FULL_SIDE).contains(&photo.width) && (1..=FULL_SIDE).contains(&photo.height));
        verify_stripped(&photo.jpeg).unwrap();
        verify_stripped(&photo.thumbnail).unwrap();
        assert!(photo.thumbnail.len() < 4 * (THUMBNAIL_SIDE * THUMBNAIL_SIDE) as usize);
    }
    if let Ok(stripped) = strip(file) {
        verify_stripped(&stripped).unwrap();
    }
    let _ = verify_stripped(file);
}

#[test]
fn each_seed_is_a_good_picture() {
    for (index, seed) in seeds().iter().enumerate() {
        inspect(seed, &LIMITS).unwrap_or_else(|error| panic!("seed {index}: {error}"));
    }
}

#[test]
fn a_decoder_that_panics_is_a_file_that_cannot_be_decoded() {
    let mut file = flat_jpeg(24, 16, &[81, 99, 213], Process::Split);
    let frame = file.windows(2).position(|window| window == [0xFF, 0xC0]).unwrap();
    // The second component claims four samples where the picture has room for one.
    let sampling_of_the_second = frame + 4 + 6 + 3 + 1;
    file[sampling_of_the_second] = 0x22;
    check(&file);
}

proptest! {
    // `PROPTEST_CASES` makes the run longer.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_pictures_are_opened_or_refused(damages in vec(damage(), 1..6)) {
        for mut file in seeds() {
            for damage in &damages {
                apply(&mut file, damage);
            }
            check(&file);
        }
    }

    #[test]
    fn random_bytes_behind_a_good_start_are_opened_or_refused(
        start in prop::sample::select(vec![
            b"\xFF\xD8\xFF".to_vec(),
            b"\x89PNG\r\n\x1A\n".to_vec(),
            b"RIFF\xFF\0\0\0WEBPVP8X".to_vec(),
            b"\0\0\0\x20ftyp".to_vec(),
            Vec::new(),
        ]),
        rest in vec(any::<u8>(), 0..300),
    ) {
        check(&[start, rest].concat());
    }
}
