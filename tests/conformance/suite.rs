//! The suite against our own server, and the case files themselves.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use pail_tests::Server;
use pail_tests::conformance::grammar::{CaseFile, Document};
use pail_tests::conformance::{
    Credentials, Format, Group, Paint, People, Recruiting, Report, Suite, Target,
};

/// Few enough of a report's lines to be read.
const PAINT: Paint = Paint { colours: false };

pub fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

pub fn suite() -> Suite {
    Suite::load(&cases()).unwrap_or_else(|error| panic!("{error}"))
}

pub fn target(server: &Server) -> Target {
    let url = format!("http://{}", server.addr);
    Target::parse(&url, Duration::from_secs(20)).expect("an address")
}

async fn run(suite: &Suite, server: &Server, recruiting: Recruiting) -> Report {
    let target = target(server);
    let people = People::gather(&target, recruiting, suite.users()).await;
    let people = people.unwrap_or_else(|error| panic!("{error}"));
    let report = suite.run(&target, &people, &AtomicBool::new(false), |_| {}).await;
    people.dismiss_all().await;
    report
}

pub fn registering() -> Recruiting {
    Recruiting { registers: true, ..Recruiting::default() }
}

#[tokio::test]
async fn our_own_server_keeps_every_clause_and_nothing_is_left_of_the_run() {
    let server = Server::on_disk().await;
    let report = run(&suite(), &server, registering()).await;
    let totals = report.totals();
    assert_eq!(totals.failed, 0, "\n{}", report.written(Format::Human, PAINT));
    assert_eq!(report.verdicts.len(), totals.passed + totals.skipped);
    let buckets = report.left().iter().filter(|left| left.contains("bucket")).count();
    assert_eq!(buckets, 0, "{:?}", report.left());
}

#[tokio::test]
async fn a_clause_that_does_not_hold_fails_with_what_was_sent_and_what_came() {
    let text = "setup\n  users ann\n\nclause wrong\n  seed x\n  ann GET /api/chat/buckets/\n    \
                status 418\n    body is object\n";
    let clauses = CaseFile::parse("wrong.case", text).expect("a case").clauses;
    let clauses = clauses.into_iter().map(|clause| (Group::Seed, clause)).collect();
    let server = Server::start().await;
    let report = run(&Suite { clauses }, &server, registering()).await;
    let told = report.written(Format::Human, PAINT);
    for part in [
        "FAIL  wrong",
        "at wrong.case:6: ann GET /api/chat/buckets/",
        &format!("sent: curl -i -X GET 'http://{}/api/chat/buckets/'", server.addr),
        "-H \"authorization: Token $ANN\"",
        "came: 200 application/json []",
        "wrong.case:7: status 418: expected 418, found 200",
        "wrong.case:8: body is object: expected object, found []",
        "1 clauses: 0 ok, 1 failed, 0 skipped; 2 checks in",
    ] {
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
}

#[tokio::test]
async fn tokens_play_what_they_are_enough_for_and_the_rest_is_skipped_and_said() {
    let server = Server::start().await;
    let mut tokens = Vec::new();
    for name in ["ann", "bob", "eve"] {
        let user = server.user(name).await;
        let id = Some(user.id).filter(|_| name == "bob");
        tokens.push(Credentials { id, token: user.token });
    }
    let recruiting = Recruiting { tokens, ..Recruiting::default() };
    let report = run(&suite(), &server, recruiting).await;
    let totals = report.totals();
    assert_eq!(totals.failed, 0, "\n{}", report.written(Format::Human, PAINT));
    assert!(totals.passed > 0 && totals.skipped > 0, "{totals:?}");
    let reasons = report.verdicts.iter().filter_map(|verdict| verdict.skipped());
    for reason in reasons {
        let is_known = [
            "users, and 3 tokens were given",
            "takes --register",
            "not known of",
            "the server has no",
        ]
        .iter()
        .any(|known| reason.contains(known));
        assert!(is_known, "{reason}");
    }
}

#[tokio::test]
async fn nobody_listening_and_bad_addresses_are_told_in_a_sentence() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let target = Target::parse(&format!("http://{address}"), Duration::from_secs(5));
    let gathered = People::gather(&target.expect("an address"), registering(), 1).await;
    let told = gathered.expect_err("nobody is there").to_string();
    assert_eq!(told, format!("nothing listens on {address}"));
}

#[test]
fn every_quote_is_in_its_document_word_for_word() {
    let docs = cases().join("../../docs");
    let read = |name: &str| plain(&std::fs::read_to_string(docs.join(name)).expect(name));
    let (seed, api) = (read("seed-api.md"), read("api.md"));
    let mut wrong = Vec::new();
    for (group, clause) in suite().clauses {
        for quote in &clause.quotes {
            let document = if quote.document == Document::Seed { &seed } else { &api };
            if !document.contains(&plain(&quote.text)) {
                wrong.push(format!("{}:{}: {}", clause.file, quote.line, quote.text));
            }
        }
        let is_seed = clause.quotes.iter().any(|quote| quote.document == Document::Seed);
        if group == Group::Extensions && is_seed {
            wrong.push(format!("{}: {} quotes the seed", clause.file, clause.name));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Without marks of Markdown, and with single blanks.
fn plain(text: &str) -> String {
    let bare = text.replace(['*', '`'], "");
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_case_file_that_is_wrong_is_told_with_its_line_and_what_was_expected() {
    let clause = |steps: &str| format!("setup\n  users ann\n\nclause x\n  seed y\n{steps}");
    for (text, told) in [
        ("clause x\n".to_owned(), "f:1: expected `seed` or `api` with the sentence"),
        ("clause X y\n".to_owned(), "f:1: expected a name in lower case letters, digits and `-`"),
        (
            "claus x\n".to_owned(),
            "f:1: expected `setup`, `needs`, `clause` or `matrix`, found `claus x`",
        ),
        (clause(""), "f:4: expected at least one check"),
        (clause("  ann GTE /\n"), "f:6: expected a step"),
        (clause("  ann GET x\n"), "f:6: expected a path that begins with `/`, found `x`"),
        (clause("  bob GET /\n    status 200\n"), "f:6: expected something that is there by then"),
        (clause("  ann GET /\n    stats 200\n"), "f:7: expected `status`, `header`, `body`"),
        (clause("  ann GET /\n    body is {{x}}\n"), "f:7: expected something that is there"),
        (clause("  ann GET /\n    with heder a: b\n"), "f:7: expected `with header`"),
        (clause("  ann hears {}\n"), "f:6: expected something that is there by then"),
        (clause("  ann opens /x\n  ann is closed with x\n"), "f:7: expected a close code"),
    ] {
        let error = CaseFile::parse("f", &text).expect_err(&text).to_string();
        assert!(error.starts_with(told), "{text}\ntold: {error}\nnot: {told}");
    }
}

#[test]
fn every_example_of_the_documentation_is_a_case_file() {
    let path = cases().join("../../docs/conformance.md");
    let text = std::fs::read_to_string(path).expect("docs/conformance.md");
    let examples = text.split("\n```case\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    let read = examples.map(|example| CaseFile::parse("docs/conformance.md", example));
    let read: Result<Vec<_>, _> = read.collect();
    let files = read.unwrap_or_else(|error| panic!("{error}"));
    assert!(files.len() > 1);
}
