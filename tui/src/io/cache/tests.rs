//! What is kept comes back, whatever happens to the file or the process.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use pail_protocol::message::Refers;
use pail_protocol::{ChannelId, MessageId, Nonce, UserId};

use super::{Cache, beside, forget, former, open};
use crate::state::intent::{Conversation, Intent};
use crate::state::keepsake::{Changes, Composing, Keepsake, KeptMessage, Whereabouts};

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
        text: format!("says {name}").into(),
        refers,
        files: Vec::new(),
        written_ms: 5,
        refused: None,
    }
}

fn kept() -> Keepsake {
    Keepsake {
        whereabouts: Whereabouts { current: Some(ChannelId(7)), ..Whereabouts::default() },
        drafts: BTreeMap::from([(ChannelId(8), "half a".to_owned())]),
        composing: Composing {
            intents: vec![(Conversation::channel(ChannelId(8)), Intent::Reply(MessageId(5)))],
            threads: Vec::new(),
        },
        unsent: [(1, message("n1"))].into(),
    }
}

/// All that is to be kept, as it is told when it is new.
fn all_of(keepsake: Keepsake) -> Changes {
    let of_channel = |(id, draft)| (Conversation::channel(id), Some(draft));
    let of_thread = |(place, draft)| (place, Some(draft));
    let drafts = keepsake.drafts.into_iter().map(of_channel);
    Changes {
        whereabouts: keepsake.whereabouts,
        intents: keepsake.composing.intents,
        drafts: drafts.chain(keepsake.composing.threads.into_iter().map(of_thread)).collect(),
        unsent: keepsake.unsent.into_iter().map(|(at, it)| (at, Some(it))).collect(),
    }
}

fn queued(messages: impl IntoIterator<Item = (u64, Option<KeptMessage>)>) -> Changes {
    Changes { unsent: messages.into_iter().collect(), ..Changes::default() }
}

#[test]
fn what_is_kept_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept.db");
    let (keepsake, cache, told) = opened(&path);
    assert_eq!(keepsake, Keepsake::default());
    let cache = cache.unwrap();
    cache.keep(Changes::default());
    cache.keep(all_of(kept()));
    drop(cache);
    assert_eq!(opened(&path).0, kept());
    assert!(told.lock().unwrap().is_empty());
}

#[test]
fn a_queue_that_changes_in_any_way_comes_back_in_its_order() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept.db");
    let edited = KeptMessage { text: "says something else".into(), ..message("b") };
    let steps: [&[(u64, Option<KeptMessage>)]; 4] = [
        &[(1, Some(message("a"))), (2, Some(message("b"))), (3, Some(message("c")))],
        &[(1, None), (4, Some(message("d")))],
        &[(2, Some(edited)), (3, None)],
        &[(2, None), (4, None), (9, None)],
    ];
    let mut expected = Keepsake::default();
    for step in steps {
        let (_, cache, _) = opened(&path);
        cache.unwrap().keep(queued(step.to_vec()));
        expected.apply(queued(step.to_vec()));
        assert_eq!(opened(&path).0, expected);
    }
    assert!(expected.unsent.is_empty());
}

#[test]
fn changes_that_come_faster_than_they_are_written_are_all_written() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept.db");
    let cache = opened(&path).1.unwrap();
    let mut expected = Keepsake::default();
    for n in 1..=500_u64 {
        let thread = Some(MessageId(n as i64 % 3));
        let draft = (n % 4 > 0).then(|| format!("draft {n}"));
        let mut changes = queued([(n, Some(message(&format!("n{n}")))), (n / 2, None)]);
        changes.drafts.insert(Conversation { channel: ChannelId(1), thread }, draft.clone());
        changes.drafts.insert(Conversation::channel(ChannelId(n as i64 % 5)), draft);
        expected.apply(changes.clone());
        cache.keep(changes);
    }
    drop(cache);
    assert_eq!(opened(&path).0, expected);
}

#[test]
fn a_queue_of_thousands_comes_back_and_one_more_costs_one_row() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept.db");
    let one = |n: u64| (n, Some(message(&format!("n{n}"))));
    let keep = |changes: Changes| opened(&path).1.unwrap().keep(changes);
    keep(queued((1..=10_000).map(one)));
    let written = std::fs::metadata(&path).unwrap().len();
    keep(queued([one(10_001)]));
    let back: Vec<KeptMessage> = opened(&path).0.unsent.into_values().collect();
    assert_eq!(back, (1..=10_001).filter_map(|n| one(n).1).collect::<Vec<_>>());
    assert!(std::fs::metadata(&path).unwrap().len() - written <= 8 * 4096);
}

#[test]
fn of_two_clients_the_first_one_keeps_and_the_second_one_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept.db");
    let (_, first, _) = opened(&path);
    let first = first.unwrap();
    first.keep(all_of(kept()));
    let (keepsake, second, told) = opened(&path);
    assert!(keepsake.unsent.is_empty() && keepsake.drafts.is_empty());
    second.unwrap().keep(Changes::default());
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
    cache.unwrap().keep(all_of(kept()));
    assert_eq!(opened(&path).0, kept());
}

#[test]
fn a_file_that_breaks_while_it_is_open_is_replaced_and_nothing_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept.db");
    let (_, cache, _) = opened(&path);
    cache.unwrap().keep(all_of(kept()));
    // Whoever checked the file may still have had it open.
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.query_row(checkpoint, [], |_| Ok(())).unwrap();
    drop(conn);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4096..].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    let (_, cache, told) = opened(&path);
    cache.unwrap().keep(all_of(kept()));
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
    opened(&path).1.unwrap().keep(all_of(kept()));
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
    cache.keep(all_of(kept()));
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
