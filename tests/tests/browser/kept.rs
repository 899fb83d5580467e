//! What was entered stays: tabs that come and go, a full storage, another build, a logout.
use crate::day::{ENGLISH, path, plan};
use crate::{DISPATCHER, nobody_answers, play};
use onsite_tests::live::Demo;
use std::path::Path;

#[test]
fn what_was_entered_stays_whatever_happens_to_the_app() {
    let plan = |demo: &Demo, folder: &Path| plan(demo, folder, &ENGLISH);
    play(
        "kept",
        None,
        &[],
        plan,
        |demo, known, what, question| match what {
            "the ticket" => {
                let desk = demo.desk(DISPATCHER)?;
                Ok(desk.get(&path("tickets", &known["ticket"]))?["fields"].clone())
            }
            _ => nobody_answers(demo, known, what, question),
        },
    );
}
