//! The store's promises, on a real file: refused commands change nothing, answers are durable,
//! readers see them, the log is followed without gaps.

use std::sync::Arc;

use pail_protocol::channel::ChannelType;
use pail_protocol::event::Event;
use pail_protocol::message::Context;
use pail_protocol::{ChannelId, LoginId, MessageId, Seq, Timestamp, UserId};
use tempfile::TempDir;

use super::tx::{ChannelRow, ContentHash, NewAttachment, NewMessage, NewUser};
use super::{Location, Store, StoreError, Tx};

fn store() -> (Store, TempDir) {
    let directory = TempDir::new().expect("a temporary directory");
    let store =
        Store::open(&Location::Directory(directory.path().to_owned())).expect("a new store");
    (store, directory)
}

fn event(number: i64) -> Event {
    Event::LoginEnded { login: LoginId(number), user: UserId(1) }
}

fn append(tx: &mut dyn Tx, number: i64) -> Result<i64, StoreError> {
    Ok(tx.append(Timestamp::default(), event(number))?.pos)
}

#[tokio::test]
async fn a_refused_command_changes_nothing_and_its_neighbours_are_kept() {
    let (store, _directory) = store();
    let commands = (0..100).map(|number| {
        store.write(move |tx| {
            append(tx, number)?;
            if number % 2 == 0 { Ok(number) } else { Err(StoreError::Unexpected("odd".into())) }
        })
    });
    let results = futures_util::future::join_all(commands).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 50);
    let events = store.read(|tx| tx.events_after(0, 1000)).await.expect("a read");
    let numbers = events.iter().map(|recorded| match recorded.event {
        Event::LoginEnded { login, .. } => login.0,
        _ => -1,
    });
    assert_eq!(numbers.collect::<Vec<_>>(), (0..100).step_by(2).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_panicking_command_changes_nothing_and_the_store_goes_on() {
    let (store, _directory) = store();
    let panicking = store.write(|tx| -> Result<(), StoreError> {
        append(tx, 1)?;
        panic!("a defect in a rule");
    });
    assert!(matches!(panicking.await, Err(StoreError::Closed)));
    store.write(|tx| append(tx, 2)).await.expect("the next command works");
    assert_eq!(store.read(|tx| tx.events_after(0, 10)).await.expect("a read").len(), 1);
}

#[tokio::test]
async fn commands_submitted_in_order_take_effect_in_order() {
    let (store, _directory) = store();
    let mut receipts = Vec::new();
    for number in 0..50 {
        receipts.push(store.submit(move |tx| append(tx, number)).await);
    }
    let mut last = 0;
    for receipt in receipts {
        let pos: i64 = receipt.outcome().await.expect("kept");
        assert!(pos > last);
        last = pos;
    }
}

#[tokio::test]
async fn a_reader_sees_what_was_answered() {
    let (store, _directory) = store();
    for number in 0..50 {
        let pos: i64 = store.write(move |tx| append(tx, number)).await.expect("kept");
        let head: Result<i64, StoreError> = store.read(|tx| tx.head()).await;
        assert!(head.expect("a read") >= pos);
    }
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let (store, _directory) = store();
    let written: Result<i64, StoreError> = store.read(|tx| append(tx, 1)).await;
    assert!(written.is_err());
}

#[tokio::test]
async fn a_tail_returns_every_event_once_in_order_while_others_write() {
    let (store, _directory) = store();
    let store = Arc::new(store);
    let mut tail = store.tail(0);
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for number in 0..100 {
                    let number = writer * 100 + number;
                    let kept: Result<i64, StoreError> =
                        store.write(move |tx| append(tx, number)).await;
                    kept.expect("kept");
                }
            })
        })
        .collect();
    let mut seen = Vec::new();
    while seen.len() < 400 {
        seen.extend(tail.next().await.expect("a batch").into_iter().map(|recorded| recorded.pos));
    }
    assert_eq!(seen, (1..=400).collect::<Vec<_>>());
    for writer in writers {
        writer.await.expect("a writer ends");
    }
}

#[tokio::test]
async fn what_was_answered_is_there_after_opening_again_and_the_epoch_stays() {
    let directory = TempDir::new().expect("a temporary directory");
    let location = Location::Directory(directory.path().to_owned());
    let store = Store::open(&location).expect("a new store");
    let epoch = store.epoch().to_owned();
    let kept: Result<i64, StoreError> = store.write(|tx| append(tx, 7)).await;
    kept.expect("kept");
    store.close().await;
    let again = Store::open(&location).expect("the lock is free");
    assert_eq!(again.epoch(), epoch);
    assert_eq!(again.read(|tx| tx.events_after(0, 10)).await.expect("a read").len(), 1);
}

#[tokio::test]
async fn two_stores_cannot_share_a_directory() {
    let (_store, directory) = store();
    let second = Store::open(&Location::Directory(directory.path().to_owned()));
    let error = second.err().expect("refused").to_string();
    assert!(error.contains("another server is running"), "{error}");
}

#[tokio::test]
async fn memory_is_one_database_for_reads_and_writes() {
    let store = Store::open(&Location::Memory).expect("a store in memory");
    let pos: i64 = store.write(|tx| append(tx, 1)).await.expect("kept");
    let head: Result<i64, StoreError> = store.read(|tx| tx.head()).await;
    assert_eq!(head.expect("a read"), pos);
}

fn at() -> Timestamp {
    Timestamp::from_millis(1000)
}

const CONTENT: ContentHash = [7; 32];

fn uploader(tx: &mut dyn Tx) -> Result<UserId, StoreError> {
    let (username, name, email, password_hash) = ("ann", "Ann", "", "");
    tx.insert_user(&NewUser { username, name, email, password_hash, created_at: at() })
}

fn upload(tx: &mut dyn Tx, user: UserId) -> Result<pail_protocol::AttachmentId, StoreError> {
    let (name, size, content_type) = ("trace.txt", 1024, "text/plain");
    tx.insert_attachment(&NewAttachment {
        user,
        name,
        size,
        content_type,
        sha256: CONTENT,
        created_at: at(),
    })
}

fn message(tx: &mut dyn Tx, sender: UserId) -> Result<MessageId, StoreError> {
    let (channel, message) = (ChannelId(1), MessageId(1));
    tx.put_channel(&ChannelRow {
        id: channel,
        bucket: None,
        name: "General".to_owned(),
        channel_type: ChannelType::Group,
        last_seq: Seq(1),
        created_at: at(),
        updated_at: at(),
        topic: String::new(),
    })?;
    let (seq, text) = (Seq(1), "look");
    tx.put_message(&NewMessage {
        id: message,
        channel,
        seq,
        sender,
        text,
        nonce: None,
        at: at(),
        context: &Context::default(),
    })?;
    Ok(message)
}

#[tokio::test]
async fn an_attachment_lives_while_a_message_that_can_be_read_carries_it() {
    let (store, _directory) = store();
    let lives = store.write(|tx| -> Result<(), StoreError> {
        let user = uploader(tx)?;
        let (fresh, carried) = (upload(tx, user)?, upload(tx, user)?);
        let message = message(tx, user)?;
        tx.attach(carried, message)?;
        assert_eq!(tx.attachment_bytes_of(user, 0)?, 2048);
        assert_eq!(tx.attachment_bytes_of(user, 4096)?, 8192);
        assert_eq!(tx.uncarried_attachments(at(), 10)?, [], "none is from before");
        assert_eq!(tx.uncarried_attachments(Timestamp::from_millis(1001), 10)?, [fresh]);
        assert_eq!(tx.carried_attachments(fresh, 10)?, [(carried, false)]);
        assert_eq!(tx.carried_attachments(carried, 10)?, []);
        assert_eq!(tx.delete_unreachable_attachments(&[fresh, carried])?, 1);
        assert!(tx.attachment(fresh)?.is_none());
        let row = tx.attachment(carried)?.expect("a message carries it");
        assert_eq!(row.carried, Some((message, ChannelId(1))));
        assert_eq!(row.attachment.sha256, "07".repeat(32));
        assert_eq!(tx.attachments_of(message)?, [row.attachment]);
        tx.end_channel(ChannelId(1), at(), 1)?;
        assert!(tx.is_content_used(&CONTENT)?);
        assert_eq!(tx.carried_attachments(fresh, 10)?, [(carried, true)]);
        assert_eq!(tx.delete_unreachable_attachments(&[fresh, carried])?, 1);
        assert!(!tx.is_content_used(&CONTENT)?);
        Ok(())
    });
    lives.await.expect("kept");
}

#[tokio::test]
async fn a_message_that_is_deleted_takes_its_attachments_along() {
    let (store, _directory) = store();
    let gone = store.write(|tx| -> Result<bool, StoreError> {
        let user = uploader(tx)?;
        let carried = upload(tx, user)?;
        let message = message(tx, user)?;
        tx.attach(carried, message)?;
        tx.detach_all(message)?;
        Ok(tx.attachment(carried)?.is_none() && tx.attachment_bytes_of(user, 0)? == 0)
    });
    assert!(gone.await.expect("kept"));
}
