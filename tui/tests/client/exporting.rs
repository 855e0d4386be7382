//! What leaves the chat for the machine: files and texts that are saved, or go through a command.

use pail::state::export::{Content, Ending, ExportId, Piped};
use pail::state::{Effect, News};
use pail::text::SafeText;
use pail_protocol::AttachmentId;
use pail_protocol::attachment::Attachment;
use pail_protocol::frame::ServerFrame;

use crate::harness::{App, BEA_LIND, GENERAL, live, posted};

/// Bea sends a text with files of these names.
fn sends(app: &mut App, seq: i64, text: &str, names: &[&str]) {
    let mut frame = posted(GENERAL, seq, BEA_LIND, text);
    if let ServerFrame::Message(message) = &mut frame {
        let file = |(at, name): (usize, &&str)| Attachment {
            id: AttachmentId(at as i64 + 3),
            name: (*name).to_owned(),
            size: 17,
            content_type: "text/plain".to_owned(),
            url: String::new(),
            sha256: String::new(),
        };
        message.context.attachments = names.iter().enumerate().map(file).collect();
    }
    app.frame(frame);
}

fn shows(app: &mut App, words: &str) {
    let screen = app.screen(80, 24).to_string();
    assert!(screen.contains(words), "{words} is missing:\n{screen}");
}

/// What is to be saved, and where.
fn save_of(effects: &[Effect]) -> (ExportId, Content, &str) {
    let saves = effects.iter().find_map(|effect| match effect {
        Effect::Save { id, content, path } => Some((*id, content.clone(), path.as_str())),
        _ => None,
    });
    saves.unwrap_or_else(|| panic!("nothing is saved: {effects:?}"))
}

fn attachment(id: i64) -> Content {
    Content::Attachment { id: AttachmentId(id), bytes: 17 }
}

#[test]
fn a_file_is_saved_where_one_says_and_never_over_another() {
    let mut app = live();
    sends(&mut app, 1, "here", &["../notes.txt"]);
    app.keys("<up>s");
    shows(&mut app, "› notes.txt");
    let effects = app.keys("<enter>");
    let (id, content, path) = save_of(&effects);
    assert_eq!((content, path), (attachment(3), "notes.txt"));
    shows(&mut app, "One moment…");
    let why = "/home/ana/notes.txt is there already; give another name";
    app.news(News::Saved(id, Err(SafeText::line(why))));
    shows(&mut app, "is there already");
    let effects = app.keys("<ctrl-u>~/b.txt<enter>");
    let (id, _, path) = save_of(&effects);
    assert_eq!(path, "~/b.txt");
    app.news(News::Saved(id, Ok(SafeText::line("/home/ana/b.txt"))));
    shows(&mut app, "Saved to /home/ana/b.txt.");
    assert!(app.chat().overlay().is_none());
}

#[test]
fn of_several_files_one_is_chosen_and_of_none_it_is_the_code_or_the_words() {
    let mut app = live();
    sends(&mut app, 1, "all", &["a.txt", "b.txt"]);
    app.keys("<up>s");
    shows(&mut app, "Save which file?");
    assert_eq!(save_of(&app.keys("b.t<enter><enter>")).1, attachment(4));
    for (seq, text, saved, name) in [
        (2, "look\n```\nlet x;\n```", "let x;\n", "code-2.txt"),
        (3, "just words", "just words", "message-3.txt"),
    ] {
        app.keys("<esc><esc>");
        sends(&mut app, seq, text, &[]);
        let effects = app.keys("<up>s<enter>");
        let (_, content, path) = save_of(&effects);
        assert_eq!((content, path), (Content::Text(saved.to_owned()), name));
    }
}

#[test]
fn escape_stops_saving_and_what_was_there_by_then_is_said() {
    let mut app = live();
    sends(&mut app, 1, "here", &["notes.txt"]);
    let (first, ..) = save_of(&app.keys("<up>s<enter>"));
    assert!(app.keys("<esc>").contains(&Effect::CancelExport(first)));
    let (second, ..) = save_of(&app.keys("s<enter>"));
    app.news(News::Saved(first, Ok(SafeText::line("/tmp/notes.txt"))));
    shows(&mut app, "Saved to /tmp/notes.txt.");
    shows(&mut app, "One moment…");
    app.news(News::Saved(second, Err(SafeText::line("the disk is full"))));
    shows(&mut app, "the disk is full");
    assert_eq!(app.keys("<esc>"), []);
}

/// What goes through which command.
fn pipe_of(effects: &[Effect]) -> (ExportId, &str, &str) {
    let pipes = effects.iter().find_map(|effect| match effect {
        Effect::Pipe { id, command, text } => Some((*id, command.as_str(), text.as_str())),
        _ => None,
    });
    pipes.unwrap_or_else(|| panic!("nothing is piped: {effects:?}"))
}

#[test]
fn a_message_goes_through_a_command_and_what_that_says_can_be_scrolled() {
    let mut app = live();
    sends(&mut app, 1, "b\t2\r\na", &[]);
    app.keys("<up>|");
    shows(&mut app, "Pipe the message through");
    let effects = app.keys("sort -r<enter>");
    let (id, command, text) = pipe_of(&effects);
    assert_eq!((command, text), ("sort -r", "b\t2\r\na"));
    let said: Vec<String> = (1..=90).map(|row| format!("row {row}.\u{1b}[31m\u{202e}")).collect();
    let piped = Piped { output: said.join("\n"), ending: Ending::Code(3) };
    app.news(News::Piped(id, Ok(piped)));
    shows(&mut app, "ended with 3 · sort -r");
    shows(&mut app, "1–22 of 90");
    app.keys("<pagedown>j");
    shows(&mut app, "22–43 of 90");
    (0..9).for_each(|_| drop(app.keys("<pagedown>")));
    shows(&mut app, "row 90.");
    let screen = app.screen(80, 24).to_string();
    assert!(!screen.contains(['\u{1b}', '\u{202e}']), "{screen}");
    app.keys("<esc>");
    assert!(app.chat().overlay().is_none());
}

#[test]
fn a_block_of_code_is_piped_alone_and_escape_kills_the_command() {
    let mut app = live();
    sends(&mut app, 1, "look\n```\nlet x;\n```", &[]);
    let effects = app.keys("<up>|sleep 9<enter>");
    let (id, _, text) = pipe_of(&effects);
    assert_eq!(text, "let x;\n");
    shows(&mut app, "Esc stops it");
    assert!(app.keys("<esc>").contains(&Effect::CancelExport(id)));
    let piped = Piped { output: String::new(), ending: Ending::Code(0) };
    app.news(News::Piped(id, Ok(piped)));
    assert!(app.chat().overlay().is_none());
}
