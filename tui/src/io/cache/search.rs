//! Words of messages on this machine: found without a server.
//!
//! SQLite's own index folds case and accents; ideographs are words of their own, as on the server.
//! Every text is a valid query: what is asked for is quoted, never read as syntax.

use pail_protocol::limits::{SEARCH_PAGE_MAX, SEARCH_QUERY_CHARS_MAX};
use pail_protocol::message::Message;
use pail_protocol::search::SearchHit;
use pail_protocol::{BucketId, ChannelId, Seq};
use rusqlite::{Connection, params};

use super::messages;
use crate::state::effect::{Search, Within};

/// Characters of a message that are shown before the first match, and after it.
const AROUND_MATCH: (usize, usize) = (30, 90);

/// Where a channel is, and what it is called.
pub(super) struct Place {
    pub(super) channel: ChannelId,
    pub(super) name: String,
    pub(super) bucket: Option<BucketId>,
}

/// Makes a message's words findable, in place of those it had.
pub(super) fn index(conn: &Connection, message: &Message, is_known: bool) -> rusqlite::Result<()> {
    if is_known {
        conn.prepare_cached("DELETE FROM words WHERE rowid = ?1")?.execute([message.id.0])?;
    }
    if !message.message_text.is_empty() {
        let sql = "INSERT OR REPLACE INTO words (rowid, text) VALUES (?1, ?2)";
        conn.prepare_cached(sql)?.execute(params![message.id.0, apart(&message.message_text)])?;
    }
    Ok(())
}

/// Forgets the words of a channel's messages, up to an event.
pub(super) fn forget_to(conn: &Connection, channel: ChannelId, seq: Seq) -> rusqlite::Result<()> {
    let sql = "DELETE FROM words WHERE rowid IN
                 (SELECT id FROM message WHERE channel = ?1 AND seq <= ?2)";
    conn.prepare_cached(sql)?.execute(params![channel.0, seq.0]).map(|_| ())
}

/// The newest messages with all these words, where they are looked for.
pub(super) fn find(
    conn: &Connection,
    search: &Search,
    places: &[Place],
) -> rusqlite::Result<Vec<SearchHit>> {
    let words = words_of(&search.words);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    // Of the last word the beginning is enough: it may be being typed.
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{}\"", apart(word))).collect();
    let query = quoted.join(" ") + "*";
    let sql = "SELECT body FROM message WHERE id IN
                 (SELECT rowid FROM words WHERE words MATCH ?1 AND rowid < ?2)
               AND (?3 IS NULL OR channel = ?3) ORDER BY id DESC LIMIT ?4";
    let before = search.before.map_or(i64::MAX, |id| id.0);
    let channel = match search.within {
        Within::Channel(channel) => Some(channel.0),
        Within::Everything | Within::Bucket(_) => None,
    };
    // Of a bucket more are looked at: what is elsewhere is left out afterwards.
    let count =
        if matches!(search.within, Within::Bucket(_)) { -1 } else { SEARCH_PAGE_MAX as i64 };
    let found = messages::all(conn, sql, params![query, before, channel, count])?;
    let hits = found.into_iter().filter_map(|message| hit(message, &words, places));
    let is_there = |hit: &SearchHit| match search.within {
        Within::Bucket(bucket) => hit.bucket == Some(bucket),
        Within::Everything | Within::Channel(_) => true,
    };
    Ok(hits.filter(is_there).take(SEARCH_PAGE_MAX).collect())
}

fn words_of(query: &str) -> Vec<String> {
    let query: String = query.chars().take(SEARCH_QUERY_CHARS_MAX).collect();
    let words = query.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

fn hit(message: Message, words: &[String], places: &[Place]) -> Option<SearchHit> {
    let place = places.iter().find(|place| place.channel == message.channel)?;
    let (snippet, matches) = excerpt(&message.message_text, words);
    Some(SearchHit {
        channel_name: place.name.clone(),
        bucket: place.bucket,
        snippet,
        matches,
        message,
    })
}

/// The part of a text around the first match, and where in it the matches are, in characters.
fn excerpt(text: &str, words: &[String]) -> (String, Vec<[usize; 2]>) {
    // One character for one, so that places in the folded text are places in the text.
    let fold = |c: char| c.to_lowercase().next().unwrap_or(c);
    let (text, folded): (Vec<char>, Vec<char>) = text.chars().map(|c| (c, fold(c))).unzip();
    let words: Vec<Vec<char>> = words.iter().map(|word| word.chars().collect()).collect();
    let begins = |at: usize| {
        let is_start = at == 0 || !folded[at - 1].is_alphanumeric() || is_ideograph(folded[at]);
        let word = words.iter().find(|word| is_start && folded[at..].starts_with(word));
        word.map(|word| [at, at + word.len()])
    };
    let all: Vec<[usize; 2]> = (0..folded.len()).filter_map(begins).collect();
    let first = all.first().map_or(0, |[from, _]| *from);
    let from = first.saturating_sub(AROUND_MATCH.0);
    let to = text.len().min(first.saturating_add(AROUND_MATCH.1));
    let (front, back) = (if from > 0 { "…" } else { "" }, if to < text.len() { "…" } else { "" });
    let shift = usize::from(from > 0);
    let snippet = format!("{front}{}{back}", text[from..to].iter().collect::<String>());
    let inside = all.into_iter().filter(|[start, end]| *start >= from && *end <= to);
    (snippet, inside.map(|[start, end]| [start - from + shift, end - from + shift]).collect())
}

/// With room around each ideograph, so that each is a word.
fn apart(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for character in text.chars() {
        match is_ideograph(character) {
            true => words.extend([' ', character, ' ']),
            false => words.push(character),
        }
    }
    words
}

/// Scripts that are written without spaces between words.
fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::{excerpt, words_of};

    #[test]
    fn an_excerpt_shows_where_the_words_are() {
        let (snippet, matches) =
            excerpt("The Deploy failed, deployment retried", &words_of("deploy"));
        assert_eq!(snippet, "The Deploy failed, deployment retried");
        assert_eq!(matches, [[4, 10], [19, 25]]);
        let long = format!("{} ÄRGER {}", "x ".repeat(100), "y ".repeat(100));
        let (snippet, matches) = excerpt(&long, &words_of("ärger"));
        assert!(snippet.starts_with('…') && snippet.ends_with('…'));
        let [from, to] = matches[0];
        assert_eq!(snippet.chars().skip(from).take(to - from).collect::<String>(), "ÄRGER");
    }

    #[test]
    fn every_text_is_a_query() {
        assert_eq!(words_of("\"; DROP (a OR* NEAR/3) -b"), ["drop", "a", "or", "near", "3", "b"]);
        assert!(words_of("  \"*\" ").is_empty());
    }
}
