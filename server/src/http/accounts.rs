//! `/api/auth/…`, `/api-token-auth/` and `/api/chat/users/…`.

use pail_protocol::UserId;
use pail_protocol::account::{
    BareToken, ChangePassword, DeleteMe, Limits, LogIn, LoggedIn, Me, Profile, Register,
};

use super::HttpError;
use super::reply::{self, Answer};
use super::request::Call;
use crate::auth::own_account::Changes;
use crate::chat::people;
use crate::clock::Stamp;

/// `POST /api/auth/register/`
pub async fn register(mut call: Call) -> Answer {
    let fields = &mut call.fields;
    let body = Register {
        username: fields.text("username"),
        password: fields.text("password"),
        name: fields.nullable_text("name"),
        email: fields.nullable_text("email"),
        invite: fields.nullable_text("invite"),
    };
    call.fields.finish_at_once()?;
    reply::created(&call.ctx.register(body).await?)
}

/// `POST /api/auth/login/`
pub async fn log_in(call: Call) -> Answer {
    reply::ok(&logged_in(call).await?)
}

/// `POST /api-token-auth/`
pub async fn token(call: Call) -> Answer {
    reply::ok(&BareToken { token: logged_in(call).await?.token })
}

async fn logged_in(mut call: Call) -> Result<LoggedIn, HttpError> {
    let fields = &mut call.fields;
    let body = LogIn {
        username: fields.text("username"),
        password: fields.text("password"),
        device: fields.nullable_text("device"),
    };
    call.fields.finish_at_once()?;
    Ok(call.ctx.log_in(body).await?)
}

/// `POST /api/auth/logout/`
pub async fn log_out(call: Call) -> Answer {
    call.ctx.log_out(call.caller()?).await?;
    reply::no_content()
}

/// `GET /api/auth/me/`
pub async fn me(call: Call) -> Answer {
    let by = call.caller()?.id();
    let profile = call.ctx.query(move |tx| people::profile(tx, by, by)).await?;
    told(&call, profile)
}

fn told(call: &Call, profile: Profile) -> Answer {
    let Profile { user, status, .. } = now(call, profile);
    reply::ok(&Me {
        user,
        status,
        epoch: call.ctx.epoch().to_owned(),
        server_version: env!("CARGO_PKG_VERSION").to_owned(),
        limits: Limits::default(),
    })
}

/// `PATCH /api/auth/me/`
pub async fn change_me(mut call: Call) -> Answer {
    let name = call.fields.optional_text("name");
    let email = call.fields.optional_text("email");
    let status = call.fields.nullable_text("status");
    let status_expires_in = call.fields.optional_integer("status_expires_in");
    std::mem::take(&mut call.fields).finish_at_once()?;
    let wanted = Changes { name, email, status, status_expires_in };
    let profile = call.ctx.change_me(call.caller()?, wanted).await?;
    told(&call, profile)
}

/// `POST /api/auth/password/`
pub async fn change_password(mut call: Call) -> Answer {
    let body = ChangePassword {
        old_password: call.fields.text("old_password"),
        new_password: call.fields.text("new_password"),
    };
    std::mem::take(&mut call.fields).finish_at_once()?;
    call.ctx.change_password(call.caller()?, body).await?;
    reply::no_content()
}

/// `POST /api/auth/me/delete/`
pub async fn delete_me(mut call: Call) -> Answer {
    let body = DeleteMe { password: call.fields.text("password") };
    std::mem::take(&mut call.fields).finish_at_once()?;
    call.ctx.close_account(call.caller()?, body).await?;
    reply::no_content()
}

/// `GET /api/chat/users/?search=`
pub async fn people(call: Call) -> Answer {
    let by = call.caller()?.id();
    let text = call.parameter("search").unwrap_or_default().trim().to_owned();
    let people = call.ctx.query(move |tx| people::find(tx, by, &text)).await?;
    reply::ok(&people.into_iter().map(|profile| now(&call, profile)).collect::<Vec<_>>())
}

/// `GET /api/chat/users/<user_id>/`
pub async fn profile(call: Call, user: UserId) -> Answer {
    let by = call.caller()?.id();
    let profile = call.ctx.query(move |tx| people::profile(tx, by, user)).await?;
    reply::ok(&now(&call, profile))
}

/// Somebody as they are at this moment.
fn now(call: &Call, profile: Profile) -> Profile {
    let online = call.ctx.is_online(profile.user.id);
    let status = profile.status.filter(|status| status.holds(Stamp::now().now));
    Profile { online, status, ..profile }
}
