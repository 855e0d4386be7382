//! The documents are the contract: every JSON example in them round-trips through the types.

use std::collections::BTreeMap;

use pail_protocol::account::{
    BareToken, ChangePassword, DeleteMe, LogIn, LoggedIn, Me, Profile, Register, UpdateMe,
};
use pail_protocol::attachment::Attachment;
use pail_protocol::bucket::{
    AddBucketMember, Bucket, BucketMember, BucketSummary, ChangeRole, CreateBucket, Done,
    UpdateBucket,
};
use pail_protocol::channel::{
    AddChannelMember, Channel, ChannelDetail, ChannelMember, ChannelSummary, CreateChannel,
    CreateDirectMessage, DirectMessage, MarkRead, MarkUnread, Unread, UpdateChannel,
};
use pail_protocol::error::{ErrorBody, FieldErrors};
use pail_protocol::export::Line;
use pail_protocol::frame::{ChatError, ChatFrame, ChatSend, ClientFrame, ServerFrame};
use pail_protocol::invite::{CreateInvite, Invite, InviteSummary};
use pail_protocol::message::{EditMessage, Message, PostMessage, React, Revision};
use pail_protocol::search::SearchHit;
use pail_protocol::server::WellKnown;
use pail_protocol::token::{CreateToken, NewToken, Token};
use pail_protocol::webhook::{CreateWebhook, NewWebhook, Webhook};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const API: &str = include_str!("../../docs/api.md");
const SEED: &str = include_str!("../../docs/seed-api.md");

/// The fenced JSON blocks of a document: what stands behind "json" on the fence, and the text.
fn examples(document: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in document.lines() {
        match (&mut open, line.trim().strip_prefix("```")) {
            (None, Some(fence)) => {
                open =
                    fence.strip_prefix("json").map(|name| (name.trim().to_owned(), String::new()));
            }
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some((_, text)), None) => text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    found
}

/// Reads `json` as `T`, writes it again, and wants back exactly what it read.
fn round_trips<T: Serialize + DeserializeOwned>(json: &str) {
    let before: Value =
        serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
    assert_eq!(written::<T>(&before), before);
}

/// As [`round_trips`], but the types may add keys: the seed's examples lack ours.
fn keeps_every_key<T: Serialize + DeserializeOwned>(json: &str) {
    let before: Value =
        serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
    assert_contains(&written::<T>(&before), &before);
}

fn written<T: Serialize + DeserializeOwned>(before: &Value) -> Value {
    let value: T =
        serde_json::from_value(before.clone()).unwrap_or_else(|error| panic!("{error}: {before}"));
    serde_json::to_value(value).expect("protocol types serialize")
}

fn assert_contains(whole: &Value, part: &Value) {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (key, value) in part {
                assert_contains(
                    whole.get(key).unwrap_or_else(|| panic!("no `{key}` in {whole:?}")),
                    value,
                );
            }
        }
        (Value::Array(whole), Value::Array(part)) => {
            assert_eq!(whole.len(), part.len());
            whole.iter().zip(part).for_each(|(whole, part)| assert_contains(whole, part));
        }
        _ => assert_eq!(whole, part),
    }
}

#[test]
fn every_example_of_the_api_document_round_trips() {
    let found = examples(API);
    assert!(found.len() > 45, "only {} examples were found", found.len());
    for (name, json) in found {
        match name.as_str() {
            "AddBucketMember" => round_trips::<AddBucketMember>(&json),
            "AddChannelMember" => round_trips::<AddChannelMember>(&json),
            "Attachment" => round_trips::<Attachment>(&json),
            "BareToken" => round_trips::<BareToken>(&json),
            "Bucket" => round_trips::<Bucket>(&json),
            "BucketMember" => round_trips::<BucketMember>(&json),
            "BucketSummary" => round_trips::<BucketSummary>(&json),
            "ChangePassword" => round_trips::<ChangePassword>(&json),
            "ChangeRole" => round_trips::<ChangeRole>(&json),
            "Channel" => round_trips::<Channel>(&json),
            "ChannelDetail" => round_trips::<ChannelDetail>(&json),
            "ChannelMember" => round_trips::<ChannelMember>(&json),
            "ChatError" => round_trips::<ChatError>(&json),
            "ChatFrame" => round_trips::<ChatFrame>(&json),
            "ChatSend" => round_trips::<ChatSend>(&json),
            "ClientFrame" => round_trips::<ClientFrame>(&json),
            "CreateBucket" => round_trips::<CreateBucket>(&json),
            "CreateChannel" => round_trips::<CreateChannel>(&json),
            "CreateDirectMessage" => round_trips::<CreateDirectMessage>(&json),
            "CreateInvite" => round_trips::<CreateInvite>(&json),
            "CreateToken" => round_trips::<CreateToken>(&json),
            "CreateWebhook" => round_trips::<CreateWebhook>(&json),
            "DeleteMe" => round_trips::<DeleteMe>(&json),
            "Done" => round_trips::<Done>(&json),
            "EditMessage" => round_trips::<EditMessage>(&json),
            "ErrorBody" => round_trips::<ErrorBody>(&json),
            "FieldErrors" => round_trips::<FieldErrors>(&json),
            "Invite" => round_trips::<Invite>(&json),
            "LogIn" => round_trips::<LogIn>(&json),
            "LoggedIn" => round_trips::<LoggedIn>(&json),
            "LoginRefused" => round_trips::<BTreeMap<String, String>>(&json),
            "MarkRead" => round_trips::<MarkRead>(&json),
            "Message" => round_trips::<Message>(&json),
            "MarkUnread" => round_trips::<MarkUnread>(&json),
            "Me" => round_trips::<Me>(&json),
            "NewToken" => round_trips::<NewToken>(&json),
            "NewWebhook" => round_trips::<NewWebhook>(&json),
            "PostMessage" => round_trips::<PostMessage>(&json),
            "Profile" => round_trips::<Profile>(&json),
            "React" => round_trips::<React>(&json),
            "Register" => round_trips::<Register>(&json),
            "ServerFrame" => round_trips::<ServerFrame>(&json),
            "Unread" => round_trips::<Unread>(&json),
            "UpdateBucket" => round_trips::<UpdateBucket>(&json),
            "UpdateChannel" => round_trips::<UpdateChannel>(&json),
            "UpdateMe" => round_trips::<UpdateMe>(&json),
            "WellKnown" => round_trips::<WellKnown>(&json),
            "[BucketMember]" => round_trips::<Vec<BucketMember>>(&json),
            "[BucketSummary]" => round_trips::<Vec<BucketSummary>>(&json),
            "[ChannelMember]" => round_trips::<Vec<ChannelMember>>(&json),
            "[ChannelSummary]" => round_trips::<Vec<ChannelSummary>>(&json),
            "[DirectMessage]" => round_trips::<Vec<DirectMessage>>(&json),
            "[Message]" => round_trips::<Vec<Message>>(&json),
            "[InviteSummary]" => round_trips::<Vec<InviteSummary>>(&json),
            "[Profile]" => round_trips::<Vec<Profile>>(&json),
            "[Revision]" => round_trips::<Vec<Revision>>(&json),
            "[SearchHit]" => round_trips::<Vec<SearchHit>>(&json),
            "[Token]" => round_trips::<Vec<Token>>(&json),
            "[Webhook]" => round_trips::<Vec<Webhook>>(&json),
            "[Unread]" => round_trips::<Vec<Unread>>(&json),
            other => panic!("docs/api.md names `{other}`, which no type covers"),
        }
    }
}

#[test]
fn every_line_of_the_export_in_the_api_document_round_trips() {
    let header = "\n{ \"type\": \"header\"";
    let (_, rest) = API.split_once(header).expect("an export");
    let block = format!("{header}{rest}");
    let lines: Vec<&str> =
        block.trim_start().lines().take_while(|line| line.starts_with('{')).collect();
    assert_eq!(lines.len(), 6, "one of each kind, and two events");
    lines.into_iter().for_each(round_trips::<Line>);
}

/// The seed does not name its examples, so they are told apart by their order.
#[test]
fn every_example_of_the_seed_keeps_its_keys() {
    let found: Vec<String> = examples(SEED).into_iter().map(|(_, json)| json).collect();
    let [
        recent,
        buckets,
        channels,
        create,
        created,
        add,
        added,
        history,
        send,
        receive,
        errors @ ..,
    ] = found.as_slice()
    else {
        panic!("the seed has fewer examples than it had");
    };
    keeps_every_key::<Vec<DirectMessage>>(recent);
    // The document has a comma too many here; strict JSON goes out all the same.
    keeps_every_key::<Vec<BucketSummary>>(&buckets.replace(",\n      }", "\n      }"));
    keeps_every_key::<Vec<ChannelSummary>>(channels);
    keeps_every_key::<CreateChannel>(create);
    keeps_every_key::<Channel>(created);
    keeps_every_key::<AddChannelMember>(add);
    keeps_every_key::<ChannelMember>(added);
    keeps_every_key::<Vec<Message>>(history);
    keeps_every_key::<ChatSend>(send);
    keeps_every_key::<ServerFrame>(receive);
    assert_eq!(errors.len(), 3);
    errors.iter().for_each(|error| keeps_every_key::<ChatError>(error));
}
