//! Finding messages: in the channels the caller is in now, newest first.

use pail_protocol::message::Message;
use pail_protocol::search::SearchHit;
use pail_protocol::{BucketId, ChannelId, MessageId, UserId};

use super::words::{Query, words};
use super::{Ruled, access};
use crate::store::Tx;
use crate::store::tx::Find;

/// Characters of a snippet.
const SNIPPET_CHARS: usize = 160;
/// Characters of a snippet before its first match.
const SNIPPET_CHARS_BEFORE: usize = 40;

/// What is looked for, and where.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What somebody typed.
    pub text: String,
    /// Only in this bucket.
    pub bucket: Option<BucketId>,
    /// Only in this channel.
    pub channel: Option<ChannelId>,
    /// Only of this user.
    pub from: Option<UserId>,
    /// Only older messages than this one.
    pub before: Option<MessageId>,
    /// Only newer messages than this one.
    pub after: Option<MessageId>,
    /// How many at the most.
    pub limit: usize,
}

/// Messages that contain all of it. The index is filled behind the log: what was said a moment ago
/// may not be found yet.
///
/// # Errors
/// The bucket or channel that is named is missing, or the caller is not in it.
pub fn find(tx: &mut dyn Tx, by: UserId, wanted: &Wanted) -> Ruled<Vec<SearchHit>> {
    may_look(tx, by, wanted.bucket, wanted.channel)?;
    let query = Query::parse(&wanted.text);
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let Wanted { bucket, channel, from, before, after, limit, .. } = *wanted;
    let expression = query.expression();
    let find = Find { expression: &expression, by, bucket, channel, from, before, after, limit };
    let messages = tx.find_messages(&find)?;
    messages.into_iter().map(|message| hit(tx, by, &query, message)).collect()
}

/// Whether the caller may look where they want to.
///
/// # Errors
/// Missing; not a member.
pub fn may_look(
    tx: &mut dyn Tx,
    by: UserId,
    bucket: Option<BucketId>,
    channel: Option<ChannelId>,
) -> Ruled<()> {
    bucket.map(|id| access::in_bucket(tx, by, id)).transpose()?;
    channel.map(|id| access::in_channel(tx, by, id)).transpose()?;
    Ok(())
}

fn hit(tx: &mut dyn Tx, by: UserId, query: &Query, message: Message) -> Ruled<SearchHit> {
    let channel = access::channel(tx, by, message.channel)?;
    let (snippet, matches) = snippet(query, &message.message_text);
    Ok(SearchHit { message, channel_name: channel.name, bucket: channel.bucket, snippet, matches })
}

/// The part of a text around its first match, and where in it the matches are.
fn snippet(query: &Query, text: &str) -> (String, Vec<[usize; 2]>) {
    let places = query.places(&words(text));
    let len = text.chars().count();
    let first = places.first().map_or(0, |place| place.start);
    let begin = match len <= SNIPPET_CHARS {
        true => 0,
        false => first.saturating_sub(SNIPPET_CHARS_BEFORE).min(len - SNIPPET_CHARS),
    };
    let end = len.min(begin + SNIPPET_CHARS);
    let cut: String = text.chars().skip(begin).take(end - begin).collect();
    let (before, behind) = (if begin > 0 { "…" } else { "" }, if end < len { "…" } else { "" });
    let shift = before.chars().count();
    let inside = places.iter().filter(|place| place.start >= begin && place.start < end);
    let matches =
        inside.map(|place| [place.start - begin + shift, place.end.min(end) - begin + shift]);
    let matches = matches.collect();
    (format!("{before}{cut}{behind}"), matches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_is_the_text_around_the_first_match() {
        let query = Query::parse("needle");
        let cases = [
            ("a needle".to_owned(), "a needle".to_owned(), vec![[2, 8]]),
            ("nothing".to_owned(), "nothing".to_owned(), vec![]),
            (
                format!("{} needle {}", "é".repeat(200), "ü".repeat(200)),
                format!("…{} needle {}…", "é".repeat(39), "ü".repeat(113)),
                vec![[41, 47]],
            ),
            (
                format!("{} needle", "é".repeat(300)),
                format!("…{} needle", "é".repeat(153)),
                vec![[155, 161]],
            ),
        ];
        for (text, expected, matches) in cases {
            assert_eq!(snippet(&query, &text), (expected, matches), "{text}");
        }
    }
}
