//! From pixels to what is put on a screen: cells, and what is sent besides. Nothing of the bytes that
//! came from others is in it, only pixels.

use std::fmt::Write as _;
use std::io::Cursor;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use image::{DynamicImage, ImageFormat, RgbImage};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::widgets::Widget;
use ratatui_image::Image;
use ratatui_image::protocol::Protocol;
use ratatui_image::protocol::halfblocks::Halfblocks;
use ratatui_image::protocol::kitty::Kitty;
use ratatui_image::protocol::sixel::Sixel;

use crate::io::randomness;
use crate::state::pictures::{Canvas, Cells, Fit, Medium, Pixels};
use crate::view::pictures::{Drawing, Sent};

/// Most pixels that are sent for one picture: kitty scales what has fewer.
const SENT_PIXELS_MAX: f64 = 500_000.0;
/// Characters of a picture in one sequence, as kitty's protocol has it.
const CHUNK_CHARACTERS: usize = 4096;

/// How many pixels are put into a place.
#[must_use]
pub fn pixels(fit: Fit, canvas: Canvas) -> Pixels {
    let (columns, rows) = (u32::from(fit.cells.columns), u32::from(fit.cells.rows));
    match canvas.medium {
        Medium::Blocks => Pixels { width: columns, height: 2 * rows },
        Medium::Kitty { .. } => bounded(fit.pixels),
        Medium::Sixel => fit.pixels,
    }
}

fn bounded(Pixels { width, height }: Pixels) -> Pixels {
    let scale = (SENT_PIXELS_MAX / (f64::from(width) * f64::from(height))).sqrt().min(1.0);
    let scaled = |side: u32| ((f64::from(side) * scale) as u32).max(1);
    Pixels { width: scaled(width), height: scaled(height) }
}

/// Puts them there.
#[must_use]
pub fn draw(picture: RgbImage, fit: Fit, canvas: Canvas) -> Option<Drawing> {
    let size = Size { width: fit.cells.columns, height: fit.cells.rows };
    match canvas.medium {
        Medium::Blocks => {
            let drawn = Halfblocks::new(DynamicImage::ImageRgb8(picture), size).ok()?;
            let cells = cells(Protocol::Halfblocks(drawn), size);
            Some(Drawing { cells, sent: Sent::Nothing })
        }
        Medium::Kitty { in_tmux } => kitty(&picture, fit.cells, in_tmux),
        Medium::Sixel => {
            let drawn = Sixel::new(DynamicImage::ImageRgb8(picture), size, false).ok()?;
            let cells = Buffer::empty(Rect::new(0, 0, size.width, size.height));
            Some(Drawing { cells, sent: Sent::Over(drawn.data.into()) })
        }
    }
}

fn cells(drawn: Protocol, size: Size) -> Buffer {
    let area = Rect::new(0, 0, size.width, size.height);
    let mut cells = Buffer::empty(area);
    Image::new(&drawn).render(area, &mut cells);
    cells
}

/// The crate sends four bytes for each pixel, and cannot say how many cells they fill; of it are the
/// cells.
fn kitty(picture: &RgbImage, place: Cells, in_tmux: bool) -> Option<Drawing> {
    let id = u32::from_ne_bytes(randomness::bytes().ok()?).max(1);
    let size = Size { width: place.columns, height: place.rows };
    let none = DynamicImage::new_rgb8(1, 1);
    let drawn = Protocol::Kitty(Kitty::new(none, size, id, false, false).ok()?);
    let mut cells = cells(drawn, size);
    // What is sent stands before the first.
    let first = &mut cells[(0, 0)];
    let symbol = first.symbol().rsplit("\x1b\\").next().map(str::to_owned)?;
    first.set_symbol(&symbol);
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).ok()?;
    let bytes = shown(id, place, &png.into_inner(), in_tmux).into();
    let forget = enveloped(&format!("\x1b_Ga=d,d=I,i={id},q=2\x1b\\"), in_tmux).into();
    Some(Drawing { cells, sent: Sent::Once { id, bytes, forget } })
}

/// Makes a picture known, to be shown wherever cells stand for it.
fn shown(id: u32, place: Cells, png: &[u8], in_tmux: bool) -> String {
    let Cells { columns, rows } = place;
    let encoded = BASE64_STANDARD.encode(png);
    let mut rest = encoded.as_str();
    let mut said = format!("a=T,U=1,f=100,t=d,i={id},c={columns},r={rows},q=2");
    let mut shown = String::new();
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(rest.len().min(CHUNK_CHARACTERS));
        let more = u8::from(!after.is_empty());
        let sequence = format!("\x1b_G{said},m={more};{chunk}\x1b\\");
        let _ = shown.write_str(&enveloped(&sequence, in_tmux));
        "q=2".clone_into(&mut said);
        rest = after;
    }
    shown
}

/// What tmux hands on to the terminal around it.
fn enveloped(sequence: &str, in_tmux: bool) -> String {
    match in_tmux {
        true => format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b")),
        false => sequence.to_owned(),
    }
}
