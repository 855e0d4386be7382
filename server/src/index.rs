//! Fills the full-text index: a reader of the log with a cursor of its own in the database. It
//! looks at what a message says now, not at what its event said, so that doing anything twice, or
//! late, does no harm. It does not search.

use std::collections::BTreeSet;
use std::time::Duration;

use pail_protocol::MessageId;
use pail_protocol::event::{Event, Recorded};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::chat::words;
use crate::store::{Store, StoreError, Tx};

/// Under which name the cursor is kept.
const READER: &str = "search";
/// Messages indexed in one command: others wait for it no longer than for a slow sync.
const BATCH_MESSAGES_MAX: usize = 128;
/// Between commands, so that single messages are gathered and cost no commit each. Where there is
/// more to do than fits one command, others have the writer for as long as this had it.
const PAUSE: Duration = Duration::from_millis(50);
/// After a failure.
const RETRY: Duration = Duration::from_secs(1);
/// Events without messages after which the cursor is kept all the same.
const UNKEPT_EVENTS_MAX: i64 = 10_000;

/// Follows the log until `shutdown` or until the store is closed.
pub async fn follow(store: Store, shutdown: CancellationToken) {
    tokio::select! {
        () = shutdown.cancelled() => {}
        Err(error) = follow_log(&store) => {
            if !matches!(error, StoreError::Closed) {
                tracing::error!(%error, "the index has ended; search finds nothing new");
            }
        }
    }
}

async fn follow_log(store: &Store) -> Result<std::convert::Infallible, StoreError> {
    let mut kept = retried(|| store.read(|tx| tx.cursor(READER))).await?;
    let mut tail = store.tail(kept);
    loop {
        let batch = match tail.next().await {
            Ok(batch) => batch,
            Err(error) => {
                stumble(error).await?;
                continue;
            }
        };
        let Some(pos) = batch.last().map(|last| last.pos) else { continue };
        let mut changed: BTreeSet<MessageId> = batch.iter().filter_map(changed).collect();
        if changed.is_empty() && pos - kept < UNKEPT_EVENTS_MAX {
            continue;
        }
        while kept < pos {
            let later = changed.iter().nth(BATCH_MESSAGES_MAX).copied();
            let later = later.map(|first| changed.split_off(&first)).unwrap_or_default();
            let messages: Vec<MessageId> =
                std::mem::replace(&mut changed, later).into_iter().collect();
            kept = if changed.is_empty() { pos } else { kept };
            let (began, is_behind) = (Instant::now(), messages.len() == BATCH_MESSAGES_MAX);
            retried(|| store.write(index(messages.clone(), kept))).await?;
            sleep(if is_behind { began.elapsed().min(PAUSE) } else { PAUSE }).await;
        }
    }
}

/// The message whose text an event changes.
fn changed(recorded: &Recorded) -> Option<MessageId> {
    match recorded.event {
        Event::MessagePosted { message, .. }
        | Event::MessageEdited { message, .. }
        | Event::MessageDeleted { message, .. } => Some(message),
        _ => None,
    }
}

/// Indexes some messages and keeps the cursor, together or not at all.
fn index(
    messages: Vec<MessageId>,
    pos: i64,
) -> impl FnOnce(&mut dyn Tx) -> Result<(), StoreError> + Send + 'static {
    move |tx| {
        for id in messages {
            let text = tx.message(id)?.map(|message| words::indexed(&message.message_text));
            match text.filter(|words| !words.is_empty()) {
                Some(words) => tx.index_message(id, &words)?,
                None => tx.unindex_message(id)?,
            }
        }
        tx.put_cursor(READER, pos)
    }
}

/// Does something with the store until it succeeds or the store is closed.
async fn retried<T, F>(mut work: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    loop {
        match work().await {
            Ok(done) => return Ok(done),
            Err(error) => stumble(error).await?,
        }
    }
}

async fn stumble(error: StoreError) -> Result<(), StoreError> {
    if matches!(error, StoreError::Closed) {
        return Err(error);
    }
    tracing::warn!(%error, "the index could not go on; trying again");
    sleep(RETRY).await;
    Ok(())
}
