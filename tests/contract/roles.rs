//! Roles that change: who may, what follows, and the last admin.

use pail_tests::{Answer, Server, Team, User};
use serde_json::{Value, json};

async fn gives(team: &Team, by: &User, to: &User, role: &Value) -> Answer {
    let path = format!("/api/chat/buckets/{}/members/{}/role/", team.bucket, to.id);
    by.post(&path, &json!({ "role": role })).await
}

#[tokio::test]
async fn an_admin_gives_a_role_and_it_counts_at_once() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut heard = team.bob.follows().await;
    let create = json!({"name": "Ops", "bucket": team.bucket});
    team.bob.post("/api/chat/channels/create/", &create).await.refuses(403, "permission_denied");
    let member = gives(&team, &team.ann, &team.bob, &json!("moderator")).await.expect(200);
    let list = team.ann.get(&format!("/api/chat/buckets/{}/members/", team.bucket)).await;
    assert_eq!(list.expect(200)[1], member);
    assert_eq!((&member["role"], &member["user"]), (&json!("moderator"), &json!(team.bob.id)));
    let expected = json!({
        "type": "member.updated", "bucket_id": team.bucket, "user_id": team.bob.id,
        "role": "moderator",
    });
    assert_eq!(heard.frame().await, expected);
    team.bob.post("/api/chat/channels/create/", &create).await.expect(201);
    assert_eq!(team.bob.get("/api/chat/buckets/").await.expect(200)[0]["role"], "moderator");
    gives(&team, &team.ann, &team.bob, &json!("member")).await.expect(200);
    let create = json!({"name": "Dev", "bucket": team.bucket});
    team.bob.post("/api/chat/channels/create/", &create).await.refuses(403, "permission_denied");
}

#[tokio::test]
async fn patch_means_the_same_and_the_same_role_again_changes_nothing() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut heard = team.bob.follows().await;
    let path = format!("/api/chat/buckets/{}/members/{}/role/", team.bucket, team.bob.id);
    for role in ["member", "moderator", "moderator", "admin"] {
        team.ann.patch(&path, &json!({ "role": role })).await.expect(200);
    }
    assert_eq!(heard.frame().await["role"], "moderator");
    assert_eq!(heard.frame().await["role"], "admin");
}

#[tokio::test]
async fn the_last_admin_stays_one() {
    let server = Server::start().await;
    let team = server.team().await;
    gives(&team, &team.ann, &team.ann, &json!("member")).await.faults(&["role"]);
    gives(&team, &team.ann, &team.ann, &json!("admin")).await.expect(200);
    gives(&team, &team.ann, &team.bob, &json!("admin")).await.expect(200);
    gives(&team, &team.bob, &team.ann, &json!("member")).await.expect(200);
    gives(&team, &team.bob, &team.bob, &json!("moderator")).await.faults(&["role"]);
    gives(&team, &team.ann, &team.ann, &json!("admin")).await.refuses(403, "permission_denied");
}

#[tokio::test]
async fn of_two_admins_who_step_down_at_once_one_stays() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    for _ in 0..10 {
        gives(&team, &team.ann, &team.bob, &json!("admin")).await;
        gives(&team, &team.bob, &team.ann, &json!("admin")).await;
        let member = json!("member");
        let (one, other) = tokio::join!(
            gives(&team, &team.ann, &team.ann, &member),
            gives(&team, &team.bob, &team.bob, &member),
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
    }
}

#[tokio::test]
async fn refusals_come_in_the_documented_order() {
    let server = Server::start().await;
    let team = server.team().await;
    let (eve, wrong) = (server.user("eve").await, json!("boss"));
    gives(&team, &team.ann, &team.bob, &json!(null)).await.faults(&["role"]);
    gives(&team, &team.ann, &team.bob, &wrong).await.faults(&["role"]);
    gives(&team, &team.ann, &eve, &wrong).await.refuses(404, "not_found");
    gives(&team, &team.bob, &team.ann, &wrong).await.refuses(403, "permission_denied");
    gives(&team, &team.bob, &team.ann, &json!([])).await.refuses(403, "permission_denied");
    gives(&team, &eve, &team.bob, &wrong).await.refuses(403, "not_a_member");
    let nobody = User { id: 999, ..eve.clone() };
    gives(&team, &eve, &nobody, &wrong).await.refuses(404, "not_found");
    let path = format!("/api/chat/buckets/999/members/{}/role/", eve.id);
    eve.post(&path, &json!({"role": "boss"})).await.refuses(404, "not_found");
    eve.post(&path, &json!({})).await.faults(&["role"]);
}
