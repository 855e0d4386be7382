//! Steps that are requests.

use serde_json::Value;
use tokio::time::{Duration, Instant, sleep};

use super::failure::curl;
use super::{Brought, Play, Seen, Trouble};
use crate::conformance::grammar::{Action, Actor, Body, Part, Sentence, Step, Template};
use crate::conformance::net::{Answer, Request};

/// Between two tries of what may take a while.
const RETRY_PAUSE: Duration = Duration::from_millis(50);
/// Between the parts of multipart forms.
const BOUNDARY: &str = "conformance-boundary-7245";

impl Play<'_> {
    /// Asks once. Without a check of the status, anything below 400 will do.
    pub(super) async fn request(&mut self, step: &Step) -> Result<Brought, Trouble> {
        let Action::Request { actor, method, path, headers, body, .. } = &step.action else {
            return Err(Trouble::of("this is no request"));
        };
        let request = self.built(actor, method, path, headers, body).await?;
        let sent = curl(&request, self.target);
        let answer = request.send(self.target).await;
        let answer =
            answer.map_err(|error| Trouble { sent: sent.clone(), ..Trouble::of(error) })?;
        self.remember(actor, &request, &answer);
        let (seen, came) = (Seen::of_answer(&answer), answer.to_string());
        if step.expectations.is_empty() && answer.status >= 400 {
            return Err(Trouble { sent, came, wrong: vec!["expected success".to_owned()] });
        }
        Ok(Brought { seen, sent, came })
    }

    /// Asks again until everything expected holds, as long as patience lasts.
    pub(super) async fn eventually(&mut self, step: &Step) -> Result<(), Trouble> {
        let end = Instant::now() + self.target.patience;
        loop {
            let checks = self.checks;
            let brought = self.request(step).await?;
            match self.expect(step, &brought) {
                Err(_) if Instant::now() < end => self.checks = checks,
                ended => return ended,
            }
            sleep(RETRY_PAUSE).await;
        }
    }

    async fn built(
        &self,
        actor: &Actor,
        method: &str,
        path: &Template,
        headers: &[(String, Template)],
        body: &Body,
    ) -> Result<Request, Trouble> {
        let fill = |template: &Template| template.fill(&self.scope);
        let mut request =
            Request::new(method, &fill(path).map_err(Trouble::of)?, None, &self.agent);
        request.headers = self.headers(actor, headers)?;
        let (kind, content) = content(body, &fill).map_err(Trouble::of)?;
        if let Some(kind) = kind {
            request.headers.push(("content-type".to_owned(), kind));
        }
        request.body = content;
        Ok(request)
    }

    /// Credentials, unless a header of the step replaces them, and the step's headers.
    pub(super) fn headers(
        &self,
        actor: &Actor,
        headers: &[(String, Template)],
    ) -> Result<Vec<(String, String)>, Trouble> {
        let mut filled = Vec::new();
        if let Actor::User(name) = actor
            && headers.iter().all(|(header, _)| header != "authorization")
        {
            let token = format!("Token {}", self.person(name)?.token);
            filled.push(("authorization".to_owned(), token));
        }
        for (name, value) in headers {
            filled.push((name.clone(), value.fill(&self.scope).map_err(Trouble::of)?));
        }
        Ok(filled)
    }

    /// Remembers a bucket that was made, to delete it in the end.
    fn remember(&mut self, actor: &Actor, request: &Request, answer: &Answer) {
        let makes = request.path.trim_end_matches('/') == "/api/chat/buckets/create";
        if request.method != "POST" || !makes || answer.status >= 300 {
            return;
        }
        let id = answer.json().map(|body| body["id"].clone());
        if let (Some(id @ Value::Number(_)), Actor::User(name)) = (id, actor)
            && let Ok(person) = self.person(name)
        {
            let token = person.token.clone();
            self.made.push((token, id));
        }
    }
}

type Content = (Option<String>, Option<Vec<u8>>);

/// Content type and bytes of a body.
fn content(
    body: &Body,
    fill: &impl Fn(&Template) -> Result<String, Sentence>,
) -> Result<Content, Sentence> {
    match body {
        Body::None => Ok((None, None)),
        Body::Text(kind, text) => {
            let kind = Some(kind.clone()).filter(|kind| !kind.is_empty());
            Ok((kind, Some(fill(text)?.into_bytes())))
        }
        Body::Multipart(parts) => {
            let mut bytes = String::new();
            for part in parts {
                bytes += &multipart(part, &fill(&part.content)?);
            }
            bytes += &format!("--{BOUNDARY}--\r\n");
            let kind = format!("multipart/form-data; boundary={BOUNDARY}");
            Ok((Some(kind), Some(bytes.into_bytes())))
        }
    }
}

fn multipart(part: &Part, content: &str) -> String {
    let field = &part.field;
    let head = match &part.file {
        Some((file, kind)) => format!("; filename=\"{file}\"\r\nContent-Type: {kind}"),
        None => String::new(),
    };
    let disposition = format!("Content-Disposition: form-data; name=\"{field}\"{head}");
    format!("--{BOUNDARY}\r\n{disposition}\r\n\r\n{content}\r\n")
}
