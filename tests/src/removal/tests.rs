//! The judge tells every fault from what is right.

use serde_json::json;

use super::*;

fn message(seq: i64) -> Value {
    json!({ "type": "chat.message", "channel_id": 7, "seq": seq, "message": "hi" })
}

fn own_end() -> Value {
    json!({ "type": "member.removed", "channel_id": 7, "seq": 5, "user_id": 3 })
}

fn of_bucket() -> Value {
    json!({ "type": "member.removed", "bucket_id": 1, "user_id": 3 })
}

fn record(is_events: bool, frames: Vec<Value>, code: Option<u16>) -> Record {
    let end = code.map(|code| Heard::Closed(code, String::new()));
    Record { is_events, was_reading: true, frames, end, ended: Instant::now() }
}

fn wrong(kind: Removal, records: &[Record]) -> usize {
    let removed = Instant::now();
    let trial = Trial { kind, bucket: 1, channel: 7, user: 3, first_after: Some(6), removed };
    trial.judge(records).wrong.len()
}

#[test]
fn what_was_said_before_is_fine() {
    let channel = record(false, vec![message(3), message(4)], Some(4003));
    let events = record(true, vec![message(4), own_end(), json!({ "type": "pong" })], None);
    assert_eq!(wrong(Removal::FromChannel, &[channel, events]), 0);
    let closed =
        [record(false, vec![message(5)], Some(4001)), record(true, vec![message(5)], Some(4001))];
    assert_eq!(wrong(Removal::Logout, &closed), 0);
    let left = [record(true, vec![own_end(), of_bucket()], None)];
    assert_eq!(wrong(Removal::FromBucket, &left), 0);
}

#[test]
fn every_fault_is_found() {
    let others_end = json!({ "type": "member.removed", "channel_id": 7, "seq": 4, "user_id": 9 });
    let bucket_news =
        json!({ "type": "channel.created", "channel_id": 8, "bucket_id": 1, "seq": 1 });
    let end = || record(true, vec![own_end()], None);
    for (fault, kind, records) in [
        (
            "a late message",
            Removal::FromChannel,
            vec![record(false, vec![message(6)], Some(4003)), end()],
        ),
        (
            "a late message on events",
            Removal::FromChannel,
            vec![record(true, vec![own_end(), message(4)], None)],
        ),
        ("another code", Removal::FromChannel, vec![record(false, vec![], Some(4004)), end()]),
        ("no end", Removal::OfChannel, vec![record(false, vec![], None)]),
        (
            "an end where none should be",
            Removal::FromBucket,
            vec![record(true, vec![], Some(4003))],
        ),
        ("not told", Removal::FromChannel, vec![record(true, vec![others_end], None)]),
        (
            "news of the bucket",
            Removal::FromBucket,
            vec![record(true, vec![own_end(), of_bucket(), bucket_news], None)],
        ),
        (
            "a message after the answer",
            Removal::Password,
            vec![record(true, vec![message(6)], Some(4001))],
        ),
    ] {
        assert_eq!(wrong(kind, &records), 1, "{fault}");
    }
}

#[test]
fn who_does_not_read_may_be_cut_off_as_slow_but_hears_nothing_late_either() {
    let slow = |frames, code| Record { was_reading: false, ..record(false, frames, Some(code)) };
    let end = || record(true, vec![own_end()], None);
    assert_eq!(wrong(Removal::FromChannel, &[slow(vec![message(4)], 4008), end()]), 0);
    assert_eq!(wrong(Removal::FromChannel, &[slow(vec![message(6)], 4008), end()]), 1);
    assert_eq!(wrong(Removal::FromChannel, &[slow(vec![], 4001), end()]), 1);
}
