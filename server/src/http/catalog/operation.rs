//! What one method of one URL does, in a form that can be written down: an [`Operation`] is a few
//! lines in its noun's file. What many operations share is added here, once.

use hyper::Method;
use pail_protocol::token::Scope;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Writes a type's schema, or a reference to it.
pub type Describe = fn(&mut SchemaGenerator) -> Schema;

/// JSON, which nearly everything is.
pub const JSON: &str = "application/json";

/// Whatever a file is: nothing that a client could ask for.
pub const ANY: &str = "*/*";

/// What a body usually comes as.
const BODY_TYPES: &[&str] = &[JSON, "application/x-www-form-urlencoded"];

/// What one method of one URL does.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The URL, with its variable segments in braces: as in `routes.rs`.
    pub template: &'static str,
    /// Three or four words, unique among all operations.
    pub summary: &'static str,
    /// What else there is to know, in sentences of `docs/api.md`.
    pub description: &'static str,
    /// Whether it answers without credentials.
    pub open: bool,
    /// The scope a token must have; none where every token will do.
    pub scope: Option<Scope>,
    /// Parameters of the URL's query.
    pub query: Vec<Parameter>,
    /// What the request carries.
    pub body: Option<Body>,
    /// The answers when all is well.
    pub answers: Vec<Answer>,
    /// The variable of other URLs that the answer's `id` is for.
    pub gives: Option<&'static str>,
    /// The answers when it is not, beside those that [`Operation::refusals`] adds.
    refusals: Vec<Refusal>,
}

/// A parameter of a URL's query, or a header of an answer.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Whether it is always there.
    pub required: bool,
    /// Its name.
    pub name: &'static str,
    /// What it asks for.
    pub description: &'static str,
    /// Its values.
    pub schema: Schema,
}

/// What a request carries.
#[derive(Debug, Clone, Copy)]
pub struct Body {
    /// Its content types.
    pub media_types: &'static [&'static str],
    /// Its type.
    pub schema: Describe,
    /// Whether the empty body is refused.
    pub required: bool,
}

/// An answer when all is well.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// In which cases.
    pub description: &'static str,
    /// Its content types and their schema; none without a body.
    pub media_types: &'static [&'static str],
    /// What a body says.
    pub schema: Describe,
    /// Headers that are not on every answer.
    pub headers: Vec<Parameter>,
}

/// An answer that refuses, as all operations give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// 400
    BadRequest,
    /// 403
    Forbidden,
    /// 404
    NotFound,
    /// 405
    MethodNotAllowed,
    /// 406
    NotAcceptable,
    /// 408
    RequestTimeout,
    /// 413
    PayloadTooLarge,
    /// 415
    UnsupportedMediaType,
    /// 429
    Throttled,
    /// 500
    Internal,
    /// 507
    StorageFull,
}

/// `GET`: changes nothing.
pub fn get(template: &'static str, summary: &'static str) -> Operation {
    on(Method::GET, template, summary)
}

/// `POST`
pub fn post(template: &'static str, summary: &'static str) -> Operation {
    on(Method::POST, template, summary)
}

/// `PATCH`: changes what its body names.
pub fn patch(template: &'static str, summary: &'static str) -> Operation {
    on(Method::PATCH, template, summary)
}

/// `DELETE`
pub fn delete(template: &'static str, summary: &'static str) -> Operation {
    on(Method::DELETE, template, summary)
}

fn on(method: Method, template: &'static str, summary: &'static str) -> Operation {
    let scope = Some(if method == Method::GET { Scope::Read } else { Scope::Admin });
    Operation {
        method,
        scope,
        template,
        summary,
        description: "",
        open: false,
        query: Vec::new(),
        body: None,
        answers: Vec::new(),
        gives: None,
        refusals: Vec::new(),
    }
}

impl Operation {
    /// With a description.
    pub fn says(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// Without credentials.
    pub fn open(mut self) -> Self {
        self.open = true;
        self.any_scope()
    }

    /// With every token, whatever its scopes.
    pub fn any_scope(mut self) -> Self {
        self.scope = None;
        self
    }

    /// With the scope to say something, where others that change something need `admin`.
    pub fn writes(mut self) -> Self {
        self.scope = Some(Scope::Write);
        self
    }

    /// With a parameter in the query, which may be left out.
    pub fn query(mut self, name: &'static str, schema: Schema, description: &'static str) -> Self {
        self.query.push(Parameter { required: false, name, description, schema });
        self
    }

    /// With a parameter in the query, which must be there.
    pub fn must_query(
        mut self,
        name: &'static str,
        schema: Schema,
        description: &'static str,
    ) -> Self {
        self.query.push(Parameter { required: true, name, description, schema });
        self
    }

    /// With a body of that type.
    pub fn takes<T: JsonSchema>(self) -> Self {
        self.takes_as(BODY_TYPES, |schemas| schemas.subschema_for::<T>())
    }

    /// With a body of that type, all of whose fields may be left out.
    pub fn may_take<T: JsonSchema>(self) -> Self {
        let mut takes = self.takes::<T>();
        takes.body = takes.body.map(|body| Body { required: false, ..body });
        takes
    }

    /// With a body of something else, in one of some content types.
    pub fn takes_as(mut self, media_types: &'static [&'static str], schema: Describe) -> Self {
        self.body = Some(Body { media_types, schema, required: true });
        self
    }

    /// Answers with JSON of that type.
    pub fn answers<T: JsonSchema>(self, status: u16, description: &'static str) -> Self {
        self.answers_as(status, description, &[JSON], |schemas| schemas.subschema_for::<T>())
    }

    /// Answers with something else, in one of some content types.
    pub fn answers_as(
        mut self,
        status: u16,
        description: &'static str,
        media_types: &'static [&'static str],
        schema: Describe,
    ) -> Self {
        let headers = Vec::new();
        self.answers.push(Answer { status, description, media_types, schema, headers });
        self
    }

    /// Answers without a body.
    pub fn answers_empty(self, status: u16, description: &'static str) -> Self {
        self.answers_as(status, description, &[], |_| Schema::default())
    }

    /// With a header that is always on the last answer.
    pub fn header(mut self, name: &'static str, schema: Schema, description: &'static str) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.headers.push(Parameter { required: true, name, description, schema });
        }
        self
    }

    /// With a header that may be on the last answer.
    pub fn optional_header(
        mut self,
        name: &'static str,
        schema: Schema,
        description: &'static str,
    ) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.headers.push(Parameter { required: false, name, description, schema });
        }
        self
    }

    /// Answers with something whose `id` other URLs are about.
    pub fn gives(mut self, variable: &'static str) -> Self {
        self.gives = Some(variable);
        self
    }

    /// Refuses in a way that does not follow from the rest.
    pub fn refuses(mut self, refusal: Refusal) -> Self {
        self.refusals.push(refusal);
        self
    }

    /// The names in the braces of the URL.
    pub fn variables(&self) -> impl Iterator<Item = &'static str> {
        self.template.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Every way in which it refuses, by status: its own, and those that follow from its method,
    /// its URL, its body and whether it asks for credentials.
    pub fn refusals(&self) -> Vec<Refusal> {
        use Refusal::{
            BadRequest, Forbidden, Internal, MethodNotAllowed, NotAcceptable, NotFound,
            PayloadTooLarge, RequestTimeout, StorageFull, UnsupportedMediaType,
        };
        let mut all = vec![MethodNotAllowed, NotAcceptable, Internal];
        all.extend(&self.refusals);
        let reads_body = self.method != Method::GET && self.method != Method::DELETE;
        let by_fact: [(bool, &[Refusal]); 5] = [
            (!self.open, &[Forbidden]),
            (self.variables().next().is_some(), &[NotFound]),
            (!self.query.is_empty(), &[BadRequest]),
            (reads_body, &[BadRequest, RequestTimeout, PayloadTooLarge, UnsupportedMediaType]),
            (self.method != Method::GET, &[StorageFull]),
        ];
        all.extend(by_fact.iter().filter(|(holds, _)| *holds).flat_map(|(_, refusals)| *refusals));
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Refusal {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::BadRequest,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::RequestTimeout,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::Throttled,
        Self::Internal,
        Self::StorageFull,
    ];

    /// Its status, its name in the document, and what it means.
    pub fn told(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::BadRequest => (
                400,
                "BadRequest",
                "Fields or parameters are wrong: a sentence for each. Or the body is no JSON \
                 object: then with a `code`.",
            ),
            Self::Forbidden => (
                403,
                "Forbidden",
                "Without valid credentials (`not_authenticated`, `authentication_failed`), or the \
                 caller may not do this (`permission_denied`, `not_a_member`, and others). There \
                 is no 401.",
            ),
            Self::NotFound => (404, "NotFound", "Something that was named is not there."),
            Self::MethodNotAllowed => {
                (405, "MethodNotAllowed", "The URL has no such method; `Allow` names those it has.")
            }
            Self::NotAcceptable => {
                (406, "NotAcceptable", "`Accept` allows nothing this URL can answer with.")
            }
            Self::RequestTimeout => (408, "RequestTimeout", "The body did not arrive in time."),
            Self::PayloadTooLarge => (413, "PayloadTooLarge", "The body is too long."),
            Self::UnsupportedMediaType => {
                (415, "UnsupportedMediaType", "The body is of a type this URL does not read.")
            }
            Self::Throttled => (429, "Throttled", "Too much at once; see `Retry-After`."),
            Self::Internal => (500, "Internal", "The server failed. Nothing was changed."),
            Self::StorageFull => {
                (507, "StorageFull", "The server's disk is full. Nothing was changed.")
            }
        }
    }
}
