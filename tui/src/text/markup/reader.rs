//! From Markdown's events to blocks.
//!
//! Line breaks stay line breaks, and so does the white space at the start of a line: people paste.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::protect::{protect, restore, restore_exactly};
use super::words;
use super::{Block, Code, Content, Link, NESTING_MAX, Role, Span, Stress};
use crate::text::SafeText;

/// What stands before the rows of a quote.
const BAR: &str = "│ ";
/// What stands before an item of a list without numbers.
const BULLET: &str = "• ";

/// The blocks of a text.
pub(super) fn read(raw: &str) -> Vec<Block> {
    let Some(source) = protect(raw) else { return unread(raw) };
    let mut reader = Reader::new(&source);
    for (event, range) in Parser::new_ext(&source, options()).into_offset_iter() {
        reader.take_in(event, range.start, range.end);
    }
    reader.end_text();
    // A lone `>` or `#` opens something and says nothing in it.
    if reader.blocks.is_empty() { unread(raw) } else { reader.blocks }
}

/// The blocks of code of a text, to the byte.
pub(super) fn code_blocks(raw: &str) -> Vec<String> {
    let Some(source) = protect(raw) else { return Vec::new() };
    let mut blocks = Vec::new();
    let mut is_code = false;
    for event in Parser::new_ext(&source, options()) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                is_code = true;
                blocks.push(String::new());
            }
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Text(text) if is_code => {
                if let Some(block) = blocks.last_mut() {
                    block.push_str(&restore_exactly(&text));
                }
            }
            _ => {}
        }
    }
    blocks
}

fn options() -> Options {
    Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

fn unread(raw: &str) -> Vec<Block> {
    let spans = words::split(raw, Stress::default());
    let lead = SafeText::default();
    vec![Block { first: lead.clone(), rest: lead, apart: None, content: Content::Text(spans) }]
}

/// A quote, or an item of a list.
#[derive(Clone)]
struct Within {
    /// Tells it from its neighbours.
    number: usize,
    first: String,
    rest: String,
}

struct OpenLink {
    url: String,
    title: String,
    /// What is said within it begins here.
    from: usize,
}

struct OpenCode {
    language: String,
    text: String,
    begins_at: usize,
}

struct Reader<'a> {
    source: &'a str,
    blocks: Vec<Block>,
    within: Vec<Within>,
    /// Quotes and items that are too deep to be told apart.
    beyond: usize,
    /// The next number of each open list.
    lists: Vec<Option<u64>>,
    number: usize,
    /// Around the block before.
    within_before: Vec<usize>,
    /// Where the block before ends.
    ended_at: usize,
    text: Option<OpenText>,
    stress: Vec<Stress>,
    links: Vec<OpenLink>,
    code: Option<OpenCode>,
    codes: usize,
}

#[derive(Default)]
struct OpenText {
    begins_at: usize,
    ends_at: usize,
    spans: Vec<Span>,
    /// What comes next, if it looks the same.
    pending: String,
    role: Role,
    stress: Stress,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            blocks: Vec::new(),
            within: Vec::new(),
            beyond: 0,
            lists: Vec::new(),
            number: 0,
            within_before: Vec::new(),
            ended_at: 0,
            text: None,
            stress: vec![Stress::default()],
            links: Vec::new(),
            code: None,
            codes: 0,
        }
    }

    fn take_in(&mut self, event: Event<'_>, start: usize, end: usize) {
        match event {
            Event::Start(tag) => self.start(tag, start),
            Event::End(tag) => self.end(tag, end),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.text.push_str(&text),
                None => self.say(&text, self.role(), start, end),
            },
            Event::Code(text) => self.say(&text, Role::InlineCode, start, end),
            Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.say(&text, self.role(), start, end),
            Event::SoftBreak | Event::HardBreak => self.break_line(start, end),
            Event::Rule => {
                self.end_text();
                self.block(Content::Rule, start, end);
            }
            Event::TaskListMarker(is_done) => {
                self.say(if is_done { "☑ " } else { "☐ " }, self.role(), start, end);
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>, at: usize) {
        match tag {
            Tag::Heading { .. } => {
                self.end_text();
                self.stressed(|stress| stress.is_strong = true);
            }
            Tag::Strong => self.stressed(|stress| stress.is_strong = true),
            Tag::Emphasis => self.stressed(|stress| stress.is_emphasised = true),
            Tag::Strikethrough => self.stressed(|stress| stress.is_struck = true),
            Tag::Link { dest_url, title, .. } | Tag::Image { dest_url, title, .. } => {
                self.start_link(&dest_url, &title, at);
            }
            Tag::BlockQuote(_) => self.enter(BAR.to_owned(), BAR.to_owned()),
            Tag::List(first) => {
                self.end_text();
                self.lists.push(first);
            }
            Tag::Item => self.start_item(),
            Tag::CodeBlock(kind) => self.start_code(&kind, at),
            _ => self.end_text(),
        }
    }

    fn end(&mut self, tag: TagEnd, at: usize) {
        match tag {
            TagEnd::Heading(_) => {
                self.end_text();
                self.stress.pop();
            }
            TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough => {
                self.stress.pop();
            }
            TagEnd::Link | TagEnd::Image => self.end_link(at),
            TagEnd::BlockQuote(_) => self.leave(),
            TagEnd::List(_) => {
                self.end_text();
                self.lists.pop();
            }
            TagEnd::Item => self.end_item(at),
            TagEnd::CodeBlock => self.end_code(at),
            _ => self.end_text(),
        }
    }

    fn enter(&mut self, first: String, rest: String) {
        self.end_text();
        if self.within.len() >= NESTING_MAX {
            self.beyond += 1;
            return;
        }
        self.number += 1;
        self.within.push(Within { number: self.number, first, rest });
    }

    fn leave(&mut self) {
        self.end_text();
        if self.beyond > 0 {
            self.beyond -= 1;
        } else {
            self.within.pop();
        }
    }

    fn start_item(&mut self) {
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{number}. ");
                *number = number.saturating_add(1);
                mark
            }
            _ => BULLET.to_owned(),
        };
        let rest = " ".repeat(mark.chars().count());
        self.enter(mark, rest);
    }

    /// An item that says nothing still has its mark.
    fn end_item(&mut self, at: usize) {
        self.end_text();
        let says_nothing = self.within.last().is_some_and(|within| within.first != within.rest);
        if says_nothing && self.beyond == 0 {
            self.block(Content::Text(Vec::new()), self.ended_at, at);
        }
        self.leave();
    }

    fn start_code(&mut self, kind: &CodeBlockKind<'_>, at: usize) {
        self.end_text();
        let language = match kind {
            CodeBlockKind::Fenced(language) => restore(language).into_owned(),
            CodeBlockKind::Indented => String::new(),
        };
        self.code = Some(OpenCode { language, text: String::new(), begins_at: at });
    }

    fn end_code(&mut self, at: usize) {
        let Some(code) = self.code.take() else { return };
        self.codes += 1;
        let text = restore(code.text.strip_suffix('\n').unwrap_or(&code.text)).into_owned();
        let (language, text) = (SafeText::line(code.language.trim()), SafeText::body(&text));
        let code_block = Code { number: self.codes, language, text };
        self.block(Content::Code(code_block), code.begins_at, at);
    }

    fn start_link(&mut self, url: &str, title: &str, at: usize) {
        let text = self.open_text(at);
        text.flush();
        let from = text.spans.len();
        let (url, title) = (restore(url).into_owned(), restore(title).into_owned());
        self.links.push(OpenLink { url, title, from });
    }

    /// A link says where it leads: by itself, or behind what is written.
    fn end_link(&mut self, at: usize) {
        let Some(OpenLink { url, title, from }) = self.links.pop() else { return };
        let is_outermost = self.links.is_empty();
        let stress = self.stress();
        let text = self.open_text(at);
        text.ends_at = at;
        text.flush();
        let said: String = text.spans[from..].iter().map(|span| span.text.as_str()).collect();
        let shown = SafeText::line(&url);
        let link = Link::parse(shown.as_str()).filter(|_| is_outermost);
        if said == shown.as_str() && link.is_some() {
            text.spans.truncate(from);
            text.spans.extend(words::split(shown.as_str(), stress));
        } else if said != url && !url.is_empty() {
            let title = if title.is_empty() { title } else { format!(" “{title}”") };
            let target = link.as_ref().map_or(shown.to_string(), |link| link.as_str().to_owned());
            let span = |words: &str, role, link| {
                let text = SafeText::line(words);
                Span { text, role, stress, link }
            };
            text.spans.push(span(" (", Role::Plain, None));
            text.spans.push(span(&target, Role::Link, link));
            text.spans.push(span(&format!("{title})"), Role::Plain, None));
        }
    }

    fn role(&self) -> Role {
        if self.links.is_empty() { Role::Plain } else { Role::Link }
    }

    fn stress(&self) -> Stress {
        self.stress.last().copied().unwrap_or_default()
    }

    fn stressed(&mut self, change: impl FnOnce(&mut Stress)) {
        let mut stress = self.stress();
        change(&mut stress);
        self.stress.push(stress);
    }

    fn say(&mut self, words: &str, role: Role, start: usize, end: usize) {
        let stress = self.stress();
        let text = self.open_text(start);
        if (text.role, text.stress) != (role, stress) {
            text.flush();
            (text.role, text.stress) = (role, stress);
        }
        text.pending.push_str(words);
        text.ends_at = end;
    }

    fn break_line(&mut self, start: usize, end: usize) {
        let line = &self.source[end.min(self.source.len())..];
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let indent = if self.within.is_empty() { &line[..indent] } else { "" };
        let words = format!("\n{indent}");
        self.say(&words, self.role(), start, end);
    }

    fn open_text(&mut self, at: usize) -> &mut OpenText {
        self.text.get_or_insert_with(|| OpenText {
            begins_at: at,
            ends_at: at,
            ..OpenText::default()
        })
    }

    fn end_text(&mut self) {
        let Some(mut text) = self.text.take() else { return };
        text.flush();
        let is_empty = |span: &Span| span.text.as_str().is_empty();
        if let Some(last) = text.spans.last_mut() {
            last.text = SafeText::body(last.text.as_str().trim_end_matches('\n'));
        }
        text.spans.retain(|span| !is_empty(span));
        self.links.iter_mut().for_each(|link| link.from = 0);
        self.block(Content::Text(text.spans), text.begins_at, text.ends_at);
    }

    fn block(&mut self, content: Content, start: usize, end: usize) {
        let (start, end) = (start.min(self.source.len()), end.min(self.source.len()));
        let gap = self.source.get(self.ended_at..start).unwrap_or_default();
        let is_apart = !self.blocks.is_empty() && gap.matches('\n').count() >= 2;
        let apart = is_apart.then(|| {
            let before = self.within_before.iter();
            let shared =
                self.within.iter().zip(before).take_while(|(now, was)| now.number == **was);
            SafeText::line(&shared.map(|(now, _)| now.rest.as_str()).collect::<String>())
        });
        let lead = |part: fn(&Within) -> &str| {
            SafeText::line(&self.within.iter().map(part).collect::<String>())
        };
        let first = lead(|within| &within.first);
        let rest = lead(|within| &within.rest);
        self.blocks.push(Block { first, rest, apart, content });
        for within in &mut self.within {
            within.first.clone_from(&within.rest);
        }
        self.within_before = self.within.iter().map(|within| within.number).collect();
        self.ended_at = start + self.source[start..end].trim_end().len();
    }
}

impl OpenText {
    fn flush(&mut self) {
        let words = std::mem::take(&mut self.pending);
        let words = restore(&words);
        if words.is_empty() {
            return;
        }
        if self.role == Role::Plain {
            self.spans.extend(words::split(&words, self.stress));
        } else {
            let text = SafeText::body(&words);
            self.spans.push(Span { text, role: self.role, stress: self.stress, link: None });
        }
    }
}
