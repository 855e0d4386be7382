//! What a key costs when there is much: measured against what it costs when there is little, so that
//! it says the same on every machine. `cargo test --release -p pail --test client costs -- --ignored`

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "it measures")]

use std::time::{Duration, Instant};

use pail::state::Input;
use pail::state::draft::DRAFT_BYTES_MAX;
use pail::state::outbox::UNSENT_MAX;

use crate::harness::{App, live};

/// Keys that are measured.
const KEYS: usize = 60;
/// How often a key in a long draft may cost what one in a short draft costs.
const DRAFT_FACTOR_MAX: f64 = 4.0;
/// The same for a draft of a single line, which is laid out as a whole.
const LINE_FACTOR_MAX: f64 = 40.0;
/// How often a message may cost what it costs with nothing else in the queue.
const QUEUE_FACTOR_MAX: f64 = 4.0;

/// The least that a few keys took, drawing and keeping included.
fn cost(app: &mut App, keys: &str) -> Duration {
    app.screen(120, 40);
    let round = |app: &mut App| {
        let began = Instant::now();
        for _ in 0..KEYS {
            app.keys(keys);
            app.screen(120, 40);
        }
        app.wait(1_000);
        began.elapsed()
    };
    (0..5).map(|_| round(app)).min().expect("five rounds")
}

fn with_draft(text: &str) -> App {
    let mut app = live();
    app.input(Input::Pasted(text.to_owned()));
    app.keys("<enter>");
    app
}

#[track_caller]
fn check(name: &str, much: Duration, little: Duration, most: f64) {
    let factor = much.as_secs_f64() / little.as_secs_f64();
    println!("{name}: {factor:.1} times ({much:?} against {little:?} for {KEYS} keys)");
    assert!(factor <= most, "{name}: {factor:.1} times what it costs with little");
}

#[test]
#[ignore = "it measures"]
fn a_key_in_a_long_draft_costs_little_more_than_in_a_short_one() {
    let line = "A line of a draft, 日本語 and שלום, of some sixty columns.\n";
    let short = cost(&mut with_draft(&line.repeat(12)), "x<backspace>");
    let lines = line.repeat((DRAFT_BYTES_MAX - 100) / line.len());
    check("lines", cost(&mut with_draft(&lines), "x<backspace>"), short, DRAFT_FACTOR_MAX);
    let line = "x".repeat(DRAFT_BYTES_MAX - 100);
    check("one line", cost(&mut with_draft(&line), "x<backspace>"), short, LINE_FACTOR_MAX);
}

#[test]
#[ignore = "it measures"]
fn a_message_behind_thousands_costs_little_more_than_the_first() {
    let message = |app: &mut App| cost(app, "x<enter>");
    let mut app = live();
    app.closed(None);
    let little = message(&mut app);
    while app.chat().waiting() < UNSENT_MAX - 1_000 {
        app.keys("and one more that waits for a connection<enter>");
    }
    check("queue", message(&mut app), little, QUEUE_FACTOR_MAX);
}
