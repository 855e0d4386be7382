//! One bucket: reading it, its name and its icon.

use pail_tests::{Server, keys};
use serde_json::{Value, json};

#[tokio::test]
async fn members_read_it_and_admins_change_it() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    let path = format!("/api/chat/buckets/{}/", team.bucket);
    let read = team.bob.get(&path).await.expect(200);
    assert_eq!(keys(&read), ["create_at", "created_at", "id", "name", "updated_at"]);
    let change = json!({"name": " Developers ", "icon": "🛠"});
    let changed = team.ann.patch(&path, &change).await.expect(200);
    assert_eq!((&changed["name"], &changed["icon"]), (&json!("Developers"), &json!("🛠")));
    assert_eq!(team.bob.get(&path).await.expect(200), changed);
    assert_eq!(team.bob.get("/api/chat/buckets/").await.expect(200)[0]["icon"], "🛠");
    let bare = team.ann.patch(&path, &json!({"icon": ""})).await.expect(200);
    assert_eq!((&bare["name"], bare.get("icon")), (&json!("Developers"), None));
    team.bob.patch(&path, &json!({"name": 7})).await.refuses(403, "permission_denied");
    for answer in [eve.get(&path).await, eve.patch(&path, &json!({})).await] {
        answer.refuses(403, "not_a_member");
    }
    for answer in [
        eve.get("/api/chat/buckets/999/").await,
        eve.patch("/api/chat/buckets/999/", &change).await,
    ] {
        answer.refuses(404, "not_found");
    }
}

#[tokio::test]
async fn names_and_icons_that_cannot_be_are_refused_together() {
    let server = Server::start().await;
    let team = server.team().await;
    let path = format!("/api/chat/buckets/{}/", team.bucket);
    for name in [json!(""), json!(" "), json!("x".repeat(65)), json!(null), json!([])] {
        team.ann.patch(&path, &json!({ "name": name })).await.faults(&["name"]);
    }
    for icon in [json!("x".repeat(17)), json!("\u{202e}"), json!(null), json!({})] {
        team.ann.patch(&path, &json!({ "icon": icon })).await.faults(&["icon"]);
    }
    let both = json!({"name": "", "icon": "x".repeat(17)});
    team.ann.patch(&path, &both).await.faults(&["icon", "name"]);
    team.ann.patch(&path, &json!({"icon": "👩\u{200d}💻"})).await.expect(200);
}

#[tokio::test]
async fn members_hear_what_changes_and_nothing_of_what_does_not() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut bob = team.bob.follows().await;
    let path = format!("/api/chat/buckets/{}/", team.bucket);
    let change = async |body: Value| team.ann.patch(&path, &body).await.expect(200);
    change(json!({})).await;
    change(json!({"name": "Development Team", "icon": ""})).await;
    change(json!({"icon": "🛠"})).await;
    let expected = json!({
        "type": "bucket.updated", "bucket_id": team.bucket, "name": "Development Team",
        "icon": "🛠",
    });
    assert_eq!(bob.frame().await, expected);
}
