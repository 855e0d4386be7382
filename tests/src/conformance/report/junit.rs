//! For CI servers: JUnit's XML.

use std::fmt::Write as _;

use super::{Report, Verdict};
use crate::conformance::suite::Group;

pub(super) fn written(report: &Report) -> String {
    let totals = report.totals();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        xml,
        "<testsuites name=\"conformance\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" \
         time=\"{:.3}\">",
        report.verdicts.len(),
        totals.failed,
        totals.skipped,
        report.took.as_secs_f64(),
    );
    for group in [Group::Seed, Group::Extensions] {
        let of = report.verdicts.iter().filter(|verdict| verdict.group == group);
        let of: Vec<_> = of.collect();
        if !of.is_empty() {
            suite(&mut xml, group, &of);
        }
    }
    xml + "</testsuites>\n"
}

fn suite(xml: &mut String, group: Group, verdicts: &[&Verdict]) {
    let failed = verdicts.iter().filter(|one| one.failure().is_some()).count();
    let skipped = verdicts.iter().filter(|one| one.skipped().is_some()).count();
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" skipped=\"{skipped}\">",
        group.folder(),
        verdicts.len(),
    );
    for verdict in verdicts {
        case(xml, verdict);
    }
    *xml += "  </testsuite>\n";
}

fn case(xml: &mut String, verdict: &Verdict) {
    let (name, file) = (escaped(&verdict.name), escaped(&verdict.place));
    let time = verdict.took.as_secs_f64();
    let _ = write!(
        xml,
        "    <testcase name=\"{name}\" classname=\"{}\" file=\"{file}\" time=\"{time:.3}\"",
        verdict.group.folder(),
    );
    if let Some(reason) = verdict.skipped() {
        let _ = writeln!(xml, "><skipped message=\"{}\"/></testcase>", escaped(reason));
    } else if let Some(failure) = verdict.failure() {
        let message = escaped(&verdict.sentence);
        let text = escaped(&failure.lines().join("\n"));
        let _ = writeln!(xml, "><failure message=\"{message}\">{text}</failure></testcase>");
    } else {
        *xml += "/>\n";
    }
}

/// Text for XML, where most control characters may not be at all.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '&' => escaped += "&amp;",
            '"' => escaped += "&quot;",
            '\n' | '\t' => escaped.push(character),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            character if character.is_control() => escaped.push('\u{fffd}'),
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn text_is_safe_inside_of_xml() {
        assert_eq!(escaped("<a b=\"c\">&\u{0}\u{1b}\n"), "&lt;a b=&quot;c&quot;&gt;&amp;��\n");
    }
}
