//! Every URL of the API, as one `match` on path segments. Read it top to bottom.

use pail_protocol::{
    AttachmentId, BucketId, ChannelId, InviteId, LoginId, MessageId, UserId, WebhookId,
};

use super::catalog::operation::ANY;
use super::export::{self, EXPORT_TYPES};
use super::resource::{Resource, at};
use super::schema::{self, ASYNCAPI_TYPES, OPENAPI_TYPES, PAGE_TYPES};
use super::{
    accounts, attachments, buckets, channels, direct, history, hooks, invites, members, messages,
    ops, reads, search, tokens, webhooks,
};

/// The resource at a path, without the empty segments around its slashes.
pub fn resource(path: &[&str]) -> Option<Resource> {
    match path {
        ["healthz"] => Some(at("/healthz").open().get(ops::health)),
        ["api-token-auth"] => Some(at("/api-token-auth/").open().post(accounts::token)),
        [".well-known", "pail"] => Some(at("/.well-known/pail").open().get(schema::discover)),
        ["docs"] => Some(at("/docs").open().renders(PAGE_TYPES).get(schema::reference)),
        ["api", "schema"] => {
            let resource = at("/api/schema/").open().renders(OPENAPI_TYPES);
            Some(resource.get(schema::rest))
        }
        ["api", "schema", "asyncapi"] => {
            let resource = at("/api/schema/asyncapi/").open().renders(ASYNCAPI_TYPES);
            Some(resource.get(schema::sockets))
        }
        ["hooks", key] => Some(hook("/hooks/{key}", key)),
        ["hooks", key, "slack"] => Some(hook("/hooks/{key}/slack", key)),
        ["api", "auth", rest @ ..] => auth(rest),
        ["api", "chat", rest @ ..] => chat(rest),
        _ => None,
    }
}

fn auth(path: &[&str]) -> Option<Resource> {
    Some(match path {
        ["register"] => at("/api/auth/register/").open().post(accounts::register),
        ["login"] => at("/api/auth/login/").open().post(accounts::log_in),
        ["logout"] => at("/api/auth/logout/").post(accounts::log_out).any_scope(),
        ["me"] => at("/api/auth/me/").get(accounts::me).any_scope().patch(accounts::change_me),
        ["me", "delete"] => at("/api/auth/me/delete/").post(accounts::delete_me),
        ["password"] => at("/api/auth/password/").post(accounts::change_password),
        ["tokens"] => at("/api/auth/tokens/").get(tokens::list),
        ["tokens", "create"] => at("/api/auth/tokens/create/").post(tokens::create),
        ["tokens", t, "delete"] => {
            let token = LoginId(id(t)?);
            at("/api/auth/tokens/{token_id}/delete/")
                .delete(move |call| tokens::revoke(call, token))
        }
        _ => return None,
    })
}

fn chat(path: &[&str]) -> Option<Resource> {
    Some(match path {
        ["users"] => at("/api/chat/users/").get(accounts::people),
        ["users", u] => {
            let user = UserId(id(u)?);
            at("/api/chat/users/{user_id}/").get(move |call| accounts::profile(call, user))
        }
        ["unread"] => at("/api/chat/unread/").get(reads::all),
        ["search"] => at("/api/chat/search/").get(search::find),
        ["buckets", rest @ ..] => in_buckets(rest)?,
        ["invites", code, "accept"] => {
            let code = (*code).to_owned();
            at("/api/chat/invites/{code}/accept/").post(move |call| invites::accept(call, code))
        }
        ["channels", "create"] => at("/api/chat/channels/create/").post(channels::create),
        ["channels", "members", "add"] => {
            at("/api/chat/channels/members/add/").post(members::add_to_channel)
        }
        ["channels", c, rest @ ..] => {
            let channel = ChannelId(id(c)?);
            of_channel(channel, rest)?.of(channel)
        }
        ["attachments", rest @ ..] => in_attachments(rest)?,
        ["messages", m, rest @ ..] => of_message(MessageId(id(m)?), rest)?,
        ["webhooks", w, "delete"] => {
            let webhook = WebhookId(id(w)?);
            at("/api/chat/webhooks/{webhook_id}/delete/")
                .delete(move |call| webhooks::delete(call, webhook))
        }
        ["direct-messages", rest @ ..] => in_direct_messages(rest)?,
        _ => return None,
    })
}

fn in_buckets(path: &[&str]) -> Option<Resource> {
    Some(match path {
        [] => at("/api/chat/buckets/").get(buckets::list),
        ["create"] => at("/api/chat/buckets/create/").post(buckets::create),
        ["members", "add"] => at("/api/chat/buckets/members/add/").post(members::add_to_bucket),
        [b, rest @ ..] => of_bucket(BucketId(id(b)?), rest)?,
    })
}

fn of_bucket(bucket: BucketId, path: &[&str]) -> Option<Resource> {
    Some(match path {
        [] => at("/api/chat/buckets/{bucket_id}/")
            .get(move |call| buckets::read(call, bucket))
            .patch(move |call| buckets::change(call, bucket)),
        ["delete"] => at("/api/chat/buckets/{bucket_id}/delete/")
            .delete(move |call| buckets::delete(call, bucket)),
        ["members"] => at("/api/chat/buckets/{bucket_id}/members/")
            .get(move |call| members::of_bucket(call, bucket)),
        ["members", u, "remove"] => {
            let user = UserId(id(u)?);
            at("/api/chat/buckets/{bucket_id}/members/{user_id}/remove/")
                .delete(move |call| members::remove_from_bucket(call, bucket, user))
        }
        ["members", u, "role"] => {
            let user = UserId(id(u)?);
            at("/api/chat/buckets/{bucket_id}/members/{user_id}/role/")
                .post(move |call| members::change_role(call, bucket, user))
                .patch(move |call| members::change_role(call, bucket, user))
        }
        ["channels"] => at("/api/chat/buckets/{bucket_id}/channels/")
            .get(move |call| channels::list(call, bucket)),
        ["invites"] => at("/api/chat/buckets/{bucket_id}/invites/")
            .get(move |call| invites::list(call, bucket)),
        ["invites", "create"] => at("/api/chat/buckets/{bucket_id}/invites/create/")
            .post(move |call| invites::create(call, bucket)),
        ["invites", i, "delete"] => {
            let invite = InviteId(id(i)?);
            at("/api/chat/buckets/{bucket_id}/invites/{invite_id}/delete/")
                .delete(move |call| invites::revoke(call, bucket, invite))
        }
        ["export"] => at("/api/chat/buckets/{bucket_id}/export/")
            .renders(EXPORT_TYPES)
            .get(move |call| export::export(call, bucket)),
        _ => return None,
    })
}

fn in_attachments(path: &[&str]) -> Option<Resource> {
    Some(match path {
        ["create"] => {
            let upload = at("/api/chat/attachments/create/").post_file(attachments::create);
            upload.writes_anywhere()
        }
        [a] => {
            let attachment = AttachmentId(id(a)?);
            at("/api/chat/attachments/{attachment_id}/")
                .renders(&[ANY])
                .get(move |call| attachments::read(call, attachment))
        }
        _ => return None,
    })
}

fn in_direct_messages(path: &[&str]) -> Option<Resource> {
    Some(match path {
        [] => at("/api/chat/direct-messages/").get(direct::all),
        ["recent"] => at("/api/chat/direct-messages/recent/").get(direct::recent),
        ["create"] => at("/api/chat/direct-messages/create/").post(direct::open).writes(),
        _ => return None,
    })
}

/// The URLs of one channel: the only ones that tokens of a channel reach.
fn of_channel(channel: ChannelId, path: &[&str]) -> Option<Resource> {
    Some(match path {
        [] => at("/api/chat/channels/{channel_id}/")
            .get(move |call| channels::read(call, channel))
            .patch(move |call| channels::change(call, channel)),
        ["join"] => at("/api/chat/channels/{channel_id}/join/")
            .post(move |call| members::join(call, channel)),
        ["leave"] => at("/api/chat/channels/{channel_id}/leave/")
            .post(move |call| members::leave(call, channel)),
        ["delete"] => at("/api/chat/channels/{channel_id}/delete/")
            .delete(move |call| channels::delete(call, channel)),
        ["members"] => at("/api/chat/channels/{channel_id}/members/")
            .get(move |call| members::of_channel(call, channel)),
        ["members", u, "remove"] => {
            let user = UserId(id(u)?);
            at("/api/chat/channels/{channel_id}/members/{user_id}/remove/")
                .delete(move |call| members::remove_from_channel(call, channel, user))
        }
        ["messages"] => at("/api/chat/channels/{channel_id}/messages/")
            .get(move |call| history::history(call, channel))
            .post(move |call| messages::post(call, channel))
            .writes(),
        ["webhooks"] => at("/api/chat/channels/{channel_id}/webhooks/")
            .get(move |call| webhooks::list(call, channel)),
        ["webhooks", "create"] => at("/api/chat/channels/{channel_id}/webhooks/create/")
            .post(move |call| webhooks::create(call, channel)),
        ["read"] => at("/api/chat/channels/{channel_id}/read/")
            .post(move |call| reads::mark_read(call, channel))
            .writes(),
        ["unread"] => at("/api/chat/channels/{channel_id}/unread/")
            .post(move |call| reads::mark_unread(call, channel))
            .writes(),
        ["mute"] => at("/api/chat/channels/{channel_id}/mute/")
            .post(move |call| reads::mute(call, channel))
            .writes(),
        ["unmute"] => at("/api/chat/channels/{channel_id}/unmute/")
            .post(move |call| reads::unmute(call, channel))
            .writes(),
        _ => return None,
    })
}

/// The URLs of one message.
fn of_message(message: MessageId, path: &[&str]) -> Option<Resource> {
    Some(match path {
        [] => at("/api/chat/messages/{message_id}/")
            .get(move |call| messages::read(call, message))
            .patch(move |call| messages::edit(call, message))
            .writes(),
        ["revisions"] => at("/api/chat/messages/{message_id}/revisions/")
            .get(move |call| messages::revisions(call, message)),
        ["delete"] => at("/api/chat/messages/{message_id}/delete/")
            .delete(move |call| messages::delete(call, message))
            .writes(),
        ["thread"] => at("/api/chat/messages/{message_id}/thread/")
            .get(move |call| history::thread(call, message)),
        ["reactions", "add"] => at("/api/chat/messages/{message_id}/reactions/add/")
            .post(move |call| messages::react(call, message))
            .writes(),
        ["reactions", "remove"] => at("/api/chat/messages/{message_id}/reactions/remove/")
            .post(move |call| messages::unreact(call, message))
            .writes()
            .delete(move |call| messages::unreact(call, message))
            .with_fields()
            .writes(),
        _ => return None,
    })
}

/// What other services post to. The key is all they need, and one word of text what they get.
fn hook(template: &'static str, key: &str) -> Resource {
    let key = key.to_owned();
    let resource = at(template).open().renders(&[ANY]).refusing_with(hooks::refusal);
    resource.post_bytes(move |call, body| hooks::post(call, key, body))
}

/// An id in a URL: digits, or it is another URL. One too large for any object is nobody's.
fn id(segment: &str) -> Option<i64> {
    let digits = !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| segment.parse().unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_an_id_that_is_none_is_no_route() {
        assert!(resource(&["api", "chat", "channels", "7", "messages"]).is_some());
        for id in ["", "x", "-1", "1.5", "+1", "٣"] {
            assert!(resource(&["api", "chat", "channels", id, "messages"]).is_none(), "{id}");
        }
    }

    #[test]
    fn allow_names_every_method() {
        let allow = |path: &[&str]| resource(path).map(|resource| resource.allow());
        let messages = allow(&["api", "chat", "channels", "7", "messages"]);
        assert_eq!(messages.as_deref(), Some("GET, HEAD, POST, OPTIONS"));
    }
}
