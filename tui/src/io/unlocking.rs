//! A login whose token is in the keyring: it is asked for while the chat is on the screen already,
//! and whoever has it opens the account again. Until then the account is offline and says why.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use pail_protocol::close::CloseCode;
use tokio::sync::Mutex;
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
#[derive(Clone)]
pub(super) struct Unlocking {
    keyring: Keyring,
    /// What it said for good: whoever does not want to unlock it is not asked again.
    refusal: Arc<OnceLock<Trouble>>,
    /// Held while it is asked, also when the connection that wanted to know was given up meanwhile.
    turn: Arc<Mutex<()>>,
}

impl Unlocking {
    pub(super) fn new(keyring: Keyring) -> Self {
        Self { keyring, refusal: Arc::default(), turn: Arc::default() }
    }

    /// Asks for the token; what comes of it is told as news of this connection.
    pub(super) fn unlock(
        &self,
        opened: &Opened,
        generation: Generation,
        delay: Duration,
        tell: Tell,
    ) -> AbortHandle {
        let (this, locked) = (self.clone(), opened.clone());
        let token_id = opened.account.token_id.clone();
        let unlocking = async move {
            let mut asked = std::pin::pin!(this.ask(token_id));
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

    async fn ask(&self, token: String) -> Result<Secret, Trouble> {
        let turn = self.turn.clone().lock_owned().await;
        if let Some(trouble) = self.refusal.get() {
            return Err(*trouble);
        }
        let this = self.clone();
        let asking = tokio::spawn(async move {
            let _turn = turn;
            let answer = this.keyring.read(&token).await;
            if answer == Err(Trouble::Refused) {
                let _ = this.refusal.set(Trouble::Refused);
            }
            answer
        });
        asking.await.unwrap_or(Err(Trouble::Unavailable))
    }
}

fn closed(generation: Generation, code: Option<u16>, why: &str) -> News {
    News::Net(generation, NetEvent::Closed { code, reason: SafeText::line(why) })
}

/// The same account, with its token at hand.
fn unlocked(locked: Opened, Secret(token): Secret) -> Opened {
    let rest = Arc::new(Rest::new(locked.rest.server().clone(), Some(Secret(token.clone()))));
    let account = Account { token, ..locked.account };
    Opened { account, rest, is_new_team: false, is_background: true, ..locked }
}
