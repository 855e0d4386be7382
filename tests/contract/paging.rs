//! Pages of history: `limit`, `before`, `after`, and where the neighbours are.

use pail_tests::{Answer, Server, Team};
use serde_json::json;

/// A channel with messages of seq 4 to 13.
async fn ten() -> (Server, Team) {
    let server = Server::start().await;
    let team = server.team().await;
    for index in 0..10 {
        team.ann.says(team.channel, &format!("m{index}")).await;
    }
    (server, team)
}

async fn page(team: &Team, query: &str) -> Answer {
    team.bob.get(&format!("/api/chat/channels/{}/messages/?{query}", team.channel)).await
}

fn seqs(answer: &Answer) -> Vec<i64> {
    let page = answer.expect(200);
    page.as_array().expect("a list").iter().filter_map(|one| one["seq"].as_i64()).collect()
}

fn links(answer: &Answer) -> Vec<String> {
    let rel = |link: &str| link.split("rel=\"").nth(1).map(|rest| rest.replace('"', ""));
    answer.all("link").into_iter().flat_map(|value| value.split(", ")).filter_map(rel).collect()
}

#[tokio::test]
async fn each_parameter_picks_its_page_in_ascending_order() {
    let (_server, team) = ten().await;
    let cases: &[(&str, &[i64], &[&str])] = &[
        ("limit=3", &[11, 12, 13], &["prev"]),
        ("limit=200", &[4, 5, 6, 7, 8, 9, 10, 11, 12, 13], &[]),
        ("before=13", &[4, 5, 6, 7, 8, 9, 10, 11, 12], &["next"]),
        ("before=10&limit=2", &[8, 9], &["prev", "next"]),
        ("before=4", &[], &[]),
        ("before=9223372036854775807&limit=1", &[13], &["prev"]),
        ("after=0&limit=2", &[4, 5], &["next"]),
        ("after=11", &[12, 13], &["prev"]),
        ("after=5&limit=1", &[6], &["prev", "next"]),
        ("after=13", &[], &[]),
        ("after=9223372036854775807", &[], &[]),
        ("unknown=1&limit=1", &[13], &["prev"]),
    ];
    for (query, expected, neighbours) in cases {
        let answer = page(&team, query).await;
        assert_eq!(seqs(&answer), *expected, "{query}");
        assert_eq!(links(&answer), *neighbours, "{query}");
        assert_eq!(answer.header("x-pail-last-seq"), Some("13"), "{query}");
    }
}

#[tokio::test]
async fn parameters_nobody_knows_leave_the_whole_list() {
    let (_server, team) = ten().await;
    assert_eq!(seqs(&page(&team, "page=2").await).len(), 10);
}

#[tokio::test]
async fn following_the_links_visits_every_message_once_in_both_directions() {
    let (_server, team) = ten().await;
    for (start, rel) in [("limit=3", "prev"), ("after=0&limit=3", "next")] {
        let mut path = format!("/api/chat/channels/{}/messages/?{start}", team.channel);
        let mut seen = Vec::new();
        for _ in 0..5 {
            let answer = team.bob.get(&path).await;
            seen.extend(seqs(&answer));
            let wanted = format!(">; rel=\"{rel}\"");
            let Some(link) =
                answer.all("link").into_iter().find_map(|link| link.strip_suffix(&wanted))
            else {
                break;
            };
            path = link.trim_start_matches('<').to_owned();
        }
        seen.sort_unstable();
        assert_eq!(seen, (4..=13).collect::<Vec<_>>(), "{rel}");
    }
}

#[tokio::test]
async fn a_parameter_that_is_wrong_is_named() {
    let (_server, team) = ten().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("limit=", "limit"),
        ("limit=1.5", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("before=-1", "before"),
        ("before=x", "before"),
        ("after=", "after"),
        ("after=99999999999999999999", "after"),
        ("after=%00", "after"),
        ("before=9&after=1", "after"),
    ] {
        page(&team, query).await.faults(&[field]);
    }
}

#[tokio::test]
async fn without_a_limit_a_page_has_100_and_never_more_than_200() {
    let server = Server::start().await;
    let team = server.team().await;
    for index in 0..205 {
        team.ann.says(team.channel, &format!("m{index}")).await;
    }
    assert_eq!(seqs(&page(&team, "after=0").await).len(), 100);
    assert_eq!(seqs(&page(&team, "before=1000").await).len(), 100);
    assert_eq!(seqs(&page(&team, "limit=200").await).len(), 200);
    assert_eq!(seqs(&page(&team, "").await).len(), 205);
}

#[tokio::test]
async fn the_epoch_is_the_same_everywhere() {
    let (_server, team) = ten().await;
    let me = team.bob.get("/api/auth/me/").await.expect(200);
    let paged = page(&team, "limit=1").await;
    let whole = page(&team, "").await;
    assert_eq!(paged.header("x-pail-epoch"), me["epoch"].as_str());
    assert_eq!(whole.header("x-pail-epoch"), me["epoch"].as_str());
    let (_socket, _, ready) = team.bob.resumes(&json!({})).await;
    assert_eq!(ready["epoch"], me["epoch"]);
}
