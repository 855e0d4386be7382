//! `/api/auth/…`, `/api-token-auth/` and `/api/chat/users/`.

use pail_protocol::account::{BareToken, Limits, LogIn, LoggedIn, Me, Register};
use pail_protocol::limits::USER_SEARCH_MAX;

use super::HttpError;
use super::reply::{self, Answer};
use super::request::Call;

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
    reply::ok(&Me {
        user: call.caller()?.user.clone(),
        epoch: call.ctx.epoch().to_owned(),
        server_version: env!("CARGO_PKG_VERSION").to_owned(),
        limits: Limits::default(),
    })
}

/// `GET /api/chat/users/?search=`
pub async fn people(call: Call) -> Answer {
    let by = call.caller()?.id();
    let text = call.parameter("search").unwrap_or_default().trim().to_owned();
    let people = call.ctx.query(move |tx| Ok(tx.people(by, &text, USER_SEARCH_MAX)?));
    reply::ok(&people.await?)
}
