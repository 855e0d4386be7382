//! What a URL answers to, put together in a row of calls: its methods, who may use them, what they
//! make of a body. Which URLs there are is in `routes`.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use hyper::Method;
use pail_protocol::ChannelId;
use pail_protocol::token::Scope;
use warp::reply::Response;

use super::catalog::operation::{ANY, JSON};
use super::multipart::Form;
use super::request::Call;
use super::{Answer, HttpError, reply};
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

/// A resource that answers with JSON to people with credentials, and has no methods yet.
pub fn at(template: &'static str) -> Resource {
    Resource {
        template,
        open: false,
        renders: &[JSON],
        refusal: reply::error,
        endpoints: Vec::new(),
    }
}

impl Resource {
    /// It needs no credentials.
    pub fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// It answers with these content types, the first unless a client prefers another.
    pub fn renders(mut self, media_types: &'static [&'static str]) -> Self {
        self.renders = media_types;
        self
    }

    /// It tells a refusal in a way of its own.
    pub fn refusing_with(mut self, refusal: fn(&HttpError) -> Response) -> Self {
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
    pub fn writes(self) -> Self {
        self.reached_by(Reach::Scope(Scope::Write, None))
    }

    /// The method before this asks for the scope `write`, whatever channels a token is bound to.
    pub fn writes_anywhere(self) -> Self {
        self.reached_by(Reach::AnyChannel(Scope::Write))
    }

    /// The method before this has fields in its body, although others of its kind have none.
    pub fn with_fields(mut self) -> Self {
        if let Some(endpoint) = self.endpoints.last_mut() {
            endpoint.has_fields = true;
        }
        self
    }

    /// The method before this asks for no scope.
    pub fn any_scope(self) -> Self {
        self.reached_by(Reach::AnyScope)
    }

    fn reached_by(mut self, reach: Reach) -> Self {
        if let Some(endpoint) = self.endpoints.last_mut() {
            endpoint.reach = reach;
        }
        self
    }

    /// The URL names this channel, so that tokens of this channel reach it.
    pub fn of(mut self, channel: ChannelId) -> Self {
        for endpoint in &mut self.endpoints {
            if let Reach::Scope(_, of) = &mut endpoint.reach {
                *of = Some(channel);
            }
        }
        self
    }

    /// Adds `GET`, and with it `HEAD`.
    pub fn get<F>(self, handler: impl FnOnce(Call) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        self.on(Method::GET, handler)
    }

    /// Adds `POST` of fields.
    pub fn post<F>(self, handler: impl FnOnce(Call) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        self.on(Method::POST, handler)
    }

    /// Adds `PATCH`.
    pub fn patch<F>(self, handler: impl FnOnce(Call) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        self.on(Method::PATCH, handler)
    }

    /// Adds `DELETE`.
    pub fn delete<F>(self, handler: impl FnOnce(Call) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        self.on(Method::DELETE, handler)
    }

    /// Adds `POST` of a form with a file.
    pub fn post_file<F>(self, handler: impl FnOnce(Call, Form) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        let handler = Handler::File(Box::new(move |call, form| Box::pin(handler(call, form))));
        self.post_other(handler)
    }

    /// Adds `POST` of whatever it is.
    pub fn post_bytes<F>(self, handler: impl FnOnce(Call, Bytes) -> F + Send + 'static) -> Self
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

    /// The content types it reads.
    pub fn parses(&self) -> &'static [&'static str] {
        match self.endpoints.as_slice() {
            [Endpoint { handler: Handler::File(_), .. }] => &["multipart/form-data"],
            [Endpoint { handler: Handler::Bytes(_), .. }] => &[ANY],
            _ => &["application/json", "application/x-www-form-urlencoded"],
        }
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
