//! `pail logout` and `pail account`: what is saved of an account, shown and let go.

use std::io::{BufRead, IsTerminal, Write};

use anyhow::{bail, ensure};
use hyper::Method;
use tokio::time::timeout;

use super::print_line;
use crate::cli::LogOut;
use crate::io::LOGOUT;
use crate::io::accounts::{Account, Accounts};
use crate::io::cache;
use crate::io::files::ClientDirs;
use crate::io::keyring::UNLOCKING_MAX;
use crate::io::pictures;
use crate::io::rest::Rest;
use crate::io::secrets::Secrets;
use crate::state::effect::Secret;
use crate::text::SafeText;

/// Ends the login that was used last; with `--forget`, deletes the account that was, too.
pub(super) async fn log_out(
    accounts: &Accounts,
    secrets: &Secrets,
    dirs: &ClientDirs,
    how: &LogOut,
) -> anyhow::Result<()> {
    let Some(account) = accounts.last()? else { bail!("No account is saved here.") };
    if how.forget {
        return forget(accounts, secrets, dirs, &account, how.yes).await;
    }
    ensure!(
        account.is_logged_in(),
        "You are logged out of {} already. `pail logout --forget` deletes the account saved here.",
        account.server
    );
    end_login(&account, secrets, || accounts.log_out(&account)).await?;
    print_line(&format!("Logged out of {}. `pail` offers to log in again.", account.server));
    Ok(())
}

async fn forget(
    accounts: &Accounts,
    secrets: &Secrets,
    dirs: &ClientDirs,
    account: &Account,
    is_sure: bool,
) -> anyhow::Result<()> {
    print_account(account, secrets).await;
    if !is_sure && !confirms()? {
        print_line("Nothing was deleted.");
        return Ok(());
    }
    cache::forget(&cache::path_for(dirs, account))?;
    pictures::forget(&pictures::path_for(dirs, account))?;
    end_login(account, secrets, || accounts.forget(account)).await?;
    let username = SafeText::name(&account.username);
    print_line(&format!("Forgot {username} on {}.", account.server));
    Ok(())
}

/// Here at once, whether or not the server and the keyring can be told.
async fn end_login(
    account: &Account,
    secrets: &Secrets,
    here: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let token = match account.is_logged_in() {
        true => Some(secrets.token(account).await),
        false => None,
    };
    here()?;
    let told = match token {
        Some(Ok(token)) => {
            let rest = Rest::new(account.address()?, Some(token));
            rest.order(Method::POST, LOGOUT).await.map_err(anyhow::Error::from)
        }
        Some(Err(trouble)) => Err(trouble.into()),
        None => Ok(()),
    };
    if let Err(error) = told {
        print_line(&format!("The server does not know it yet: {error}."));
    }
    let is_in_keyring = account.secrets().any(|kept| kept.value.is_none());
    if is_in_keyring && !matches!(timeout(UNLOCKING_MAX, secrets.settle()).await, Ok(Ok(true))) {
        print_line("The keyring has it still; pail removes it at a start that finds it unlocked.");
    }
    Ok(())
}

fn confirms() -> anyhow::Result<bool> {
    ensure!(
        std::io::stdin().is_terminal(),
        "Nothing was deleted: nobody is there to be asked. Say --yes if you have the password \
         elsewhere."
    );
    let mut out = std::io::stdout();
    write!(out, "\nThere is no other way back in. Delete this here? [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Prints what is needed to log in on another machine.
pub(super) async fn print_saved(accounts: &Accounts, secrets: &Secrets) -> anyhow::Result<()> {
    let Some(account) = accounts.last()? else {
        bail!("No account is saved here. `pail join LINK` or `pail up` changes that.")
    };
    print_account(&account, secrets).await;
    Ok(())
}

async fn print_account(account: &Account, secrets: &Secrets) {
    let password = match secrets.password(account).await {
        Ok(Secret(password)) => password,
        Err(trouble) => format!("({trouble})"),
    };
    print_line(&format!("server    {}", account.server));
    print_line(&format!("username  {}", SafeText::name(&account.username)));
    print_line(&format!("password  {password}"));
    print_line(&format!("\nOn another machine: pail login {}", account.server));
}

#[cfg(test)]
mod tests {
    use pail_protocol::UserId;
    use tempfile::TempDir;

    use super::{Account, Accounts, ClientDirs, Secrets, cache, forget, pictures};
    use crate::io::keyring::Keyring;

    #[tokio::test]
    async fn nothing_that_was_said_or_shown_outlives_an_account_that_is_forgotten() {
        let dir = TempDir::new().unwrap();
        let dirs = ClientDirs::new(Some(dir.path().to_owned())).unwrap();
        let accounts = Accounts::new(&dirs);
        let secrets = Secrets::new(accounts.clone(), Keyring::none(), false);
        let account = Account {
            server: "http://127.0.0.1:7245".to_owned(),
            user_id: UserId(1),
            username: "ana".to_owned(),
            name: "Ana".to_owned(),
            password: "p".to_owned(),
            token: String::new(),
            password_id: "password".to_owned(),
            token_id: String::new(),
        };
        accounts.save(&account).unwrap();
        let (kept, shown) = (cache::path_for(&dirs, &account), pictures::path_for(&dirs, &account));
        std::fs::create_dir_all(&shown).unwrap();
        std::fs::write(shown.join("7-34000"), "a picture").unwrap();
        std::fs::write(&kept, "words").unwrap();
        forget(&accounts, &secrets, &dirs, &account, true).await.unwrap();
        assert!(!kept.exists() && !shown.exists());
        assert!(accounts.last().unwrap().is_none());
        accounts.save(&account).unwrap();
        forget(&accounts, &secrets, &dirs, &account, true).await.unwrap();
    }
}
