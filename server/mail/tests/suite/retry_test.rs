//! The pauses between attempts.
use chrono::TimeDelta;
use onsite_mail::{MAX_ATTEMPTS, backoff};

#[test]
fn pauses_double_from_a_minute_to_six_hours() {
    let minutes: Vec<i64> = (1..=11)
        .map(|attempt| backoff(attempt).unwrap().num_minutes())
        .collect();
    assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]);
}

#[test]
fn a_mail_is_given_up_after_about_three_days() {
    let pauses: Vec<TimeDelta> = (1..).map_while(backoff).collect();
    assert_eq!(pauses.len() as u32 + 1, MAX_ATTEMPTS);
    let whole: TimeDelta = pauses.iter().sum();
    assert_eq!(whole, TimeDelta::minutes(74 * 60 + 31));
    assert_eq!(backoff(MAX_ATTEMPTS), None);
    assert_eq!(backoff(u32::MAX), None);
    assert_eq!(backoff(0), Some(TimeDelta::minutes(1)));
}
