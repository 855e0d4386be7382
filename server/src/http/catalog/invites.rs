//! Invites to buckets.

use pail_protocol::bucket::BucketSummary;
use pail_protocol::invite::{CreateInvite, Invite, InviteSummary};

use super::Group;
use super::operation::{delete, get, post};

pub fn group() -> Group {
    let operations = vec![
        post("/api/chat/buckets/{bucket_id}/invites/create/", "Create an invite")
            .says("Admins only. `channels` must be channels of the bucket that the caller may see.")
            .may_take::<CreateInvite>()
            .answers::<Invite>(201, "The invite, whose code is shown this once.")
            .gives("invite_id"),
        get("/api/chat/buckets/{bucket_id}/invites/", "List invites")
            .says("Admins only.")
            .answers::<Vec<InviteSummary>>(200, "Those that can still be used, by id."),
        delete("/api/chat/buckets/{bucket_id}/invites/{invite_id}/delete/", "Revoke an invite")
            .says("Admins only.")
            .answers_empty(204, "Revoked."),
        post("/api/chat/invites/{code}/accept/", "Accept an invite")
            .says(
                "For people who have an account here. They join the bucket and the invite's \
                 channels; who is in the bucket already uses nothing up.",
            )
            .answers::<BucketSummary>(200, "The bucket, as in the caller's list."),
    ];
    Group { name: "Invites", description: "A code that leads into a bucket.", operations }
}
