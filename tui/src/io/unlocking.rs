//! A login whose token is in the keyring: it is asked for while the chat is on the screen already,
//! and whoever has it opens the account again. Until then the account is offline and says why.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use pail_protocol::close::CloseCode;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use super::Outside;
use super::accounts::Account;
use super::entry::Opened;
use super::keyring::{KEYRING_PATIENCE, Keyring, Trouble};
use super::open::Tell;
use super::rest::Rest;
use crate::state::effect::Secret;
use crate::state::{Generation, NetEvent, News};
use crate::text::SafeText;

/// Why an account is offline while its keyring is locked.
const WAITING: &str = "waiting for your keyring to be unlocked";

/// What is known of one account's keyring.
pub(super) struct Unlocking {
    keyring: Keyring,
    /// What it said for good: whoever does not want to unlock it is not asked again.
    refusal: Arc<OnceLock<Trouble>>,
}

impl Unlocking {
    pub(super) fn new(keyring: Keyring) -> Self {
        Self { keyring, refusal: Arc::default() }
    }

    /// Asks for the token; what comes of it is told as news of this connection.
    pub(super) fn unlock(
        &self,
        opened: &Opened,
        generation: Generation,
        delay: Duration,
        tell: Tell,
    ) -> AbortHandle {
        let (keyring, refusal) = (self.keyring.clone(), self.refusal.clone());
        let (locked, token_id) = (opened.clone(), opened.account.token_id.clone());
        let unlocking = async move {
            let mut asked = std::pin::pin!(ask(&keyring, &refusal, &token_id));
            let answer = match timeout(delay.max(KEYRING_PATIENCE), &mut asked).await {
                Ok(answer) => answer,
                Err(_) => {
                    tell.tell(closed(generation, None, WAITING)).await;
                    asked.await
                }
            };
            match answer {
                Ok(token) => {
                    let _ = tell.inbox.send(Outside::Opened(unlocked(locked, token))).await;
                }
                Err(Trouble::Missing) => {
                    let ended = Some(CloseCode::NotAuthenticated.number());
                    tell.tell(closed(generation, ended, "")).await;
                }
                Err(trouble) => {
                    sleep(delay).await;
                    tell.tell(closed(generation, None, &trouble.to_string())).await;
                }
            }
        };
        tokio::spawn(unlocking).abort_handle()
    }
}

fn closed(generation: Generation, code: Option<u16>, why: &str) -> News {
    News::Net(generation, NetEvent::Closed { code, reason: SafeText::line(why) })
}

async fn ask(
    keyring: &Keyring,
    refusal: &OnceLock<Trouble>,
    token: &str,
) -> Result<Secret, Trouble> {
    if let Some(trouble) = refusal.get() {
        return Err(*trouble);
    }
    let answer = keyring.read(token).await;
    if answer == Err(Trouble::Refused) {
        let _ = refusal.set(Trouble::Refused);
    }
    answer
}

/// The same account, with its token at hand.
fn unlocked(locked: Opened, Secret(token): Secret) -> Opened {
    let rest = Arc::new(Rest::new(locked.rest.server().clone(), Some(Secret(token.clone()))));
    let account = Account { token, ..locked.account };
    Opened { account, rest, is_new_team: false, is_background: true, ..locked }
}
