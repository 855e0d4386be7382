//! The Test Anything Protocol, version 14.

use std::fmt::Write as _;

use super::Report;

pub(super) fn written(report: &Report) -> String {
    let mut text = format!("TAP version 14\n1..{}\n", report.verdicts.len());
    for (index, verdict) in report.verdicts.iter().enumerate() {
        let word = if verdict.failure().is_some() { "not ok" } else { "ok" };
        let sentence = described(&verdict.sentence);
        let _ = write!(text, "{word} {} - {}: {sentence}", index + 1, verdict.name);
        if let Some(reason) = verdict.skipped() {
            let _ = write!(text, " # SKIP {}", described(reason));
        }
        text.push('\n');
        if let Some(failure) = verdict.failure() {
            text += "  ---\n  failure: |\n";
            for line in failure.lines().iter().flat_map(|line| line.lines()) {
                let _ = writeln!(text, "    {line}");
            }
            text += "  ...\n";
        }
    }
    text
}

/// A text in a test's description, where `#` would begin a directive.
fn described(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('\\', "\\\\").replace('#', "\\#")
}
