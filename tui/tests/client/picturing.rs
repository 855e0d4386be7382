//! Pictures among the messages: which are asked for and when, the rows they take, and what is read
//! meanwhile staying where it is.

use insta::assert_snapshot;
use pail::state::pictures::{
    Canvas, Easel, FETCHES_MAX, Medium, Missing, PICTURE_BYTES_MAX, Pixels,
};
use pail::state::pointer::{Gesture, Pointer};
use pail::state::settings::Images;
use pail::state::{Effect, Input, News};
use pail::text::SafeText;
use pail::view::pictures::{Drawing, Sent};
use pail::view::theme::{Depth, Palette};
use pail::view::{Cache, Theme};
use pail_protocol::AttachmentId;
use pail_protocol::attachment::Attachment;
use pail_protocol::frame::ServerFrame;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;

use crate::harness::{App, BEA_LIND, GENERAL, live, posted};
use crate::writing::SIZES;

const NONE: [i64; 0] = [];
pub const WIDE: Pixels = Pixels { width: 1920, height: 1080 };

/// How pictures are shown where nothing is known of the terminal but its colours.
fn canvas(chosen: Images) -> Option<Canvas> {
    Canvas::of(chosen, &Easel { has_colours: true, ..Easel::default() })
}

/// A client that shows pictures as blocks.
fn seeing() -> App {
    let mut app = live();
    app.screen(80, 30);
    app.input(Input::Canvas(canvas(Images::Blocks)));
    app
}

fn file(id: i64, content_type: &str, size: u64) -> Attachment {
    Attachment {
        id: AttachmentId(id),
        name: format!("graph-{id}.png"),
        size,
        content_type: content_type.to_owned(),
        url: String::new(),
        sha256: String::new(),
    }
}

/// Bea sends these files.
fn sends(app: &mut App, seq: i64, files: Vec<Attachment>) -> Vec<Effect> {
    let mut frame = posted(GENERAL, seq, BEA_LIND, &format!("message {seq}"));
    if let ServerFrame::Message(message) = &mut frame {
        message.context.attachments = files;
    }
    app.frame(frame)
}

/// Bea sends a picture of this number.
pub fn shows(app: &mut App, seq: i64, id: i64) -> Vec<Effect> {
    sends(app, seq, vec![file(id, "image/png", 34_000)])
}

pub fn says(app: &mut App, seqs: std::ops::Range<i64>) {
    for seq in seqs {
        app.frame(posted(GENERAL, seq, BEA_LIND, &format!("message {seq}")));
    }
}

fn asked(effects: &[Effect]) -> Vec<i64> {
    let pictures = effects.iter().filter_map(|effect| match effect {
        Effect::Picture(wanted) => Some(wanted.id.0),
        _ => None,
    });
    pictures.collect()
}

pub fn comes(app: &mut App, id: i64, result: Result<Pixels, Missing>) -> Vec<Effect> {
    app.news(News::Picture(AttachmentId(id), result))
}

fn unfit(why: &str) -> Result<Pixels, Missing> {
    Err(Missing::Unfit(SafeText::line(why)))
}

/// Rows of one letter each, so that one sees which they are.
fn lettered(columns: u16, rows: u16) -> Drawing {
    let mut cells = Buffer::empty(Rect::new(0, 0, columns, rows));
    for (at, cell) in cells.content.iter_mut().enumerate() {
        let row = u8::try_from(at / usize::from(columns)).unwrap();
        cell.set_char(char::from(b'A' + row % 26));
        cell.set_fg(Color::Rgb(row, 200, 100)).set_bg(Color::Rgb(0, 0, row));
    }
    Drawing { cells, sent: Sent::Nothing }
}

/// The cells, once every picture that is wanted has been drawn.
fn painted(app: &App, depth: Depth) -> TestBackend {
    let mut cache = Cache { theme: Theme::new(Palette::TERMINAL, depth), ..Cache::default() };
    let mut screen = app.drawn_with(&mut cache);
    for _ in 0..2 {
        screen = app.drawn_with(&mut cache);
        for order in cache.pictures.take_wanted() {
            let drawing = lettered(order.fit.cells.columns, order.fit.cells.rows);
            cache.pictures.learn(&order, Some(drawing));
        }
    }
    assert_eq!(cache.pictures.take_wanted(), []);
    screen
}

fn rows(app: &App) -> Vec<String> {
    painted(app, Depth::True).to_string().lines().map(str::to_owned).collect()
}

#[test]
fn a_picture_is_asked_for_when_it_is_in_sight_and_only_where_it_can_be_shown() {
    let mut app = live();
    assert_eq!(asked(&shows(&mut app, 1, 7)), NONE);
    assert_eq!(asked(&app.input(Input::Canvas(canvas(Images::Auto)))), [7]);
    app.input(Input::Canvas(None));
    assert_eq!(asked(&shows(&mut app, 2, 8)), NONE);
}

#[test]
fn what_was_chosen_decides_and_without_colours_there_are_none() {
    let kitty = Medium::Kitty { in_tmux: false };
    let medium = |chosen, medium, has_colours| {
        let easel = Easel { medium, has_colours, ..Easel::default() };
        Canvas::of(chosen, &easel).map(|canvas| canvas.medium)
    };
    for (chosen, bare, better) in [
        (Images::Auto, Some(Medium::Blocks), Some(kitty)),
        (Images::Sharp, None, Some(kitty)),
        (Images::Kitty, Some(kitty), Some(kitty)),
        (Images::Sixel, Some(Medium::Sixel), Some(Medium::Sixel)),
        (Images::Blocks, Some(Medium::Blocks), Some(Medium::Blocks)),
        (Images::Off, None, None),
    ] {
        assert_eq!(medium(chosen, None, true), bare, "{chosen:?}");
        assert_eq!(medium(chosen, Some(kitty), true), better, "{chosen:?}");
        assert_eq!(medium(chosen, Some(kitty), false), None, "{chosen:?}");
    }
}

#[test]
fn only_pictures_of_some_size_are_asked_for_and_a_few_at_once() {
    let mut app = seeing();
    let no = |id, kind: &str, size| file(id, kind, size);
    let files = vec![
        no(1, "image/svg+xml", 10),
        no(2, "text/plain", 10),
        no(3, "image/png", PICTURE_BYTES_MAX + 1),
        no(4, "IMAGE/PNG\n", 10),
    ];
    assert_eq!(asked(&sends(&mut app, 1, files)), NONE);
    let kinds = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/png"];
    let files = kinds.iter().zip(11..).map(|(kind, id)| file(id, kind, PICTURE_BYTES_MAX));
    assert_eq!(asked(&sends(&mut app, 2, files.collect())), [11, 12, 13]);
    assert_eq!(FETCHES_MAX, 3);
    assert_eq!(asked(&comes(&mut app, 12, Ok(WIDE))), [14]);
    assert_eq!(asked(&comes(&mut app, 11, unfit("cannot be shown"))), [15]);
}

#[test]
fn until_a_picture_is_there_it_is_a_file_and_one_that_will_not_do_stays_one() {
    let mut app = seeing();
    shows(&mut app, 1, 7);
    assert!(rows(&app).iter().any(|row| row.contains("[graph-7.png 34 kB]")));
    comes(&mut app, 7, unfit("too large to be shown"));
    let seen = rows(&app);
    let line = "[graph-7.png 34 kB · too large to be shown]";
    assert!(seen.iter().any(|row| row.contains(line)), "{seen:#?}");
    assert!(!seen.iter().any(|row| row.contains("AAAA")));
    app.keys("<up>s");
    assert!(rows(&app).iter().any(|row| row.contains("Save graph-7.png")), "s saves it still");
}

#[test]
fn what_did_not_come_is_asked_for_on_the_next_connection() {
    let mut app = seeing();
    shows(&mut app, 1, 7);
    assert_eq!(asked(&comes(&mut app, 7, Err(Missing::Unreached))), NONE);
    let effects = [app.closed(None), app.wait(60_000)].concat();
    assert_eq!(asked(&effects), [7]);
}

#[test]
fn a_picture_stands_below_its_name() {
    let mut app = seeing();
    says(&mut app, 1..3);
    shows(&mut app, 3, 7);
    comes(&mut app, 7, Ok(WIDE));
    says(&mut app, 4..6);
    for (columns, rows) in SIZES {
        app.input(Input::Resized(crate::harness::size(columns, rows)));
        assert_snapshot!(format!("picture@{columns}x{rows}"), painted(&app, Depth::True));
    }
}

#[test]
fn colours_are_as_many_as_there_are_and_the_gutter_says_what_is_selected() {
    let mut app = seeing();
    shows(&mut app, 1, 7);
    comes(&mut app, 7, Ok(WIDE));
    app.keys("<up>");
    let colours = |depth| {
        let screen = painted(&app, depth);
        let found = screen.buffer().content.iter().filter(|cell| cell.symbol() == "B");
        found.map(|cell| (cell.fg, cell.bg)).find(|(_, bg)| *bg != Color::Reset).unwrap()
    };
    assert_eq!(colours(Depth::True), (Color::Rgb(1, 200, 100), Color::Rgb(0, 0, 1)));
    assert!(matches!(colours(Depth::TwoFiftySix), (Color::Indexed(_), Color::Indexed(_))));
    let seen = rows(&app);
    let marked = seen.iter().filter(|row| row.contains("›▏ BBB"));
    assert_eq!(marked.count(), 1, "{seen:#?}");
}

#[test]
fn what_is_read_stays_where_it_is_when_pictures_come() {
    let mut app = seeing();
    says(&mut app, 1..20);
    for seq in 20..26 {
        shows(&mut app, seq, seq);
    }
    says(&mut app, 26..60);
    app.keys("<pgup>");
    let top = |app: &App| rows(app)[1].clone();
    let reads = top(&app);
    for id in 20..26 {
        comes(&mut app, id, Ok(WIDE));
        assert_eq!(top(&app), reads, "{id}");
    }
    app.keys("<alt-end>");
    assert!(rows(&app).iter().any(|row| row.contains("message 59")));
}

#[test]
fn a_picture_is_cut_at_the_edges_row_by_row() {
    let mut app = seeing();
    says(&mut app, 1..30);
    shows(&mut app, 30, 7);
    comes(&mut app, 7, Ok(WIDE));
    says(&mut app, 31..60);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..80 {
        let (column, row) = (40, 10);
        app.input(Input::Pointed(Pointer { gesture: Gesture::WheelUp, column, row }));
        let screen = rows(&app);
        let letters: String = screen
            .iter()
            .filter_map(|row| row.split("▏ ").nth(1)?.chars().next())
            .filter(char::is_ascii_uppercase)
            .collect();
        assert!("ABCDEFGHIJKLMNOPQRSTUVWXYZ".contains(&letters), "{letters}: {screen:#?}");
        seen.insert(letters.len());
    }
    assert!(seen.len() > 3, "{seen:?}");
}

#[test]
fn what_opens_over_a_picture_leaves_nothing_of_it_and_gives_it_back() {
    let mut app = seeing();
    shows(&mut app, 1, 7);
    comes(&mut app, 7, Ok(WIDE));
    let before = painted(&app, Depth::True);
    app.keys("<ctrl-k>");
    let over = painted(&app, Depth::True);
    let words = "Go anywhere";
    let row = over.to_string().lines().position(|row| row.contains(words)).unwrap() as u16;
    let from_blank = (0..80).map(|x| &over.buffer()[(x, row)]);
    assert!(from_blank.into_iter().all(|cell| cell.bg == Color::Reset));
    app.keys("<esc>");
    assert_eq!(painted(&app, Depth::True).buffer(), before.buffer());
}

#[test]
fn a_picture_fills_the_screen_and_esc_leads_back() {
    let mut app = seeing();
    let files =
        vec![file(7, "image/png", 34_000), file(8, "text/plain", 10), file(9, "image/png", 12_000)];
    sends(&mut app, 1, files);
    comes(&mut app, 7, Ok(WIDE));
    comes(&mut app, 9, Ok(Pixels { width: 16, height: 16 }));
    app.keys("<up>v");
    for (columns, rows) in SIZES {
        app.input(Input::Resized(crate::harness::size(columns, rows)));
        assert_snapshot!(format!("viewer@{columns}x{rows}"), painted(&app, Depth::True));
    }
    app.keys("j");
    let small = rows(&app);
    assert!(small[0].contains("graph-9.png · 2 of 2") && !small[1].contains('A'), "{small:#?}");
    app.keys("jks");
    assert!(rows(&app).iter().any(|row| row.contains("Save graph-9.png to")));
    app.keys("<esc>v<esc>");
    assert!(app.chat().overlay().is_none());
    assert!(app.chat().selection().is_some(), "the message is selected still");
}

#[test]
fn without_pictures_there_is_nothing_to_see() {
    let mut app = seeing();
    says(&mut app, 1..2);
    app.keys("<up>v");
    assert!(rows(&app).iter().any(|row| row.contains("has no picture")));
    app.input(Input::Canvas(None));
    shows(&mut app, 2, 7);
    app.keys("<esc><up>v");
    assert!(rows(&app).iter().any(|row| row.contains("not shown here; s saves it")));
}
