//! Channels, and who is in them.

use pail_protocol::channel::{
    AddChannelMember, Channel, ChannelDetail, ChannelMember, ChannelSummary, CreateChannel,
    UpdateChannel,
};

use super::Group;
use super::operation::{Refusal, delete, get, patch, post};

pub fn group() -> Group {
    let operations = vec![
        get("/api/chat/buckets/{bucket_id}/channels/", "List channels")
            .says("For members of the bucket. Private channels are listed only for their own members.")
            .answers::<Vec<ChannelSummary>>(200, "By id, each with its newest message."),
        post("/api/chat/channels/create/", "Create a channel")
            .says(
                "Admins and moderators. The creator is a member of it; others are added. Names \
                 of `group` channels are unique within their bucket, without regard to case.",
            )
            .takes::<CreateChannel>()
            .answers::<Channel>(201, "The channel.")
            .gives("channel_id")
            .refuses(Refusal::NotFound),
        get("/api/chat/channels/{channel_id}/", "Read a channel")
            .says("Members of the channel, and members of its bucket, for whom the counts are 0.")
            .answers::<ChannelDetail>(200, "The channel, as the caller stands to it."),
        patch("/api/chat/channels/{channel_id}/", "Change a channel")
            .says(
                "`topic`: every member of the channel. `name`: admins and moderators of the \
                 bucket. A direct message has neither.",
            )
            .may_take::<UpdateChannel>()
            .answers::<ChannelDetail>(200, "The channel, as changed."),
        delete("/api/chat/channels/{channel_id}/delete/", "Delete a channel")
            .says("Admins of its bucket. A direct message cannot be deleted.")
            .answers_empty(204, "It is gone."),
        post("/api/chat/channels/members/add/", "Add a member to a channel")
            .says("Admins and moderators of the bucket. The user must be in the bucket.")
            .takes::<AddChannelMember>()
            .answers::<ChannelMember>(201, "The membership.")
            .refuses(Refusal::NotFound),
        delete(
            "/api/chat/channels/{channel_id}/members/{user_id}/remove/",
            "Remove from a channel",
        )
        .says("Admins and moderators of the bucket, and everyone for themselves.")
        .answers_empty(204, "They are no longer a member."),
        get("/api/chat/channels/{channel_id}/members/", "List members of a channel")
            .says("Members only.")
            .answers::<Vec<ChannelMember>>(200, "By the membership's id."),
        post("/api/chat/channels/{channel_id}/join/", "Join a channel")
            .says("Members of its bucket may join a `group` channel.")
            .answers::<ChannelMember>(201, "The membership.")
            .answers::<ChannelMember>(200, "The membership there was already."),
        post("/api/chat/channels/{channel_id}/leave/", "Leave a channel")
            .answers_empty(204, "The caller is no longer a member."),
    ];
    Group { name: "Channels", description: "The channels of a bucket.", operations }
}
