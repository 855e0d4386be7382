//! From pixels to what is put on a screen.

use image::DynamicImage;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::widgets::Widget;
use ratatui_image::Image;
use ratatui_image::protocol::Protocol;
use ratatui_image::protocol::halfblocks::Halfblocks;

use super::press::Decoded;
use crate::state::pictures::{Canvas, Cells, Medium, Pixels};
use crate::view::pictures::Drawing;

/// How many pixels are put into so many cells.
pub(super) fn pixels(cells: Cells, canvas: Canvas) -> Pixels {
    let (columns, rows) = (u32::from(cells.columns), u32::from(cells.rows));
    match canvas.medium {
        Medium::Blocks => Pixels { width: columns, height: 2 * rows },
    }
}

/// Puts them there.
pub(super) fn draw(decoded: Decoded, cells: Cells, canvas: Canvas) -> Option<Drawing> {
    let picture = DynamicImage::ImageRgb8(decoded.shown);
    let size = Size { width: cells.columns, height: cells.rows };
    let drawn = match canvas.medium {
        Medium::Blocks => Protocol::Halfblocks(Halfblocks::new(picture, size).ok()?),
    };
    let area = Rect::new(0, 0, size.width, size.height);
    let mut cells = Buffer::empty(area);
    Image::new(&drawn).render(area, &mut cells);
    Some(Drawing { cells })
}
