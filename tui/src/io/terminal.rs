//! The terminal: taking it over, giving it back in every case, and its events as inputs.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange, Event,
    KeyCode, KeyEvent, KeyEventKind, KeyModifiers, KeyboardEnhancementFlags, MouseButton,
    MouseEvent, MouseEventKind, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::terminal::{
    DisableLineWrap, EnableLineWrap, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};

use super::screen::Screen;
use super::{background, clipboard};
use crate::keys::{Chord, Key, Keyboard};
use crate::state::pictures::Pixels;
use crate::state::pointer::{Gesture, Pointer};
use crate::state::{Context, Input, Size, State};
use crate::view::Cache;

/// Bytes of one drawing that are written at once.
const WRITE_BYTES: usize = 64 * 1024;

static IS_TAKEN: AtomicBool = AtomicBool::new(false);
static HAS_POINTER: AtomicBool = AtomicBool::new(false);

/// Buttons, the wheel, and moves with a button down. Other moves would wake us for nothing.
const POINTER_ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const POINTER_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";
/// The title that was there is put aside, and comes back.
const TITLE_ASIDE: &[u8] = b"\x1b[22;0t";
const TITLE_BACK: &[u8] = b"\x1b[23;0t";

/// The terminal while it is ours. Dropping it gives it back.
pub struct Terminal {
    screen: Screen<BufWriter<Stdout>>,
}

impl Terminal {
    /// Takes the terminal over, with the pointer if that is wanted.
    ///
    /// # Errors
    /// When there is none.
    pub fn take(has_pointer: bool) -> io::Result<Self> {
        HAS_POINTER.store(has_pointer, Ordering::SeqCst);
        restore_on_panic();
        enable_raw_mode()?;
        IS_TAKEN.store(true, Ordering::SeqCst);
        let taken = Self::enter();
        if taken.is_err() {
            restore();
        }
        taken
    }

    fn enter() -> io::Result<Self> {
        let mut out = BufWriter::with_capacity(WRITE_BYTES, io::stdout());
        set_modes(&mut out)?;
        Ok(Self { screen: Screen::of_terminal(out)? })
    }

    /// Lets somebody else have the terminal for a while.
    pub fn give_back(&self) {
        restore();
    }

    /// Takes the terminal over again; the next drawing paints all of it.
    ///
    /// # Errors
    /// When it is gone.
    pub fn retake(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        IS_TAKEN.store(true, Ordering::SeqCst);
        set_modes(self.screen.out())?;
        self.forget()
    }

    /// Its size.
    ///
    /// # Errors
    /// When it does not say.
    pub fn size(&self) -> io::Result<Size> {
        let size = self.screen.size()?;
        Ok(Size { columns: size.width, rows: size.height })
    }

    /// The size of a cell, where the terminal says it.
    #[must_use]
    pub fn cell(&self) -> Option<Pixels> {
        let window = crossterm::terminal::window_size().ok()?;
        let part = |pixels: u16, cells: u16| {
            pixels.checked_div(cells).filter(|part| *part > 0).map(u32::from)
        };
        let width = part(window.width, window.columns)?;
        Some(Pixels { width, height: part(window.height, window.rows)? })
    }

    /// Draws the state.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, state: &State, cache: &mut Cache) -> io::Result<()> {
        self.screen.draw(state, cache)
    }

    /// Forgets what is on the screen, so that the next drawing paints all of it.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn forget(&mut self) -> io::Result<()> {
        self.screen.forget()
    }

    /// Puts a text into the clipboard.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        let is_tmux = std::env::var_os("TMUX").is_some();
        self.screen.out().write_all(&clipboard::sequence(text, is_tmux))?;
        self.screen.out().flush()
    }

    /// Says in the window's title what is new.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn name_window(&mut self, title: &str) -> io::Result<()> {
        write!(self.screen.out(), "\x1b]0;{title}\x07")?;
        self.screen.out().flush()
    }

    /// Shows the caret as it is in vim's normal mode, or as it is for writing.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn shape_caret(&mut self, is_block: bool) -> io::Result<()> {
        let shape = match is_block {
            true => cursor::SetCursorStyle::SteadyBlock,
            false => cursor::SetCursorStyle::SteadyBar,
        };
        execute!(self.screen.out(), shape)
    }

    /// Asks what the background is, where that is understood; returns whether it did. The answer
    /// comes among the events.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn ask_background(&mut self) -> io::Result<bool> {
        let may_ask = background::may_be_asked(&std::env::var("TERM").unwrap_or_default());
        if may_ask {
            self.screen.out().write_all(background::QUERY.as_bytes())?;
            self.screen.out().flush()?;
        }
        Ok(may_ask)
    }

    /// Has the terminal show a notification.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn notify(&mut self, sequence: &str) -> io::Result<()> {
        self.screen.out().write_all(sequence.as_bytes())?;
        self.screen.out().flush()
    }

    /// Rings the bell.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn ring(&mut self) -> io::Result<()> {
        self.screen.out().write_all(b"\x07")?;
        self.screen.out().flush()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

fn set_modes(out: &mut impl Write) -> io::Result<()> {
    out.write_all(TITLE_ASIDE)?;
    if HAS_POINTER.load(Ordering::SeqCst) {
        out.write_all(POINTER_ON)?;
    }
    // What a terminal draws wider than we think must not wrap into the next row.
    execute!(out, EnterAlternateScreen, DisableLineWrap, EnableBracketedPaste, EnableFocusChange)?;
    if speaks_kitty() {
        let flags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES;
        execute!(out, PushKeyboardEnhancementFlags(flags))?;
    }
    Ok(())
}

/// Whether somebody sits at both ends.
#[must_use]
pub fn is_there() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Terminals that report Shift-Enter. Asking takes up to two seconds where nobody answers.
pub(super) fn speaks_kitty() -> bool {
    let says = |name: &str| std::env::var(name).unwrap_or_default().to_lowercase();
    let (term, program) = (says("TERM"), says("TERM_PROGRAM"));
    ["kitty", "ghostty", "foot", "alacritty", "wezterm", "rio"]
        .iter()
        .any(|name| term.contains(name) || program.contains(name))
}

/// Gives the terminal back, once, whoever asks first.
fn restore() {
    if !IS_TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    let _ = out.write_all(POINTER_OFF).and_then(|()| out.write_all(TITLE_BACK));
    if speaks_kitty() {
        let _ = execute!(out, PopKeyboardEnhancementFlags);
    }
    let _ = execute!(
        out,
        EndSynchronizedUpdate,
        DisableFocusChange,
        DisableBracketedPaste,
        EnableLineWrap,
        cursor::Show,
        cursor::SetCursorStyle::DefaultUserShape,
        LeaveAlternateScreen
    );
    let _ = disable_raw_mode();
}

/// A panic of the client gives the terminal back before it is printed. A panic in another task,
/// such as a request to an embedded server, must not tear the screen: it is logged.
fn restore_on_panic() {
    static IS_INSTALLED: AtomicBool = AtomicBool::new(false);
    if IS_INSTALLED.swap(true, Ordering::SeqCst) {
        return;
    }
    let default = std::panic::take_hook();
    let screen_thread = std::thread::current().id();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() == screen_thread {
            restore();
            default(panic);
        } else if IS_TAKEN.load(Ordering::SeqCst) {
            tracing::error!("{panic}");
        } else {
            default(panic);
        }
    }));
}

/// What an event of the terminal means in a context.
pub fn input(event: Event, context: Context, keyboard: &mut Keyboard) -> Option<Input> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            keyboard.press(context, chord(key)?)
        }
        Event::Key(_) => None,
        Event::Mouse(event) => pointer(event).map(Input::Pointed),
        Event::Paste(text) => Some(Input::Pasted(text)),
        Event::Resize(columns, rows) => Some(Input::Resized(Size { columns, rows })),
        Event::FocusGained => Some(Input::Focus(true)),
        Event::FocusLost => Some(Input::Focus(false)),
    }
}

/// With Shift the pointer is the terminal's.
fn pointer(event: MouseEvent) -> Option<Pointer> {
    let gesture = match event.kind {
        _ if event.modifiers.contains(KeyModifiers::SHIFT) => return None,
        MouseEventKind::Down(MouseButton::Left) => Gesture::Press,
        MouseEventKind::Drag(MouseButton::Left) => Gesture::Drag,
        MouseEventKind::Up(MouseButton::Left) => Gesture::Release,
        MouseEventKind::ScrollUp => Gesture::WheelUp,
        MouseEventKind::ScrollDown => Gesture::WheelDown,
        _ => return None,
    };
    Some(Pointer { gesture, column: event.column, row: event.row })
}

fn chord(event: KeyEvent) -> Option<Chord> {
    let key = match event.code {
        KeyCode::Char(character) => Key::Char(character),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab | KeyCode::BackTab => Key::Tab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::F(number) => Key::Function(number),
        _ => return None,
    };
    let holds = |modifier| event.modifiers.contains(modifier);
    let (ctrl, alt) = (holds(KeyModifiers::CONTROL), holds(KeyModifiers::ALT));
    // Shift is in the character already, except where only the kitty protocol tells of it. With
    // Control the letter counts, not its case.
    let is_character = matches!(key, Key::Char(_));
    let shift = (holds(KeyModifiers::SHIFT) && !is_character) || event.code == KeyCode::BackTab;
    let key = match key {
        // Terminals of old send Ctrl-_ and Ctrl-/ as the byte that is named after Ctrl-7.
        Key::Char('7') if ctrl => Key::Char('_'),
        Key::Char(character) if ctrl => Key::Char(character.to_ascii_lowercase()),
        Key::Char(character) if alt && holds(KeyModifiers::SHIFT) => {
            Key::Char(character.to_ascii_uppercase())
        }
        key => key,
    };
    Some(Chord { key, ctrl, alt, shift })
}

#[cfg(test)]
mod tests {
    use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

    use super::input;
    use crate::keys::Keyboard;
    use crate::state::{Action, Context, Edit, Go, Input, Open};

    #[track_caller]
    fn check(context: Context, code: KeyCode, modifiers: KeyModifiers, expected: Option<Input>) {
        let event = Event::Key(KeyEvent::new(code, modifiers));
        assert_eq!(input(event, context, &mut Keyboard::default()), expected);
    }

    #[test]
    fn keys_become_actions_or_text() {
        let (none, ctrl, alt) = (KeyModifiers::NONE, KeyModifiers::CONTROL, KeyModifiers::ALT);
        let act = |action| Some(Input::Do(action));
        check(Context::Chat, KeyCode::Char('k'), ctrl, act(Action::Open(Open::Palette)));
        check(
            Context::Chat,
            KeyCode::Char('A'),
            alt | KeyModifiers::SHIFT,
            act(Action::Go(Go::NextMention)),
        );
        check(Context::Chat, KeyCode::Char('É'), KeyModifiers::SHIFT, Some(Input::Typed('É')));
        check(Context::Chat, KeyCode::Enter, none, act(Action::Submit));
        check(Context::Chat, KeyCode::Enter, KeyModifiers::SHIFT, act(Action::Edit(Edit::NewLine)));
        check(Context::Form, KeyCode::BackTab, KeyModifiers::SHIFT, act(Action::PreviousField));
        check(Context::Chat, KeyCode::Char('7'), ctrl, act(Action::Edit(Edit::Undo)));
        check(Context::Chat, KeyCode::Char('z'), ctrl, act(Action::Suspend));
        check(Context::Chat, KeyCode::CapsLock, none, None);
    }

    #[test]
    fn a_key_that_is_let_go_means_nothing() {
        let (code, modifiers) = (KeyCode::Char('x'), KeyModifiers::NONE);
        let event = KeyEvent::new_with_kind(code, modifiers, KeyEventKind::Release);
        assert_eq!(input(Event::Key(event), Context::Chat, &mut Keyboard::default()), None);
    }
}
