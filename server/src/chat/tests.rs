//! Rules against a real store: who may do what, and that the log alone rebuilds the tables.
//! What clients see of it is tested from outside, in the `tests` crate.

use pail_protocol::bucket::Role;
use pail_protocol::event::{Event, Recorded};
use pail_protocol::limits::{UNREAD_COUNT_MAX, UNREAD_MESSAGES_MAX};
use pail_protocol::message::{Message, PostMessage, Refers};
use pail_protocol::{AttachmentId, BucketId, ChannelId, Nonce, Seq, Timestamp, UserId};

use super::direct::Made;
use super::{
    ChatError, Ruled, buckets, channels, direct, edits, invites, members, messages, project,
    reactions, reads, webhooks,
};
use crate::clock::Stamp;
use crate::store::tx::{Among, NewAttachment, NewUser, Page};
use crate::store::{Location, Store, Tx};

const STAMP: Stamp = Stamp { now: Timestamp::EPOCH };

/// A store in memory with users 1 to `count`.
async fn store_with_users(count: i64) -> Store {
    let store = Store::open(&Location::Memory).expect("a store in memory");
    let added: Ruled<()> = store
        .write(move |tx| {
            for number in 1..=count {
                tx.insert_user(&NewUser {
                    username: &format!("user{number}"),
                    name: &format!("User {number}"),
                    email: "",
                    password_hash: "",
                    created_at: STAMP.now,
                })?;
            }
            Ok(())
        })
        .await;
    added.expect("users are added");
    store
}

/// Bucket 1 of user 1 with everybody in it, and channel 1 with users 1 and 2.
fn furnish(tx: &mut dyn Tx, users: i64) -> Ruled<(BucketId, ChannelId)> {
    let admin = UserId(1);
    let bucket = buckets::create(tx, admin, STAMP, "Dev")?.id;
    for user in 2..=users {
        members::add_to_bucket(tx, admin, STAMP, bucket, UserId(user), None)?;
    }
    let channel = channels::create(tx, admin, STAMP, bucket, "general", "group")?.id;
    members::add_to_channel(tx, admin, STAMP, channel, UserId(2))?;
    Ok((bucket, channel))
}

async fn in_furnished<T: Send + 'static>(
    work: impl FnOnce(&mut dyn Tx, BucketId, ChannelId) -> Ruled<T> + Send + 'static,
) -> Ruled<T> {
    let store = store_with_users(4).await;
    store
        .write(move |tx| {
            let (bucket, channel) = furnish(tx, 4)?;
            work(tx, bucket, channel)
        })
        .await
}

fn say(tx: &mut dyn Tx, by: i64, channel: ChannelId, text: &str) -> Ruled<()> {
    messages::post(tx, UserId(by), STAMP, channel, draft(text, None)).map(|_| ())
}

fn draft(text: &str, nonce: Option<Nonce>) -> PostMessage {
    PostMessage { message_text: text.to_owned(), nonce, refers: Refers::default() }
}

#[tokio::test]
async fn the_creator_of_a_bucket_is_its_admin_and_the_last_one_stays() {
    let refused = in_furnished(|tx, bucket, _| {
        let member = tx.bucket_member(bucket, UserId(1))?.expect("the creator is in");
        assert_eq!(member.role, Role::Admin);
        members::remove_from_bucket(tx, UserId(1), STAMP, bucket, UserId(1))
    });
    assert!(matches!(refused.await, Err(ChatError::Invalid(_))));
}

#[tokio::test]
async fn only_members_of_a_channel_speak_and_read_in_it() {
    let result = in_furnished(|tx, _, channel| {
        say(tx, 1, channel, "hello")?;
        say(tx, 2, channel, "hi")?;
        assert!(matches!(say(tx, 3, channel, "let me in"), Err(ChatError::NotInChannel)));
        let read = messages::history(tx, UserId(3), channel, None, Page::Newest, 10);
        assert!(matches!(read, Err(ChatError::NotInChannel)));
        assert!(matches!(say(tx, 1, ChannelId(99), "x"), Err(ChatError::Missing("Channel"))));
        Ok(())
    });
    result.await.expect("as expected");
}

#[tokio::test]
async fn the_same_nonce_again_is_the_same_message_for_ever() {
    let result = in_furnished(|tx, _, channel| {
        let nonce = Some(Nonce::new("n-1").expect("a nonce"));
        let post = |tx: &mut dyn Tx, by, text: &str| {
            messages::post(tx, UserId(by), STAMP, channel, draft(text, nonce.clone()))
        };
        let (first, made) = post(tx, 1, "once")?;
        assert_eq!(made, Made::New);
        let (again, made) = post(tx, 1, "twice")?;
        assert_eq!((again, made), (first.clone(), Made::Before));
        let (other, made) = post(tx, 2, "mine")?;
        assert_eq!((made, other.id == first.id), (Made::New, false));
        Ok(())
    });
    result.await.expect("as expected");
}

#[tokio::test]
async fn leaving_a_bucket_leaves_its_channels() {
    let result = in_furnished(|tx, bucket, channel| {
        members::remove_from_bucket(tx, UserId(1), STAMP, bucket, UserId(2))?;
        assert!(tx.channel_member(channel, UserId(2))?.is_none());
        assert!(matches!(say(tx, 2, channel, "still here?"), Err(ChatError::NotInChannel)));
        Ok(())
    });
    result.await.expect("as expected");
}

#[tokio::test]
async fn a_deleted_bucket_takes_its_channels_along() {
    let result = in_furnished(|tx, bucket, channel| {
        buckets::delete(tx, UserId(1), STAMP, bucket)?;
        assert!(matches!(say(tx, 1, channel, "anyone?"), Err(ChatError::Missing("Channel"))));
        assert!(tx.buckets_of(UserId(1))?.is_empty());
        Ok(())
    });
    result.await.expect("as expected");
}

#[tokio::test]
async fn an_invite_is_used_up_by_newcomers_only() {
    let result = in_furnished(|tx, bucket, _| {
        let wish = invites::Wish { max_uses: Some(1), ..invites::Wish::default() };
        invites::create(tx, UserId(1), STAMP, bucket, [7; 32], &wish)?;
        invites::accept(tx, UserId(2), STAMP, &[7; 32], "")?;
        assert_eq!(invites::valid(tx, STAMP, &[7; 32])?.uses, 0);
        members::remove_from_bucket(tx, UserId(1), STAMP, bucket, UserId(4))?;
        invites::accept(tx, UserId(4), STAMP, &[7; 32], "")?;
        let late = Stamp { now: STAMP.now.plus_seconds(8 * 24 * 3600) };
        assert!(matches!(invites::valid(tx, STAMP, &[7; 32]), Err(ChatError::InviteInvalid)));
        assert!(matches!(invites::valid(tx, late, &[7; 32]), Err(ChatError::InviteInvalid)));
        Ok(())
    });
    result.await.expect("as expected");
}

#[tokio::test]
async fn a_read_marker_never_goes_back_or_beyond_the_newest() {
    let result = in_furnished(|tx, _, channel| {
        for text in ["one", "two", "three"] {
            say(tx, 1, channel, text)?;
        }
        let newest = messages::last_seq(tx, UserId(2), channel)?;
        let mark = |tx: &mut dyn Tx, seq| {
            reads::mark_read(tx, UserId(2), STAMP, channel, Seq(seq))?;
            reads::one(tx, UserId(2), channel)
        };
        let before = tx.unread_in(UserId(2), channel)?.expect("a member");
        assert_eq!(before.unread, 3);
        assert_eq!(mark(tx, newest.0 - 1)?.unread, 1);
        assert_eq!(mark(tx, 0)?.unread, 1);
        assert_eq!(mark(tx, i64::MAX)?.read_seq, newest);
        let log = tx.events_after(0, 1000)?;
        let moves = log.iter().filter(|one| matches!(one.event, Event::ReadMoved { .. }));
        assert_eq!(moves.count(), 1, "the log keeps the newest move of a marker");
        Ok(())
    });
    result.await.expect("as expected");
}

#[tokio::test]
async fn unread_is_what_others_said_among_the_newest_messages() {
    let result = in_furnished(|tx, _, channel| {
        let unread = |tx: &mut dyn Tx| {
            let one = reads::one(tx, UserId(2), channel)?;
            Ok::<_, ChatError>((one.unread, one.mentions))
        };
        say(tx, 1, channel, "@user2 and @here, far back")?;
        for _ in 1..UNREAD_MESSAGES_MAX {
            say(tx, 2, channel, "@user2 @here, says user2")?;
        }
        assert_eq!(unread(tx)?, (1, 1));
        say(tx, 2, channel, "@user2 @here, says user2")?;
        assert_eq!(unread(tx)?, (0, 0));
        for _ in 0..=UNREAD_COUNT_MAX {
            say(tx, 1, channel, "@user2")?;
        }
        assert_eq!(unread(tx)?, (UNREAD_COUNT_MAX, UNREAD_COUNT_MAX));
        Ok(())
    });
    result.await.expect("as expected");
}

#[tokio::test]
async fn a_message_is_answered_as_it_is_stored() {
    let result = in_furnished(|tx, _, channel| {
        let (root, _) = messages::post(tx, UserId(1), STAMP, channel, draft("root", None))?;
        let refers = Refers {
            reply_to: Some(root.id),
            thread: Some(root.id),
            attachments: vec![upload(tx, UserId(2))?],
        };
        let nonce = Nonce::new("n-1").ok();
        let wanted = PostMessage { refers, ..draft("@user1 @USER2 @here", nonce) };
        let (answered, _) = messages::post(tx, UserId(2), STAMP, channel, wanted)?;
        assert_eq!(answered.context.mentions, [UserId(1), UserId(2)]);
        assert_eq!(Some(&answered), tx.message(answered.id)?.as_ref());
        Ok(())
    });
    result.await.expect("as expected");
}

/// All that is projected, in comparable form.
fn tables(tx: &mut dyn Tx) -> Ruled<Vec<String>> {
    let mut rows = Vec::new();
    let mut channels = tx.all_channels()?;
    channels.sort();
    for (channel, ..) in &channels {
        rows.push(format!("{:?}", tx.channel(*channel)?));
        rows.push(format!("{:?}", tx.channel_members(*channel)?));
        let messages = tx.history(Among::Channel(*channel), Page::Newest, 1000)?;
        for message in &messages {
            rows.push(format!("{:?}", tx.revisions(message.id)?));
        }
        rows.push(format!("{messages:?}"));
    }
    for user in 1..=4 {
        rows.push(format!("{:?}", tx.unread(UserId(user))?));
    }
    let mut buckets: Vec<BucketId> =
        tx.all_bucket_members()?.into_iter().map(|row| row.0).collect();
    buckets.sort();
    buckets.dedup();
    for bucket in buckets {
        rows.push(format!("{:?}", tx.bucket(bucket)?));
        rows.push(format!("{:?}", tx.bucket_members(bucket)?));
    }
    Ok(rows)
}

/// Talk in a channel that leaves rows in every table a message has.
fn talk(tx: &mut dyn Tx, channel: ChannelId) -> Ruled<()> {
    let (ann, bob) = (UserId(1), UserId(2));
    let post = |tx: &mut dyn Tx, by: UserId, text: &str, refers: Refers| {
        let draft = PostMessage { refers, ..draft(text, None) };
        messages::post(tx, by, STAMP, channel, draft).map(|(message, _)| message.id)
    };
    let root = post(tx, ann, "@user2 look, @here", Refers::default())?;
    let file = upload(tx, bob)?;
    let refers = Refers { reply_to: Some(root), thread: Some(root), attachments: vec![file] };
    let reply = post(tx, bob, "@user1 seen", refers)?;
    let thread = Refers { thread: Some(reply), ..Refers::default() };
    let doomed = post(tx, ann, "never mind, @user2", thread)?;
    edits::edit(tx, ann, STAMP, root, "@user2 look again".to_owned())?;
    edits::edit(tx, ann, STAMP, root, "look again".to_owned())?;
    edits::edit(tx, ann, STAMP, doomed, "never ever mind, @user2".to_owned())?;
    for (by, message, emoji) in [(ann, reply, "👍"), (bob, reply, "👍"), (ann, doomed, "🙈")]
    {
        reactions::add(tx, by, STAMP, message, emoji)?;
    }
    reactions::remove(tx, ann, STAMP, reply, "👍")?;
    for (by, emoji) in [(ann, "🎉"), (bob, "🎉"), (bob, "🙈")] {
        reactions::add(tx, by, STAMP, doomed, emoji)?;
    }
    reactions::remove(tx, ann, STAMP, doomed, "🎉")?;
    reactions::add(tx, ann, STAMP, doomed, "🎉")?;
    edits::delete(tx, ann, STAMP, doomed)?;
    reads::mark_read(tx, bob, STAMP, channel, Seq(5))?;
    reads::mark_unread(tx, bob, STAMP, channel, Seq(5))?;
    reads::set_muted(tx, bob, STAMP, channel, true)?;
    Ok(())
}

fn upload(tx: &mut dyn Tx, user: UserId) -> Ruled<AttachmentId> {
    Ok(tx.insert_attachment(&NewAttachment {
        user,
        name: "trace.txt",
        size: 3,
        content_type: "text/plain",
        sha256: [7; 32],
        created_at: STAMP.now,
    })?)
}

#[tokio::test]
async fn the_log_alone_rebuilds_the_tables() {
    let store = store_with_users(4).await;
    let (log, original): (Vec<Recorded>, Vec<String>) = store
        .write(|tx| -> Ruled<_> {
            let (bucket, channel) = furnish(tx, 4)?;
            say(tx, 1, channel, "first")?;
            talk(tx, channel)?;
            members::remove_from_channel(tx, UserId(1), STAMP, channel, UserId(2))?;
            say(tx, 1, channel, "second")?;
            members::add_to_channel(tx, UserId(1), STAMP, channel, UserId(2))?;
            let (direct, _) = direct::open(tx, UserId(2), STAMP, UserId(3))?;
            say(tx, 3, direct.id, "psst")?;
            let doomed = channels::create(tx, UserId(1), STAMP, bucket, "doomed", "group")?.id;
            channels::delete(tx, UserId(1), STAMP, doomed)?;
            let changes = channels::Changes {
                name: Some("lobby".to_owned()),
                topic: Some("Anything".to_owned()),
            };
            channels::change(tx, UserId(1), STAMP, channel, &changes)?;
            let icon = Some("🛠".to_owned());
            let changes = buckets::Changes { name: Some("Developers".to_owned()), icon };
            buckets::change(tx, UserId(1), STAMP, bucket, &changes)?;
            members::change_role(tx, UserId(1), STAMP, bucket, UserId(2), "moderator")?;
            let secret = channels::create(tx, UserId(2), STAMP, bucket, "secret", "private")?.id;
            members::add_to_channel(tx, UserId(2), STAMP, secret, UserId(4))?;
            members::leave(tx, UserId(2), STAMP, secret)?;
            let other = buckets::create(tx, UserId(4), STAMP, "Gone")?.id;
            buckets::delete(tx, UserId(4), STAMP, other)?;
            members::remove_from_bucket(tx, UserId(1), STAMP, bucket, UserId(4))?;
            Ok((tx.events_after(0, 1000)?, tables(tx)?))
        })
        .await
        .expect("a history");
    assert!(log.len() > 30 && original.len() > 15);
    let rebuilt: Ruled<Vec<String>> = store_with_users(4)
        .await
        .write(move |tx| {
            upload(tx, UserId(2))?;
            for recorded in &log {
                project(tx, recorded)?;
            }
            tables(tx)
        })
        .await;
    assert_eq!(rebuilt.expect("a rebuild"), original);
}

#[tokio::test]
async fn the_log_forgets_what_a_deleted_message_said() {
    let result = in_furnished(|tx, _, channel| {
        let file = upload(tx, UserId(2))?;
        let refers = Refers { attachments: vec![file], ..Refers::default() };
        let secret = PostMessage { refers, ..draft("secret @user1 @here", None) };
        let (message, _) = messages::post(tx, UserId(2), STAMP, channel, secret)?;
        edits::edit(tx, UserId(2), STAMP, message.id, "another secret @user1".to_owned())?;
        for (by, emoji) in [(1, "secret-1"), (2, "secret-1"), (2, "secret-2")] {
            reactions::add(tx, UserId(by), STAMP, message.id, emoji)?;
        }
        reactions::remove(tx, UserId(2), STAMP, message.id, "secret-2")?;
        edits::delete(tx, UserId(2), STAMP, message.id)?;
        let log = serde_json::to_string(
            &tx.events_after(0, 100)?.into_iter().map(|one| one.event).collect::<Vec<_>>(),
        );
        let log = log.expect("events are JSON");
        for word in ["secret", "trace.txt", "\"mentions\"", "\"here\":true"] {
            assert!(!log.contains(word), "{word}: {log}");
        }
        assert!(tx.attachment(file)?.is_none());
        Ok(())
    });
    result.await.expect("as expected");
}

#[tokio::test]
async fn a_message_carries_only_free_uploads_of_its_sender() {
    let result = in_furnished(|tx, _, channel| {
        let post = |tx: &mut dyn Tx, by: i64, text: &str, attachments: Vec<AttachmentId>| {
            let refers = Refers { attachments, ..Refers::default() };
            let draft = PostMessage { refers, ..draft(text, None) };
            messages::post(tx, UserId(by), STAMP, channel, draft).map(|(message, _)| message)
        };
        let mine: Vec<_> = (0..11).map(|_| upload(tx, UserId(2))).collect::<Ruled<_>>()?;
        let refused = |result: Ruled<Message>| matches!(result, Err(ChatError::Invalid(_)));
        assert!(refused(post(tx, 1, "not mine", vec![mine[0]])));
        assert!(refused(post(tx, 2, "nobody's", vec![AttachmentId(99)])));
        assert!(refused(post(tx, 2, "too many", mine.clone())));
        let carried = post(tx, 2, "", vec![mine[1], mine[0], mine[1]])?;
        let ids: Vec<_> = carried.context.attachments.iter().map(|one| one.id).collect();
        assert_eq!(ids, mine[..2]);
        assert_eq!(tx.message(carried.id)?, Some(carried));
        assert!(refused(post(tx, 2, "again", vec![mine[0]])));
        assert!(matches!(post(tx, 2, " ", Vec::new()), Err(ChatError::TextMissing)));
        Ok(())
    });
    result.await.expect("as expected");
}

#[tokio::test]
async fn a_username_that_somebody_has_is_no_bots() {
    let result = in_furnished(|tx, _, channel| {
        for username in ["webhook-1", "Webhook-3"] {
            tx.insert_user(&NewUser {
                username,
                name: "Somebody",
                email: "",
                password_hash: "",
                created_at: STAMP.now,
            })?;
        }
        let admin = UserId(1);
        for (key, id) in [(1, 2), (2, 4), (3, 5)] {
            let made = webhooks::create(tx, admin, STAMP, channel, "CI", [key; 32])?;
            assert_eq!(made.id.0, id);
            let bot = tx.user(made.user)?.expect("a bot");
            assert_eq!((bot.username, bot.bot), (format!("webhook-{id}"), true));
        }
        Ok(())
    });
    result.await.expect("as expected");
}
