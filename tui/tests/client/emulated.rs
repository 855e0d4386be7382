//! What reaches the terminal, byte for byte: only sequences we chose, and two emulators that are not
//! ours show the cells that were meant, whatever others wrote.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use pail::io::screen::Screen;
use pail::state::Input;
use pail::text::markup::LINK_BYTES_MAX;
use pail::view::Cache;
use proptest::prelude::*;
use ratatui::buffer::{Buffer, Cell};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::harness::{App, BEA, GENERAL, posted};
use crate::hostile::{HOSTILE, surrounded};

/// Most bytes a frame may take per cell, in the worst case.
const BYTES_PER_CELL_MAX: usize = 64;

/// What was written, for whoever looks later.
#[derive(Clone, Default)]
pub struct Written(pub Rc<RefCell<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A client whose bytes go to two emulators.
struct Watched {
    app: App,
    columns: u16,
    rows: u16,
    cache: Cache,
    screen: Screen<Written>,
    written: Written,
    drawing_every_code_point: avt::Terminal,
    joining_marks: vt100::Parser,
}

impl Watched {
    fn new(mut app: App, columns: u16, rows: u16) -> Self {
        app.screen(columns, rows);
        let written = Written::default();
        let screen = Screen::fixed(written.clone(), columns, rows).expect("no terminal is asked");
        let size = |cells: u16| cells.try_into().expect("a screen has cells");
        let mut watched = Self {
            app,
            columns,
            rows,
            cache: Cache::default(),
            screen,
            written,
            drawing_every_code_point: avt::Terminal::new(columns.into(), rows.into()).unwrap(),
            joining_marks: vt100::Parser::new(size(rows), size(columns), 0),
        };
        // As the client does when it takes a terminal over.
        watched.drawing_every_code_point.feed("\x1b[?7l");
        watched.look("at first");
        watched
    }

    fn keys(&mut self, keys: &str) {
        self.app.keys(keys);
        self.look(keys);
    }

    /// Draws, and compares what is shown with what is meant.
    fn look(&mut self, after: &str) {
        let meant = self.app.drawn_to(&mut self.screen, &mut self.cache);
        let bytes = std::mem::take(&mut *self.written.0.borrow_mut());
        let cells = usize::from(self.columns) * usize::from(self.rows);
        assert!(bytes.len() <= BYTES_PER_CELL_MAX * cells, "{} bytes for a frame", bytes.len());
        assert_allowed(&bytes, false);
        let text = String::from_utf8(bytes).expect("only text is written");
        self.drawing_every_code_point.feed(text.as_str());
        self.joining_marks.process(text.as_bytes());
        self.compare(&meant, after);
    }

    fn compare(&self, meant: &Buffer, after: &str) {
        for y in 0..self.rows {
            let mut covered = 0;
            for x in 0..self.columns {
                let cell = &meant[(x, y)];
                if covered > 0 {
                    covered -= 1;
                } else {
                    covered = cell.symbol().width().saturating_sub(1);
                    self.compare_cell(cell, (x, y), after);
                }
            }
        }
    }

    fn compare_cell(&self, cell: &Cell, (x, y): (u16, u16), after: &str) {
        let mut meant = cell.symbol().chars();
        let (Some(first), None) = (meant.next(), meant.next()) else { return };
        // What they disagree about themselves; what stands behind it is compared.
        if is_mark(first) || first == '\u{FFFD}' {
            return;
        }
        let line = self.drawing_every_code_point.screen().line(y.into()).expect("a row");
        let shown = line.cells()[usize::from(x)].char();
        assert_eq!(shown, first, "at {x},{y} after {after:?}:\n{}", self.picture());
        let cell = self.joining_marks.screen().cell(y, x).expect("a cell");
        let shown = cell.contents().chars().next().unwrap_or(' ');
        assert_eq!(shown, first, "at {x},{y} after {after:?}, where marks join");
    }

    fn picture(&self) -> String {
        self.drawing_every_code_point.screen().text().join("\n")
    }
}

/// A mark that stands alone joins whatever a terminal has before it.
fn is_mark(character: char) -> bool {
    format!("a{character}").graphemes(true).count() == 1
}

/// Fails on every sequence that is not one of ours. Those of pictures are ours where there are some;
/// kitty's are for whoever takes them out before.
pub fn assert_allowed(bytes: &[u8], has_pictures: bool) {
    struct Allowed {
        has_pictures: bool,
    }
    impl vte::Perform for Allowed {
        fn csi_dispatch(
            &mut self,
            parameters: &vte::Params,
            intermediates: &[u8],
            _: bool,
            action: char,
        ) {
            let first = parameters.iter().next().and_then(|p| p.first().copied());
            let is_ours = match (intermediates, action) {
                ([], 'H' | 'm' | 'J' | 'K') => true,
                // Makes room for sixels.
                ([], 'X' | 'A' | 'B') => self.has_pictures,
                // The cursor, shown and hidden; one frame at a time.
                (b"?", 'h' | 'l') => matches!(first, Some(25 | 2026)),
                _ => false,
            };
            assert!(is_ours, "CSI {intermediates:?} {parameters:?} {action}");
        }

        fn esc_dispatch(&mut self, intermediates: &[u8], _: bool, byte: u8) {
            // What ends a link.
            assert!(intermediates.is_empty() && byte == b'\\', "ESC {intermediates:?} {byte:#x}");
        }

        fn osc_dispatch(&mut self, parameters: &[&[u8]], _: bool) {
            let [b"8", name, url @ ..] = parameters else { panic!("OSC {parameters:?}") };
            let url = String::from_utf8(url.join(&b';')).expect("a URL is ASCII");
            let is_link = ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme));
            let is_clean = url.len() <= LINK_BYTES_MAX && url.bytes().all(|b| b.is_ascii_graphic());
            let is_end = name.is_empty() && url.is_empty();
            assert!(
                is_end || is_link && is_clean && name.starts_with(b"id=pail"),
                "{parameters:?}"
            );
        }

        fn execute(&mut self, byte: u8) {
            panic!("control {byte:#x}");
        }

        fn hook(&mut self, _: &vte::Params, intermediates: &[u8], _: bool, action: char) {
            let is_ours = self.has_pictures && intermediates.is_empty() && action == 'q';
            assert!(is_ours, "DCS {intermediates:?} {action}");
        }

        fn put(&mut self, byte: u8) {
            assert!(byte.is_ascii_graphic(), "{byte:#x} in sixels");
        }
    }
    vte::Parser::new().advance(&mut Allowed { has_pictures }, bytes);
}

/// Every kind of text that has hurt a terminal, one by one.
const TABLE: [(&str, &str); 23] = [
    ("a colour", "\x1b[31mred"),
    ("the clipboard", "\x1b]52;c;aGVsbG8=\x07"),
    ("a title", "\x1b]0;owned\x1b\\"),
    ("a link", "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\"),
    ("a report", "\x1b[6n\x1b[c\x1bP+q544e\x1b\\"),
    ("clearing", "\x1b[2J\x1b[H\x1bc"),
    ("eight-bit controls", "\u{9b}31m\u{9d}0;x\u{9c}\u{90}q"),
    ("bell, backspace, delete", "a\x07\x08\x08b\x7f"),
    ("carriage return", "innocent\rAna: guilty"),
    ("vertical white space", "a\x0b\x0cb\u{85}c\u{2028}d\u{2029}e"),
    ("tabs", "a\tb\tc\td"),
    ("null", "a\0b"),
    ("direction overrides", "user\u{202E}nimda\u{202C}\u{202D}x"),
    ("direction isolates", "\u{2066}a\u{2067}b\u{2068}c\u{2069}\u{200E}\u{200F}\u{061C}"),
    ("invisible", "pay\u{200B}\u{200C}\u{2060}\u{FEFF}\u{AD}\u{34F}pal"),
    ("blank looking", "\u{3164}\u{FFA0}\u{115F}\u{1160}\u{2800}\u{180E}|"),
    ("tag characters", "flag\u{1F3F4}\u{E0067}\u{E0062}\u{E007F}"),
    ("variation selectors", "a\u{FE0F}b\u{FE00}c\u{E0100}❤\u{FE0F}☁\u{FE0E}"),
    (
        "joined emoji",
        "👩\u{200D}👩\u{200D}👧\u{200D}👦 🏳\u{FE0F}\u{200D}🌈 👍🏽 🇵🇹🇩🇪 1\u{FE0F}\u{20E3}",
    ),
    ("half-width and wide", "ｶﾞﾊﾟ 日本語 ﷽ 𒐫 ⸻ ꧅"),
    ("scripts that join", "क्षि ที่นี่ 각 ᄀᄀᄀ நி עִבְרִית العربية"),
    ("noncharacters", "\u{FFFE}\u{FFFF}\u{1FFFF}\u{E000}\u{F8FF}\u{10FFFF}"),
    ("another author", "hi\n Ana Souza  09:31\n ▏ forged\n\n\n"),
];

/// Goes through the screens on which text of others is shown.
pub fn visit(text: &str, columns: u16, rows: u16) {
    let mut watched = Watched::new(surrounded(text), columns, rows);
    watched.app.input(Input::Pasted(text.to_owned()));
    watched.look("a paste");
    watched.app.frame(posted(GENERAL, 2, (BEA, text), "what comes after it"));
    watched.look("the next message");
    for keys in ["<ctrl-u>", "<ctrl-k>", "add<enter>", "<esc><esc>", "<pgup>", "<f1>", "<esc>"] {
        watched.keys(keys);
    }
    for seq in 3..30 {
        watched.app.frame(posted(GENERAL, seq, (BEA, "Bea"), &format!("{seq} plain")));
    }
    watched.look("it has scrolled away");
}

#[test]
fn a_table_of_hostile_texts_reaches_no_terminal() {
    for (_, text) in TABLE {
        visit(text, 80, 24);
        visit(&text.repeat(24), 60, 20);
    }
    visit(HOSTILE, 120, 30);
}

#[test]
fn towers_and_chains_take_no_more_than_their_cells() {
    for unit in ["\u{301}", "\u{200D}👩", "\u{FE0F}", "\u{E34}", "\u{94D}क", "\u{1F1E6}"] {
        visit(&format!("Z{}", unit.repeat(2_000)), 80, 24);
    }
}

/// Any text, most of it of the kind that hurts.
pub fn anything() -> impl Strategy<Value = String> {
    let characters = prop_oneof![
        4 => any::<char>(),
        2 => (0u32..0x100).prop_map(|code| char::from_u32(code).unwrap_or('x')),
        1 => (0x300u32..0x370).prop_map(|code| char::from_u32(code).unwrap_or('x')),
        1 => (0x590u32..0x700).prop_map(|code| char::from_u32(code).unwrap_or('x')),
        1 => (0x900u32..0xE80).prop_map(|code| char::from_u32(code).unwrap_or('x')),
        1 => (0x1100u32..0x1200).prop_map(|code| char::from_u32(code).unwrap_or('x')),
        1 => (0x2000u32..0x2070).prop_map(|code| char::from_u32(code).unwrap_or('x')),
        2 => (0x1F1E6u32..0x1FAFF).prop_map(|code| char::from_u32(code).unwrap_or('x')),
        1 => (0xE0000u32..0xE0200).prop_map(|code| char::from_u32(code).unwrap_or('x')),
        1 => Just('\u{200D}'),
        1 => Just('\u{FE0F}'),
        1 => Just('\x1b'),
        1 => Just('\n'),
        1 => Just('`'),
        1 => Just(' '),
    ];
    proptest::collection::vec(characters, 0..120).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn no_text_touches_a_terminal(text in anything()) {
        visit(&text, 80, 24);
    }
}
