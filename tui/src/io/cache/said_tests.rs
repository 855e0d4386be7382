//! What the server said is answered without it, as far as it is known and no further.

use std::path::Path;
use std::sync::Arc;

use pail_protocol::frame::{
    MessageDeleted, MessageEdited, ReactionChanged, ReadUpdated, Ready, Resumed, ServerFrame,
};
use pail_protocol::message::Message;
use pail_protocol::search::SearchHit;
use pail_protocol::{ChannelId, MessageId, Seq, Timestamp, UserId};
use serde_json::json;

use super::{Cache, Left, open};
use crate::state::effect::{Search, Within};
use crate::state::keepsake::{Changes, Whereabouts};
use crate::state::page::{PRESENT, Page};
use crate::state::spans::Span;
use crate::state::{Answer, Call, Generation};

const CHANNEL: ChannelId = ChannelId(7);
const ME: UserId = UserId(1);

struct Client {
    cache: Cache,
    epoch: Arc<str>,
}

fn client(path: &Path) -> (Left, Client) {
    let (left, cache) = open(path, ME, |sentence| panic!("{sentence}"));
    (left, Client { cache: cache.expect("nobody else has it"), epoch: "e1".into() })
}

fn message(seq: i64) -> Message {
    let json = json!({
        "id": seq, "seq": seq, "channel": CHANNEL, "ts_ms": seq, "message_text": format!("says {seq}"),
        "created_at": "2026-01-01T00:00:00Z", "sender": user(2, "Bea"),
    });
    serde_json::from_value(json).expect("a message")
}

fn user(id: i64, name: &str) -> serde_json::Value {
    json!({ "id": id, "username": name.to_lowercase(), "name": name, "email": "" })
}

impl Client {
    fn hear(&self, frame: ServerFrame) {
        self.cache.hear(Generation(1), &self.epoch, &frame);
    }

    fn hear_messages(&self, seqs: impl IntoIterator<Item = i64>) {
        seqs.into_iter().for_each(|seq| self.hear(ServerFrame::Message(message(seq).into())));
    }

    fn ready(&self, last: i64, recovered: bool) {
        let resumed = Resumed { last_seq: Seq(last), recovered };
        let channels = [(CHANNEL, resumed)].into();
        self.hear(ServerFrame::Ready(Ready { epoch: "e1".to_owned(), channels, online: None }));
    }

    fn learn(&self, call: &Call, answer: &Answer) {
        self.cache.asker().learn(Generation(1), call, answer);
    }

    async fn page(&self, call: Call, is_live: bool) -> Option<Page> {
        match self.cache.asker().answer(&call, is_live).await {
            Some(Answer::History(page)) => Some(page),
            None => None,
            Some(other) => panic!("{other:?}"),
        }
    }

    async fn before(&self, seq: i64, is_live: bool) -> Option<Page> {
        self.page(Call::HistoryBefore { channel: CHANNEL, before: Seq(seq) }, is_live).await
    }

    async fn found(&self, words: &str) -> Vec<SearchHit> {
        let search = Search { words: words.to_owned(), within: Within::Everything, before: None };
        match self.cache.asker().answer(&Call::Search(Box::new(search)), false).await {
            Some(Answer::FoundHere(hits)) => hits,
            other => panic!("{other:?}"),
        }
    }
}

fn seqs(page: &Page) -> Vec<i64> {
    page.messages.iter().map(|message| message.seq.0).collect()
}

fn span(after: i64, upto: i64) -> Span {
    Span::new(Seq(after), Seq(upto))
}

#[tokio::test]
async fn what_was_heard_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c.db");
    let (left, client) = client(&path);
    assert!(left.cached.epoch.is_none() && left.cached.cursors.is_empty());
    client.ready(0, true);
    client.hear_messages(1..=150);
    drop(client.cache);
    let (left, client) = self::client(&path);
    assert_eq!(left.cached.cursors, [(CHANNEL, Seq(150))].into());
    assert_eq!(left.cached.epoch.as_deref(), Some("e1"));
    let page = client.before(151, false).await.unwrap();
    assert_eq!((page.span, page.messages.len()), (span(50, 150), 100));
    assert_eq!(page.messages[99], message(150));
    let page = client.before(51, true).await.unwrap();
    assert_eq!((page.span, seqs(&page)), (span(0, 50), (1..=50).collect()));
}

#[tokio::test]
async fn what_became_of_a_message_is_kept_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let (_, client) = client(&dir.path().join("c.db"));
    client.ready(0, true);
    client.hear_messages(1..=3);
    let (at, channel_id) = (Timestamp::from_millis(9_000), CHANNEL);
    client.hear(ServerFrame::MessageEdited(MessageEdited {
        id: MessageId(1),
        channel_id,
        seq: Seq(4),
        message_text: "says something else".to_owned(),
        mentions: Vec::new(),
        here: false,
        edited_at: at,
    }));
    client.hear(ServerFrame::MessageDeleted(MessageDeleted {
        id: MessageId(2),
        channel_id,
        seq: Seq(5),
        deleted_at: at,
        deleted_by: ME,
    }));
    for (seq, user) in [(6, 1), (7, 2), (7, 2)] {
        let (message_id, user_id, emoji) = (MessageId(3), UserId(user), "👍".to_owned());
        let change = ReactionChanged { message_id, channel_id, seq: Seq(seq), user_id, emoji };
        client.hear(ServerFrame::ReactionAdded(change));
    }
    let page = client.before(8, false).await.unwrap();
    assert_eq!(page.messages[0].message_text, "says something else");
    assert_eq!(page.messages[1].deleted_at, Some(at));
    assert!(page.messages[1].message_text.is_empty());
    assert_eq!(page.messages[2].reactions[0].count, 2);
    assert_eq!(page.span, span(0, 7));
}

#[tokio::test]
async fn a_gap_is_told_and_filled_by_pages() {
    let dir = tempfile::tempdir().unwrap();
    let (_, client) = client(&dir.path().join("c.db"));
    client.ready(0, true);
    client.hear_messages(1..=10);
    client.ready(500, false);
    client.hear_messages(501..=505);
    let page = client.before(501, false).await.unwrap();
    assert!(page.is_stale);
    assert_eq!((page.span, seqs(&page)), (span(0, 10), (1..=10).collect()));
    assert_eq!(client.before(501, true).await, None, "the server is asked while there is one");
    let call = Call::HistoryBefore { channel: CHANNEL, before: Seq(501) };
    let fetched = Page::fresh((401..=500).map(message).collect(), Seq(400), Seq(500));
    client.learn(&call, &Answer::History(fetched.clone()));
    assert_eq!(client.before(501, true).await, Some(fetched));
    let around = Call::HistoryAround { channel: CHANNEL, seq: Seq(455) };
    let page = client.page(around, true).await.unwrap();
    assert_eq!((page.span, page.messages.len()), (span(404, 504), 100));
    let after = Call::HistoryAfter { channel: CHANNEL, after: Seq(490) };
    assert_eq!(client.page(after, true).await.unwrap().span, span(490, PRESENT.0));
}

#[tokio::test]
async fn another_database_voids_what_was_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c.db");
    let (_, mut client) = client(&path);
    client.ready(0, true);
    client.hear_messages(1..=10);
    client.epoch = "e2".into();
    client.ready(3, true);
    assert_eq!(seqs(&client.before(11, false).await.unwrap()), [0; 0]);
    assert!(client.found("says").await.is_empty());
    drop(client.cache);
    assert_eq!(self::client(&path).0.cached.epoch.as_deref(), Some("e2"));
}

#[tokio::test]
async fn a_second_client_reads_what_the_first_one_keeps_and_trusts_it_only_without_a_server() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c.db");
    let (_, first) = client(&path);
    first.ready(0, true);
    first.hear_messages(1..=10);
    first.before(11, false).await.unwrap();
    // What was heard before something is kept is written with it; what is asked comes behind.
    let whereabouts = Whereabouts { current: Some(CHANNEL), ..Whereabouts::default() };
    first.cache.keep(Changes { whereabouts, ..Changes::default() });
    first.before(11, false).await.unwrap();
    let (left, second) = open(&path, ME, |_| {});
    let second = Client { cache: second.unwrap(), epoch: "e1".into() };
    assert_eq!(left.cached.page.map(|page| page.messages.len()), Some(10));
    assert_eq!(second.before(11, true).await, None);
    second.hear_messages(11..=12);
    assert_eq!(second.before(13, false).await.unwrap().span, span(0, 10));
    assert_eq!(first.before(11, true).await.unwrap().span, span(0, 10));
}

#[tokio::test]
async fn where_one_stands_follows_what_is_heard() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c.db");
    let (_, client) = client(&path);
    let row = json!({ "channel": CHANNEL, "last_seq": 5, "read_seq": 5, "unread": 0 });
    let row = serde_json::from_value(row).unwrap();
    client.ready(5, true);
    client.learn(&Call::Unread, &Answer::Unread(vec![row]));
    client.hear_messages(6..=8);
    let unread = |left: Left| match left.cached.lists.last() {
        Some((Call::Unread, Answer::Unread(rows))) => (rows[0].unread, rows[0].read_seq.0),
        other => panic!("{other:?}"),
    };
    drop(client.cache);
    let (left, client) = self::client(&path);
    assert_eq!(unread(left), (3, 5));
    let read = ReadUpdated { channel_id: CHANNEL, read_seq: Seq(8) };
    client.hear(ServerFrame::ReadUpdated(read));
    drop(client.cache);
    assert_eq!(unread(self::client(&path).0), (0, 8));
}

#[tokio::test]
async fn words_are_found_without_a_server() {
    let dir = tempfile::tempdir().unwrap();
    let (_, client) = client(&dir.path().join("c.db"));
    let general = json!([{
        "id": CHANNEL, "name": "general", "channel_type": "group", "latest_message": "",
        "is_member": true,
    }]);
    let channels = Answer::Channels(serde_json::from_value(general).unwrap());
    client.learn(&Call::Channels { bucket: pail_protocol::BucketId(1) }, &channels);
    client.ready(0, true);
    for (seq, text) in [(1, "Der Ärger beim Deploy"), (2, "東京都 deployment"), (3, "nothing")]
    {
        let said = Message { message_text: text.to_owned(), ..message(seq) };
        client.hear(ServerFrame::Message(said.into()));
    }
    let found = async |words: &str| -> Vec<i64> {
        client.found(words).await.iter().map(|hit| hit.message.seq.0).collect()
    };
    assert_eq!(found("deploy").await, [2, 1]);
    assert_eq!(found("arger DEPLOY").await, [1]);
    assert_eq!(found("deplo beim").await, [0; 0], "only the last word may be half a word");
    assert_eq!(found("京都").await, [2]);
    assert_eq!(found("\"NEAR( OR").await, [0; 0]);
    let hit = &client.found("deployment").await[0];
    assert_eq!((hit.channel_name.as_str(), hit.matches.as_slice()), ("general", &[[4, 14]][..]));
}

#[tokio::test]
async fn threads_of_ours_are_told_the_newest_first_whether_or_not_there_is_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let (_, client) = client(&folder.path().join("a.db"));
    let reply = |seq: i64, root: i64, by: i64| {
        let mut reply = message(seq);
        (reply.context.thread, reply.sender.id) = (Some(MessageId(root)), UserId(by));
        reply
    };
    client.hear_messages(1..=3);
    for reply in [reply(4, 1, 1), reply(5, 2, 3), reply(6, 3, 1), reply(7, 1, 2), reply(8, 2, 2)] {
        client.hear(ServerFrame::Message(reply.into()));
    }
    for is_live in [true, false] {
        let answer = client.cache.asker().answer(&Call::Threads, is_live).await;
        let Some(Answer::Threads(found)) = answer else { panic!("{answer:?}") };
        let ids: Vec<i64> = found.iter().map(|message| message.id.0).collect();
        assert_eq!(ids, [1, 4, 7, 3, 6]);
        assert_eq!(found[0].reply_count, 2);
    }
}
