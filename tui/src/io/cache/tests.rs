//! What is kept comes back, whatever happens to the file or the process.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use pail_protocol::message::Refers;
use pail_protocol::{ChannelId, MessageId, Nonce, UserId};

use super::{Cache, beside, forget, former, open};
use crate::state::intent::{Conversation, Intent};
use crate::state::keepsake::{Composing, Keepsake, KeptMessage};

type Told = Arc<Mutex<Vec<String>>>;

fn opened(path: &Path) -> (Keepsake, Option<Cache>, Told) {
    let told = Told::default();
    let teller = told.clone();
    let tell = move |sentence| teller.lock().unwrap().push(sentence);
    let (left, cache) = open(path, UserId(1), tell);
    (left.keepsake, cache, told)
}

fn message(name: &str) -> KeptMessage {
    let nonce = Nonce::new(name).unwrap();
    let refers = Refers { reply_to: Some(MessageId(3)), ..Refers::default() };
    KeptMessage {
        channel: ChannelId(7),
        nonce,
        text: format!("says {name}"),
        refers,
        files: Vec::new(),
        written_ms: 5,
    }
}

fn kept() -> Keepsake {
    Keepsake {
        current: Some(ChannelId(7)),
        drafts: BTreeMap::from([(ChannelId(8), "half a".to_owned())]),
        composing: Composing {
            intents: vec![(Conversation::channel(ChannelId(8)), Intent::Reply(MessageId(5)))],
            threads: Vec::new(),
        },
        unsent: vec![message("n1")],
        ..Keepsake::default()
    }
}

#[test]
fn what_is_kept_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept.db");
    let (keepsake, cache, told) = opened(&path);
    assert_eq!(keepsake, Keepsake::default());
    let cache = cache.unwrap();
    cache.keep(Keepsake::default());
    cache.keep(kept());
    drop(cache);
    assert_eq!(opened(&path).0, kept());
    assert!(told.lock().unwrap().is_empty());
}

#[test]
fn a_queue_that_changes_in_any_way_comes_back_in_its_order() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept.db");
    let mut edited = message("b");
    edited.text = "says something else".to_owned();
    let queues = [
        vec![message("a"), message("b"), message("c")],
        vec![message("b"), message("c"), message("d")],
        vec![edited, message("d")],
        vec![message("d"), message("b"), message("a")],
        Vec::new(),
    ];
    for unsent in queues {
        let (_, cache, _) = opened(&path);
        cache.unwrap().keep(Keepsake { unsent: unsent.clone(), ..Keepsake::default() });
        assert_eq!(opened(&path).0.unsent, unsent);
    }
}

#[test]
fn a_queue_of_thousands_comes_back_and_one_more_costs_one_row() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept.db");
    let many = |count: usize| (0..count).map(|n| message(&format!("n{n}"))).collect::<Vec<_>>();
    let keep = |unsent: Vec<KeptMessage>| {
        let (_, cache, _) = opened(&path);
        cache.unwrap().keep(Keepsake { unsent, ..Keepsake::default() });
    };
    keep(many(10_000));
    let written = std::fs::metadata(&path).unwrap().len();
    keep(many(10_001));
    assert_eq!(opened(&path).0.unsent, many(10_001));
    assert!(std::fs::metadata(&path).unwrap().len() - written <= 8 * 4096);
}

#[test]
fn of_two_clients_the_first_one_keeps_and_the_second_one_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept.db");
    let (_, first, _) = opened(&path);
    let first = first.unwrap();
    first.keep(kept());
    let (keepsake, second, told) = opened(&path);
    assert!(keepsake.unsent.is_empty() && keepsake.drafts.is_empty());
    second.unwrap().keep(Keepsake::default());
    assert!(told.lock().unwrap()[0].contains("another pail"), "{told:?}");
    drop(first);
    let (keepsake, third, told) = opened(&path);
    assert!(third.is_some() && told.lock().unwrap().is_empty());
    assert_eq!(keepsake, kept());
}

#[test]
fn what_an_earlier_version_kept_is_taken_over_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept.db");
    std::fs::write(former(&path), serde_json::to_string(&kept()).unwrap()).unwrap();
    assert_eq!(opened(&path).0, kept());
    assert!(!former(&path).exists());
    assert_eq!(opened(&path).0, kept());
}

#[test]
fn a_file_that_is_no_database_is_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept.db");
    std::fs::write(&path, "{ half".repeat(1000)).unwrap();
    let (keepsake, cache, told) = opened(&path);
    assert_eq!(keepsake, Keepsake::default());
    assert!(dir.path().join("kept.db.damaged").exists());
    assert!(told.lock().unwrap()[0].contains("kept.db.damaged"), "{told:?}");
    cache.unwrap().keep(kept());
    assert_eq!(opened(&path).0, kept());
}

#[test]
fn a_file_that_breaks_while_it_is_open_is_replaced_and_nothing_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept.db");
    let (_, cache, _) = opened(&path);
    cache.unwrap().keep(kept());
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4096..].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    let (_, cache, told) = opened(&path);
    cache.unwrap().keep(kept());
    assert_eq!(opened(&path).0, kept());
    assert!(told.lock().unwrap()[0].contains("damaged"), "{told:?}");
}

#[test]
fn a_folder_that_takes_nothing_is_said_once() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("no folder");
    std::fs::write(&file, "").unwrap();
    let (_, cache, told) = opened(&file.join("kept.db"));
    assert!(cache.is_none());
    let told = told.lock().unwrap();
    assert!(told.len() == 1 && told[0].contains("not kept"), "{told:?}");
}

#[test]
fn forgetting_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept.db");
    opened(&path).1.unwrap().keep(kept());
    forget(&path).unwrap();
    assert!(!path.exists() && !beside(&path, "-wal").exists());
    forget(&path).unwrap();
    assert_eq!(opened(&path).0, Keepsake::default());
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it_and_a_link_in_its_place_is_refused() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("deep/kept.db");
    let (_, cache, _) = opened(&path);
    let cache = cache.unwrap();
    cache.keep(kept());
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert_eq!(mode(&beside(&path, "-wal")), 0o600);
    drop(cache);
    let (elsewhere, link) = (dir.path().join("elsewhere"), dir.path().join("link.db"));
    symlink(&elsewhere, &link).unwrap();
    let (_, cache, told) = opened(&link);
    assert!(cache.is_none() && !elsewhere.exists());
    assert!(told.lock().unwrap()[0].contains("is a link"), "{told:?}");
}
