//! For people: a line for each clause, and below it what went wrong.

use std::fmt::Write as _;

use super::{Report, Verdict};

/// Width of the column of names.
const NAME_WIDTH: usize = 40;
/// Longest sentence of a document that is shown, in characters.
const SENTENCE_MAX: usize = 100;
/// Things left behind that are named.
const LEFT_MAX: usize = 3;

/// Whether there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint {
    /// Only on a terminal, and without `NO_COLOR`.
    pub colours: bool,
}

impl Paint {
    fn colour(self, code: u8, text: &str) -> String {
        if self.colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// One clause.
    #[must_use]
    pub fn verdict(self, verdict: &Verdict) -> String {
        let word = match (verdict.failure(), verdict.skipped()) {
            (Some(_), _) => self.colour(31, "FAIL"),
            (_, Some(_)) => self.colour(33, "skip"),
            _ => self.colour(32, "ok  "),
        };
        let sentence = short(&verdict.sentence);
        let mut text = format!("{word}  {:NAME_WIDTH$}  {sentence}\n", verdict.name);
        if let Some(reason) = verdict.skipped() {
            let _ = writeln!(text, "        {reason}");
        }
        for line in verdict.failure().map(|failure| failure.lines()).unwrap_or_default() {
            let _ = writeln!(text, "        {line}");
        }
        text
    }

    /// The last lines.
    #[must_use]
    pub fn totals(self, report: &Report) -> String {
        let totals = report.totals();
        let mut text = String::new();
        let left = report.left();
        if !left.is_empty() {
            let shown = left.iter().take(LEFT_MAX).copied().collect::<Vec<_>>().join(", ");
            let more = left.len().saturating_sub(LEFT_MAX);
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            let _ = writeln!(text, "left behind: {shown}{rest}");
        }
        let (count, seconds) = (report.verdicts.len(), report.took.as_secs_f64());
        let failed = format!("{} failed", totals.failed);
        let failed = if totals.failed > 0 { self.colour(31, &failed) } else { failed };
        let _ = writeln!(
            text,
            "{count} clauses: {} ok, {failed}, {} skipped; {} checks in {seconds:.1} s",
            totals.passed, totals.skipped, totals.checks,
        );
        text
    }
}

fn short(sentence: &str) -> String {
    match sentence.char_indices().nth(SENTENCE_MAX) {
        Some((end, _)) => format!("{}…", &sentence[..end]),
        None => sentence.to_owned(),
    }
}
