//! What the terminal shows and takes: judged by what it answered, or else by its name.

use ratatui::style::Color;

use super::multiplexer::Options;
use super::replies::Replies;
use super::terminal::{Asked, Kind, SAMPLES};
use super::{Environment, Finding};
use crate::io::abilities::abilities;
use crate::io::background::of_colour;
use crate::io::config::Chosen;
use crate::io::terminal::speaks_kitty;
use crate::state::pictures::Medium;
use crate::state::settings::{Colours, Images, Value};
use crate::text::columns;
use crate::view::theme::{Background, Depth, depth};

/// For tmux to pass all colours on, and to say so to what runs in it.
const TMUX_COLOURS: &str =
    "set -as terminal-features ',*:RGB' ; set-environment -g COLORTERM truecolor";

/// Everything about the screen and the keyboard.
pub(super) fn findings(
    asked: &Asked,
    environment: &Environment<'_>,
    chosen: &Chosen,
    options: Option<&Options>,
    medium: Option<Medium>,
) -> Vec<Finding> {
    let silent = Replies::default();
    let (replies, is_asked) = match asked {
        Asked::Answered(replies) => (replies, true),
        Asked::Not(_) => (&silent, false),
    };
    let mut found = vec![
        answers(asked),
        colours(replies, environment, chosen.settings.look.colours),
        links(abilities().links),
        clipboard(replies, environment, options),
    ];
    if is_asked {
        found.extend([
            background(replies),
            keyboard(replies, speaks_kitty(), options),
            focus(replies, options),
            sync(replies),
            images(replies, environment, chosen, (options, medium)),
            widths(&replies.columns),
        ]);
    }
    found
}

/// Whether it could be asked at all.
fn answers(asked: &Asked) -> Finding {
    const ABOUT: &str = "terminal";
    match asked {
        Asked::Not(why) => Finding::aside(
            ABOUT,
            format!(
                "{why}: its background, keyboard, focus, synchronized output, images and widths \
                 of characters could not be asked"
            ),
        ),
        Asked::Answered(Replies { is_complete: false, .. }) => Finding::aside(
            ABOUT,
            "it does not answer in half a second; what it can do is guessed from its name",
        ),
        Asked::Answered(Replies { name: Some(name), .. }) => Finding::good(ABOUT, name.as_str()),
        Asked::Answered(_) => Finding::good(ABOUT, "it answers"),
    }
}

fn colours(replies: &Replies, environment: &Environment<'_>, chosen: Colours) -> Finding {
    const ABOUT: &str = "colours";
    let depth = depth(chosen, environment.0);
    let says = match depth {
        Depth::None => "none",
        Depth::Sixteen => "the terminal's sixteen",
        Depth::TwoFiftySix => "256",
        Depth::True => "all",
    };
    if chosen != Colours::Auto {
        return Finding::good(ABOUT, format!("{says}, as you chose"));
    }
    match depth {
        Depth::True => Finding::good(ABOUT, says),
        _ if replies.has_true_colour => {
            let says = format!("{says}, as COLORTERM and TERM have it; the terminal shows all");
            Finding::wrong(ABOUT, says).with("~/.profile", "export COLORTERM=truecolor")
        }
        _ if environment.is_tmux() => {
            let says = format!("{says}; where the terminal around tmux has all, tell tmux");
            Finding::aside(ABOUT, says).with("~/.tmux.conf", TMUX_COLOURS)
        }
        Depth::TwoFiftySix => Finding::good(ABOUT, says),
        Depth::None | Depth::Sixteen => {
            let term = environment.says("TERM");
            Finding::aside(ABOUT, format!("{says}, because TERM is {term:?}"))
        }
    }
}

fn background(replies: &Replies) -> Finding {
    const ABOUT: &str = "background";
    match replies.background {
        Some(colour) => {
            let word = match of_colour(colour) {
                Background::Light => "light",
                Background::Dark => "dark",
            };
            let [red, green, blue] = colour.map(|part| part.to_be_bytes()[0]);
            Finding::good(ABOUT, format!("{word}, {}", Color::Rgb(red, green, blue)))
        }
        None => Finding::aside(
            ABOUT,
            "it does not say; pail uses the terminal's own colours until you choose a theme",
        )
        .with("config.toml, [look]", "theme = \"dark\""),
    }
}

fn keyboard(replies: &Replies, is_known: bool, options: Option<&Options>) -> Finding {
    const ABOUT: &str = "kitty keyboard";
    match (replies.has_keyboard, is_known) {
        (true, true) => Finding::good(ABOUT, "Shift-Enter starts a new line"),
        (true, false) => Finding::aside(
            ABOUT,
            "it is offered, but pail does not know this terminal by name: Ctrl-J starts a new line",
        ),
        (false, _) if options.is_some() => Finding::aside(ABOUT, "tmux decides; see there"),
        (false, _) => {
            Finding::aside(ABOUT, "Shift-Enter is Enter to this terminal: Ctrl-J starts a new line")
        }
    }
}

fn focus(replies: &Replies, options: Option<&Options>) -> Finding {
    const ABOUT: &str = "focus events";
    match (replies.focus, options) {
        (Some(true), _) => Finding::good(ABOUT, "pail knows whether you look at it"),
        (Some(false), _) => {
            Finding::aside(ABOUT, "not reported: notifications come although you look at pail")
        }
        (None, Some(_)) => Finding::aside(ABOUT, "tmux decides; see there"),
        (None, None) => Finding::aside(ABOUT, "it does not say whether it reports them"),
    }
}

fn sync(replies: &Replies) -> Finding {
    const ABOUT: &str = "synchronized";
    match replies.sync {
        Some(true) => Finding::good(ABOUT, "drawings appear at once"),
        Some(false) => Finding::aside(ABOUT, "not offered: a large drawing may flicker"),
        None => Finding::aside(ABOUT, "it does not say; a large drawing may flicker"),
    }
}

fn links(are_understood: bool) -> Finding {
    const ABOUT: &str = "links (OSC 8)";
    if are_understood {
        Finding::good(ABOUT, "understood, or passed over, by terminals of this name")
    } else {
        Finding::aside(ABOUT, "not understood by terminals of this name: o opens a selected one")
    }
}

fn clipboard(
    replies: &Replies,
    environment: &Environment<'_>,
    options: Option<&Options>,
) -> Finding {
    const ABOUT: &str = "copying (OSC 52)";
    let program = environment.says("TERM_PROGRAM");
    let by_mouse = "not taken by this terminal: drag with Shift to copy";
    match () {
        () if options.is_some_and(Options::passes_clipboard) => {
            Finding::good(ABOUT, "tmux takes it; the terminal around it has to, too")
        }
        () if environment.is_tmux() => Finding::aside(ABOUT, "tmux decides; see there"),
        () if replies.clipboard == Some(true) => Finding::good(ABOUT, "taken, over SSH too"),
        () if environment.has("XTERM_VERSION") => Finding::aside(ABOUT, "xterm wants it allowed")
            .with("~/.Xresources", "XTerm*disallowedWindowOps: 20,21,SetXprop"),
        () if program == "iTerm.app" => Finding::aside(
            ABOUT,
            "iTerm2 wants it allowed: Settings, General, Selection, \"Applications in terminal \
             may access clipboard\"",
        ),
        () if program == "Apple_Terminal" || environment.has("VTE_VERSION") => {
            Finding::aside(ABOUT, by_mouse)
        }
        () => Finding::aside(ABOUT, "it does not say whether it is taken; try y on a message"),
    }
}

fn images(
    replies: &Replies,
    environment: &Environment<'_>,
    chosen: &Chosen,
    (options, medium): (Option<&Options>, Option<Medium>),
) -> Finding {
    const ABOUT: &str = "images";
    const CONFIG: &str = "config.toml, [look]";
    let look = &chosen.settings.look;
    let depth = depth(look.colours, environment.0);
    match (look.images, medium) {
        (Images::Off, _) => Finding::good(ABOUT, "none, as you chose"),
        _ if matches!(depth, Depth::None | Depth::Sixteen) => {
            Finding::aside(ABOUT, "none: they need 256 colours at least")
        }
        (Images::Auto | Images::Sharp, Some(Medium::Kitty { in_tmux: true })) => {
            Finding::good(ABOUT, "kitty's protocol, which tmux hands on")
        }
        (Images::Auto | Images::Sharp, Some(Medium::Kitty { .. })) => {
            Finding::good(ABOUT, "kitty's protocol")
        }
        (Images::Auto | Images::Sharp, Some(Medium::Sixel)) => Finding::good(ABOUT, "sixels"),
        (Images::Auto | Images::Sharp, _) => {
            let instead = if look.images == Images::Auto { "half blocks" } else { "none" };
            let aside = |why: &str| Finding::aside(ABOUT, format!("{instead}{why}"));
            match options {
                Some(options) if !options.passes_anything() => {
                    aside(": tmux hands nothing on to the terminal around it")
                        .with("~/.tmux.conf", "set -g allow-passthrough on")
                }
                Some(_) => aside(": the terminal around tmux is not known for kitty's protocol"),
                None if replies.has_sixels => {
                    aside(", although the terminal says that it shows sixels")
                        .with(CONFIG, "images = \"sixel\"")
                }
                None if replies.has_kitty_images => aside(
                    "; it speaks kitty's protocol, but is not known for cells that stand for images",
                ),
                None => aside(""),
            }
        }
        (chosen, _) => Finding::good(ABOUT, format!("{}, as you chose", Value::from(chosen))),
    }
}

/// Composed characters are fenced in when they are drawn; the plain ones must be right.
fn widths(measured: &[usize]) -> Finding {
    const ABOUT: &str = "wide characters";
    if measured.len() != SAMPLES.len() {
        return Finding::aside(ABOUT, "it does not say where its cursor is");
    }
    let other = |kind: Kind| -> Vec<String> {
        let of_kind = SAMPLES.iter().zip(measured).filter(|((_, of), _)| *of == kind);
        of_kind
            .filter(|((sample, _), measured)| columns(sample) != **measured)
            .map(|((sample, _), measured)| format!("{sample} {measured}, not {}", columns(sample)))
            .collect()
    };
    let (plain, composed) = (other(Kind::Plain), other(Kind::Composed));
    match (plain.as_slice(), composed.as_slice()) {
        ([], []) => Finding::good(ABOUT, "as wide as pail counts"),
        ([], composed) => {
            let says = format!("other columns than counted: {}", composed.join("; "));
            Finding::aside(ABOUT, format!("{says}. What stands beside them stays in its place"))
        }
        (plain, _) => {
            let says = format!("other columns than counted: {}", plain.join("; "));
            Finding::wrong(ABOUT, format!("{says}. The terminal does not take this for UTF-8"))
                .with("~/.profile", "export LANG=C.UTF-8")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::doctor::Mark;

    #[track_caller]
    fn check(finding: &Finding, mark: Mark, part: &str) {
        assert_eq!(finding.mark, mark, "{finding:?}");
        let line = finding.remedy.as_ref().map_or("", |remedy| &remedy.line);
        assert!(finding.says.contains(part) || line.contains(part), "{finding:?}");
    }

    #[test]
    fn a_terminal_that_shows_more_than_it_is_said_to_is_a_line_for_the_profile() {
        let xterm = |name: &str| (name == "TERM").then(|| "xterm-256color".to_owned());
        let xterm = Environment(&xterm);
        let answered = Replies { has_true_colour: true, ..Replies::default() };
        let truth = "export COLORTERM=truecolor";
        check(&colours(&answered, &xterm, Colours::Auto), Mark::Wrong, truth);
        check(&colours(&answered, &xterm, Colours::Sixteen), Mark::Good, "as you chose");
        check(&colours(&Replies::default(), &xterm, Colours::Auto), Mark::Good, "256");
        let bare = Environment(&|_| None);
        check(&colours(&Replies::default(), &bare, Colours::Auto), Mark::Aside, "TERM is");
    }

    #[test]
    fn light_is_told_from_dark() {
        let on = |rgb| background(&Replies { background: Some(rgb), ..Replies::default() });
        check(&on([0xFFFF, 0xFFFF, 0xFFFF]), Mark::Good, "light, #FFFFFF");
        check(&on([0x1000, 0x1000, 0x3000]), Mark::Good, "dark, #101030");
        check(&background(&Replies::default()), Mark::Aside, "theme = ");
    }

    #[test]
    fn why_images_are_not_better_is_said_with_what_would_help() {
        let found = |images: Images, medium, options: Option<&str>, replies: &Replies| {
            let truth = |name: &str| (name == "COLORTERM").then(|| "truecolor".to_owned());
            let mut chosen = Chosen::default();
            chosen.settings.look.images = images;
            let options = options.map(|value| Options(vec![None, Some(value.to_owned())]));
            super::images(replies, &Environment(&truth), &chosen, (options.as_ref(), medium))
        };
        let silent = Replies::default();
        let sixels = Replies { has_sixels: true, ..Replies::default() };
        let kitty = |in_tmux| Some(Medium::Kitty { in_tmux });
        check(&found(Images::Auto, kitty(false), None, &silent), Mark::Good, "kitty's protocol");
        check(&found(Images::Auto, kitty(true), Some("on"), &silent), Mark::Good, "tmux hands");
        check(&found(Images::Auto, Some(Medium::Sixel), None, &sixels), Mark::Good, "sixels");
        check(&found(Images::Auto, None, None, &silent), Mark::Aside, "half blocks");
        check(&found(Images::Sharp, None, None, &silent), Mark::Aside, "none");
        check(&found(Images::Auto, None, None, &sixels), Mark::Aside, "images = \"sixel\"");
        let passes = "set -g allow-passthrough on";
        check(&found(Images::Auto, None, Some("off"), &silent), Mark::Aside, passes);
        check(&found(Images::Auto, None, Some("on"), &silent), Mark::Aside, "not known for");
        check(&found(Images::Off, kitty(false), None, &silent), Mark::Good, "as you chose");
        let mut few = Chosen::default();
        few.settings.look.colours = Colours::Sixteen;
        let bare = Environment(&|_| None);
        let none = images(&silent, &bare, &few, (None, kitty(false)));
        check(&none, Mark::Aside, "256 colours");
    }

    #[test]
    fn only_plain_characters_of_another_width_are_to_be_changed() {
        let counted: Vec<usize> = SAMPLES.iter().map(|(sample, _)| columns(sample)).collect();
        check(&widths(&counted), Mark::Good, "as wide");
        let mut composed = counted.clone();
        composed[SAMPLES.len() - 1] = 4;
        check(&widths(&composed), Mark::Aside, "👩‍💻 4, not 2");
        let mut plain = counted;
        plain[0] = 3;
        check(&widths(&plain), Mark::Wrong, "한 3, not 2");
        check(&widths(&[]), Mark::Aside, "does not say");
    }

    #[test]
    fn without_a_terminal_it_is_said_what_could_not_be_asked() {
        let found = answers(&Asked::Not("there is no terminal here"));
        check(&found, Mark::Aside, "background, keyboard, focus");
        check(&answers(&Asked::Answered(Replies::default())), Mark::Aside, "does not answer");
    }
}
