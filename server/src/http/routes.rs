//! Every URL of the API, as one `match` on path segments. Read it top to bottom.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use hyper::Method;
use pail_protocol::token::Scope;
use pail_protocol::{AttachmentId, BucketId, ChannelId, LoginId, MessageId, UserId, WebhookId};
use warp::reply::Response;

use super::catalog::operation::{ANY, JSON};
use super::multipart::Form;
use super::request::Call;
use super::schema::{self, ASYNCAPI_TYPES, OPENAPI_TYPES, PAGE_TYPES};
use super::{
    Answer, HttpError, accounts, attachments, buckets, channels, direct, history, hooks, invites,
    members, messages, ops, reads, reply, tokens, webhooks,
};
use crate::auth::{AuthError, Scopes};

/// What a URL answers to.
pub struct Resource {
    /// Its URL, with the variable segments in braces, as `catalog` has it.
    pub template: &'static str,
    /// Whether it answers without credentials.
    pub open: bool,
    /// The content types it can answer with, the default first.
    pub renders: &'static [&'static str],
    /// How it tells a refusal.
    pub refusal: fn(&HttpError) -> Response,
    endpoints: Vec<Endpoint>,
}

/// One method of a URL.
pub struct Endpoint {
    /// Whether its body is read.
    pub has_fields: bool,
    method: Method,
    /// Which tokens are let in.
    pub reach: Reach,
    /// What answers.
    pub handler: Handler,
}

/// Which tokens are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All of them.
    AnyScope,
    /// Those with the scope, whatever channels they are bound to.
    AnyChannel(Scope),
    /// Those with the scope, unless they are bound to other channels than the URL's.
    Scope(Scope, Option<ChannelId>),
}

/// Answers one method of a URL, by what it makes of the body.
pub enum Handler {
    /// Fields, in JSON or a form.
    Fields(Box<dyn FnOnce(Call) -> BoxFuture<'static, Answer> + Send>),
    /// A form with a file, which the handler reads.
    File(Box<dyn FnOnce(Call, Form) -> BoxFuture<'static, Answer> + Send>),
    /// Whatever it is, bounded like fields.
    Bytes(Box<dyn FnOnce(Call, Bytes) -> BoxFuture<'static, Answer> + Send>),
}

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
        ["me"] => at("/api/auth/me/").get(accounts::me).any_scope(),
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
        ["channels", c, rest @ ..] => {
            let channel = ChannelId(id(c)?);
            of_channel(channel, rest)?.of(channel)
        }

        ["attachments", "create"] => {
            let upload = at("/api/chat/attachments/create/").post_file(attachments::create);
            upload.writes_anywhere()
        }
        ["attachments", a] => {
            let attachment = AttachmentId(id(a)?);
            at("/api/chat/attachments/{attachment_id}/")
                .renders(&[ANY])
                .get(move |call| attachments::read(call, attachment))
        }
        ["messages", m, rest @ ..] => of_message(MessageId(id(m)?), rest)?,

        ["webhooks", w, "delete"] => {
            let webhook = WebhookId(id(w)?);
            at("/api/chat/webhooks/{webhook_id}/delete/")
                .delete(move |call| webhooks::delete(call, webhook))
        }

        ["direct-messages"] => at("/api/chat/direct-messages/").get(direct::all),
        ["direct-messages", "recent"] => {
            at("/api/chat/direct-messages/recent/").get(direct::recent)
        }
        ["direct-messages", "create"] => {
            at("/api/chat/direct-messages/create/").post(direct::open).writes()
        }
        _ => return None,
    })
}

/// The URLs of one channel: the only ones that tokens of a channel reach.
fn of_channel(channel: ChannelId, path: &[&str]) -> Option<Resource> {
    Some(match path {
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

fn at(template: &'static str) -> Resource {
    Resource {
        template,
        open: false,
        renders: &[JSON],
        refusal: reply::error,
        endpoints: Vec::new(),
    }
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

    fn refusing_with(mut self, refusal: fn(&HttpError) -> Response) -> Self {
        self.refusal = refusal;
        self
    }

    /// Adds a method. `GET` asks for the scope `read`, all others ask for `admin` unless
    /// [`Resource::writes`] or [`Resource::any_scope`] follows.
    fn on<F>(mut self, method: Method, handler: impl FnOnce(Call) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        let scope = if method == Method::GET { Scope::Read } else { Scope::Admin };
        let handler = Handler::Fields(Box::new(move |call| Box::pin(handler(call))));
        let has_fields = [Method::POST, Method::PUT, Method::PATCH].contains(&method);
        let reach = Reach::Scope(scope, None);
        self.endpoints.push(Endpoint { has_fields, method, reach, handler });
        self
    }

    /// The method before this asks for the scope `write`: it says something.
    fn writes(self) -> Self {
        self.reached_by(Reach::Scope(Scope::Write, None))
    }

    /// The method before this asks for the scope `write`, whatever channels a token is bound to.
    fn writes_anywhere(self) -> Self {
        self.reached_by(Reach::AnyChannel(Scope::Write))
    }

    /// The method before this has fields in its body, although others of its kind have none.
    fn with_fields(mut self) -> Self {
        if let Some(endpoint) = self.endpoints.last_mut() {
            endpoint.has_fields = true;
        }
        self
    }

    /// The method before this asks for no scope.
    fn any_scope(self) -> Self {
        self.reached_by(Reach::AnyScope)
    }

    fn reached_by(mut self, reach: Reach) -> Self {
        if let Some(endpoint) = self.endpoints.last_mut() {
            endpoint.reach = reach;
        }
        self
    }

    /// The URL names this channel, so that tokens of this channel reach it.
    fn of(mut self, channel: ChannelId) -> Self {
        for endpoint in &mut self.endpoints {
            if let Reach::Scope(_, of) = &mut endpoint.reach {
                *of = Some(channel);
            }
        }
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

    fn post_file<F>(self, handler: impl FnOnce(Call, Form) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        let handler = Handler::File(Box::new(move |call, form| Box::pin(handler(call, form))));
        self.post_other(handler)
    }

    fn post_bytes<F>(self, handler: impl FnOnce(Call, Bytes) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        let handler = Handler::Bytes(Box::new(move |call, body| Box::pin(handler(call, body))));
        self.post_other(handler)
    }

    /// Adds `POST` of something that is not read as fields.
    fn post_other(mut self, handler: Handler) -> Self {
        let (method, reach) = (Method::POST, Reach::Scope(Scope::Admin, None));
        self.endpoints.push(Endpoint { has_fields: false, method, reach, handler });
        self
    }

    fn delete<F>(self, handler: impl FnOnce(Call) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        self.on(Method::DELETE, handler)
    }

    /// The content types it reads.
    pub fn parses(&self) -> &'static [&'static str] {
        match self.endpoints.as_slice() {
            [Endpoint { handler: Handler::File(_), .. }] => &["multipart/form-data"],
            [Endpoint { handler: Handler::Bytes(_), .. }] => &[ANY],
            _ => &["application/json", "application/x-www-form-urlencoded"],
        }
    }

    fn patch<F>(self, handler: impl FnOnce(Call) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        self.on(Method::PATCH, handler)
    }

    /// The value of `Allow`.
    pub fn allow(&self) -> String {
        let mut words: Vec<&str> = Vec::new();
        for endpoint in &self.endpoints {
            words.push(endpoint.method.as_str());
            if endpoint.method == Method::GET {
                words.push("HEAD");
            }
        }
        words.push("OPTIONS");
        words.join(", ")
    }

    /// What answers a method; `HEAD` is answered as `GET`.
    pub fn endpoint(self, method: &Method) -> Option<Endpoint> {
        let wanted = if *method == Method::HEAD { &Method::GET } else { method };
        self.endpoints.into_iter().find(|endpoint| endpoint.method == wanted)
    }
}

impl Reach {
    /// Refuses a token that does not reach this far.
    ///
    /// # Errors
    /// [`AuthError::ScopeMissing`]
    pub fn admit(self, scopes: &Scopes) -> Result<(), AuthError> {
        match self {
            Self::AnyScope => Ok(()),
            Self::AnyChannel(scope) if scopes.has(scope) => Ok(()),
            Self::AnyChannel(_) => Err(AuthError::ScopeMissing),
            Self::Scope(scope, channel) => scopes.require(scope, channel),
        }
    }

    /// The scope it asks for; none where every token will do.
    #[cfg(test)]
    pub fn scope(self) -> Option<Scope> {
        match self {
            Self::AnyScope => None,
            Self::AnyChannel(scope) | Self::Scope(scope, _) => Some(scope),
        }
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

    #[test]
    fn what_says_nothing_else_asks_for_admin_and_names_no_channel() {
        let reaches = |resource: Resource| {
            resource.endpoints.iter().map(|endpoint| endpoint.reach).collect::<Vec<_>>()
        };
        let ignore = |_: Call| async { Err(HttpError::NoRoute) };
        let plain = at("Plain").get(ignore).post(ignore).delete(ignore);
        let [read, write, admin] =
            [Scope::Read, Scope::Write, Scope::Admin].map(|scope| Reach::Scope(scope, None));
        assert_eq!(reaches(plain), [read, admin, admin]);
        let marked = at("Marked").get(ignore).post(ignore).writes().delete(ignore).any_scope();
        assert_eq!(reaches(marked), [read, write, Reach::AnyScope]);
        let of = at("Of a channel").post(ignore).of(ChannelId(7));
        assert_eq!(reaches(of), [Reach::Scope(Scope::Admin, Some(ChannelId(7)))]);
    }
}
