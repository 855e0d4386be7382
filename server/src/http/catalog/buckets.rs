//! Buckets, who is in them, and all of one for elsewhere.

use pail_protocol::bucket::{
    AddBucketMember, Bucket, BucketMember, BucketSummary, ChangeRole, CreateBucket, Done,
    UpdateBucket,
};
use schemars::Schema;

use super::Group;
use super::operation::{Refusal, delete, get, patch, post};
use crate::http::export::EXPORT_TYPES;

pub fn group() -> Group {
    let operations = vec![
        get("/api/chat/buckets/", "List buckets")
            .answers::<Vec<BucketSummary>>(200, "The caller's, each with the caller's own role."),
        post("/api/chat/buckets/create/", "Create a bucket")
            .says("The caller becomes its admin.")
            .takes::<CreateBucket>()
            .answers::<Bucket>(201, "The bucket.")
            .gives("bucket_id"),
        get("/api/chat/buckets/{bucket_id}/", "Read a bucket")
            .says("Members only.")
            .answers::<Bucket>(200, "The bucket."),
        patch("/api/chat/buckets/{bucket_id}/", "Change a bucket")
            .says("Admins only. An empty `icon` takes it away.")
            .may_take::<UpdateBucket>()
            .answers::<Bucket>(200, "The bucket, as changed."),
        delete("/api/chat/buckets/{bucket_id}/delete/", "Delete a bucket")
            .says("Admins only. Its channels and messages are unreachable at once.")
            .answers::<Done>(200, "It is gone."),
        post("/api/chat/buckets/members/add/", "Add a member to a bucket")
            .says("Admins only.")
            .takes::<AddBucketMember>()
            .answers::<BucketMember>(201, "The membership.")
            .refuses(Refusal::NotFound),
        delete("/api/chat/buckets/{bucket_id}/members/{user_id}/remove/", "Remove from a bucket")
            .says(
                "Admins, and everyone for themselves. They leave all channels of the bucket as \
                 well. The last admin cannot be removed.",
            )
            .answers::<Done>(200, "They are no longer a member.")
            .refuses(Refusal::BadRequest),
        get("/api/chat/buckets/{bucket_id}/members/", "List members of a bucket")
            .says("Members only.")
            .answers::<Vec<BucketMember>>(200, "By the membership's id."),
        post("/api/chat/buckets/{bucket_id}/members/{user_id}/role/", "Change a role")
            .says("Admins only. The last admin stays one.")
            .takes::<ChangeRole>()
            .answers::<BucketMember>(200, "The membership, as changed."),
        patch("/api/chat/buckets/{bucket_id}/members/{user_id}/role/", "Change the role")
            .says("As with `POST`.")
            .takes::<ChangeRole>()
            .answers::<BucketMember>(200, "The membership, as changed."),
        get("/api/chat/buckets/{bucket_id}/export/", "Export a bucket")
            .says(
                "Admins only. Everything of a bucket as JSON lines, streamed. Private channels \
                 that the caller is not a member of are left out, and counted.",
            )
            .answers_as(200, "The lines.", EXPORT_TYPES, |_| Schema::default()),
    ];
    Group {
        name: "Buckets",
        description: "A bucket is an organization. Roles in it are admin, moderator and member.",
        operations,
    }
}
