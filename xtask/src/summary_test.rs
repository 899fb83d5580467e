//! The sum of a test run is told only when it is the whole sum.

use super::Summary;

fn summary_of(output: &str) -> Summary {
    let mut summary = Summary::default();
    output.lines().for_each(|line| summary.read(line));
    summary
}

#[test]
fn adds_up_all_test_programs() {
    let summary = summary_of(
        "
running 2 tests
test one ... ok
test two ... ok

test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

running 1 test
test three ... FAILED

test result: FAILED. 0 passed; 1 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.00s
",
    );
    assert!(summary.is_whole());
    assert_eq!(summary.to_string(), "2 passed, 1 failed");
}

#[test]
fn a_program_that_ends_without_a_result_makes_the_sum_incomplete() {
    let summary = summary_of(
        "
running 2 tests
test one ... ok

running 1 test
test three ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
",
    );
    assert!(!summary.is_whole());
}

#[test]
fn what_tests_print_is_not_counted() {
    let summary = summary_of("running late\ntest result: pending\n  test result: ok. 9 passed; 0 failed;\n");
    assert!(summary.is_whole());
    assert_eq!(summary.to_string(), "0 passed, 0 failed");
}
