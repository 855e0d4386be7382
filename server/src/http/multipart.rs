//! A form with files, read as it arrives and never held whole: bounded in its parts, in what waits
//! in memory, and in the time between two pieces, but not in the time for all of it, which is a
//! matter of the sender's link.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use hyper::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap};
use multer::{Constraints, Error, Field, Multipart, SizeLimit};
use tokio::sync::Mutex;
use tokio::task::yield_now;
use tokio::time::timeout;

use super::{HttpError, disposition};

/// Parts of one form.
const PARTS_MAX: usize = 16;
/// What may be around a file, in bytes: the heads of parts, boundaries, other fields.
const AROUND_BYTES_MAX: u64 = 64 * 1024;
/// What arrives without becoming a part or a piece of one, in bytes: the head of a part.
const HEAD_BYTES_MAX: usize = 32 * 1024;
/// Longest media type of a part, in bytes (RFC 6838 has 127 for each of its halves).
const MEDIA_TYPE_BYTES_MAX: usize = 255;
/// How long the rest of a refused form is read, so that a client which reads only after it has
/// written learns why; and how much of it.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES_MAX: usize = 32 * 1024 * 1024;

type Body = Arc<Mutex<BoxStream<'static, Option<Bytes>>>>;

/// A form that is being read.
pub struct Form {
    parts: Multipart<'static>,
    count: usize,
    body: Body,
    /// Bytes that have arrived since the last part or piece of one.
    waiting: Arc<AtomicUsize>,
}

impl Form {
    /// A form whose one file has at most so many bytes.
    ///
    /// # Errors
    /// The request is no `multipart/form-data`, or does not say where its parts end.
    pub fn of(
        headers: &HeaderMap,
        body: BoxStream<'static, Option<Bytes>>,
        file_bytes_max: u64,
        piece_timeout: Duration,
    ) -> Result<Self, HttpError> {
        let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or_default();
        let boundary = multer::parse_boundary(media_type).map_err(|error| match error {
            Error::NoBoundary => HttpError::BadRequest,
            _ => HttpError::MediaType(media_type.chars().take(100).collect()),
        })?;
        let (body, waiting) = (Body::new(Mutex::new(body)), Arc::default());
        let pieces = pieces(Arc::clone(&body), Arc::clone(&waiting), piece_timeout);
        let size = SizeLimit::new().whole_stream(file_bytes_max + AROUND_BYTES_MAX);
        let constraints = Constraints::new().size_limit(size);
        let parts = Multipart::with_constraints(pieces, boundary, constraints);
        Ok(Self { parts, count: 0, body, waiting })
    }

    /// The next part; `None` at the end of the form. The part before must have been read to its end
    /// or skipped: what is left of it counts as waiting.
    ///
    /// # Errors
    /// The form breaks off, is none, is too large, or its next piece does not arrive in time.
    pub async fn part(&mut self) -> Result<Option<Part>, HttpError> {
        let field = self.parts.next_field().await.map_err(refusal)?;
        self.waiting.store(0, Ordering::Relaxed);
        let Some(field) = field else { return Ok(None) };
        self.count += 1;
        if self.count > PARTS_MAX {
            return Err(HttpError::BadRequest);
        }
        Ok(Some(Part { field, waiting: Arc::clone(&self.waiting) }))
    }

    /// Reads on for a moment and forgets what comes: see [`LINGER`].
    pub async fn discard(self) {
        drop(self.parts);
        let mut body = self.body.lock().await;
        let mut left = LINGER_BYTES_MAX;
        let rest = async {
            while let Some(Some(piece)) = body.next().await {
                left = left.saturating_sub(piece.len());
                if left == 0 {
                    return;
                }
            }
        };
        let _ = timeout(LINGER, rest).await;
    }
}

/// One field or file of a form.
pub struct Part {
    field: Field<'static>,
    waiting: Arc<AtomicUsize>,
}

impl Part {
    /// The field's name.
    pub fn name(&self) -> Option<&str> {
        self.field.name()
    }

    /// The name of the file, if it is one; of two, the one that says its encoding.
    pub fn file_name(&self) -> Option<String> {
        let given = self.field.headers().get(CONTENT_DISPOSITION);
        let given = given.and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
        let extended = given.and_then(disposition::extended_name);
        extended.or_else(|| self.field.file_name().map(disposition::plain_name))
    }

    /// The media type it was given, if that is one.
    pub fn media_type(&self) -> Option<&str> {
        let media_type = self.field.content_type().map(AsRef::as_ref);
        media_type.filter(|text| text.len() <= MEDIA_TYPE_BYTES_MAX)
    }

    /// The next piece of its content; `None` at its end.
    ///
    /// # Errors
    /// As [`Form::part`].
    pub async fn piece(&mut self) -> Result<Option<Bytes>, HttpError> {
        let piece = self.field.chunk().await.map_err(refusal)?;
        self.waiting.store(0, Ordering::Relaxed);
        Ok(piece)
    }

    /// Reads what is left of it and forgets it.
    ///
    /// # Errors
    /// As [`Form::part`].
    pub async fn skip(mut self) -> Result<(), HttpError> {
        while self.piece().await?.is_some() {}
        Ok(())
    }
}

/// A body as multer wants it: one piece at a time, since it takes all there is before it looks.
fn pieces(
    body: Body,
    waiting: Arc<AtomicUsize>,
    piece_timeout: Duration,
) -> impl Stream<Item = Result<Bytes, HttpError>> + Send + 'static {
    stream::try_unfold((body, waiting), move |(body, waiting)| async move {
        yield_now().await;
        let next = timeout(piece_timeout, async { body.lock().await.next().await }).await;
        let Some(piece) = next.map_err(|_| HttpError::Timeout)? else { return Ok(None) };
        let piece = piece.ok_or(HttpError::BadRequest)?;
        if waiting.fetch_add(piece.len(), Ordering::Relaxed) > HEAD_BYTES_MAX {
            return Err(HttpError::BadRequest);
        }
        Ok(Some((piece, (body, waiting))))
    })
}

fn refusal(error: Error) -> HttpError {
    match error {
        Error::StreamSizeExceeded { limit } => {
            HttpError::TooLarge { max: usize::try_from(limit).unwrap_or(usize::MAX) }
        }
        Error::StreamReadFailed(inner) => {
            inner.downcast().map_or(HttpError::BadRequest, |refusal| *refusal)
        }
        _ => HttpError::BadRequest,
    }
}
