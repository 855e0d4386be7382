//! A file on its way to the server: streamed from the disk, tried again while the server is out of
//! reach. Of a file no more than a few pieces are in memory.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, ensure};
use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use http_body_util::{BodyExt, Limited, StreamBody};
use hyper::body::Frame;
use hyper::client::conn::http1::handshake;
use hyper::{Method, Request, header};
use hyper_util::rt::TokioIo;
use pail_protocol::attachment::Attachment;
use pail_protocol::limits::ATTACHMENT_BYTES_MAX;
use tokio::time::{sleep, timeout};

use super::rest::{RESPONSE_BYTES_MAX, Rest, RestError};
use super::{connector, files};
use crate::state::effect::Secret;
use crate::state::uploads::Stage;
use crate::text::SafeText;

/// Bytes that are read from the disk at once.
const PIECE_BYTES: usize = 64 * 1024;
/// How long one try may take; the server gives up by itself when nothing arrives.
const TRY_TIMEOUT: Duration = Duration::from_secs(30 * 60);
/// How often it is said how far a file is.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// Tries while the server is out of reach.
const TRIES_MAX: u32 = 200;
/// Longest wait between two tries, in seconds; the first is one, and it doubles.
const WAIT_MAX_S: u64 = 30;
/// Between the parts of a form. No file is searched for it: its end is where its length says.
const BOUNDARY: &str = "pail-4f1c9a70d2e84b6f9d3b";

type Failed = std::io::Error;

/// Brings a file to the server; `tell` hears how far it is, and in the end what came of it.
pub async fn upload<F>(rest: &Rest, path: &str, tell: impl Fn(Stage) -> F)
where
    F: Future<Output = bool>,
{
    let path = files::expanded(path);
    let stage = tried(rest, &path, &tell).await;
    tell(stage).await;
}

async fn tried<F>(rest: &Rest, path: &Path, tell: &impl Fn(Stage) -> F) -> Stage
where
    F: Future<Output = bool>,
{
    let mut failed = String::new();
    for tries in 0..TRIES_MAX {
        let result = match opened(path) {
            Ok((file, bytes)) => one_try(rest, path, file, bytes, tell).await,
            Err(why) => Err(RestError::here(&format!("{why:#}."))),
        };
        match result {
            Ok(attachment) => return Stage::There(attachment.id),
            Err(why) if why.is_final => return Stage::Failed(SafeText::line(&why.sentence)),
            Err(why) => failed = why.sentence,
        }
        sleep(Duration::from_secs((1 << tries.min(5)).min(WAIT_MAX_S))).await;
    }
    Stage::Failed(SafeText::line(&failed))
}

fn opened(path: &Path) -> anyhow::Result<(File, u64)> {
    let shown = path.display();
    // Before it is opened: opening a pipe waits for whoever writes.
    let found = std::fs::metadata(path).with_context(|| format!("{shown} cannot be read"))?;
    ensure!(found.is_file(), "{shown} is no file");
    let (bytes, most) = (found.len(), ATTACHMENT_BYTES_MAX);
    ensure!(bytes <= most, "{shown} has {bytes} bytes, and the server takes {most} at most");
    Ok((File::open(path).with_context(|| format!("{shown} cannot be read"))?, bytes))
}

async fn one_try<F>(
    rest: &Rest,
    path: &Path,
    file: File,
    bytes: u64,
    tell: &impl Fn(Stage) -> F,
) -> Result<Attachment, RestError>
where
    F: Future<Output = bool>,
{
    let sent = Arc::new(AtomicU64::new(0));
    let mut posting = std::pin::pin!(timeout(TRY_TIMEOUT, post(rest, path, file, bytes, &sent)));
    let mut told = 0;
    loop {
        tokio::select! {
            answer = &mut posting => {
                return answer.unwrap_or_else(|_| Err(RestError::transport(&"it took too long")));
            }
            () = sleep(TELL_EVERY) => {
                // All of it is there only when the server says so.
                let percent = (sent.load(Ordering::Relaxed) * 100 / bytes.max(1)).min(99) as u8;
                if percent != told {
                    told = percent;
                    tell(Stage::Going(percent)).await;
                }
            }
        }
    }
}

async fn post(
    rest: &Rest,
    path: &Path,
    file: File,
    bytes: u64,
    sent: &Arc<AtomicU64>,
) -> Result<Attachment, RestError> {
    let opened = connector::connect(rest.server()).await;
    let transport = opened.map_err(|error| RestError::transport(&format!("{error:#}")))?;
    let broken = |error: hyper::Error| RestError::transport(&error);
    let (mut sender, connection) = handshake(TokioIo::new(transport)).await.map_err(broken)?;
    let connection = tokio::spawn(connection);
    let request = request(rest, path, file, bytes, sent.clone())?;
    let answer = async {
        let response = sender.send_request(request).await.map_err(broken)?;
        let status = response.status();
        let body = Limited::new(response.into_body(), RESPONSE_BYTES_MAX).collect().await;
        let body = body.map_err(|error| RestError::transport(&error))?.to_bytes();
        if !status.is_success() {
            return Err(RestError::of_answer(status, &body));
        }
        serde_json::from_slice(&body).map_err(|error| RestError::transport(&error))
    };
    let answer = answer.await;
    connection.abort();
    answer
}

fn request(
    rest: &Rest,
    path: &Path,
    file: File,
    bytes: u64,
    sent: Arc<AtomicU64>,
) -> Result<Request<impl hyper::body::Body<Data = Bytes, Error = Failed> + Send + use<>>, RestError>
{
    rest.ensure_unlocked()?;
    let (head, tail) = form_around(path);
    let length = bytes + head.len() as u64 + tail.len() as u64;
    let own = |text: String| stream::once(async move { Ok(Bytes::from(text)) });
    let body = own(head).chain(pieces(file, bytes, sent)).chain(own(tail));
    let mut request = Request::builder()
        .method(Method::POST)
        .uri("/api/chat/attachments/create/")
        .header(header::HOST, rest.server().authority())
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_LENGTH, length)
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    if let Some(Secret(token)) = rest.token() {
        request = request.header(header::AUTHORIZATION, format!("Token {token}"));
    }
    let body = StreamBody::new(body.map(|piece| piece.map(Frame::data)));
    request.body(body).map_err(|error| RestError::transport(&error))
}

/// What stands before and behind the file in a form.
fn form_around(path: &Path) -> (String, String) {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let name = name.replace(['\r', '\n'], " ").replace('"', "%22");
    let kind = media_type(path);
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: {kind}\r\n\r\n"
    );
    (head, format!("\r\n--{BOUNDARY}--\r\n"))
}

/// Exactly so many bytes of a file: the length has been announced.
fn pieces(
    file: File,
    bytes: u64,
    sent: Arc<AtomicU64>,
) -> impl Stream<Item = Result<Bytes, Failed>> + Send {
    stream::try_unfold((file, bytes), move |(file, left)| {
        let sent = sent.clone();
        async move {
            if left == 0 {
                return Ok(None);
            }
            let reading = tokio::task::spawn_blocking(move || read_piece(file, left));
            let (file, piece) = reading.await.map_err(Failed::other)??;
            let count = piece.len() as u64;
            sent.fetch_add(count, Ordering::Relaxed);
            Ok(Some((piece, (file, left - count))))
        }
    })
}

fn read_piece(mut file: File, left: u64) -> Result<(File, Bytes), Failed> {
    let most = usize::try_from(left).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
    let mut piece = vec![0; most];
    let count = file.read(&mut piece)?;
    if count == 0 {
        return Err(Failed::other("the file has become shorter"));
    }
    piece.truncate(count);
    Ok((file, piece.into()))
}

/// What a file is, by its name; receivers decide for themselves.
fn media_type(path: &Path) -> &'static str {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "json" => "application/json",
        "zip" => "application/zip",
        "gz" | "tgz" => "application/gzip",
        "csv" => "text/csv",
        "md" => "text/markdown",
        "txt" | "log" | "diff" | "patch" | "rs" | "py" | "toml" | "yaml" | "yml" => "text/plain",
        _ => "application/octet-stream",
    }
}
