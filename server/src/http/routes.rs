//! Every URL of the API, as one `match` on path segments. Read it top to bottom.

use futures_util::future::BoxFuture;
use hyper::Method;
use pail_protocol::{BucketId, ChannelId, UserId};

use super::request::Call;
use super::{Answer, accounts, buckets, channels, direct, invites, members, messages, ops, reads};

/// What a URL answers to.
pub struct Resource {
    /// What `OPTIONS` calls it.
    pub title: &'static str,
    /// Whether it answers without credentials.
    pub open: bool,
    methods: Vec<(Method, Handler)>,
}

/// Answers one method of a URL.
pub type Handler = Box<dyn FnOnce(Call) -> BoxFuture<'static, Answer> + Send>;

/// The resource at a path, without the empty segments around its slashes.
pub fn resource(path: &[&str]) -> Option<Resource> {
    match path {
        ["healthz"] => Some(at("Health").open().get(ops::health)),
        ["api-token-auth"] => Some(at("Token").open().post(accounts::token)),
        ["api", "auth", rest @ ..] => auth(rest),
        ["api", "chat", rest @ ..] => chat(rest),
        _ => None,
    }
}

fn auth(path: &[&str]) -> Option<Resource> {
    Some(match path {
        ["register"] => at("Register").open().post(accounts::register),
        ["login"] => at("Log in").open().post(accounts::log_in),
        ["logout"] => at("Log out").post(accounts::log_out),
        ["me"] => at("Me").get(accounts::me),
        _ => return None,
    })
}

fn chat(path: &[&str]) -> Option<Resource> {
    Some(match path {
        ["users"] => at("Users").get(accounts::people),
        ["unread"] => at("Unread").get(reads::all),

        ["buckets"] => at("Buckets").get(buckets::list),
        ["buckets", "create"] => at("Create bucket").post(buckets::create),
        ["buckets", "members", "add"] => at("Add bucket member").post(members::add_to_bucket),
        ["buckets", b, "delete"] => {
            let bucket = BucketId(id(b)?);
            at("Delete bucket").delete(move |call| buckets::delete(call, bucket))
        }
        ["buckets", b, "members"] => {
            let bucket = BucketId(id(b)?);
            at("Bucket members").get(move |call| members::of_bucket(call, bucket))
        }
        ["buckets", b, "members", u, "remove"] => {
            let (bucket, user) = (BucketId(id(b)?), UserId(id(u)?));
            at("Remove bucket member")
                .delete(move |call| members::remove_from_bucket(call, bucket, user))
        }
        ["buckets", b, "channels"] => {
            let bucket = BucketId(id(b)?);
            at("Channels").get(move |call| channels::list(call, bucket))
        }
        ["buckets", b, "invites", "create"] => {
            let bucket = BucketId(id(b)?);
            at("Create invite").post(move |call| invites::create(call, bucket))
        }
        ["invites", code, "accept"] => {
            let code = (*code).to_owned();
            at("Accept invite").post(move |call| invites::accept(call, code))
        }

        ["channels", "create"] => at("Create channel").post(channels::create),
        ["channels", "members", "add"] => at("Add channel member").post(members::add_to_channel),
        ["channels", c, "delete"] => {
            let channel = ChannelId(id(c)?);
            at("Delete channel").delete(move |call| channels::delete(call, channel))
        }
        ["channels", c, "members"] => {
            let channel = ChannelId(id(c)?);
            at("Channel members").get(move |call| members::of_channel(call, channel))
        }
        ["channels", c, "members", u, "remove"] => {
            let (channel, user) = (ChannelId(id(c)?), UserId(id(u)?));
            at("Remove channel member")
                .delete(move |call| members::remove_from_channel(call, channel, user))
        }
        ["channels", c, "messages"] => {
            let channel = ChannelId(id(c)?);
            at("Messages")
                .get(move |call| messages::history(call, channel))
                .post(move |call| messages::post(call, channel))
        }
        ["channels", c, "read"] => {
            let channel = ChannelId(id(c)?);
            at("Read marker").post(move |call| reads::mark(call, channel))
        }

        ["direct-messages"] => at("Direct messages").get(direct::all),
        ["direct-messages", "recent"] => at("Recent direct messages").get(direct::recent),
        ["direct-messages", "create"] => at("Open direct message").post(direct::open),
        _ => return None,
    })
}

/// An id in a URL: digits, or it is another URL. One too large for any object is nobody's.
fn id(segment: &str) -> Option<i64> {
    let digits = !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| segment.parse().unwrap_or(i64::MAX))
}

fn at(title: &'static str) -> Resource {
    Resource { title, open: false, methods: Vec::new() }
}

impl Resource {
    fn open(mut self) -> Self {
        self.open = true;
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
