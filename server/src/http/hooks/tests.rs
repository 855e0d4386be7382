//! What services post to URLs made for Slack, and what is said of it.

use serde_json::{Value, json};

use super::payload::{NotAPayload, text};
use super::{mrkdwn, slack};

fn said(message: Value) -> String {
    slack::text(message.as_object().expect("an object"))
}

#[test]
fn markup_becomes_plain_words() {
    for (marked, plain) in [
        ("hello", "hello"),
        ("<https://example.com>", "https://example.com"),
        ("see <https://example.com|the docs>.", "see the docs (https://example.com)."),
        ("<https://example.com|https://example.com>", "https://example.com"),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("<!here> and <!channel|channel>", "@here and @here"),
        ("<!subteam^S123|@devs>", "@devs"),
        ("<!subteam^S123>", "@S123"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("<@U024BE7LH> <@U1|jane>", "@U024BE7LH @jane"),
        ("<#C024BE7LR|general> <#C1>", "#general #C1"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("<https://example.com?a=1&amp;b=2|x>", "x (https://example.com?a=1&b=2)"),
        ("a < b", "a < b"),
        ("<<https://example.com>", "<https://example.com"),
        ("<unclosed", "<unclosed"),
        ("<>", "<>"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("Vec<String>", "Vec<String>"),
        ("*bold* `code`", "*bold* `code`"),
    ] {
        assert_eq!(mrkdwn::plain(marked), plain, "{marked}");
    }
}

#[test]
fn the_body_is_read_as_its_type_says() {
    let form = Some("application/x-www-form-urlencoded");
    let json = Some("application/json; charset=utf-8");
    for (media_type, body, expected) in [
        (json, r#"{"text":"hi"}"#, Ok("hi")),
        (json, r#"{"text":""}"#, Ok("")),
        (json, "{}", Ok("")),
        (json, r#"{"text":null,"blocks":7,"attachments":[3,null,{"text":[]}]}"#, Ok("")),
        (json, r#"{"text":5}"#, Ok("5")),
        (json, "hi", Err(NotAPayload)),
        (json, "[]", Err(NotAPayload)),
        (json, r#""hi""#, Err(NotAPayload)),
        (json, "", Err(NotAPayload)),
        (form, "payload=%7B%22text%22%3A%22a+b%22%7D", Ok("a b")),
        (form, "payload=hi", Err(NotAPayload)),
        (form, "text=hi", Err(NotAPayload)),
        (form, r#"{"text":"as curl sends it"}"#, Ok("as curl sends it")),
        (None, r#" {"text":"hi"}"#, Ok("hi")),
        (None, "hi", Ok("hi")),
        (None, "{not json", Err(NotAPayload)),
        (Some("text/plain"), r#"{"text":"hi"}"#, Ok(r#"{"text":"hi"}"#)),
        (Some("text/plain"), "a <b|c> &lt;", Ok("a <b|c> &lt;")),
        (Some("application/octet-stream"), "日本", Ok("日本")),
    ] {
        let expected = expected.map(str::to_owned);
        assert_eq!(text(media_type, body.as_bytes()), expected, "{media_type:?} {body}");
    }
    assert_eq!(text(Some("text/plain"), &[0xff, 0xfe]), Err(NotAPayload));
    let deep = "[".repeat(60_000);
    assert_eq!(text(json, deep.as_bytes()), Err(NotAPayload));
    let nested = format!(r#"{{"blocks":{}{}}}"#, "[".repeat(100), "]".repeat(100));
    assert_eq!(text(json, nested.as_bytes()), Ok(String::new()));
}

#[test]
fn blocks_replace_the_text_beside_them_and_a_fallback_is_told_last() {
    let block = json!({ "type": "section", "text": { "type": "mrkdwn", "text": "block" } });
    assert_eq!(said(json!({ "text": "text", "blocks": [block] })), "block");
    let divider = json!({ "type": "divider" });
    assert_eq!(said(json!({ "text": "text", "blocks": [divider] })), "text");
    assert_eq!(said(json!({ "attachments": [{ "fallback": "fall" }] })), "fall");
    assert_eq!(said(json!({ "attachments": [{ "fallback": "fall", "text": "text" }] })), "text");
}

#[test]
fn every_kind_of_block_says_its_texts() {
    let plain = |text: &str| json!({ "type": "plain_text", "text": text });
    let marked = |text: &str| json!({ "type": "mrkdwn", "text": text });
    let text_piece = |text: &str| json!({ "type": "text", "text": text });
    let section = |pieces: Value| json!({ "type": "rich_text_section", "elements": pieces });
    let link = json!({ "type": "link", "url": "https://e.com", "text": "docs" });
    let list = json!({
        "type": "rich_text_list",
        "elements": [section(json!([text_piece("one")])), section(json!([text_piece("two")]))],
    });
    for (block, expected) in [
        (json!({ "type": "header", "text": plain("Deploy <1>") }), "Deploy <1>"),
        (json!({ "type": "section", "text": marked("<https://e.com|x>") }), "x (https://e.com)"),
        (json!({ "type": "section", "fields": [marked("*a*"), plain("b")] }), "*a*\nb"),
        (json!({ "type": "markdown", "text": "**bold**" }), "**bold**"),
        (
            json!({ "type": "context", "elements": [
                { "type": "image", "image_url": "https://e.com/i.png", "alt_text": "i" },
                marked("by"), plain("jane"),
            ] }),
            "by jane",
        ),
        (json!({ "type": "image", "title": plain("Graph"), "alt_text": "g" }), "Graph"),
        (json!({ "type": "image", "alt_text": "g" }), "g"),
        (json!({ "type": "actions", "elements": [{ "type": "button", "text": plain("Go") }] }), ""),
        (
            json!({ "type": "rich_text", "elements": [
                section(json!([text_piece("see "), link, { "type": "emoji", "name": "tada" }])),
                list,
            ] }),
            "see docs (https://e.com):tada:\n• one\n• two",
        ),
        (json!({ "type": "divider" }), ""),
        (json!({}), ""),
    ] {
        let message = json!({ "blocks": [block] });
        assert_eq!(said(message.clone()), expected, "{message}");
    }
}

/// Payloads as the services document and send them, shortened where they repeat.
#[test]
fn what_services_send_is_said_in_words() {
    for (service, payload, expected) in [
        ("Alertmanager", ALERTMANAGER, ALERTMANAGER_SAID),
        ("Grafana", GRAFANA, GRAFANA_SAID),
        ("Jenkins", JENKINS, JENKINS_SAID),
        ("Sentry", SENTRY, SENTRY_SAID),
        ("GitHub Actions", GITHUB, GITHUB_SAID),
    ] {
        let message: Value = serde_json::from_str(payload).expect(service);
        assert_eq!(said(message), expected, "{service}");
    }
}

const ALERTMANAGER: &str = r##"{
  "channel": "#alerts", "username": "Alertmanager",
  "attachments": [{
    "title": "[FIRING:1] InstanceDown (node prometheus page)",
    "title_link": "http://alertmanager:9093/#/alerts?receiver=slack",
    "text": "",
    "fallback": "[FIRING:1] InstanceDown | http://alertmanager:9093/#/alerts?receiver=slack",
    "callback_id": "", "footer": "", "color": "danger",
    "mrkdwn_in": ["fallback", "pretext", "text"]
  }]
}"##;
const ALERTMANAGER_SAID: &str = "[FIRING:1] InstanceDown (node prometheus page) \
    (http://alertmanager:9093/#/alerts?receiver=slack)";

const GRAFANA: &str = r##"{
  "channel": "",
  "attachments": [{
    "title": "[FIRING:1] High load (server1)",
    "title_link": "http://grafana:3000/alerting/list",
    "text": "**Firing**\n\nValue: A=3.2\nLabels:\n - alertname = High load",
    "fallback": "[FIRING:1] High load (server1)",
    "fields": [{ "title": "Host", "value": "server1", "short": true }],
    "footer": "Grafana v11.0.0",
    "footer_icon": "https://grafana.com/static/assets/img/fav32.png",
    "color": "#D63232", "ts": 1696161600
  }]
}"##;
const GRAFANA_SAID: &str = "[FIRING:1] High load (server1) (http://grafana:3000/alerting/list)\n\
    **Firing**\n\nValue: A=3.2\nLabels:\n - alertname = High load\nHost: server1";

const JENKINS: &str = r##"{
  "channel": "#builds", "link_names": "1", "unfurl_links": "true",
  "attachments": [{
    "fallback": "api - #42 Failure after 3 min 2 sec (<https://ci.example.com/job/api/42/|Open>)",
    "color": "danger",
    "text": "api - #42 Failure after 3 min 2 sec (<https://ci.example.com/job/api/42/|Open>)",
    "mrkdwn_in": ["pretext", "text", "fields"]
  }]
}"##;
const JENKINS_SAID: &str =
    "api - #42 Failure after 3 min 2 sec (Open (https://ci.example.com/job/api/42/))";

const SENTRY: &str = r##"{
  "text": "[api] *<https://sentry.example.com/issues/1/|TypeError>*",
  "attachments": [{
    "color": "#E03E2F",
    "blocks": [
      { "type": "section",
        "text": { "type": "mrkdwn",
                  "text": "<https://sentry.example.com/issues/1/|*TypeError*>\nx &lt; y is not a function" } },
      { "type": "actions", "elements": [
        { "type": "button", "text": { "type": "plain_text", "text": "Resolve" }, "value": "resolve" } ] },
      { "type": "context", "elements": [{ "type": "mrkdwn", "text": "API-1 via *Errors*" }] }
    ],
    "fallback": "[api] TypeError"
  }]
}"##;
const SENTRY_SAID: &str = "[api] *TypeError (https://sentry.example.com/issues/1/)*\n\
    *TypeError* (https://sentry.example.com/issues/1/)\nx < y is not a function\n\
    API-1 via *Errors*";

const GITHUB: &str = r##"{
  "attachments": [{
    "fallback": "Plain-text summary",
    "color": "good",
    "pretext": "[example/api] Pull request submitted by <https://github.com/jane|jane>",
    "author_name": "jane", "author_link": "https://github.com/jane",
    "title": "#7 Mend the thing &amp; the rest",
    "title_link": "https://github.com/example/api/pull/7",
    "text": "It was broken.",
    "fields": [
      { "title": "Status", "value": "success", "short": true },
      { "title": "Commit", "value": "<https://github.com/example/api/commit/abc|abc>", "short": true }
    ]
  }]
}"##;
const GITHUB_SAID: &str = "[example/api] Pull request submitted by jane (https://github.com/jane)\n\
    #7 Mend the thing & the rest (https://github.com/example/api/pull/7)\nIt was broken.\n\
    Status: success\nCommit: abc (https://github.com/example/api/commit/abc)";
