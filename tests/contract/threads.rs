//! Replies and threads: what a message refers to, and the pages of a thread.

use pail_tests::scenario::id_of;
use pail_tests::{Answer, Server, Team, User};
use serde_json::{Value, json};

async fn posts(user: &User, channel: i64, text: &str, refers: Value) -> Answer {
    let mut body = refers;
    body["message_text"] = json!(text);
    user.posts(channel, &body).await
}

fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    list.iter().filter_map(|one| one["message_text"].as_str()).collect()
}

/// A root (seq 4), something else (5), and replies `r0` to `r4` (6 to 10) in its thread.
async fn thread() -> (Server, Team, i64) {
    let server = Server::start().await;
    let team = server.team().await;
    let root = id_of(&team.ann.says(team.channel, "root").await);
    team.ann.says(team.channel, "else").await;
    let mut named = root;
    for index in 0..5 {
        let text = format!("r{index}");
        let said = posts(&team.bob, team.channel, &text, json!({ "thread": named })).await;
        let said = said.expect(201);
        assert_eq!(said["thread"], root, "any message of a thread names it");
        named = id_of(&said);
    }
    (server, team, root)
}

#[tokio::test]
async fn what_a_message_refers_to_is_in_every_form_of_it() {
    let server = Server::start().await;
    let team = server.team().await;
    let root = id_of(&team.ann.says(team.channel, "root").await);
    let (mut old, mut ann) = (team.ann.listens(team.channel).await, team.ann.follows().await);
    let refers = json!({"reply_to": root, "thread": root.to_string()});
    let over_rest = posts(&team.bob, team.channel, "hi", refers).await.expect(201);
    assert_eq!((&over_rest["reply_to"], &over_rest["thread"]), (&json!(root), &json!(root)));
    old.frame().await;
    ann.frame().await;
    let frame = json!({"message_text": "hi", "reply_to": root, "thread": root});
    old.send(&frame).await;
    let (one, two) = (old.frame().await, ann.frame().await);
    assert_eq!(one, two);
    assert_eq!((&one["reply_to"], &one["thread"]), (&json!(root), &json!(root)));
    let send = json!({
        "type": "send", "channel_id": team.channel, "message_text": "hi", "nonce": "n-1",
        "reply_to": root,
    });
    ann.send(&send).await;
    let heard = ann.frame().await;
    assert_eq!((&heard["reply_to"], heard.get("thread")), (&json!(root), None));
    let rest = team.ann.get(&format!("/api/chat/messages/{}/", id_of(&heard))).await.expect(200);
    assert_eq!((&rest["reply_to"], rest.get("thread")), (&json!(root), None));
    let root = team.ann.get(&format!("/api/chat/messages/{root}/")).await.expect(200);
    assert_eq!(root["reply_count"], 2);
}

#[tokio::test]
async fn a_reference_to_what_is_not_in_the_channel_is_refused_on_every_way() {
    let server = Server::start().await;
    let team = server.team().await;
    let other = team.ann.creates_channel(team.bucket, "Other").await;
    let elsewhere = id_of(&team.ann.says(other, "elsewhere").await);
    let mut old = team.bob.listens(team.channel).await;
    let mut bob = team.bob.follows().await;
    for (field, wrong) in [
        ("reply_to", json!(elsewhere)),
        ("reply_to", json!(999)),
        ("reply_to", json!(-1)),
        ("thread", json!(elsewhere)),
        ("thread", json!(i64::MAX)),
        ("attachments", json!([1])),
    ] {
        posts(&team.bob, team.channel, "x", json!({ field: wrong })).await.faults(&[field]);
        old.send(&json!({"message_text": "x", "nonce": "n", field: wrong})).await;
        let refused = json!({"error": format!("{field} is invalid"), "nonce": "n"});
        assert_eq!(old.frame().await, refused);
        let mut send = json!({
            "type": "send", "channel_id": team.channel, "message_text": "x", "nonce": "n",
        });
        send[field] = wrong;
        bob.send(&send).await;
        let refused = bob.frame().await;
        assert_eq!((&refused["code"], &refused["nonce"]), (&json!("invalid"), &json!("n")));
    }
    for (field, wrong) in
        [("reply_to", json!("x")), ("thread", json!(1.5)), ("attachments", json!(["x"]))]
    {
        posts(&team.bob, team.channel, "x", json!({ field: wrong })).await.faults(&[field]);
        old.send(&json!({"message_text": "x", field: wrong})).await;
        assert_eq!(old.frame().await, json!({"error": format!("{field} is invalid")}));
    }
    assert!(team.bob.reads(team.channel).await.is_empty());
}

#[tokio::test]
async fn a_thread_is_its_root_and_a_page_of_its_replies() {
    let (_server, team, root) = thread().await;
    let url = format!("/api/chat/messages/{root}/thread/");
    let cases: &[(&str, &[&str])] = &[
        ("", &["root", "r0", "r1", "r2", "r3", "r4"]),
        ("?limit=2", &["root", "r3", "r4"]),
        ("?before=9&limit=2", &["root", "r1", "r2"]),
        ("?after=9", &["root", "r4"]),
        ("?after=10", &["root"]),
    ];
    for (query, expected) in cases {
        let answer = team.ann.get(&format!("{url}{query}")).await.expect(200);
        assert_eq!(texts(&answer), *expected, "{query}");
        assert_eq!(answer[0]["reply_count"], 5);
    }
    let replies = team.ann.get(&url).await.expect(200);
    let reply = id_of(&replies[3]);
    let by_reply = team.ann.get(&format!("/api/chat/messages/{reply}/thread/")).await;
    assert_eq!(by_reply.expect(200), replies);
    let page = team.ann.get(&format!("{url}?limit=2")).await;
    let link = page.header("link").expect("a link").to_owned();
    let older = link.split(['<', '>']).nth(1).expect("a URL");
    assert_eq!(texts(&team.ann.get(older).await.expect(200)), ["root", "r1", "r2"]);
    for wrong in ["limit=0", "limit=201", "before=x", "after=-1", "before=1&after=2"] {
        let answer = team.ann.get(&format!("{url}?{wrong}")).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn only_members_read_a_thread() {
    let (server, team, root) = thread().await;
    let eve = server.user("eve").await;
    let url = format!("/api/chat/messages/{root}/thread/");
    eve.get(&url).await.refuses(403, "not_a_member");
    eve.get("/api/chat/messages/999/thread/").await.refuses(404, "not_found");
    team.bob.get("/api/chat/messages/999/thread/?limit=x").await.refuses(404, "not_found");
}

#[tokio::test]
async fn the_history_of_a_channel_can_be_one_thread_of_it() {
    let (_server, team, root) = thread().await;
    let url = format!("/api/chat/channels/{}/messages/", team.channel);
    let page = async |query: &str| team.ann.get(&format!("{url}?{query}")).await;
    let whole = page(&format!("thread={root}")).await.expect(200);
    assert_eq!(texts(&whole), ["r0", "r1", "r2", "r3", "r4"]);
    let two = page(&format!("thread={root}&after=7&limit=2")).await;
    assert_eq!(texts(&two.expect(200)), ["r2", "r3"]);
    let links = two.all("link").join(", ");
    assert!(links.contains(&format!("thread={root}&limit=2&before=8")), "{links}");
    for wrong in ["thread=999", "thread=x", "thread=0", "thread=-1", "thread="] {
        page(wrong).await.faults(&["thread"]);
    }
}

#[tokio::test]
async fn deleting_a_reply_leaves_its_place_and_uncounts_it() {
    let (_server, team, root) = thread().await;
    let url = format!("/api/chat/messages/{root}/thread/");
    let reply = id_of(&team.ann.get(&url).await.expect(200)[2]);
    team.bob.delete(&format!("/api/chat/messages/{reply}/delete/")).await.expect(204);
    let thread = team.ann.get(&url).await.expect(200);
    assert_eq!(texts(&thread), ["root", "r0", "", "r2", "r3", "r4"]);
    assert_eq!(thread[0]["reply_count"], 4);
    team.ann.delete(&format!("/api/chat/messages/{root}/delete/")).await.expect(204);
    let said = posts(&team.bob, team.channel, "r5", json!({ "thread": root })).await.expect(201);
    assert_eq!(said["thread"], root);
    assert_eq!(texts(&team.ann.get(&url).await.expect(200))[0], "");
}

#[tokio::test]
async fn a_page_around_a_number_has_half_before_it_and_the_rest_from_it_on() {
    let (_server, team, _) = thread().await;
    let url = format!("/api/chat/channels/{}/messages/", team.channel);
    let cases: &[(&str, &[i64])] = &[
        ("around=7&limit=4", &[5, 6, 7, 8]),
        ("around=7&limit=5", &[5, 6, 7, 8, 9]),
        ("around=7&limit=1", &[7]),
        ("around=0&limit=4", &[4, 5]),
        ("around=99&limit=4", &[9, 10]),
        ("around=7", &[4, 5, 6, 7, 8, 9, 10]),
    ];
    for (query, expected) in cases {
        let page = team.ann.get(&format!("{url}?{query}")).await.expect(200);
        let page = page.as_array().expect("a list").iter();
        let seqs: Vec<_> = page.filter_map(|one| one["seq"].as_i64()).collect();
        assert_eq!(seqs, *expected, "{query}");
    }
    for (query, field) in [
        ("around=x", "around"),
        ("around=-1", "around"),
        ("around=1&before=1", "around"),
        ("after=1&around=1", "around"),
    ] {
        team.ann.get(&format!("{url}?{query}")).await.faults(&[field]);
    }
}
