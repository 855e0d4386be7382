//! Where logins and passwords are, and whether there is a keyring for them.

use tokio::time::timeout;

use super::{Finding, PROGRAM_TIMEOUT};
use crate::io::keyring::Trouble;
use crate::io::secrets::{Secrets, Whereabouts};

/// A name that nothing in a keyring has.
const NOTHING: &str = "pail doctor";

/// Whether a keyring answers. `None` when it has not done so in time.
pub(super) async fn keyring(secrets: &Secrets) -> Option<Result<(), Trouble>> {
    let asked = timeout(PROGRAM_TIMEOUT, secrets.keyring().read(NOTHING)).await.ok()?;
    Some(match asked {
        Ok(_) | Err(Trouble::Missing) => Ok(()),
        Err(trouble) => Err(trouble),
    })
}

pub(super) fn finding(
    secrets: &Secrets,
    is_wanted: bool,
    keyring: Option<Result<(), Trouble>>,
) -> Finding {
    let found = match secrets.whereabouts() {
        Ok(found) => found,
        Err(error) => return Finding::wrong(ABOUT, format!("{error:#}")),
    };
    judged(found, is_wanted, keyring)
}

const ABOUT: &str = "logins";

fn judged(found: Whereabouts, is_wanted: bool, keyring: Option<Result<(), Trouble>>) -> Finding {
    let Whereabouts { in_keyring, in_file } = found;
    let in_reach = keyring == Some(Ok(()));
    match (in_keyring, in_file) {
        (1.., _) if !in_reach => Finding::wrong(
            ABOUT,
            "in a keyring that does not answer: unlock it, or start pail where D-Bus is",
        ),
        (1.., 0) => Finding::good(ABOUT, "in the keyring"),
        (1.., _) => Finding::aside(ABOUT, "in the keyring, and for now in accounts.json too"),
        (0, _) if !is_wanted => Finding::good(ABOUT, "in accounts.json, which only you may read"),
        (0, 0) if in_reach => Finding::good(ABOUT, "the keyring is there for them"),
        (0, _) if in_reach => {
            Finding::aside(ABOUT, "in accounts.json; the next start moves them into the keyring")
        }
        (0, _) => Finding::aside(
            ABOUT,
            "in accounts.json, which only you may read: no keyring answers on D-Bus",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Mark;
    use super::{Trouble, Whereabouts, judged};

    #[test]
    fn only_a_login_that_cannot_be_reached_has_to_be_seen_to() {
        let mark = |in_keyring, in_file, keyring| {
            judged(Whereabouts { in_keyring, in_file }, true, keyring).mark
        };
        assert_eq!(mark(2, 0, Some(Ok(()))), Mark::Good);
        assert_eq!(mark(2, 0, None), Mark::Wrong);
        assert_eq!(mark(1, 1, Some(Err(Trouble::Refused))), Mark::Wrong);
        assert_eq!(mark(0, 2, Some(Err(Trouble::Unavailable))), Mark::Aside);
        assert_eq!(mark(0, 0, Some(Ok(()))), Mark::Good);
    }

    #[test]
    fn whoever_wants_the_file_has_it_so() {
        let found = Whereabouts { in_keyring: 0, in_file: 2 };
        assert_eq!(judged(found, false, None).mark, Mark::Good);
    }
}
