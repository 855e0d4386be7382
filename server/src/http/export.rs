//! `GET /api/chat/buckets/<bucket_id>/export/`: a bucket as JSON lines, streamed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::stream;
use hyper::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use pail_protocol::BucketId;
use pail_protocol::export::{Content, End, Line};
use tokio::sync::mpsc;
use warp::Reply;
use warp::reply::Response;

use super::HttpError;
use super::reply::Answer;
use super::request::Call;
use crate::attachments::ContentHash;
use crate::chat::export::{self, Export};
use crate::clock::Stamp;
use crate::ctx::Ctx;

/// The content type of an export.
pub const EXPORT_TYPES: &[&str] = &["application/x-ndjson"];

/// Pieces of the stream that wait for a slow reader.
const PIECES_AHEAD: usize = 2;

/// `GET /api/chat/buckets/<bucket_id>/export/`
pub async fn export(call: Call, bucket: BucketId) -> Answer {
    let by = call.caller()?.id();
    let (stamp, epoch) = (Stamp::now(), call.ctx.epoch().to_owned());
    let begun = call.ctx.query(move |tx| export::begin(tx, by, stamp, bucket, epoch));
    let (export, header) = begun.await?;
    let (pieces, mut queue) = mpsc::channel(PIECES_AHEAD);
    let writer = Writer { ctx: call.ctx.clone(), pieces, lines: 0 };
    tokio::spawn(writer.run(export, header));
    let mut response: Response =
        warp::reply::stream(stream::poll_fn(move |cx| queue.poll_recv(cx))).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(call.media_type));
    let name = format!("attachment; filename=\"pail-bucket-{bucket}.ndjson\"");
    headers.extend(HeaderValue::from_str(&name).ok().map(|name| (CONTENT_DISPOSITION, name)));
    Ok(response)
}

/// Why an export stops before its end.
enum Stopped {
    /// Its reader went away.
    Gone,
    /// It cannot go on: its reader gets a broken stream, never a whole one that lies.
    Failed(HttpError),
}

impl<E: Into<HttpError>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

struct Writer {
    ctx: Ctx,
    pieces: mpsc::Sender<Result<Bytes, HttpError>>,
    lines: u64,
}

impl Writer {
    async fn run(mut self, export: Export, header: Line) {
        if let Err(Stopped::Failed(error)) = self.write_all(export, header).await {
            tracing::warn!(%error, "an export was not finished");
            let _ = self.pieces.send(Err(error)).await;
        }
    }

    async fn write_all(&mut self, export: Export, header: Line) -> Result<(), Stopped> {
        self.write(&[header]).await?;
        let mut export = export;
        loop {
            let next = self.ctx.query(move |tx| {
                let lines = export.next(tx)?;
                Ok((export, lines))
            });
            let (rest, lines) = next.await?;
            export = rest;
            match lines {
                Some(lines) => self.write(&lines).await?,
                None => break,
            }
        }
        for sha256 in export.contents() {
            if self.ctx.query(move |tx| Ok(tx.is_content_used(&sha256)?)).await? {
                self.write_content(sha256).await?;
            }
        }
        let end = Line::End(End { lines: self.lines });
        self.write(&[end]).await
    }

    async fn write_content(&mut self, sha256: ContentHash) -> Result<(), Stopped> {
        let mut next = self.ctx.attachments().content(sha256).await?.next().await?;
        let hash: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        loop {
            let (piece, rest) = match next {
                Some((piece, rest)) => (piece, rest.next().await?),
                None => (Bytes::new(), None),
            };
            let (sha256, base64, last) = (hash.clone(), STANDARD.encode(&piece), rest.is_none());
            self.write(&[Line::Content(Content { sha256, last, base64 })]).await?;
            if last {
                return Ok(());
            }
            next = rest;
        }
    }

    async fn write(&mut self, lines: &[Line]) -> Result<(), Stopped> {
        if lines.is_empty() {
            return Ok(());
        }
        let mut piece = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut piece, line).map_err(|_| HttpError::Internal)?;
            piece.push(b'\n');
        }
        self.lines += lines.len() as u64;
        self.pieces.send(Ok(piece.into())).await.map_err(|_| Stopped::Gone)
    }
}
