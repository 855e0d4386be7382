//! What is kept, for how long, and what is left behind: nothing.

use std::fs;
use std::path::Path;

use pail_protocol::attachment::Attachment;
use pail_protocol::limits::{
    ATTACHMENT_BYTES_MAX, ATTACHMENT_CHARGE_BYTES_MIN, ATTACHMENTS_BYTES_PER_USER_MAX,
};
use pail_protocol::{MessageId, Timestamp, UserId};
use tempfile::TempDir;
use tokio::task::yield_now;

use super::sweep::{Reach, Swept};
use super::{AttachmentError, Attachments};
use crate::chat::{ChatError, attachments};
use crate::clock::Stamp;
use crate::store::tx::{NewAttachment, NewUser};
use crate::store::{Location, Store, Tx};

struct Place {
    attachments: Attachments,
    store: Store,
    user: UserId,
    directory: TempDir,
}

impl Place {
    async fn new() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let location = Location::Directory(directory.path().to_owned());
        let store = Store::open(&location).expect("a store");
        let attachments = Attachments::open(&location, store.clone()).expect("a folder");
        let register = |tx: &mut dyn Tx| {
            let created_at = Timestamp::EPOCH;
            let (username, name, email, password_hash) = ("ann", "Ann", "", "");
            tx.insert_user(&NewUser { username, name, email, password_hash, created_at })
        };
        let user = store.write(register).await.expect("a user");
        Self { attachments, user, store, directory }
    }

    async fn upload(&self, bytes: &[u8]) -> Result<Attachment, AttachmentError> {
        let mut upload = self.attachments.begin(self.user, "a.txt").await?;
        for piece in bytes.chunks(100_000) {
            upload.write(piece).await?;
        }
        upload.finish("text/plain".to_owned()).await
    }

    async fn content(&self, attachment: &Attachment) -> Result<Vec<u8>, AttachmentError> {
        let (_, mut outgoing) = self.attachments.read(self.user, attachment.id).await?;
        let mut content = Vec::new();
        while let Some((piece, rest)) = outgoing.next().await? {
            content.extend(piece);
            outgoing = rest;
        }
        Ok(content)
    }

    /// Sweeps as if so many hours had passed.
    async fn sweep_after(&self, hours: i64) -> Swept {
        let now = Stamp::now().now.plus_seconds(hours * 3600);
        self.attachments.sweep(now, Reach::Everything).await.expect("a sweep")
    }

    /// All files below the folder.
    fn files(&self) -> usize {
        files_in(&self.directory.path().join("attachments"))
    }

    async fn takes(&self, size: u64) {
        let user = self.user;
        let take = move |tx: &mut dyn Tx| {
            let (name, content_type) = ("large", "text/plain");
            let created_at = Stamp::now().now;
            let new = NewAttachment { user, name, size, content_type, sha256: [1; 32], created_at };
            tx.insert_attachment(&new)
        };
        self.store.write(take).await.expect("kept");
    }
}

fn files_in(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    entries.map(|entry| if entry.path().is_dir() { files_in(&entry.path()) } else { 1 }).sum()
}

#[tokio::test]
async fn what_is_uploaded_can_be_read_whole() {
    let place = Place::new().await;
    for size in [0, 1, 64 * 1024, 64 * 1024 + 1, 300_000] {
        let bytes: Vec<u8> = (0..size).map(|index: usize| (index % 251) as u8).collect();
        let attachment = place.upload(&bytes).await.expect("kept");
        assert_eq!(attachment.size, size as u64);
        assert_eq!(place.content(&attachment).await.expect("there"), bytes);
    }
}

#[tokio::test]
async fn what_no_message_carries_goes_after_a_day() {
    let place = Place::new().await;
    let first = place.upload(b"same").await.expect("kept");
    let carried = place.upload(b"same").await.expect("kept");
    place.upload(b"other").await.expect("kept");
    assert_eq!(place.files(), 2, "the same content is one file");
    let id = carried.id;
    let attach = move |tx: &mut dyn Tx| tx.attach(id, MessageId(1));
    place.store.write(attach).await.expect("kept");
    assert_eq!(place.sweep_after(23).await, Swept { rows: 0, files: 0 });
    assert_eq!(place.sweep_after(25).await, Swept { rows: 2, files: 1 });
    assert_eq!(place.files(), 1);
    assert_eq!(place.content(&carried).await.expect("there"), b"same");
    let gone = place.content(&first).await;
    assert!(matches!(gone, Err(AttachmentError::Chat(ChatError::Missing(_)))), "{gone:?}");
}

#[tokio::test]
async fn an_upload_that_is_dropped_or_too_large_leaves_nothing_behind() {
    let place = Place::new().await;
    let mut dropped = place.attachments.begin(place.user, "a.txt").await.expect("begun");
    dropped.write(&[0; 200_000]).await.expect("written");
    assert_eq!(place.files(), 1);
    drop(dropped);
    let large = place.upload(&vec![0; ATTACHMENT_BYTES_MAX as usize + 1]).await;
    assert!(matches!(large, Err(AttachmentError::TooLarge { .. })), "{large:?}");
    assert_eq!(place.files(), 0);
    place.upload(b"x").await.expect("what failed takes no room");
}

#[tokio::test]
async fn what_a_crash_leaves_goes_and_what_is_none_of_ours_stays() {
    let place = Place::new().await;
    let kept = place.upload(b"kept").await.expect("kept");
    let folder = place.directory.path().join("attachments");
    fs::write(folder.join("incoming").join("half"), "x").expect("a file");
    fs::create_dir_all(folder.join("ab")).expect("a folder");
    fs::write(folder.join("ab").join("c".repeat(62)), "a file without a row").expect("a file");
    fs::write(folder.join("ab").join("NOTES"), "somebody's").expect("a file");
    fs::write(folder.join("README"), "somebody's").expect("a file");
    let location = Location::Directory(place.directory.path().to_owned());
    let attachments = Attachments::open(&location, place.store.clone()).expect("a folder");
    assert_eq!(place.files(), 4, "the half file is gone");
    let swept = attachments.sweep(Stamp::now().now, Reach::Everything).await.expect("a sweep");
    assert_eq!(swept, Swept { rows: 0, files: 1 });
    assert_eq!(place.content(&kept).await.expect("there"), b"kept");
    assert_eq!(place.files(), 3);
}

#[tokio::test]
async fn a_sweep_waits_for_a_file_that_has_no_row_yet() {
    let place = Place::new().await;
    let blobs = &place.attachments.blobs;
    let incoming = blobs.begin().await.expect("begun").write(b"x").await.expect("written");
    let brought = blobs.bring(incoming).await.expect("in its place");
    let there = vec![brought.sha256];
    let mut sweep = Box::pin(blobs.remove(there, |there| async { Ok(there) }));
    for _ in 0..100 {
        tokio::select! {
            biased;
            removed = &mut sweep => panic!("it did not wait: {removed:?}"),
            () = yield_now() => {}
        }
    }
    assert_eq!(place.files(), 1);
    drop(brought);
    assert_eq!(sweep.await.expect("swept"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sweeping_while_the_same_content_is_uploaded_loses_nothing() {
    let place = Place::new().await;
    for _ in 0..50 {
        let (uploaded, _) = tokio::join!(place.upload(b"again and again"), place.sweep_after(0));
        let attachment = uploaded.expect("kept");
        assert_eq!(place.content(&attachment).await.expect("there"), b"again and again");
        assert_eq!(place.sweep_after(25).await.rows, 1);
    }
    assert_eq!(place.files(), 0);
}

#[tokio::test]
async fn what_is_underway_counts_as_taken() {
    let place = Place::new().await;
    place.takes(ATTACHMENTS_BYTES_PER_USER_MAX - 10_000).await;
    let begin = || place.attachments.begin(place.user, "a.txt");
    let (mut one, mut other) = (begin().await.expect("room"), begin().await.expect("room"));
    one.write(&[1; 5000]).await.expect("there is room");
    let refused = other.write(&[1; 5001]).await;
    assert!(matches!(refused, Err(AttachmentError::Chat(ChatError::QuotaExceeded))));
    drop(other);
    one.write(&[1; 5000]).await.expect("there is room again");
    one.finish("text/plain".to_owned()).await.expect("kept");
    let refused = begin().await.err();
    assert!(matches!(refused, Some(AttachmentError::Chat(ChatError::QuotaExceeded))));
}

#[tokio::test]
async fn an_empty_file_takes_the_room_of_a_block() {
    let place = Place::new().await;
    let block = ATTACHMENT_CHARGE_BYTES_MIN;
    place.takes(ATTACHMENTS_BYTES_PER_USER_MAX - 3 * block).await;
    let begin = || place.attachments.begin(place.user, "a.txt");
    place.upload(b"").await.expect("a block is left");
    place.upload(b"x").await.expect("a block is left");
    let underway = begin().await.expect("a block is left");
    let refused = begin().await.err();
    assert!(matches!(refused, Some(AttachmentError::Chat(ChatError::QuotaExceeded))));
    drop(underway);
    place.takes(1).await;
    let refused = begin().await.err();
    assert!(matches!(refused, Some(AttachmentError::Chat(ChatError::QuotaExceeded))));
}

#[tokio::test]
async fn a_file_that_lost_its_rows_goes_without_a_look_at_all_others() {
    let place = Place::new().await;
    let (gone, kept) = (MessageId(1), MessageId(2));
    for (content, message) in [("shared", gone), ("shared", kept), ("alone", gone)] {
        let id = place.upload(content.as_bytes()).await.expect("kept").id;
        let attach = move |tx: &mut dyn Tx| tx.attach(id, message);
        place.store.write(attach).await.expect("carried");
    }
    let folder = place.directory.path().join("attachments");
    fs::create_dir_all(folder.join("ab")).expect("a folder");
    fs::write(folder.join("ab").join("c".repeat(62)), "without a row").expect("a file");
    let swept = async || {
        let now = Stamp::now().now;
        place.attachments.sweep(now, Reach::Forgotten).await.expect("a sweep").files
    };
    assert_eq!(swept().await, 0);
    place.store.write(move |tx| tx.detach_all(gone)).await.expect("forgotten");
    assert_eq!((swept().await, place.files()), (1, 2), "one is shared, one is not looked at");
    place.store.write(move |tx| tx.detach_all(kept)).await.expect("forgotten");
    assert_eq!((swept().await, place.files()), (1, 1));
    assert_eq!(swept().await, 0);
}

#[tokio::test]
async fn more_than_a_command_deletes_goes_in_several() {
    let place = Place::new().await;
    for _ in 0..1201 {
        place.takes(1).await;
    }
    assert_eq!(place.sweep_after(25).await, Swept { rows: 1201, files: 0 });
}

#[tokio::test]
async fn a_file_that_is_swept_before_it_is_opened_is_missing_and_one_that_is_lost_a_failure() {
    let place = Place::new().await;
    let (id, user) = (place.upload(b"x").await.expect("kept").id, place.user);
    let read = move |tx: &mut dyn Tx| attachments::readable(tx, user, id);
    let row = place.store.read(read).await.expect("readable");
    fs::remove_dir_all(place.directory.path().join("attachments")).expect("removed");
    let lost = place.attachments.open_of(user, &row).await.err();
    assert!(matches!(lost, Some(AttachmentError::NoFile)), "{lost:?}");
    let delete = move |tx: &mut dyn Tx| tx.delete_unreachable_attachments(&[id]);
    assert_eq!(place.store.write(delete).await.expect("deleted"), 1);
    let swept = place.attachments.open_of(user, &row).await.err();
    assert!(matches!(swept, Some(AttachmentError::Chat(ChatError::Missing(_)))), "{swept:?}");
}
