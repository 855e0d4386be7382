//! Invites: terms, uses, what they open, and the one that founds a server.

use futures_util::future::join_all;
use pail_server::{Config, Registration};
use pail_tests::scenario::registration;
use pail_tests::{Answer, Request, Server, Team, User, is_time, keys};
use serde_json::{Value, json};

async fn creates(user: &User, bucket: i64, terms: &Value) -> Answer {
    user.post(&format!("/api/chat/buckets/{bucket}/invites/create/"), terms).await
}

async fn accepts(user: &User, code: &str) -> Answer {
    user.post(&format!("/api/chat/invites/{code}/accept/"), &json!({})).await
}

async fn registers(server: &Server, name: &str, code: &str) -> Answer {
    let mut body = registration(name);
    body["invite"] = json!(code);
    server.send(Request::post("/api/auth/register/", &body)).await
}

#[tokio::test]
async fn creating_answers_201_with_defaults_for_what_is_left_out() {
    let server = Server::start().await;
    let team = server.team().await;
    for terms in [json!({}), json!({"role": null, "max_uses": null, "expires_in": null})] {
        let invite = creates(&team.ann, team.bucket, &terms).await.expect(201);
        assert_eq!(keys(&invite), ["bucket", "code", "expires_at", "id", "max_uses", "role"]);
        assert_eq!((&invite["role"], &invite["max_uses"]), (&json!("member"), &json!(25)));
        assert_eq!(invite["bucket"], team.bucket);
        assert!(is_time(&invite["expires_at"]), "{invite}");
    }
    let terms = json!({"role": "moderator", "max_uses": "10000", "expires_in": 31_622_400});
    let invite = creates(&team.ann, team.bucket, &terms).await.expect(201);
    assert_eq!((&invite["role"], &invite["max_uses"]), (&json!("moderator"), &json!(10_000)));
}

#[tokio::test]
async fn terms_that_cannot_be_are_refused() {
    let server = Server::start().await;
    let team = server.team().await;
    for (field, wrong) in [
        ("role", json!("boss")),
        ("role", json!([])),
        ("max_uses", json!(0)),
        ("max_uses", json!(-1)),
        ("max_uses", json!(10_001)),
        ("max_uses", json!("x")),
        ("max_uses", json!(1.5)),
        ("max_uses", json!(99_999_999_999_u64)),
        ("expires_in", json!(0)),
        ("expires_in", json!(31_622_401)),
        ("expires_in", json!(i64::MAX)),
        ("expires_in", json!(i64::MIN)),
        ("expires_in", json!({})),
    ] {
        creates(&team.ann, team.bucket, &json!({ field: wrong })).await.faults(&[field]);
    }
    creates(&team.bob, team.bucket, &json!({})).await.refuses(403, "permission_denied");
    creates(&team.ann, 999, &json!({})).await.refuses(404, "not_found");
}

#[tokio::test]
async fn accepting_leads_into_the_bucket_and_its_oldest_channel() {
    let server = Server::start().await;
    let team = server.team().await;
    let second = team.ann.creates_channel(team.bucket, "Second").await;
    let eve = server.user("eve").await;
    let mut events = eve.follows().await;
    let code = team.ann.invites_to(team.bucket, &json!({"role": "moderator"})).await;
    let joined = accepts(&eve, &code).await.expect(200);
    let expected = json!({"id": team.bucket, "name": "Development Team", "member_count": 3, "role": "moderator"});
    assert_eq!(joined, expected);
    assert_eq!(eve.get("/api/chat/buckets/").await.expect(200), json!([expected]));
    assert_eq!(events.frame_of("member.added").await["bucket_id"], team.bucket);
    assert_eq!(events.frame_of("member.added").await["channel_id"], team.channel);
    eve.says(team.channel, "hi").await;
    let hidden = eve.get(&format!("/api/chat/channels/{second}/messages/")).await;
    hidden.refuses(403, "not_a_member");
}

#[tokio::test]
async fn who_is_in_already_uses_nothing_up_and_keeps_their_role() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    let code = team.ann.invites_to(team.bucket, &json!({"max_uses": 1, "role": "admin"})).await;
    for _ in 0..3 {
        assert_eq!(accepts(&team.bob, &code).await.expect(200)["role"], "member");
    }
    accepts(&eve, &code).await.expect(200);
    accepts(&server.user("late").await, &code).await.refuses(403, "invite_invalid");
}

#[tokio::test]
async fn unknown_codes_of_any_form_are_refused() {
    let server = Server::start().await;
    let eve = server.user("eve").await;
    for code in ["x", "%00", "..", "a%2Fb", &"x".repeat(5000)] {
        accepts(&eve, code).await.refuses(403, "invite_invalid");
    }
}

#[tokio::test]
async fn registering_with_an_invite_joins_at_once() {
    let config = Config { registration: Registration::Invite, ..pail_tests::server::settings() };
    let server = Server::start_with(config).await;
    let code = server.founding_invite.clone().expect("a founding invite");
    let owner = User::of(server.addr, &registers(&server, "owner", &code).await.expect(201));
    let buckets = owner.get("/api/chat/buckets/").await.expect(200);
    assert_eq!((&buckets[0]["name"], &buckets[0]["role"]), (&json!("team"), &json!("admin")));
    let bucket = buckets[0]["id"].as_i64().expect("an id");
    let channels = owner.get(&format!("/api/chat/buckets/{bucket}/channels/")).await.expect(200);
    assert_eq!(
        (&channels[0]["name"], &channels[0]["is_member"]),
        (&json!("general"), &json!(true))
    );
    registers(&server, "second", &code).await.refuses(403, "invite_invalid");
    let invite = owner.invites_to(bucket, &json!({})).await;
    let guest = User::of(server.addr, &registers(&server, "guest", &invite).await.expect(201));
    guest.says(channels[0]["id"].as_i64().expect("an id"), "hello").await;
}

#[tokio::test]
async fn a_founding_invite_founds_once_however_many_try() {
    let config = Config { registration: Registration::Invite, ..pail_tests::server::settings() };
    let server = Server::start_with(config).await;
    let code = server.founding_invite.clone().expect("a founding invite");
    let names = ["a", "b", "c", "d"];
    let answers = join_all(names.iter().map(|name| registers(&server, name, &code))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 403, 403, 403]);
}

#[tokio::test]
async fn the_last_use_goes_to_one_and_the_other_is_not_registered_by_halves() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    for round in 0..5 {
        let code = team.ann.invites_to(team.bucket, &json!({"max_uses": 1})).await;
        let (one, other) = (format!("one{round}"), format!("other{round}"));
        let eve = server.user(&format!("eve{round}")).await;
        let (a, b, c) = tokio::join!(
            registers(&server, &one, &code),
            registers(&server, &other, &code),
            accepts(&eve, &code),
        );
        let in_bucket = [&a, &b].iter().filter(|answer| answer.status == 201).count()
            + usize::from(c.status == 200);
        assert_eq!(in_bucket, 1, "{a} {b} {c}");
        for (name, answer) in [(one, a), (other, b)] {
            if answer.status != 201 {
                answer.refuses(403, "invite_invalid");
                server.user(&name).await;
            }
        }
    }
    assert_eq!(members(&team).await, 2 + 5);
}

async fn members(team: &Team) -> usize {
    let path = format!("/api/chat/buckets/{}/members/", team.bucket);
    team.ann.get(&path).await.expect(200).as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn a_refused_registration_uses_nothing_up() {
    let server = Server::start().await;
    let team = server.team().await;
    let code = team.ann.invites_to(team.bucket, &json!({"max_uses": 1})).await;
    registers(&server, "ann", &code).await.faults(&["username"]);
    registers(&server, "a b", &code).await.faults(&["username"]);
    registers(&server, "eve", &code).await.expect(201);
}

#[tokio::test]
async fn an_invite_ends_when_its_time_is_over() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    let code = team.ann.invites_to(team.bucket, &json!({"expires_in": 1})).await;
    // Wall-clock time is the subject: the server has no other clock.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    accepts(&eve, &code).await.refuses(403, "invite_invalid");
    registers(&server, "late", &code).await.refuses(403, "invite_invalid");
}

async fn listed(user: &User, bucket: i64) -> Vec<Value> {
    let list = user.get(&format!("/api/chat/buckets/{bucket}/invites/")).await.expect(200);
    list.as_array().expect("a list").clone()
}

#[tokio::test]
async fn those_that_can_still_be_used_are_listed_without_their_codes() {
    let server = Server::start().await;
    let team = server.team().await;
    let (cleo, dan) = (server.user("cleo").await, server.user("dan").await);
    let kept = creates(&team.ann, team.bucket, &json!({})).await.expect(201);
    let once = team.ann.invites_to(team.bucket, &json!({"max_uses": 1})).await;
    accepts(&cleo, kept["code"].as_str().expect("a code")).await.expect(200);
    accepts(&dan, &once).await.expect(200);
    let expected = json!({
        "id": kept["id"], "bucket": team.bucket, "role": "member", "max_uses": 25, "uses": 1,
        "expires_at": kept["expires_at"],
    });
    assert_eq!(listed(&team.ann, team.bucket).await, [expected]);
    let path = format!("/api/chat/buckets/{}/invites/", team.bucket);
    team.bob.get(&path).await.refuses(403, "permission_denied");
    team.ann.get("/api/chat/buckets/999/invites/").await.refuses(404, "not_found");
}

#[tokio::test]
async fn a_revoked_invite_opens_nothing() {
    let server = Server::start().await;
    let team = server.team().await;
    let other = team.bob.creates_bucket("Bob's").await;
    let invite = creates(&team.ann, team.bucket, &json!({})).await.expect(201);
    let path = |bucket: i64| format!("/api/chat/buckets/{bucket}/invites/{}/delete/", invite["id"]);
    team.bob.delete(&path(team.bucket)).await.refuses(403, "permission_denied");
    team.bob.delete(&path(other)).await.refuses(404, "not_found");
    team.ann.delete(&path(team.bucket)).await.expect(204);
    team.ann.delete(&path(team.bucket)).await.refuses(404, "not_found");
    let code = invite["code"].as_str().expect("a code");
    accepts(&server.user("eve").await, code).await.refuses(403, "invite_invalid");
    assert_eq!(listed(&team.ann, team.bucket).await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_invite_leads_into_its_channels_that_are_still_there() {
    let server = Server::start().await;
    let team = server.team().await;
    let secret = team.ann.creates_private_channel(team.bucket, "Secret").await;
    let gone = team.ann.creates_channel(team.bucket, "Gone").await;
    let terms = json!({"channels": [gone, secret.to_string(), secret]});
    let invite = creates(&team.ann, team.bucket, &terms).await.expect(201);
    assert_eq!(invite["channels"], json!([secret, gone]));
    team.ann.deletes_channel(gone).await;
    let eve = server.user("eve").await;
    accepts(&eve, invite["code"].as_str().expect("a code")).await.expect(200);
    eve.says(secret, "in").await;
    let general = eve.get(&format!("/api/chat/channels/{}/messages/", team.channel)).await;
    general.refuses(403, "not_a_member");
    assert_eq!(listed(&team.ann, team.bucket).await[0]["channels"], json!([secret, gone]));
}

#[tokio::test]
async fn an_invite_names_only_channels_of_its_bucket_that_the_inviter_sees() {
    let server = Server::start().await;
    let team = server.team().await;
    let other = team.ann.creates_bucket("Other").await;
    let elsewhere = team.ann.creates_channel(other, "Elsewhere").await;
    let direct = team.ann.opens_direct(&team.bob).await;
    let admin = server.user("admin").await;
    team.ann.adds_to_bucket(team.bucket, &admin, "admin").await;
    let hidden = admin.creates_private_channel(team.bucket, "Hidden").await;
    let many: Vec<i64> = vec![team.channel; 51];
    for wrong in [
        json!([elsewhere]),
        json!([direct]),
        json!([hidden]),
        json!([999]),
        json!(many),
        json!([{}]),
    ] {
        let terms = json!({ "channels": wrong });
        creates(&team.ann, team.bucket, &terms).await.faults(&["channels"]);
    }
    let terms = json!({"channels": [999], "role": "boss", "max_uses": 0, "expires_in": 0});
    let all = ["channels", "expires_in", "max_uses", "role"];
    creates(&team.ann, team.bucket, &terms).await.faults(&all);
}
