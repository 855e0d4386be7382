//! HTTP/1.1 on a bare TCP connection: one request, one answer, or bytes as a test wants them.
//!
//! It knows `Content-Length`, chunks and connections that just end, and nothing else.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::within;

/// A request to be written.
#[derive(Debug, Clone)]
pub struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    chunked: bool,
}

impl Request {
    /// A request without a body.
    #[must_use]
    pub fn new(method: &str, path: &str) -> Self {
        let (method, path) = (method.to_owned(), path.to_owned());
        Self { method, path, headers: Vec::new(), body: None, chunked: false }
    }

    /// `GET`.
    #[must_use]
    pub fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    /// `POST` of a JSON value.
    #[must_use]
    pub fn post(path: &str, body: &Value) -> Self {
        Self::new("POST", path).body("application/json", body.to_string())
    }

    /// `POST` of a file, as `curl -F file=@name` sends it.
    #[must_use]
    pub fn upload(name: &str, media_type: &str, content: &[u8]) -> Self {
        let head = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: {media_type}\r\n\r\n"
        );
        let body = [head.as_bytes(), content, b"\r\n--edge--\r\n"].concat();
        let path = "/api/chat/attachments/create/";
        Self::new("POST", path).body("multipart/form-data; boundary=edge", body)
    }

    /// `DELETE`.
    #[must_use]
    pub fn delete(path: &str) -> Self {
        Self::new("DELETE", path)
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// On behalf of whoever has this token.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.header("Authorization", &format!("Token {token}"))
    }

    /// With a body, and its type unless that is empty.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        if content_type.is_empty() { self } else { self.header("Content-Type", content_type) }
    }

    /// With the body in chunks instead of under a length.
    #[must_use]
    pub fn chunked(mut self) -> Self {
        self.chunked = true;
        self
    }

    /// The request's bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\nHost: pail\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            bytes += &format!("{name}: {value}\r\n");
        }
        let mut bytes = bytes.into_bytes();
        let body = self.body.as_deref().unwrap_or_default();
        if self.chunked {
            bytes.extend(b"Transfer-Encoding: chunked\r\n\r\n");
            for chunk in body.chunks(1000) {
                bytes.extend(format!("{:x}\r\n", chunk.len()).bytes());
                bytes.extend(chunk);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\n\r\n");
        } else {
            if self.body.is_some() {
                bytes.extend(format!("Content-Length: {}\r\n", body.len()).bytes());
            }
            bytes.extend(b"\r\n");
            bytes.extend(body);
        }
        bytes
    }

    /// Sends it on a connection of its own.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn send(&self, to: SocketAddr) -> Answer {
        let mut wire = Wire::open(to).await;
        wire.write(&self.bytes()).await;
        let answer = if self.method == "HEAD" { wire.head().await } else { wire.answer().await };
        answer.unwrap_or_else(|| panic!("no answer to {} {}", self.method, self.path))
    }
}

/// What a server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, without its framing.
    pub body: Vec<u8>,
    /// Whether the whole body arrived.
    pub whole: bool,
}

impl Answer {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// All values of a header.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        let found = self.headers.iter().filter(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).collect()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none, or not said to be.
    #[must_use]
    pub fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"), "{self}");
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The body as JSON, once the status is that one.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self}");
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// The `error` of a refusal with that status and code, which has all three texts.
    ///
    /// # Panics
    /// When it is something else.
    #[track_caller]
    pub fn refuses(&self, status: u16, code: &str) -> String {
        let body = self.expect(status);
        assert_eq!(body["code"], code, "{self}");
        assert!(body["detail"].is_string(), "{self}");
        body["error"].as_str().unwrap_or_else(|| panic!("no error: {self}")).to_owned()
    }

    /// Asserts a 400 about these fields, and nothing else in the body.
    ///
    /// # Panics
    /// When it is something else.
    #[track_caller]
    pub fn faults(&self, fields: &[&str]) {
        let body = self.expect(400);
        assert_eq!(crate::keys(&body), fields, "{self}");
        let texts = body.as_object().into_iter().flat_map(|body| body.values());
        assert!(texts.into_iter().all(Value::is_string), "{self}");
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        let body: String = body.chars().take(600).collect();
        write!(f, "{} {:?} {body}", self.status, self.headers)
    }
}

/// A connection of which a test decides every byte.
pub struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Wire {
    /// Connects.
    ///
    /// # Panics
    /// When nobody listens.
    pub async fn open(to: SocketAddr) -> Self {
        Self::reach(to).await.expect("a server listens")
    }

    /// Connects, if somebody listens.
    pub async fn reach(to: SocketAddr) -> Option<Self> {
        let stream = within("connecting", TcpStream::connect(to)).await.ok()?;
        Some(Self { stream, buffer: Vec::new() })
    }

    /// Connects with almost no room for what is not read.
    ///
    /// # Panics
    /// When nobody listens.
    pub async fn narrow(to: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a small buffer");
        let stream = within("connecting", socket.connect(to)).await.expect("a server listens");
        Self { stream, buffer: Vec::new() }
    }

    /// Writes. That the other side has closed already shows when reading.
    pub async fn write(&mut self, bytes: &[u8]) {
        let _ = within("writing", self.stream.write_all(bytes)).await;
    }

    /// Reads one answer. `None` when the connection ends before its head does.
    pub async fn answer(&mut self) -> Option<Answer> {
        let mut answer = self.head().await?;
        let length = answer.header("content-length").map(|text| text.parse::<usize>());
        answer.whole = match length {
            _ if matches!(answer.status, 101 | 204 | 304) => true,
            Some(Ok(length)) => self.fill(&mut answer.body, length).await,
            Some(Err(_)) => false,
            None if answer.header("transfer-encoding") == Some("chunked") => {
                self.chunks(&mut answer.body).await
            }
            None => {
                while self.more().await {}
                answer.body = std::mem::take(&mut self.buffer);
                true
            }
        };
        Some(answer)
    }

    /// Reads the head of an answer.
    ///
    /// # Panics
    /// When it is no HTTP.
    pub async fn head(&mut self) -> Option<Answer> {
        let end = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end;
            }
            if !self.more().await {
                return None;
            }
        };
        let head: Vec<u8> = self.buffer.drain(..end + 4).collect();
        let head = String::from_utf8(head).expect("a head is text");
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let pairs = lines.filter_map(|line| line.split_once(':'));
        let headers = pairs.map(|(k, v)| (k.to_ascii_lowercase(), v.trim().to_owned())).collect();
        let status = status.unwrap_or_else(|| panic!("no status line: {head}"));
        Some(Answer { status, headers, body: Vec::new(), whole: true })
    }

    /// Waits until the other side closes, and says how many bytes came before.
    pub async fn end(&mut self) -> usize {
        within("the connection's end", async { while self.more().await {} }).await;
        self.buffer.len()
    }

    async fn chunks(&mut self, body: &mut Vec<u8>) -> bool {
        loop {
            let end = loop {
                match find(&self.buffer, b"\r\n") {
                    Some(end) => break end,
                    None if self.more().await => {}
                    None => return false,
                }
            };
            let line: Vec<u8> = self.buffer.drain(..end + 2).collect();
            let size = String::from_utf8_lossy(&line[..end]).trim().to_owned();
            let Ok(size) = usize::from_str_radix(&size, 16) else { return false };
            let mut chunk = Vec::new();
            if !self.fill(&mut chunk, size + 2).await {
                return false;
            }
            chunk.truncate(size);
            body.extend(chunk);
            if size == 0 {
                return true;
            }
        }
    }

    async fn fill(&mut self, into: &mut Vec<u8>, length: usize) -> bool {
        while self.buffer.len() < length {
            if !self.more().await {
                into.append(&mut self.buffer);
                return false;
            }
        }
        into.extend(self.buffer.drain(..length));
        true
    }

    async fn more(&mut self) -> bool {
        let read = self.stream.read_buf(&mut self.buffer);
        matches!(within("an answer", read).await, Ok(1..))
    }
}

fn find(buffer: &[u8], wanted: &[u8]) -> Option<usize> {
    buffer.windows(wanted.len()).position(|window| window == wanted)
}
