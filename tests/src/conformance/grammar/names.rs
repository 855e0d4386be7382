//! What steps name, and that everything named is there by then: mistyped names are told when a
//! file is read, not when a server is tested.

use std::collections::BTreeSet;

use super::template::Reference;
use super::{Action, Actor, Body, Clause, Hearing, Sentence, Step, Subject, Template, Test};

impl Clause {
    /// What its steps, and those of its setup, say in `{{…}}`.
    #[must_use]
    pub fn references(&self) -> Vec<&Reference> {
        let steps = self.setup.steps.iter().chain(&self.steps);
        steps.flat_map(Step::references).collect()
    }

    /// Whether a user does something in it, or is spoken of.
    pub(super) fn mentions(&self, user: &str) -> bool {
        let mut steps = self.setup.steps.iter().chain(&self.steps);
        let acts = steps.any(|step| step.has(user));
        acts || self.references().iter().any(|reference| reference.root == user)
    }

    /// # Errors
    /// The first line that names what is not there.
    pub(super) fn names_are_known(&self) -> Result<(), (usize, Sentence)> {
        let users: BTreeSet<_> =
            self.setup.users.iter().chain(&self.setup.fresh).cloned().collect();
        let mut known = Known { values: users.clone(), users, sockets: BTreeSet::new() };
        for step in self.setup.steps.iter().chain(&self.steps) {
            known.after(step).map_err(|(line, name)| {
                (line, format!("expected something that is there by then, found `{name}`"))
            })?;
        }
        Ok(())
    }
}

struct Known {
    users: BTreeSet<String>,
    values: BTreeSet<String>,
    sockets: BTreeSet<String>,
}

impl Known {
    fn after(&mut self, step: &Step) -> Result<(), (usize, String)> {
        if let Action::Together(steps) = &step.action {
            return steps.iter().try_for_each(|step| self.after(step));
        }
        let needs = |set: &BTreeSet<String>, name: &str| match set.contains(name) {
            true => Ok(()),
            false => Err((step.line, name.to_owned())),
        };
        step.action.users().into_iter().try_for_each(|user| needs(&self.users, user))?;
        step.action.socket().map_or(Ok(()), |socket| needs(&self.sockets, socket))?;
        step.action.places().into_iter().try_for_each(|place| needs(&self.values, place))?;
        let counts = matches!(&step.action, Action::Send(_, _, 2.., _));
        let mut said = step.action.references().into_iter();
        said.try_for_each(|reference| match reference.root.as_str() {
            "count" if counts => Ok(()),
            root => needs(&self.values, root),
        })?;
        match &step.action {
            Action::Bucket(name, _) | Action::Channel(name, ..) | Action::Direct(name, _) => {
                self.values.insert(name.clone());
            }
            Action::Open(_, _, _, name) => {
                self.sockets.insert(name.clone());
            }
            Action::Hear(_, _, Some(name)) => {
                self.values.insert(name.clone());
            }
            _ => {}
        }
        for expectation in &step.expectations {
            for reference in expectation.references() {
                if !self.values.contains(&reference.root) {
                    return Err((expectation.line, reference.root.clone()));
                }
            }
            self.values.extend(expectation.capture.clone());
        }
        Ok(())
    }
}

impl Step {
    fn has(&self, user: &str) -> bool {
        match &self.action {
            Action::Together(steps) => steps.iter().any(|step| step.has(user)),
            action => action.users().contains(&user),
        }
    }

    fn references(&self) -> Vec<&Reference> {
        if let Action::Together(steps) = &self.action {
            return steps.iter().flat_map(Self::references).collect();
        }
        let expected = self.expectations.iter().flat_map(|one| one.references());
        self.action.references().into_iter().chain(expected).collect()
    }
}

impl super::Expectation {
    fn references(&self) -> Vec<&Reference> {
        let mut found = match &self.test {
            Some(
                Test::Is(pattern)
                | Test::IsNot(pattern)
                | Test::Contains(pattern)
                | Test::Lacks(pattern)
                | Test::Each(pattern)
                | Test::MoreThan(pattern)
                | Test::LessThan(pattern),
            ) => pattern.references(),
            Some(Test::StartsWith(template)) => template.references().collect(),
            _ => Vec::new(),
        };
        if let Subject::Named(reference) = &self.subject {
            found.push(reference);
        }
        found
    }
}

impl Action {
    fn references(&self) -> Vec<&Reference> {
        let mut templates: Vec<&Template> = Vec::new();
        match self {
            Self::Request { path, headers, body, .. } => {
                templates.push(path);
                templates.extend(headers.iter().map(|(_, value)| value));
                match body {
                    Body::None => {}
                    Body::Text(_, text) => templates.push(text),
                    Body::Multipart(parts) => {
                        templates.extend(parts.iter().map(|part| &part.content));
                    }
                }
            }
            Self::Open(_, path, headers, _) => {
                templates.push(path);
                templates.extend(headers.iter().map(|(_, value)| value));
            }
            Self::Say(_, text, _) | Self::Send(_, text, ..) => templates.push(text),
            Self::Hear(_, Hearing::Next(Some(pattern)) | Hearing::SkipTo(pattern), _) => {
                return pattern.references();
            }
            _ => {}
        }
        templates.into_iter().flat_map(Template::references).collect()
    }

    /// The users it needs.
    fn users(&self) -> Vec<&str> {
        match self {
            Self::Request { actor: Actor::User(user), .. }
            | Self::Open(Actor::User(user), ..)
            | Self::Say(user, ..) => vec![user],
            Self::Bucket(_, members) => members.iter().map(|(_, user)| user.as_str()).collect(),
            Self::Channel(_, _, members) => members.iter().map(String::as_str).collect(),
            Self::Direct(_, users) => users.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The buckets and channels it needs.
    fn places(&self) -> Vec<&str> {
        match self {
            Self::Channel(_, bucket, _) => vec![bucket],
            Self::Say(_, _, channel) => vec![channel],
            _ => Vec::new(),
        }
    }

    /// The socket it uses.
    #[must_use]
    pub fn socket(&self) -> Option<&str> {
        match self {
            Self::Send(socket, ..)
            | Self::Hear(socket, ..)
            | Self::Closed(socket, _)
            | Self::Close(socket) => Some(socket),
            _ => None,
        }
    }
}
