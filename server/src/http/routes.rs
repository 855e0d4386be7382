//! Every URL of the API, as one `match` on path segments. Read it top to bottom.

use futures_util::future::BoxFuture;
use hyper::Method;
use pail_protocol::{BucketId, ChannelId, UserId};

use super::catalog::operation::JSON;
use super::request::Call;
use super::schema::{self, ASYNCAPI_TYPES, OPENAPI_TYPES, PAGE_TYPES};
use super::{Answer, accounts, buckets, channels, direct, invites, members, messages, ops, reads};

/// What a URL answers to.
pub struct Resource {
    /// Its URL, with the variable segments in braces, as `catalog` has it.
    pub template: &'static str,
    /// Whether it answers without credentials.
    pub open: bool,
    /// The content types it can answer with, the default first.
    pub renders: &'static [&'static str],
    methods: Vec<(Method, Handler)>,
}

/// Answers one method of a URL.
pub type Handler = Box<dyn FnOnce(Call) -> BoxFuture<'static, Answer> + Send>;

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
        ["api", "auth", rest @ ..] => auth(rest),
        ["api", "chat", rest @ ..] => chat(rest),
        _ => None,
    }
}

fn auth(path: &[&str]) -> Option<Resource> {
    Some(match path {
        ["register"] => at("/api/auth/register/").open().post(accounts::register),
        ["login"] => at("/api/auth/login/").open().post(accounts::log_in),
        ["logout"] => at("/api/auth/logout/").post(accounts::log_out),
        ["me"] => at("/api/auth/me/").get(accounts::me),
        _ => return None,
    })
}

fn chat(path: &[&str]) -> Option<Resource> {
    Some(match path {
        ["users"] => at("/api/chat/users/").get(accounts::people),
        ["unread"] => at("/api/chat/unread/").get(reads::all),

        ["buckets"] => at("/api/chat/buckets/").get(buckets::list),
        ["buckets", "create"] => at("/api/chat/buckets/create/").post(buckets::create),
        ["buckets", "members", "add"] => {
            at("/api/chat/buckets/members/add/").post(members::add_to_bucket)
        }
        ["buckets", b, "delete"] => {
            let bucket = BucketId(id(b)?);
            at("/api/chat/buckets/{bucket_id}/delete/")
                .delete(move |call| buckets::delete(call, bucket))
        }
        ["buckets", b, "members"] => {
            let bucket = BucketId(id(b)?);
            at("/api/chat/buckets/{bucket_id}/members/")
                .get(move |call| members::of_bucket(call, bucket))
        }
        ["buckets", b, "members", u, "remove"] => {
            let (bucket, user) = (BucketId(id(b)?), UserId(id(u)?));
            at("/api/chat/buckets/{bucket_id}/members/{user_id}/remove/")
                .delete(move |call| members::remove_from_bucket(call, bucket, user))
        }
        ["buckets", b, "channels"] => {
            let bucket = BucketId(id(b)?);
            at("/api/chat/buckets/{bucket_id}/channels/")
                .get(move |call| channels::list(call, bucket))
        }
        ["buckets", b, "invites", "create"] => {
            let bucket = BucketId(id(b)?);
            at("/api/chat/buckets/{bucket_id}/invites/create/")
                .post(move |call| invites::create(call, bucket))
        }
        ["invites", code, "accept"] => {
            let code = (*code).to_owned();
            at("/api/chat/invites/{code}/accept/").post(move |call| invites::accept(call, code))
        }

        ["channels", "create"] => at("/api/chat/channels/create/").post(channels::create),
        ["channels", "members", "add"] => {
            at("/api/chat/channels/members/add/").post(members::add_to_channel)
        }
        ["channels", c, "delete"] => {
            let channel = ChannelId(id(c)?);
            at("/api/chat/channels/{channel_id}/delete/")
                .delete(move |call| channels::delete(call, channel))
        }
        ["channels", c, "members"] => {
            let channel = ChannelId(id(c)?);
            at("/api/chat/channels/{channel_id}/members/")
                .get(move |call| members::of_channel(call, channel))
        }
        ["channels", c, "members", u, "remove"] => {
            let (channel, user) = (ChannelId(id(c)?), UserId(id(u)?));
            at("/api/chat/channels/{channel_id}/members/{user_id}/remove/")
                .delete(move |call| members::remove_from_channel(call, channel, user))
        }
        ["channels", c, "messages"] => {
            let channel = ChannelId(id(c)?);
            at("/api/chat/channels/{channel_id}/messages/")
                .get(move |call| messages::history(call, channel))
                .post(move |call| messages::post(call, channel))
        }
        ["channels", c, "read"] => {
            let channel = ChannelId(id(c)?);
            at("/api/chat/channels/{channel_id}/read/")
                .post(move |call| reads::mark_read(call, channel))
        }
        ["channels", c, "unread"] => {
            let channel = ChannelId(id(c)?);
            at("/api/chat/channels/{channel_id}/unread/")
                .post(move |call| reads::mark_unread(call, channel))
        }
        ["channels", c, "mute"] => {
            let channel = ChannelId(id(c)?);
            at("/api/chat/channels/{channel_id}/mute/").post(move |call| reads::mute(call, channel))
        }
        ["channels", c, "unmute"] => {
            let channel = ChannelId(id(c)?);
            at("/api/chat/channels/{channel_id}/unmute/")
                .post(move |call| reads::unmute(call, channel))
        }

        ["direct-messages"] => at("/api/chat/direct-messages/").get(direct::all),
        ["direct-messages", "recent"] => {
            at("/api/chat/direct-messages/recent/").get(direct::recent)
        }
        ["direct-messages", "create"] => at("/api/chat/direct-messages/create/").post(direct::open),
        _ => return None,
    })
}

/// An id in a URL: digits, or it is another URL. One too large for any object is nobody's.
fn id(segment: &str) -> Option<i64> {
    let digits = !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| segment.parse().unwrap_or(i64::MAX))
}

fn at(template: &'static str) -> Resource {
    Resource { template, open: false, renders: &[JSON], methods: Vec::new() }
}

impl Resource {
    fn open(mut self) -> Self {
        self.open = true;
        self
    }

    fn renders(mut self, media_types: &'static [&'static str]) -> Self {
        self.renders = media_types;
        self
    }

    fn on<F>(mut self, method: Method, handler: impl FnOnce(Call) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        self.methods.push((method, Box::new(move |call| Box::pin(handler(call)))));
        self
    }

    fn get<F>(self, handler: impl FnOnce(Call) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        self.on(Method::GET, handler)
    }

    fn post<F>(self, handler: impl FnOnce(Call) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        self.on(Method::POST, handler)
    }

    fn delete<F>(self, handler: impl FnOnce(Call) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        self.on(Method::DELETE, handler)
    }

    /// The value of `Allow`.
    pub fn allow(&self) -> String {
        let mut words: Vec<&str> = Vec::new();
        for (method, _) in &self.methods {
            words.push(method.as_str());
            if *method == Method::GET {
                words.push("HEAD");
            }
        }
        words.push("OPTIONS");
        words.join(", ")
    }

    /// The handler of a method; `HEAD` is answered by `GET`'s.
    pub fn handler(self, method: &Method) -> Option<Handler> {
        let wanted = if *method == Method::HEAD { &Method::GET } else { method };
        self.methods.into_iter().find(|(method, _)| method == wanted).map(|(_, handler)| handler)
    }
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
