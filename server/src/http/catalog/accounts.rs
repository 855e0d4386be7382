//! Accounts and people.

use pail_protocol::account::{
    BareToken, ChangePassword, DeleteMe, LogIn, LoggedIn, Me, Profile, Register, UpdateMe,
};

use super::operation::{Refusal, get, patch, post};
use super::{Group, text};

pub fn group() -> Group {
    let operations = vec![
        post("/api/auth/register/", "Register")
            .says(
                "Makes an account and logs it in. Whether an `invite` is needed is the server's \
                 choice. `name` defaults to the username, which is unique without regard to case.",
            )
            .open()
            .takes::<Register>()
            .answers::<LoggedIn>(201, "The account, and a token that is shown this once.")
            .refuses(Refusal::Forbidden)
            .refuses(Refusal::Throttled),
        post("/api/auth/login/", "Log in")
            .says(
                "A wrong name and a wrong password are refused alike. After ten wrong ones in a \
                 row the name may be tried five times a minute.",
            )
            .open()
            .takes::<LogIn>()
            .answers::<LoggedIn>(200, "A token that is shown this once.")
            .refuses(Refusal::Throttled),
        post("/api-token-auth/", "Obtain a bare token")
            .says("Logging in, with the answer of Django REST framework.")
            .open()
            .takes::<LogIn>()
            .answers::<BareToken>(200, "A token that is shown this once.")
            .refuses(Refusal::Throttled),
        post("/api/auth/logout/", "Log out")
            .says("The presented token stops working and its WebSockets are closed with 4001.")
            .any_scope()
            .answers_empty(204, "Logged out."),
        get("/api/auth/me/", "Who am I")
            .says(
                "`epoch` identifies the database. When it changes, every `seq` a client remembers \
                 is void.",
            )
            .any_scope()
            .answers::<Me>(200, "The caller, and what the server accepts."),
        patch("/api/auth/me/", "Change me")
            .says("Messages show the new name from then on, old ones too.")
            .may_take::<UpdateMe>()
            .answers::<Me>(200, "The caller, as changed."),
        post("/api/auth/password/", "Change my password")
            .says(
                "All other logins and tokens of the caller end, and their WebSockets are closed \
                 with 4001; the presented one stays.",
            )
            .takes::<ChangePassword>()
            .answers_empty(204, "Changed.")
            .refuses(Refusal::Throttled),
        post("/api/auth/me/delete/", "Delete my account")
            .says(
                "The caller leaves all buckets and channels; a bucket of which they are the only \
                 member is deleted. What they wrote stays, under the name `Deleted user`; the \
                 username becomes free.",
            )
            .takes::<DeleteMe>()
            .answers_empty(204, "Deleted.")
            .refuses(Refusal::Throttled),
        get("/api/chat/users/", "Find people")
            .says("People who share a bucket with the caller.")
            .query("search", text(), "What the name or username contains.")
            .answers::<Vec<Profile>>(200, "At most 50, by id."),
        get("/api/chat/users/{user_id}/", "Look up a person")
            .says("Who shares a bucket or a direct message with the caller.")
            .answers::<Profile>(200, "Who it is."),
    ];
    Group { name: "Accounts", description: "Who is who, and who is asking.", operations }
}
