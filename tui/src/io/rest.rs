//! REST calls: a small HTTP/1.1 client with kept connections, and what refusals mean.

use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, Response, StatusCode, body::Incoming, header};
use hyper_util::rt::TokioIo;
use pail_protocol::error::{ErrorBody, ErrorCode, FieldErrors};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use tokio::time::timeout;

use super::address::ServerAddress;
use super::connector;
use crate::state::Refusal;
use crate::state::effect::Secret;
use crate::text::SafeText;

/// How long a call may take.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Largest answer that is read, in bytes. A page of 200 messages of 16 KiB is 3 MiB.
pub const RESPONSE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Connections kept for the next call.
const IDLE_CONNECTIONS_MAX: usize = 4;

/// What a call comes to that needs a token the keyring has not given yet.
const LOCKED: &str = "the keyring has not given the login yet";

type Sender = SendRequest<Full<Bytes>>;

/// A server and the token to talk to it with.
pub struct Rest {
    server: ServerAddress,
    token: Option<Secret>,
    is_locked: bool,
    idle: Mutex<Vec<Sender>>,
}

/// Bytes on their way here, to be taken as they come.
pub struct Download {
    body: Incoming,
    /// The connection lives as long as its sender.
    _sender: Sender,
}

/// Why a call brought nothing.
#[derive(Debug, Clone)]
pub struct RestError {
    /// For deciding.
    pub code: Option<ErrorCode>,
    /// As [`Refusal::is_final`].
    pub is_final: bool,
    /// What is wrong with which field.
    pub fields: FieldErrors,
    /// For people.
    pub sentence: String,
}

impl fmt::Display for RestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for RestError {}

impl RestError {
    pub(super) fn transport(error: &dyn fmt::Display) -> Self {
        let (fields, sentence) = (BTreeMap::new(), format!("{error:#}"));
        Self { code: None, is_final: false, fields, sentence }
    }

    /// What is wrong on this side: no server changes that.
    pub(super) fn here(sentence: &str) -> Self {
        Self { is_final: true, ..Self::transport(&sentence) }
    }

    /// For the screen.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        let (code, is_final) = (self.code, self.is_final);
        Refusal { code, is_final, sentence: SafeText::line(&self.sentence) }
    }

    pub(super) fn of_answer(status: StatusCode, body: &[u8]) -> Self {
        let passes = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS];
        let is_final = status.is_client_error() && !passes.contains(&status);
        if let Ok(body) = serde_json::from_slice::<ErrorBody>(body) {
            let (code, fields) = (Some(body.code), BTreeMap::new());
            return Self { code, is_final, fields, sentence: shown(&body.detail) };
        }
        if let Ok(fields) = serde_json::from_slice::<FieldErrors>(body) {
            let sentence = shown(&sentence_of(&fields));
            return Self { code: Some(ErrorCode::Invalid), is_final, fields, sentence };
        }
        let sentence = format!("The server answered {status}.");
        Self { code: None, is_final: false, fields: BTreeMap::new(), sentence }
    }
}

/// What a server says may go to a terminal without a screen, too.
fn shown(said: &str) -> String {
    SafeText::line(said).to_string()
}

/// `non_field_errors` and `error` say the same about no field in particular. A form that has but
/// a name need not be told which field.
fn sentence_of(fields: &FieldErrors) -> String {
    let about_name = fields.get("name").filter(|_| fields.len() == 1);
    if let Some(sentence) = fields.get("non_field_errors").or(about_name) {
        return sentence.clone();
    }
    let sentences = fields.iter().map(|(field, sentence)| format!("{field}: {sentence}"));
    sentences.collect::<Vec<_>>().join("; ")
}

impl Download {
    /// The next bytes; `None` at their end.
    ///
    /// # Errors
    /// When the connection breaks, or nothing comes for too long.
    pub async fn piece(&mut self) -> Result<Option<Bytes>, RestError> {
        loop {
            let frame = timeout(REQUEST_TIMEOUT, self.body.frame()).await;
            match frame.map_err(|_| RestError::transport(&"nothing comes any more"))? {
                None => return Ok(None),
                Some(Err(error)) => return Err(RestError::transport(&error)),
                Some(Ok(frame)) => {
                    if let Ok(piece) = frame.into_data() {
                        return Ok(Some(piece));
                    }
                }
            }
        }
    }
}

impl Rest {
    /// A client. Nothing is opened yet.
    #[must_use]
    pub fn new(server: ServerAddress, token: Option<Secret>) -> Self {
        Self { server, token, is_locked: false, idle: Mutex::new(Vec::new()) }
    }

    /// A client whose token is not at hand. Nothing is asked of the server.
    #[must_use]
    pub fn locked(server: ServerAddress) -> Self {
        Self { is_locked: true, ..Self::new(server, None) }
    }

    /// Whether there is a login whose token is not at hand.
    ///
    /// # Errors
    /// When there is: what was to be done can be done later.
    pub fn ensure_unlocked(&self) -> Result<(), RestError> {
        if self.is_locked { Err(RestError::transport(&LOCKED)) } else { Ok(()) }
    }

    /// The server.
    #[must_use]
    pub fn server(&self) -> &ServerAddress {
        &self.server
    }

    /// The token.
    #[must_use]
    pub fn token(&self) -> Option<&Secret> {
        self.token.as_ref()
    }

    /// `GET`.
    ///
    /// # Errors
    /// When the server is not reached, refuses, or answers something else than expected.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, RestError> {
        self.decode(&self.call(Method::GET, path, Bytes::new()).await?)
    }

    /// `POST` with a body.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<T, RestError> {
        let body = serde_json::to_vec(body).map_err(|error| RestError::transport(&error))?;
        self.decode(&self.call(Method::POST, path, body.into()).await?)
    }

    /// `PATCH` with a body.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<T, RestError> {
        let body = serde_json::to_vec(body).map_err(|error| RestError::transport(&error))?;
        self.decode(&self.call(Method::PATCH, path, body.into()).await?)
    }

    /// `POST` or `DELETE` whose answer does not matter.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn order(&self, method: Method, path: &str) -> Result<(), RestError> {
        self.call(method, path, Bytes::new()).await.map(drop)
    }

    /// `GET` of what does not belong into memory.
    ///
    /// # Errors
    /// When the server is not reached, or refuses.
    pub async fn download(&self, path: &str) -> Result<Download, RestError> {
        let begun = timeout(REQUEST_TIMEOUT, self.send(&Method::GET, path, Bytes::new()));
        let late = || RestError::transport(&format!("{} did not answer in time", self.server));
        let (sender, response) = begun.await.map_err(|_| late())??;
        let (status, body) = (response.status(), response.into_body());
        if status.is_success() {
            return Ok(Download { body, _sender: sender });
        }
        let refusal = Limited::new(body, RESPONSE_BYTES_MAX).collect().await;
        let refusal = refusal.map(|body| body.to_bytes()).unwrap_or_default();
        Err(RestError::of_answer(status, &refusal))
    }

    async fn call(&self, method: Method, path: &str, body: Bytes) -> Result<Bytes, RestError> {
        let exchange = timeout(REQUEST_TIMEOUT, self.exchange(method, path, body));
        let late = || RestError::transport(&format!("{} did not answer in time", self.server));
        let (status, body) = exchange.await.map_err(|_| late())??;
        if status.is_success() { Ok(body) } else { Err(RestError::of_answer(status, &body)) }
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<(StatusCode, Bytes), RestError> {
        let (mut sender, response) = self.send(&method, path, body).await?;
        let status = response.status();
        let limited = Limited::new(response.into_body(), RESPONSE_BYTES_MAX).collect();
        let body = limited.await.map_err(|error| match error.downcast_ref() {
            Some(error) => self.broken(error),
            None => RestError::transport(&format!("the answer of {} is too long", self.server)),
        });
        let body = body?.to_bytes();
        if sender.ready().await.is_ok() {
            self.keep(sender);
        }
        Ok((status, body))
    }

    /// A kept connection may have been closed meanwhile: then a new one is used, once.
    async fn send(
        &self,
        method: &Method,
        path: &str,
        body: Bytes,
    ) -> Result<(Sender, Response<Incoming>), RestError> {
        self.ensure_unlocked()?;
        if let Some(mut sender) = self.take_kept() {
            match sender.try_send_request(self.request(method, path, body.clone())?).await {
                Ok(response) => return Ok((sender, response)),
                Err(error) if error.message().is_some() || *method == Method::GET => {}
                Err(error) => return Err(self.broken(error.error())),
            }
        }
        let mut sender = self.open().await?;
        let sent = sender.send_request(self.request(method, path, body)?).await;
        let response = sent.map_err(|error| self.broken(&error))?;
        Ok((sender, response))
    }

    async fn open(&self) -> Result<Sender, RestError> {
        let opened = connector::connect(&self.server).await;
        let transport = opened.map_err(|error| RestError::transport(&format!("{error:#}")))?;
        let shaken = handshake(TokioIo::new(transport)).await;
        let (sender, connection) = shaken.map_err(|error| self.broken(&error))?;
        tokio::spawn(connection);
        Ok(sender)
    }

    /// What went wrong below, without its words.
    fn broken(&self, error: &hyper::Error) -> RestError {
        let server = &self.server;
        if error.is_parse() {
            return RestError::transport(&connector::not_pail(server));
        }
        match connector::io_error_in(error) {
            Some(io) if io.kind() != ErrorKind::UnexpectedEof => {
                RestError::transport(&format!("the connection to {server} broke: {io}"))
            }
            _ => RestError::transport(&format!("{server} ended the connection")),
        }
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        body: Bytes,
    ) -> Result<Request<Full<Bytes>>, RestError> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.server.authority())
            .header(header::ACCEPT, "application/json");
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if let Some(Secret(token)) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Token {token}"));
        }
        request.body(Full::new(body)).map_err(|error| RestError::transport(&error))
    }

    fn decode<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, RestError> {
        serde_json::from_slice(body).map_err(|error| match error.classify() {
            Category::Syntax => RestError::transport(&connector::not_pail(&self.server)),
            _ => RestError::transport(&format!(
                "The server answered something this client does not understand ({error})."
            )),
        })
    }

    fn take_kept(&self) -> Option<Sender> {
        let mut idle = self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        idle.retain(|sender| !sender.is_closed());
        idle.pop()
    }

    fn keep(&self, sender: Sender) {
        let mut idle = self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if idle.len() < IDLE_CONNECTIONS_MAX {
            idle.push(sender);
        }
    }
}

#[cfg(test)]
mod tests {
    use hyper::StatusCode;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::{Rest, RestError};
    use crate::io::address::ServerAddress;

    #[track_caller]
    fn check(body: &str, expected: &str) {
        let error = RestError::of_answer(StatusCode::BAD_REQUEST, body.as_bytes());
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn refusals_become_one_sentence() {
        check(r#"{"error": "x", "detail": "Not here.", "code": "not_found"}"#, "Not here.");
        check(r#"{"name": "This field is required"}"#, "This field is required");
        check(r#"{"role": "No.", "user": "Who?"}"#, "role: No.; user: Who?");
        check(r#"{"non_field_errors": "No.", "error": "No."}"#, "No.");
        check("<html>", "The server answered 400 Bad Request.");
    }

    #[test]
    fn no_refusal_tells_the_terminal_what_to_do() {
        check(r#"{"error": "x", "detail": "\u001b[31mNo.", "code": "not_found"}"#, "␛[31mNo.");
        check(r#"{"role\u001b": "No.\u0007", "user": "Who?"}"#, "role␛: No.␇; user: Who?");
    }

    #[test]
    fn only_what_our_server_decided_is_final() {
        let body = r#"{"error": "x", "detail": "Not here.", "code": "not_found"}"#;
        let is_final = |status, body: &str| RestError::of_answer(status, body.as_bytes()).is_final;
        assert!(is_final(StatusCode::NOT_FOUND, body));
        assert!(!is_final(StatusCode::NOT_FOUND, "<html>"));
        assert!(!is_final(StatusCode::TOO_MANY_REQUESTS, body));
        assert!(!is_final(StatusCode::INTERNAL_SERVER_ERROR, body));
        assert!(!is_final(StatusCode::FOUND, ""));
        assert!(!RestError::transport(&"the connection ended").is_final);
    }

    /// What a call says of a server that answers anything with these bytes.
    async fn sentence_about(answer: &'static [u8]) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(answer).await;
        });
        let rest = Rest::new(ServerAddress::parse(&address).unwrap(), None);
        let refused = rest.get::<serde_json::Value>("/").await.unwrap_err().to_string();
        refused.replace(&address, "HERE")
    }

    #[tokio::test]
    async fn somebody_else_who_answers_is_called_so() {
        let said = sentence_about(b"SSH-2.0-OpenSSH_9.6\r\n").await;
        assert_eq!(said, "http://HERE is not a Pail server");
        let said = sentence_about(b"").await;
        assert_eq!(said, "http://HERE ended the connection");
        let said = sentence_about(b"HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n").await;
        assert_eq!(said, "http://HERE ended the connection");
        let said = sentence_about(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>").await;
        assert_eq!(said, "http://HERE is not a Pail server");
    }
}
