//! Strokes fitted into their field.
use super::{Field, curve, fit};

const FIELD: Field = Field {
    x: 100.0,
    y: 200.0,
    width: 180.0,
    height: 60.0,
};

fn inside((x, y): (f32, f32)) -> bool {
    let (right, bottom) = (FIELD.x + FIELD.width, FIELD.y + FIELD.height);
    (FIELD.x - 0.01..=right + 0.01).contains(&x) && (FIELD.y - 0.01..=bottom + 0.01).contains(&y)
}

#[test]
fn any_unit_fits_and_keeps_its_proportions() {
    for unit in [0.001, 1.0, 5000.0] {
        let strokes = fit(
            &[vec![(0.0, 0.0), (4.0 * unit, 0.0), (4.0 * unit, 2.0 * unit)]],
            FIELD,
        );
        let points = &strokes[0];
        assert!(points.iter().all(|&point| inside(point)), "{points:?}");
        let (width, height) = (points[1].0 - points[0].0, points[2].1 - points[1].1);
        assert!((width / height - 2.0).abs() < 0.01 && (height - FIELD.height).abs() < 0.01);
    }
}

#[test]
fn a_dot_and_a_straight_line_are_drawn_too() {
    let dot = fit(&[vec![(7.0, 7.0), (7.0, 7.0)]], FIELD);
    assert_eq!(dot, [vec![(190.0, 230.0)]]);
    let line = fit(&[vec![(0.0, 5.0), (10.0, 5.0)]], FIELD);
    assert_eq!(line, [vec![(100.0, 230.0), (280.0, 230.0)]]);
}

#[test]
fn points_that_are_no_numbers_are_left_out() {
    let strokes = [
        vec![(f32::NAN, 1.0), (0.0, 0.0), (f32::INFINITY, 2.0), (1.0, 1.0)],
        vec![(f32::NAN, f32::NAN)],
    ];
    let fitted = fit(&strokes, FIELD);
    assert_eq!(fitted.len(), 1);
    assert!(fitted[0].len() == 2 && fitted[0].iter().all(|&point| inside(point)));
    assert!(fit(&[vec![(f32::MIN, 0.0), (f32::MAX, 0.0)]], FIELD).is_empty());
    assert!(fit(&[], FIELD).is_empty());
}

#[test]
fn two_points_and_many_make_a_line() {
    assert!(curve(&[(0.0, 0.0), (1.0, 1.0)]).is_some());
    assert!(curve(&[(0.0, 0.0), (1.0, 1.0), (2.0, 0.0), (3.0, 5.0)]).is_some());
    assert!(curve(&[(0.0, 0.0)]).is_none());
}
