//! What a client of one channel missed, before what is live: `?after=<seq>&epoch=<epoch>`. Only
//! messages, as they are now, without deleted ones; then `chat.ready`.

use pail_protocol::frame::{ChatFrame, ChatReady, Resumed, ServerFrame};
use pail_protocol::{ChannelId, Seq};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::connection::{self, Connection};
use super::dialect::encode;
use super::wire::End;
use crate::chat::missed::Have;
use crate::chat::{ChatError, messages};
use crate::hub::Attached;

/// Messages read and written at once: bounds memory, not the replay.
const REPLAY_PAGE: usize = 100;

/// A replay to be written.
#[derive(Debug, Clone, Copy)]
pub struct Replay {
    /// The channel.
    pub channel: ChannelId,
    /// The newest event the client has.
    pub after: Seq,
    /// Where the channel stands, and whether the client can be brought there.
    pub resumed: Resumed,
}

/// What a URL's query says the client has; an `after` that is no number is ignored.
pub fn have(query: &str) -> Option<Have> {
    let pair = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    Some(Have { after: Seq(pair("after")?.parse().ok()?), epoch: pair("epoch") })
}

/// Writes a replay and says that it is over.
///
/// # Errors
/// Why the connection ends.
pub async fn write(
    connection: &mut Connection,
    attached: &Attached,
    replay: Replay,
) -> Result<(), End> {
    let Replay { channel, after, resumed } = replay;
    if resumed.recovered {
        write_messages(connection, attached, channel, after, resumed.last_seq).await?;
    }
    let ready = ChatFrame::Ready(ChatReady {
        epoch: connection.ctx.epoch().to_owned(),
        last_seq: resumed.last_seq,
        recovered: resumed.recovered,
    });
    connection.write([encode(&ready)], attached).await
}

async fn write_messages(
    connection: &mut Connection,
    attached: &Attached,
    channel: ChannelId,
    mut after: Seq,
    until: Seq,
) -> Result<(), End> {
    let by = connection.caller.id();
    while after < until {
        let query = connection
            .ctx
            .query(move |tx| messages::history_up_to(tx, by, channel, after, until, REPLAY_PAGE));
        let page = match query.await {
            Ok(page) => page,
            // The hub has not come to it yet, but closes whoever was shut out, and knows the code.
            Err(ChatError::NotInChannel | ChatError::Missing(_)) => {
                return Err(End::Close(attached.inbox.closing().await));
            }
            Err(error) => return Err(connection::failed(&error)),
        };
        let Some(last) = page.last().map(|message| message.seq) else { return Ok(()) };
        let frame = |message| encode(&ServerFrame::Message(message));
        let frames: Vec<Utf8Bytes> =
            page.into_iter().map(|message| frame(message.into())).collect();
        connection.write(frames, attached).await?;
        after = last;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_what_the_client_has() {
        let cases = [
            ("after=41&epoch=9f1c", Some((41, Some("9f1c")))),
            ("token=x&after=0", Some((0, None))),
            ("after=-1", Some((-1, None))),
            ("after=x&epoch=9f1c", None),
            ("after=", None),
            ("after=99999999999999999999", None),
            ("epoch=9f1c", None),
            ("", None),
        ];
        for (query, expected) in cases {
            let have = have(query);
            let have = have.as_ref().map(|have| (have.after.0, have.epoch.as_deref()));
            assert_eq!(have, expected, "{query}");
        }
    }
}
