//! Tokens.

use pail_protocol::token::{CreateToken, NewToken, Token};

use super::Group;
use super::operation::{delete, get, post};

pub fn group() -> Group {
    let operations = vec![
        get("/api/auth/tokens/", "List tokens").answers::<Vec<Token>>(
            200,
            "The caller's logins and tokens, by id. `last_used_at` is true to the minute.",
        ),
        post("/api/auth/tokens/create/", "Create a token")
            .says("`scopes` default to `read` and `write`. A token lives 90 days by default.")
            .takes::<CreateToken>()
            .answers::<NewToken>(201, "The token, which is shown this once.")
            .gives("token_id"),
        delete("/api/auth/tokens/{token_id}/delete/", "Revoke a token")
            .says("Its WebSockets are closed with 4001 at once.")
            .answers_empty(204, "Revoked."),
    ];
    Group {
        name: "Tokens",
        description: "Every login is a token, and there are tokens for bots and CI. Scopes say \
                      how far one reaches: read, write, admin; with channel:<id> only into these \
                      channels. A login has read, write and admin.",
        operations,
    }
}
