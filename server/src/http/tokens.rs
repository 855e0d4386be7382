//! `/api/auth/tokens/…`

use pail_protocol::LoginId;

use super::reply::{self, Answer};
use super::request::Call;
use crate::auth::logins::Wish;

/// `GET /api/auth/tokens/`
pub async fn list(call: Call) -> Answer {
    reply::ok(&call.ctx.tokens(call.caller()?).await?)
}

/// `POST /api/auth/tokens/create/`
pub async fn create(mut call: Call) -> Answer {
    let wish = Wish {
        label: call.fields.text("label"),
        scopes: call.fields.optional_texts("scopes"),
        expires_in: call.fields.optional_integer("expires_in"),
    };
    let caller = call.caller()?.clone();
    call.fields.finish_at_once()?;
    reply::created(&call.ctx.create_token(&caller, wish).await?)
}

/// `DELETE /api/auth/tokens/<token_id>/delete/`
pub async fn revoke(call: Call, id: LoginId) -> Answer {
    call.ctx.revoke_token(call.caller()?, id).await?;
    reply::no_content()
}
