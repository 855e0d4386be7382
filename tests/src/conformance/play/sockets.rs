//! Steps on WebSockets.

use serde_json::Value;

use super::failure::websocat;
use super::seen::told;
use super::{Brought, Play, Seen, Trouble};
use crate::conformance::grammar::{Actor, Hearing, Pattern, Step, Subject, Template};
use crate::conformance::matching::{fits, shown};
use crate::conformance::net::{Heard, Socket};

/// Most frames that are skipped while waiting for one.
const SKIPPED_MAX: usize = 1000;

impl Play<'_> {
    /// Shakes hands. Without a check of the status, it must be 101.
    pub(super) async fn open(
        &mut self,
        step: &Step,
        actor: &Actor,
        path: &Template,
        headers: &[(String, Template)],
        name: &str,
    ) -> Result<Brought, Trouble> {
        let path = path.fill(&self.scope).map_err(Trouble::of)?;
        let headers = self.headers(actor, headers)?;
        let sent = websocat(&path, &headers, self.target);
        let opened = Socket::open(self.target, &path, &headers, &self.agent).await;
        let shaken =
            opened.map_err(|error| Trouble { sent: sent.clone(), ..Trouble::of(error) })?;
        let came = format!("{} in answer to the handshake", shaken.status);
        let seen = Seen::of_handshake(shaken.status, &shaken.headers);
        let is_checked = step.expectations.iter().any(|one| one.subject == Subject::Status);
        if let Some(socket) = shaken.socket {
            self.sockets.insert(name.to_owned(), socket);
        } else if !is_checked {
            return Err(Trouble { sent, came, wrong: vec!["expected status 101".to_owned()] });
        }
        Ok(Brought { seen, sent, came })
    }

    pub(super) async fn send(
        &mut self,
        socket: &str,
        text: &Template,
        times: usize,
        is_text: bool,
    ) -> Result<(), Trouble> {
        let mut scope = self.scope.clone();
        let target = self.target;
        let socket = self.socket(socket)?;
        for count in 1..=times {
            if times > 1 {
                scope.set("count", Value::from(count));
            }
            let text = text.fill(&scope).map_err(Trouble::of)?;
            socket.send(target, &text, is_text).await.map_err(Trouble::of)?;
        }
        Ok(())
    }

    pub(super) async fn hear(
        &mut self,
        socket: &str,
        hearing: &Hearing,
        capture: Option<&str>,
    ) -> Result<Brought, Trouble> {
        self.checks += usize::from(!matches!(hearing, Hearing::Next(None)));
        let frames = match hearing {
            Hearing::Next(None) => vec![self.frame(socket).await?],
            Hearing::Next(Some(pattern)) => {
                let frame = self.frame(socket).await?;
                self.fits(pattern, &frame)?;
                vec![frame]
            }
            Hearing::SkipTo(pattern) => vec![self.skip_to(socket, pattern).await?],
            Hearing::Count(count) => {
                let mut frames = Vec::new();
                while frames.len() < *count {
                    let heard = self.frame(socket).await;
                    let so_far = format!("{} of {count} frames were heard", frames.len());
                    frames.push(heard.map_err(|mut trouble| {
                        trouble.wrong.push(so_far);
                        trouble
                    })?);
                }
                frames
            }
        };
        let frame = frames.last().cloned();
        let came = shown(frame.as_ref());
        let all = Value::from(frames);
        if let Some(name) = capture {
            let is_count = matches!(hearing, Hearing::Count(_));
            let heard = if is_count { all.clone() } else { frame.clone().unwrap_or_default() };
            self.scope.set(name, heard);
        }
        let seen = Seen { frame, frames: Some(all), ..Seen::default() };
        Ok(Brought { seen, sent: String::new(), came })
    }

    async fn skip_to(&mut self, socket: &str, pattern: &Pattern) -> Result<Value, Trouble> {
        let mut last = Value::Null;
        for _ in 0..SKIPPED_MAX {
            let heard = self.frame(socket).await.map_err(|mut trouble| {
                trouble.came = format!("{} after {}", trouble.came, shown(Some(&last)));
                trouble
            });
            last = heard?;
            if fits(pattern, Some(&last), &self.scope).is_ok() {
                return Ok(last);
            }
        }
        Err(Trouble::of(format!("none of {SKIPPED_MAX} frames is what was waited for")))
    }

    pub(super) async fn closed(&mut self, socket: &str, code: u16) -> Result<Brought, Trouble> {
        self.checks += 1;
        let target = self.target;
        let heard = self.socket(socket)?.hear(target).await.map_err(Trouble::of)?;
        let came = heard.to_string();
        match heard {
            Heard::Closed(closed, reason) if closed == code => {
                self.sockets.remove(socket);
                let seen = Seen { reason: Some(reason), ..Seen::default() };
                Ok(Brought { seen, sent: String::new(), came })
            }
            _ => {
                let wrong = vec![format!("expected a close with {code}, and nothing before it")];
                Err(Trouble { sent: String::new(), came, wrong })
            }
        }
    }

    pub(super) async fn close(&mut self, socket: &str) -> Result<(), Trouble> {
        self.socket(socket)?;
        if let Some(open) = self.sockets.remove(socket) {
            open.close(self.target).await;
        }
        Ok(())
    }

    /// The next frame, which must be JSON.
    async fn frame(&mut self, socket: &str) -> Result<Value, Trouble> {
        let target = self.target;
        match self.socket(socket)?.hear(target).await.map_err(Trouble::of)? {
            Heard::Frame(frame) => Ok(frame),
            heard => {
                let came = heard.to_string();
                let wrong = vec!["expected a text frame with JSON".to_owned()];
                Err(Trouble { sent: String::new(), came, wrong })
            }
        }
    }

    fn fits(&self, pattern: &Pattern, frame: &Value) -> Result<(), Trouble> {
        fits(pattern, Some(frame), &self.scope).map_err(|mismatch| Trouble {
            sent: String::new(),
            came: shown(Some(frame)),
            wrong: vec![told(&mismatch)],
        })
    }

    fn socket(&mut self, name: &str) -> Result<&mut Socket, Trouble> {
        let socket = self.sockets.get_mut(name);
        socket.ok_or_else(|| Trouble::of(format!("no socket is called `{name}`, or it is closed")))
    }
}
