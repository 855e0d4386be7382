//! Files that are no export, or no longer one: each is refused with the line that is wrong, and
//! leaves nothing behind.

use pail_protocol::export::{End, Line};
use pail_tests::{Request, Server, process};
use serde_json::Value;
use tempfile::TempDir;

use super::export::{import, lines, on, source};

fn file(lines: &[Line]) -> Vec<u8> {
    let text = |line| serde_json::to_string(line).expect("lines serialize") + "\n";
    lines.iter().map(text).collect::<String>().into_bytes()
}

/// Refuses, and is as empty as before: the whole file still goes in.
async fn refuses(directory: &TempDir, file: &[u8], why: &str) {
    let error = import(directory, file).await.expect_err("a refusal");
    let said = format!("{error:#}");
    assert!(said.contains(why), "expected {why:?}: {said}");
    assert!(said.contains("line "), "{said}");
}

#[tokio::test]
async fn a_cut_file_is_refused_wherever_it_was_cut() {
    let whole = source().await.export().await.body;
    let directory = TempDir::new().expect("a temporary directory");
    for permille in (0..1000).step_by(50) {
        let cut = whole.len() * permille / 1000;
        let error = import(&directory, &whole[..cut]).await.expect_err("a refusal");
        assert!(format!("{error:#}").contains("line "), "{cut}: {error:#}");
    }
    let without_end = &whole[..whole.len() - br#"{"type":"end","lines":9}"#.len() - 3];
    let error = import(&directory, without_end).await.expect_err("a refusal");
    assert!(format!("{error:#}").contains("line "), "{error:#}");
    import(&directory, &whole).await.expect("the whole file goes in");
}

#[tokio::test]
async fn lines_that_do_not_fit_together_are_refused_with_their_number() {
    let whole = lines(&source().await.export().await.body);
    let directory = TempDir::new().expect("a temporary directory");
    let is_event = |line: &Line, kind: &str| {
        let event = matches!(line, Line::Event(_));
        event && serde_json::to_value(line).is_ok_and(|line| line["event"]["kind"] == kind)
    };
    let position = |kind: &str| {
        whole.iter().position(|line| is_event(line, kind)).unwrap_or_else(|| panic!("no {kind}"))
    };
    let changed = |at: usize, change: fn(&mut Value)| {
        let mut value = serde_json::to_value(&whole[at]).expect("lines serialize");
        change(&mut value);
        let mut lines = whole.clone();
        lines[at] = serde_json::from_value(value).expect("a line still");
        file(&lines)
    };
    let without = |at: usize| {
        let mut lines = whole.clone();
        lines.remove(at);
        file(&lines)
    };
    let twice = |at: usize| {
        let mut lines = whole.clone();
        lines.insert(at, lines[at].clone());
        file(&lines)
    };
    let posted = position("message_posted");
    let content = whole.iter().position(|line| matches!(line, Line::Content(_)));
    let content = content.expect("a content");
    let person = whole.iter().position(|line| matches!(line, Line::Person(_))).expect("a person");
    let cases = [
        (changed(0, |line| line["format"] = 2.into()), "line 1: format 2"),
        (changed(0, |line| line["bucket"] = 77.into()), "no part of a bucket's export"),
        (changed(0, |line| line["name"] = "\u{1b}[31m".into()), "not allowed"),
        (changed(person, |line| line["username"] = "a b".into()), "no username"),
        (changed(person, |line| line["username"] = "BOB".into()), "somebody else is called so"),
        (changed(posted, |line| line["seq"] = 99.into()), "the event's seq should be"),
        (changed(posted, |line| line["event"]["channel"] = 99.into()), "Channel 99 was not there"),
        (changed(posted, |line| line["event"]["mentions"] = vec![99].into()), "User 99 was not"),
        (changed(posted, |line| line["event"]["text"] = "x".repeat(20_000).into()), "too long"),
        (changed(content, |line| line["base64"] = "AAAA".into()), "does not have that hash"),
        (changed(content, |line| line["base64"] = "%".into()), "line "),
        (changed(content, |line| line["sha256"] = "00".repeat(32).into()), "no attachment before"),
        (without(0), "line 1: an export begins with its header"),
        (without(person), "was not there before"),
        (without(posted), "was not there before"),
        (without(content), "line "),
        (twice(posted), "was there before"),
        (twice(person), "somebody else is called so"),
        (twice(0), "line 2: a second header"),
        (b"{\n".to_vec(), "line 1: "),
        (Vec::new(), "line 1: the file ends"),
        ([b"[".repeat(3 << 20), b"\n".to_vec()].concat(), "longer than any line"),
    ];
    for (file, why) in &cases {
        refuses(&directory, file, why).await;
    }
    let mut short = whole.clone();
    let last = short.len() - 1;
    short[last] = Line::End(End { lines: 1 });
    refuses(&directory, &file(&short), "lines are missing or doubled").await;
    import(&directory, &file(&whole)).await.expect("the whole file goes in");
    let again = import(&directory, &file(&whole)).await.expect_err("a refusal");
    assert!(format!("{again:#}").contains("has people already"), "{again:#}");
}

#[tokio::test]
async fn the_command_prints_the_codes_and_the_server_takes_them() {
    let source = source().await;
    let directory = TempDir::new().expect("a temporary directory");
    let path = directory.path().join("bucket.ndjson");
    std::fs::write(&path, source.export().await.body).expect("a file");
    let file = path.to_str().expect("a path in UTF-8");
    let output = process::command(directory.path(), &["import", file]).output();
    let output = output.expect("pail-server can be run");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let line = said.lines().find(|line| line.trim_start().starts_with("bob "));
    let code = line.and_then(|line| line.split_whitespace().last()).expect("a code for bob");
    let target = Server::start_with(on(&directory)).await;
    let body = serde_json::json!({
        "username": "bob", "password": "another password", "invite": code,
    });
    target.send(Request::post("/api/auth/register/", &body)).await.expect(201);
    target.stop().await;
    let (status, said) = process::refused(directory.path(), &["import", file]);
    assert!(!status.success() && said.contains("has people already"), "{said}");
    let (status, said) = process::refused(directory.path(), &["import", "/nowhere"]);
    assert!(!status.success() && said.contains("opening /nowhere"), "{said}");
}
