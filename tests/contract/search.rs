//! Search: what is found, by whom, in which order; and that every text is a query.

use std::time::Duration;

use pail_tests::scenario::id_of;
use pail_tests::{Answer, Request, Server, Team, User, keys, within};
use serde_json::{Value, json};

fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

async fn asks(user: &User, query: &str, more: &str) -> Answer {
    user.get(&format!("/api/chat/search/?q={}{more}", escaped(query))).await
}

fn texts(hits: &Value) -> Vec<String> {
    let hits = hits.as_array().unwrap_or_else(|| panic!("no list: {hits}"));
    hits.iter().map(|hit| hit["message_text"].as_str().expect("a text").to_owned()).collect()
}

async fn finds(user: &User, query: &str) -> Vec<String> {
    texts(&asks(user, query, "").await.expect(200))
}

/// Waits until everything said so far is in the index: it follows the log in order, so a last word
/// that is found has all before it.
async fn settles(team: &Team) {
    let marker = team.ann.creates_channel(team.bucket, "Marker").await;
    let word = format!("marker{marker}");
    team.ann.says(marker, &word).await;
    let found = async {
        while finds(&team.ann, &word).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    within("the index", found).await;
    team.ann.deletes_channel(marker).await;
}

async fn edits(user: &User, message: i64, text: &str) {
    let body = json!({ "message_text": text }).to_string();
    let request = Request::new("PATCH", &format!("/api/chat/messages/{message}/"));
    user.send(request.body("application/json", body)).await.expect(200);
}

#[tokio::test]
async fn words_are_found_without_case_and_accents_and_in_every_script() {
    let server = Server::start().await;
    let team = server.team().await;
    let said = [
        "No deploy on Friday night",
        "Crème brûlée at 5",
        "去上海开会",
        "東京タワー",
        "한국어 공부",
        "a b c",
        "don't stop-gap v1.2",
    ];
    for text in said {
        team.ann.says(team.channel, text).await;
    }
    settles(&team).await;
    let cases: &[(&str, &[usize])] = &[
        ("deploy", &[0]),
        ("DEPLOY friday", &[0]),
        ("\"friday night\"", &[0]),
        ("\"night friday\"", &[]),
        ("night friday", &[0]),
        ("frid", &[0]),
        ("frid night", &[]),
        ("\"frid\"", &[]),
        ("creme", &[1]),
        ("CRÈME brulée 5", &[1]),
        ("上海", &[2]),
        ("海", &[2]),
        ("海上", &[]),
        ("京タ", &[3]),
        ("국", &[4]),
        ("b", &[5, 1]),
        ("\"b\"", &[5]),
        ("don't", &[6]),
        ("stop-gap", &[6]),
        ("v1.2", &[6]),
        ("deploy nothing", &[]),
        ("🎉 deploy", &[0]),
    ];
    for (query, expected) in cases {
        let expected: Vec<_> = expected.iter().map(|index| said[*index]).collect();
        assert_eq!(finds(&team.bob, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_hit_is_its_message_with_a_snippet_and_where_it_matches() {
    let server = Server::start().await;
    let team = server.team().await;
    let said = team.ann.says(team.channel, "no deploy on friday night").await;
    let direct = team.ann.opens_direct(&team.bob).await;
    team.bob.says(direct, &format!("{} deploy {}", "é".repeat(300), "ü".repeat(300))).await;
    settles(&team).await;
    let hits = asks(&team.bob, "deploy \"friday night\"", "").await.expect(200);
    let mut expected = said;
    expected["channel_name"] = json!("General");
    expected["bucket"] = json!(team.bucket);
    expected["snippet"] = json!("no deploy on friday night");
    expected["matches"] = json!([[3, 9], [13, 25]]);
    assert_eq!(hits, json!([expected]));
    let hits = asks(&team.bob, "deploy", "&limit=1").await.expect(200);
    assert_eq!((&hits[0]["channel"], &hits[0]["bucket"]), (&json!(direct), &Value::Null));
    let snippet: Vec<char> = hits[0]["snippet"].as_str().expect("a text").chars().collect();
    assert_eq!((snippet[0], snippet.last()), ('…', Some(&'…')));
    let at = |index: usize| hits[0]["matches"][0][index].as_u64().expect("a number") as usize;
    assert_eq!(snippet[at(0)..at(1)].iter().collect::<String>(), "deploy");
    assert!(keys(&hits[0]).contains(&"sender"));
}

#[tokio::test]
async fn only_channels_one_is_in_now_are_searched() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    let hidden = team.ann.creates_channel(team.bucket, "Hidden").await;
    let doomed = team.ann.creates_channel(team.bucket, "Doomed").await;
    for (channel, text) in [(team.channel, "secret one"), (hidden, "secret two")] {
        team.ann.says(channel, text).await;
    }
    team.ann.says(doomed, "secret three").await;
    settles(&team).await;
    assert_eq!(finds(&team.ann, "secret").await, ["secret three", "secret two", "secret one"]);
    assert_eq!(finds(&team.bob, "secret").await, ["secret one"]);
    assert!(finds(&eve, "secret").await.is_empty());
    team.ann.deletes_channel(doomed).await;
    assert_eq!(finds(&team.ann, "secret").await, ["secret two", "secret one"]);
    team.ann.removes_from_channel(team.channel, &team.bob).await;
    assert!(finds(&team.bob, "secret").await.is_empty());
    team.ann.adds_to_channel(team.channel, &team.bob).await;
    assert_eq!(finds(&team.bob, "secret").await, ["secret one"]);
    team.ann.removes_from_bucket(team.bucket, &team.bob).await;
    assert!(finds(&team.bob, "secret").await.is_empty());
    team.ann.deletes_bucket(team.bucket).await;
    assert!(finds(&team.ann, "secret").await.is_empty());
}

#[tokio::test]
async fn an_edited_message_is_found_by_its_new_text_only_and_a_deleted_one_not_at_all() {
    let server = Server::start().await;
    let team = server.team().await;
    let edited = id_of(&team.ann.says(team.channel, "before").await);
    let deleted = id_of(&team.ann.says(team.channel, "doomed").await);
    settles(&team).await;
    assert_eq!(finds(&team.bob, "before").await, ["before"]);
    edits(&team.ann, edited, "after").await;
    team.ann.delete(&format!("/api/chat/messages/{deleted}/delete/")).await.expect(204);
    assert!(finds(&team.bob, "doomed").await.is_empty(), "before the index follows, too");
    settles(&team).await;
    assert_eq!(finds(&team.bob, "after").await, ["after"]);
    assert!(finds(&team.bob, "before").await.is_empty());
    assert!(finds(&team.bob, "doomed").await.is_empty());
}

#[tokio::test]
async fn parameters_narrow_and_page_newest_first() {
    let server = Server::start().await;
    let team = server.team().await;
    let direct = team.ann.opens_direct(&team.bob).await;
    let mut ids = Vec::new();
    for (user, channel) in
        [(&team.ann, team.channel), (&team.bob, team.channel), (&team.bob, direct)]
    {
        ids.push(id_of(&user.says(channel, &format!("word {}", ids.len())).await));
    }
    settles(&team).await;
    let cases = [
        (String::new(), vec!["word 2", "word 1", "word 0"]),
        (format!("&channel={}", team.channel), vec!["word 1", "word 0"]),
        (format!("&channel={direct}"), vec!["word 2"]),
        (format!("&bucket={}", team.bucket), vec!["word 1", "word 0"]),
        (format!("&from={}", team.bob.id), vec!["word 2", "word 1"]),
        (format!("&from={}&bucket={}", team.bob.id, team.bucket), vec!["word 1"]),
        ("&from=999".to_owned(), vec![]),
        ("&limit=2".to_owned(), vec!["word 2", "word 1"]),
        (format!("&limit=2&before={}", ids[1]), vec!["word 0"]),
        (format!("&after={}", ids[0]), vec!["word 2", "word 1"]),
        (format!("&after={}&before={}", ids[0], ids[2]), vec!["word 1"]),
    ];
    for (more, expected) in cases {
        let hits = asks(&team.ann, "word", &more).await.expect(200);
        assert_eq!(texts(&hits), expected, "{more}");
    }
}

#[tokio::test]
async fn a_search_that_is_wrong_is_refused_in_the_order_of_checks() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    team.bob.get("/api/chat/search/").await.faults(&["q"]);
    for (more, field) in [
        ("&limit=0", "limit"),
        ("&limit=51", "limit"),
        ("&limit=x", "limit"),
        ("&bucket=x", "bucket"),
        ("&channel=-1", "channel"),
        ("&from=", "from"),
        ("&before=1.5", "before"),
        ("&after=99999999999999999999", "after"),
    ] {
        asks(&team.bob, "x", more).await.faults(&[field]);
    }
    for (name, id) in [("bucket", team.bucket), ("channel", team.channel)] {
        let more = format!("&limit=x&{name}={id}");
        asks(&eve, "x", &more).await.refuses(403, "not_a_member");
        asks(&eve, "", &more.replace("limit=x&", "")).await.refuses(403, "not_a_member");
        asks(&eve, "x", &format!("&limit=x&{name}=999")).await.refuses(404, "not_found");
    }
}

#[tokio::test]
async fn every_text_is_a_query() {
    let server = Server::start().await;
    let team = server.team().await;
    team.ann.says(team.channel, "plain words AND OR NOT").await;
    settles(&team).await;
    let long = "x".repeat(10_000);
    let words = "word ".repeat(2000);
    let quotes = "\"".repeat(999);
    for nasty in [
        "",
        " ",
        "\"",
        "\"\"",
        "\"\"\"",
        "'",
        "''",
        "*",
        "**",
        "^",
        "^plain",
        "-plain",
        "+plain",
        "plain*",
        "*plain",
        "text:plain",
        "search:plain",
        "rowid:1",
        ":",
        "a:b:c",
        "(",
        ")",
        "()",
        "(plain",
        "plain)",
        "((((",
        "{text}:plain",
        "{",
        "}",
        "NEAR",
        "NEAR(",
        "NEAR(plain words, 5)",
        "AND",
        "OR",
        "NOT",
        "AND AND",
        "plain AND",
        "OR plain",
        "NOT plain",
        "plain NOT words",
        "\0",
        "plain\0words",
        "\\",
        "%",
        "_",
        "--",
        ";",
        "'; DROP TABLE search; --",
        "🎉",
        "👨‍👩‍👧‍👦",
        "\u{202e}",
        "\u{feff}",
        "e\u{301}",
        "\u{301}",
        "\u{fdfa}",
        "😀*",
        "a\u{200d}b",
        &long,
        &words,
        &quotes,
    ] {
        let hits = asks(&team.bob, nasty, "").await.expect(200);
        assert!(hits.is_array(), "{nasty}");
    }
    for found in ["AND", "plain and not", "(plain)", "text plain*", "NOT*", "^words"] {
        let expected = usize::from(!found.contains("text"));
        assert_eq!(finds(&team.bob, found).await.len(), expected, "{found}");
    }
    let invalid = team.bob.get("/api/chat/search/?q=%ff%fe%00").await;
    invalid.expect(200);
}

#[tokio::test]
async fn what_was_said_before_a_restart_is_found_after_it() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let config = || pail_server::Config {
        data: pail_server::DataLocation::Directory(directory.path().to_owned()),
        ..pail_tests::server::settings()
    };
    let server = Server::start_with(config()).await;
    let mut team = server.team().await;
    for index in 0..300 {
        team.ann.says(team.channel, &format!("said {index}")).await;
    }
    server.stop().await;
    let server = Server::start_with(config()).await;
    team.ann.addr = server.addr;
    team.bob.addr = server.addr;
    settles(&team).await;
    for index in [0, 127, 128, 299] {
        assert_eq!(finds(&team.bob, &format!("\"said {index}\"")).await.len(), 1, "{index}");
    }
}
