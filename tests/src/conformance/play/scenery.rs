//! Steps that set the scene with what the document has: buckets, channels, something said. They
//! ask for success and an id, and check nothing else.

use serde_json::{Value, json};

use super::failure::curl;
use super::{Play, Trouble};
use crate::conformance::grammar::{Role, Template};
use crate::conformance::net::{Heard, Request, Socket};

impl Play<'_> {
    pub(super) async fn bucket(
        &mut self,
        name: &str,
        members: &[(Role, String)],
    ) -> Result<(), Trouble> {
        let Some(((_, maker), others)) = members.split_first() else { return Ok(()) };
        let title = format!("Bucket {name}");
        let body = json!({ "name": title });
        let id = self.makes(maker, "/api/chat/buckets/create/", &body).await?;
        self.made.push((self.person(maker)?.token.clone(), id.clone()));
        self.scope.set(name, id.clone());
        self.scope.set(&format!("{name}.name"), title.into());
        for (role, user) in others {
            let body = json!({ "bucket": id, "user": self.person(user)?.id(), "role": role });
            self.asks(maker, "/api/chat/buckets/members/add/", &body).await?;
        }
        Ok(())
    }

    pub(super) async fn channel(
        &mut self,
        name: &str,
        bucket: &str,
        members: &[String],
    ) -> Result<(), Trouble> {
        let Some((maker, others)) = members.split_first() else { return Ok(()) };
        let title = format!("Channel {name}");
        let bucket = self.named(bucket)?;
        let body = json!({ "name": title, "channel_type": "group", "bucket": bucket });
        let id = self.makes(maker, "/api/chat/channels/create/", &body).await?;
        self.scope.set(name, id.clone());
        self.scope.set(&format!("{name}.name"), title.into());
        for user in others {
            let body = json!({ "channel": id, "user": self.person(user)?.id() });
            self.asks(maker, "/api/chat/channels/members/add/", &body).await?;
        }
        Ok(())
    }

    pub(super) async fn direct(&mut self, name: &str, users: &[String; 2]) -> Result<(), Trouble> {
        let [opener, peer] = users;
        let body = json!({ "user": self.person(peer)?.id() });
        let id = self.makes(opener, "/api/chat/direct-messages/create/", &body).await?;
        self.scope.set(name, id);
        Ok(())
    }

    /// Says something over the channel's WebSocket, the only way the document has, and waits for
    /// the echo.
    pub(super) async fn say(
        &mut self,
        user: &str,
        text: &Template,
        channel: &str,
    ) -> Result<(), Trouble> {
        let text = text.fill(&self.scope).map_err(Trouble::of)?;
        let path = format!("/ws/chat/{}/", self.named(channel)?);
        let token = format!("Token {}", self.person(user)?.token);
        let headers = [("authorization".to_owned(), token)];
        let opened = Socket::open(self.target, &path, &headers, &self.agent).await;
        let socket = opened.map_err(Trouble::of)?.socket;
        let refused = || Trouble::of(format!("{path} refused {user} the handshake"));
        let mut socket = socket.ok_or_else(refused)?;
        let frame = json!({ "message_text": text });
        socket.send(self.target, &frame.to_string(), true).await.map_err(Trouble::of)?;
        loop {
            match socket.hear(self.target).await.map_err(Trouble::of)? {
                Heard::Frame(frame) if frame["message"] == text.as_str() => break,
                Heard::Frame(frame) if frame.get("error").is_none() => {}
                heard => {
                    let came = heard.to_string();
                    let wrong = vec![format!("expected the echo of {frame}")];
                    return Err(Trouble { sent: String::new(), came, wrong });
                }
            }
        }
        socket.close(self.target).await;
        Ok(())
    }

    fn named(&self, name: &str) -> Result<Value, Trouble> {
        let reference = crate::conformance::grammar::Reference::parse(name);
        let reference = reference.map_err(Trouble::of)?;
        self.scope.get(&reference).map_err(Trouble::of)
    }

    /// Asks, and returns the id in the answer.
    async fn makes(&mut self, user: &str, path: &str, body: &Value) -> Result<Value, Trouble> {
        let answer = self.asks(user, path, body).await?;
        match &answer["id"] {
            Value::Null => Err(Trouble::of(format!("no id in the answer of {path}: {answer}"))),
            id => Ok(id.clone()),
        }
    }

    /// Asks for something that must succeed.
    async fn asks(&mut self, user: &str, path: &str, body: &Value) -> Result<Value, Trouble> {
        let token = self.person(user)?.token.clone();
        let request = Request::new("POST", path, Some(body), &self.agent).token(&token);
        let answer = request.send(self.target).await.map_err(Trouble::of)?;
        if answer.status >= 300 {
            let (sent, came) = (curl(&request, self.target), answer.to_string());
            return Err(Trouble { sent, came, wrong: vec!["expected success".to_owned()] });
        }
        Ok(answer.json().unwrap_or_default())
    }
}
