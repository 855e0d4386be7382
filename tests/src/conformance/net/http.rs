//! One request, one answer, on a connection of its own.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::handshake;
use hyper::header::{HOST, USER_AGENT};
use hyper::{HeaderMap, Method};
use hyper_util::rt::TokioIo;
use serde_json::Value;

use super::{NetError, Target};

/// Largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Most of a body that is shown to people, in characters.
const SHOWN_MAX: usize = 1500;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET`.
    pub method: String,
    /// From the first slash.
    pub path: String,
    /// In order.
    pub headers: Vec<(String, String)>,
    /// `None` is no body at all.
    pub body: Option<Vec<u8>>,
    /// Who asks: the clause's name.
    pub agent: String,
}

impl Request {
    /// A JSON body, or none.
    #[must_use]
    pub fn new(method: &str, path: &str, body: Option<&Value>, agent: &str) -> Self {
        let json = ("content-type".to_owned(), "application/json".to_owned());
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: body.map(|_| json).into_iter().collect(),
            body: body.map(|body| body.to_string().into_bytes()),
            agent: agent.to_owned(),
        }
    }

    /// With credentials.
    #[must_use]
    pub fn token(mut self, token: &str) -> Self {
        self.headers.push(("authorization".to_owned(), format!("Token {token}")));
        self
    }

    /// Asks.
    ///
    /// # Errors
    /// There was no answer, or it is no HTTP.
    pub async fn send(&self, to: &Target) -> Result<Answer, NetError> {
        let what = format!("{} {}", self.method, self.path);
        to.within(&what, self.exchange(to)).await?
    }

    async fn exchange(&self, to: &Target) -> Result<Answer, NetError> {
        let what = format!("{} {}", self.method, self.path);
        let broken = |why: String| NetError::Broken { what: what.clone(), why };
        let request = self.built(to)?;
        let io = TokioIo::new(to.connect().await?);
        let opened = handshake(io).await.map_err(|error| broken(error.to_string()))?;
        let (mut sender, connection) = opened;
        let exchange = async {
            let answer = sender.send_request(request).await?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
            Ok::<_, hyper::Error>((head, body))
        };
        // The connection is driven here and dropped with the answer: nothing outlives a request.
        let driven = async {
            let _ = connection.await;
            std::future::pending::<()>().await;
        };
        let (head, body) = tokio::select! {
            answered = exchange => answered.map_err(|error| broken(error.to_string()))?,
            () = driven => return Err(broken("the connection ended".to_owned())),
        };
        let body = body.map_err(|error| broken(error.to_string()))?.to_bytes();
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }

    fn built(&self, to: &Target) -> Result<hyper::Request<Full<Bytes>>, NetError> {
        let bad = |what: &str| NetError::BadRequest(format!("this cannot be sent: {what}"));
        let method = Method::from_bytes(self.method.as_bytes()).map_err(|_| bad(&self.method))?;
        let mut request = hyper::Request::builder()
            .method(method)
            .uri(format!("{}{}", to.prefix, self.path))
            .header(HOST, &to.authority)
            .header(USER_AGENT, &self.agent);
        for (name, value) in &self.headers {
            request = request.header(name, value.as_bytes());
        }
        let body = Full::new(Bytes::from(self.body.clone().unwrap_or_default()));
        request.body(body).map_err(|error| bad(&error.to_string()))
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// As they came.
    pub headers: HeaderMap,
    /// Without framing.
    pub body: Bytes,
}

impl Answer {
    /// A header's value, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body, if it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.status)?;
        if let Some(kind) = self.header("content-type") {
            write!(f, " {kind}")?;
        }
        let text = self.text();
        let shown: String = text.chars().take(SHOWN_MAX).collect();
        let rest = if shown.len() < text.len() { "…" } else { "" };
        write!(f, " {shown}{rest}")
    }
}
