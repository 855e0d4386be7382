//! What messages look like: markup, code, what they refer to, what hangs below them.

use insta::assert_snapshot;
use pail_protocol::attachment::Attachment;
use pail_protocol::frame::{ChatMessage, ReactionChanged, ServerFrame};
use pail_protocol::message::Context;
use pail_protocol::{ChannelId, MessageId, Seq, UserId};

use pail::io::screen::Screen;
use pail::state::settings::Where;
use pail::text::highlight::Languages;
use pail::view::{Cache, draw};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Color;

use crate::harness::{ANA, ANA_SOUZA, App, BEA, BEA_LIND, GENERAL, live, posted};

const CARLOS: (i64, &str) = (3, "Carlos Pinto");

/// At every width.
fn check(name: &str, app: &mut App) {
    for (columns, rows) in [(60, 40), (80, 40), (120, 40), (200, 40)] {
        assert_snapshot!(format!("{name}@{columns}x{rows}"), app.screen(columns, rows));
    }
}

fn says(app: &mut App, seq: i64, sender: (i64, &str), text: &str, context: Context) {
    let frame = match posted(GENERAL, seq, sender, text) {
        ServerFrame::Message(message) => ChatMessage { context, ..message },
        other => panic!("{other:?}"),
    };
    app.frame(ServerFrame::Message(frame));
}

fn reacts(app: &mut App, seq: i64, message: i64, user: i64, emoji: &str) {
    app.frame(ServerFrame::ReactionAdded(ReactionChanged {
        message_id: MessageId(message),
        channel_id: ChannelId(GENERAL),
        user_id: UserId(user),
        emoji: emoji.to_owned(),
        seq: Seq(seq),
    }));
}

fn attachment(id: i64, name: &str, size: u64) -> Attachment {
    serde_json::from_value(serde_json::json!({
        "id": id, "name": name, "size": size, "content_type": "text/plain",
        "url": format!("/api/chat/attachments/{id}/"), "sha256": "", "width": null, "height": null,
    }))
    .expect("an attachment")
}

#[test]
fn words() {
    let mut app = live();
    app.frame(posted(
        GENERAL,
        1,
        BEA_LIND,
        "The **deploy** of `api` is _done_; ~~staging~~ production is next, @ana. See #ops and \
         https://ci.example/run/4711?tab=_logs_ or [the runbook](https://wiki.example/deploy).",
    ));
    app.frame(posted(
        GENERAL,
        2,
        CARLOS,
        "# Today\n\n1. read the *plan*\n2. ship it, and then look at the graphs for at least half an hour\n   - p99\n   - errors\n\n> Slow is smooth,\n> smooth is fast.\n\n---\n- [x] tests\n- [ ] notes",
    ));
    app.frame(posted(GENERAL, 3, BEA_LIND, "שלום עולם 日本語テキスト 👩‍👩‍👧 🇵🇹 ที่นี่ क्षि"));
    check("words", &mut app);
}

#[test]
fn code() {
    let mut app = live();
    let text = "Look:\n```rust\nfn main() {\n\tlet words: Vec<&str> = \"a b c\".split(' ').filter(|word| !word.is_empty()).collect();\n}\n```\nand its output\n```\n[\"a\", \"b\", \"c\"]\n```";
    app.frame(posted(GENERAL, 1, BEA_LIND, text));
    app.frame(posted(GENERAL, 2, BEA_LIND, "- in a list:\n  ```sh\n  make\n  ```\n- done"));
    app.frame(posted(GENERAL, 3, CARLOS, "```json\n{ \"a\": 1 }\n```"));
    check("code", &mut app);
}

#[test]
fn references() {
    let mut app = live();
    let in_thread =
        |reply_to| Context { thread: Some(MessageId(1)), reply_to, ..Context::default() };
    says(&mut app, 1, BEA_LIND, "Shall we move the meeting?", Context::default());
    says(
        &mut app,
        2,
        CARLOS,
        "To eleven?",
        Context { reply_to: Some(MessageId(1)), ..Context::default() },
    );
    says(&mut app, 3, BEA_LIND, "Fine with me.", in_thread(None));
    says(&mut app, 4, BEA_LIND, "And with Dee.", in_thread(None));
    let attachments = vec![attachment(1, "agenda.pdf", 12_345), attachment(2, "x.log", 3_400_000)];
    says(&mut app, 5, ANA_SOUZA, "The agenda", Context { attachments, ..Context::default() });
    says(
        &mut app,
        6,
        CARLOS,
        "?",
        Context { reply_to: Some(MessageId(900)), ..Context::default() },
    );
    reacts(&mut app, 7, 2, BEA, "👍");
    reacts(&mut app, 8, 2, ANA, "👍");
    reacts(&mut app, 9, 2, 3, "🎉");
    check("references", &mut app);
}

#[test]
fn a_long_message_is_folded_until_somebody_wants_it() {
    let mut app = live();
    let lines: Vec<String> = (1..=53).map(|line| format!("line {line}.")).collect();
    app.frame(posted(GENERAL, 1, BEA_LIND, &lines.join("\n")));
    let shown = |app: &mut App| app.screen(80, 70).to_string();
    let folded = shown(&mut app);
    assert!(folded.contains("line 30.") && !folded.contains("line 31."));
    assert!(folded.contains("… 23 more lines"));
    app.keys("<up>z");
    assert!(shown(&mut app).contains("line 53."));
    app.keys("z");
    assert!(!shown(&mut app).contains("line 53."));
}

#[test]
fn every_row_of_a_message_starts_with_its_gutter() {
    let mut app = live();
    let text = "> quote\n\n- list\n\n```\ncode\n```\n\n---\n\n# end";
    app.frame(posted(GENERAL, 1, CARLOS, text));
    let screen = app.screen(60, 30);
    let rows: Vec<String> = screen.to_string().lines().map(str::to_owned).collect();
    let header = rows.iter().position(|row| row.contains("Carlos Pinto")).expect("a header");
    let composer = rows.iter().position(|row| row.contains("› Message")).expect("a composer") - 1;
    for row in &rows[header + 1..composer] {
        assert!(row.trim_matches('"').starts_with(" ▏ "), "{row}");
    }
}

#[test]
fn the_bytes_of_a_block_of_code_are_those_that_were_sent() {
    let mut app = live();
    app.frame(posted(GENERAL, 1, CARLOS, "so\n```make\nall:\n\tcc -o x\t*.c\n```\n"));
    let timeline = app.chat().timeline().expect("a channel is open");
    let entry = timeline.entries().next().expect("a message");
    assert_eq!(entry.code_blocks(), ["all:\n\tcc -o x\t*.c\n"]);
}

/// Code is drawn plainly first, asked for once, and coloured when the answer is there.
#[test]
fn code_has_colours_as_soon_as_they_are_known() {
    let mut app = live();
    app.frame(posted(GENERAL, 1, CARLOS, "```rust\nlet a = \"b\"; // c\n```\n```\nplain\n```"));
    app.screen(80, 24);
    let mut cache = Cache::default();
    let drawn = |cache: &mut Cache| {
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).expect("a test backend");
        terminal.draw(|frame| draw(&app.state, cache, frame)).expect("a test backend");
        let cells = terminal.backend().buffer().content.clone();
        let row = cells.chunks(80).find(|row| row.iter().any(|cell| cell.symbol() == "="));
        row.expect("a row of code").iter().map(|cell| cell.fg).collect::<Vec<_>>()
    };
    let plain = drawn(&mut cache);
    assert!(plain[22..].iter().all(|colour| *colour == Color::Reset));
    let wanted = cache.highlights.take_wanted();
    assert_eq!(wanted.len(), 1, "what names no language stays plain");
    drawn(&mut cache);
    assert!(cache.highlights.take_wanted().is_empty(), "it is on its way");
    let code = &wanted[0].code;
    let stretches =
        Languages::default().highlight(code.language.as_str(), code.text.as_str(), || true);
    cache.highlights.learn(wanted[0].fingerprint, Some(stretches));
    let coloured = drawn(&mut cache);
    assert_eq!(
        (coloured[23], coloured[27], coloured[31]),
        (Color::Magenta, Color::Reset, Color::Green)
    );
}

/// What is written for a message, with the sequences of links between its words.
fn bytes(text: &str, columns: u16) -> String {
    let mut app = live();
    app.frame(posted(GENERAL, 1, CARLOS, text));
    app.screen(columns, 24);
    let mut written = Vec::new();
    let mut screen = Screen::fixed(&mut written, columns, 24).expect("no terminal is asked");
    app.drawn_to(&mut screen, &mut Cache::default());
    drop(screen);
    String::from_utf8(written).expect("only text is written")
}

#[test]
fn a_link_leads_where_it_says_and_its_rows_belong_together() {
    let long = "https://example.com/a/long/path/that/takes/more/than/one/row/of/a/narrow/screen";
    let written = bytes(&format!("see {long}"), 60);
    let begun = format!("\x1b]8;id=pail1;{long}\x1b\\");
    assert_eq!(written.matches(&begun).count(), 2, "{written:?}");
    assert_eq!(written.matches("\x1b]8;;\x1b\\").count(), 2, "{written:?}");
}

#[test]
fn words_never_lead_elsewhere_than_they_say() {
    let written = bytes("[https://good.example](https://evil.example)", 80);
    assert!(!written.contains(";https://good.example"), "{written:?}");
    let words = written.split("\x1b]8;id=pail1;https://evil.example\x1b\\").nth(1).unwrap_or("");
    assert!(words.contains("https://evil.example"), "{written:?}");
    for text in ["[x](javascript:alert)", "[x](file:///etc/passwd)", "https://a@evil.example"] {
        assert!(!bytes(text, 80).contains("\x1b]8"), "{text}");
    }
}

/// A row of the timeline, without its gutter.
fn row_with(app: &mut App, part: &str) -> String {
    let screen = app.screen(80, 24).to_string();
    let row = screen.lines().find(|row| row.contains(part)).expect("a row").to_owned();
    row.rsplit('▏').next().unwrap_or_default().trim_end_matches('"').trim().to_owned()
}

#[test]
fn text_from_right_to_left_is_shown_as_it_is_read() {
    let mut app = live();
    app.frame(posted(GENERAL, 1, CARLOS, "see אבג (דה) ok"));
    app.frame(posted(GENERAL, 2, CARLOS, "- שלום **עולם** abc"));
    assert_eq!(row_with(&mut app, "see"), "see (הד) גבא ok");
    assert_eq!(row_with(&mut app, "abc"), "• abc םלוע םולש");
    app.frame(posted(GENERAL, 3, (4, "אבג 12"), "hello"));
    assert!(app.screen(80, 24).to_string().contains(" 12 גבא  09:33"), "the time stays behind");
    app.state.around.chosen.settings.look.bidi = Where::Off;
    assert_eq!(row_with(&mut app, "see"), "see אבג (דה) ok");
}

#[test]
#[ignore = "cargo test --release -p pail --test client -- --ignored --nocapture frame"]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "it measures")]
fn two_thousand_messages_are_drawn_and_scrolled_within_a_frame() {
    let mut app = live();
    app.screen(120, 40);
    let text = "An *ordinary* message with `code`, https://example.com/a_b and a\n- list\n- of two";
    for seq in 1..=2_000 {
        app.frame(posted(GENERAL, seq, if seq % 2 == 0 { CARLOS } else { BEA_LIND }, text));
    }
    let mut cache = Cache::default();
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).expect("a test backend");
    let mut slowest = std::time::Duration::ZERO;
    for step in 0..200 {
        app.keys("<pgup>");
        let started = std::time::Instant::now();
        terminal.draw(|frame| draw(&app.state, &mut cache, frame)).expect("a test backend");
        app.keys(if step % 2 == 0 { "<up>" } else { "<esc>" });
        slowest = slowest.max(started.elapsed());
    }
    println!("slowest of 200 steps: {slowest:?}");
    assert!(slowest.as_millis() < 16, "{slowest:?}");
}
