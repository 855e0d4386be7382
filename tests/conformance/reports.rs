//! Reports are what they say they are: JSON, XML, TAP.

use std::time::Duration;

use pail_tests::conformance::{Failure, Format, Group, Outcome, Paint, Report, Verdict};
use serde_json::{Value, json};

fn report() -> Report {
    let failure = Failure {
        place: "a.case:3".into(),
        step: "ann GET /<x>".into(),
        sent: "curl 'http://x'".into(),
        came: "500 \u{1b}[31m& \"red\"".into(),
        wrong: vec!["a.case:4: status 200: expected 200, found 500".into()],
        in_setup: false,
    };
    let outcomes = [
        Outcome::Passed,
        Outcome::Failed(Box::new(failure)),
        Outcome::Skipped("it takes 3 users # really".into()),
    ];
    let verdicts = outcomes.into_iter().enumerate().map(|(index, outcome)| Verdict {
        name: format!("clause-{index}"),
        group: if index == 2 { Group::Extensions } else { Group::Seed },
        place: "a.case:1".into(),
        sentence: "A \"sentence\" <of> the # document & more".into(),
        outcome,
        checks: 2,
        took: Duration::from_millis(5),
        left: Vec::new(),
    });
    Report { verdicts: verdicts.collect(), took: Duration::from_secs(1) }
}

fn written(format: Format) -> String {
    report().written(format, Paint { colours: false })
}

#[test]
fn json_is_one_object_with_every_clause() {
    let read: Value = serde_json::from_str(&written(Format::Json)).expect("JSON");
    assert_eq!(
        (&read["passed"], &read["failed"], &read["skipped"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(read["checks"], 6);
    assert_eq!(read["clauses"][1]["outcome"], "failed");
    assert_eq!(read["clauses"][1]["failure"]["place"], "a.case:3");
    assert_eq!(read["clauses"][2]["reason"], "it takes 3 users # really");
}

/// Reads the little XML that reports are made of: the names of open elements, and the texts.
fn read_xml(xml: &str) -> (Vec<String>, String) {
    let body =
        xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").expect("a prologue");
    let (mut open, mut seen, mut texts) = (Vec::new(), Vec::new(), String::new());
    for piece in body.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("a closed tag");
        assert!(!text.contains('>'), "{piece}");
        texts += text;
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let name = tag.split(' ').next().unwrap_or_default().trim_end_matches('/').to_owned();
        seen.push(name.clone());
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} stay open");
    (seen, texts)
}

#[test]
fn junit_is_xml_with_a_case_for_every_clause() {
    let xml = written(Format::Junit);
    let (elements, texts) = read_xml(&xml);
    let count = |name: &str| elements.iter().filter(|element| *element == name).count();
    assert_eq!((count("testsuite"), count("testcase")), (2, 3));
    assert_eq!((count("failure"), count("skipped")), (1, 1));
    assert!(texts.contains("&lt;x&gt;") && !texts.contains('\u{1b}'), "{texts}");
    let entities = xml.split('&').skip(1);
    let known = ["lt;", "gt;", "amp;", "quot;"];
    for entity in entities {
        assert!(known.iter().any(|name| entity.starts_with(name)), "{entity}");
    }
}

#[test]
fn tap_has_a_plan_and_a_numbered_line_for_every_clause() {
    let tap = written(Format::Tap);
    let lines: Vec<&str> = tap.lines().collect();
    assert_eq!(lines[..2], ["TAP version 14", "1..3"]);
    assert!(lines[2].starts_with("ok 1 - clause-0: A \"sentence\" <of> the \\# document"), "{tap}");
    assert!(lines[3].starts_with("not ok 2 - clause-1"), "{tap}");
    assert_eq!(lines[4], "  ---");
    let skip = lines.iter().find(|line| line.starts_with("ok 3")).expect("a third line");
    assert!(skip.ends_with(" # SKIP it takes 3 users \\# really"), "{skip}");
}

#[test]
fn a_person_sees_what_failed_and_colours_only_when_asked_for() {
    let plain = written(Format::Human);
    assert!(plain.contains("3 clauses: 1 ok, 1 failed, 1 skipped; 6 checks in 1.0 s"), "{plain}");
    assert!(!plain.replace("\u{1b}[31m& \"red\"", "").contains('\u{1b}'), "{plain}");
    let painted = report().written(Format::Human, Paint { colours: true });
    assert!(painted.contains("\u{1b}[31mFAIL\u{1b}[0m"), "{painted}");
}
