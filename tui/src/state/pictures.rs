//! Pictures among the files of messages: which files are some, what is known of them, and how many
//! cells each takes.
//!
//! It knows no bytes and no pixels: whoever has them tells how large a picture is, and from then on
//! it has rows.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use pail_protocol::AttachmentId;

use super::effect::Generation;
use super::entry::File;
use super::input::Size;
use super::settings::Images;
use crate::text::SafeText;

/// Largest file that is fetched to be shown, in bytes. `s` saves any.
pub const PICTURE_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Pictures that are on their way at once.
pub const FETCHES_MAX: usize = 3;
/// Pictures of which something is remembered; the oldest are forgotten, and asked for again.
pub const KNOWN_MAX: usize = 2_000;

/// What a file must say it is.
const TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// Most pixels of a picture on a screen.
pub const PIXELS_MAX: u64 = 2_000_000;
/// Columns no picture goes beyond among messages.
const COLUMNS_MAX: u16 = 80;
/// Rows a picture may have among messages: a part of the screen between these.
const ROWS: RangeInclusive<u16> = 4..=24;
/// The same where cells are all there is: they show little more when there are more of them.
const ROWS_OF_BLOCKS: RangeInclusive<u16> = 4..=14;

/// How many pixels a picture or a cell has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the words say it")]
pub struct Pixels {
    pub width: u32,
    pub height: u32,
}

/// How many cells a picture takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the words say it")]
pub struct Cells {
    pub columns: u16,
    pub rows: u16,
}

/// A picture where there is room for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fit {
    /// The cells it takes.
    pub cells: Cells,
    /// The pixels it has there; fewer than the cells have where they are not filled.
    pub pixels: Pixels,
}

/// What pictures are made of on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Medium {
    /// Two colours in each cell.
    Blocks,
    /// Kitty's protocol, with cells that stand for pieces of a picture.
    Kitty {
        /// Whether tmux is to hand it on.
        in_tmux: bool,
    },
    /// Sixels, painted over cells.
    Sixel,
}

/// What a terminal can show pictures with, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Easel {
    /// Better than blocks.
    pub medium: Option<Medium>,
    /// How large a cell is.
    pub cell: Option<Pixels>,
    /// Whether there are more colours than sixteen.
    pub has_colours: bool,
    /// Whether tmux is in between.
    pub in_tmux: bool,
}

/// How pictures are shown here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Canvas {
    /// Of what they are made.
    pub medium: Medium,
    /// How large a cell is.
    pub cell: Pixels,
}

/// What is known of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is on its way.
    Awaited,
    /// It is here, and this large.
    Here(Pixels),
    /// It did not come over this connection; the next one may bring it.
    Later(Generation),
    /// It cannot be shown, and why.
    Never(SafeText),
}

/// Why a picture is not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// Nobody could be asked for it.
    Unreached,
    /// It is none that can be shown.
    Unfit(SafeText),
}

/// A picture, and what is said of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which file.
    pub id: AttachmentId,
    /// How many there are.
    pub bytes: u64,
    /// Their SHA-256, as the server says it.
    pub sha256: Box<str>,
}

/// What is known of the pictures of an account.
#[derive(Debug, Default)]
pub struct Pictures {
    known: BTreeMap<AttachmentId, Fate>,
}

/// Pictures as they are among the messages of a screen.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    pictures: &'a Pictures,
    canvas: Option<Canvas>,
    screen: Size,
}

/// Whether a file is a picture one would show.
#[must_use]
pub fn is_picture(file: &File) -> bool {
    TYPES.contains(&file.content_type.as_str()) && file.size <= PICTURE_BYTES_MAX
}

impl Wanted {
    /// The picture of a file.
    #[must_use]
    pub fn of(file: &File) -> Self {
        Self { id: file.id, bytes: file.size, sha256: file.sha256.clone() }
    }
}

impl Canvas {
    /// Each half of a cell is a pixel.
    const BLOCKS: Self = Self { medium: Medium::Blocks, cell: Pixels { width: 1, height: 2 } };

    /// How pictures are shown by what was chosen; `None` when they are not.
    #[must_use]
    pub fn of(chosen: Images, easel: &Easel) -> Option<Self> {
        // Where it is not known: smaller than most, so that nothing goes over the edge.
        const CELL: Pixels = Pixels { width: 8, height: 16 };
        let cell = easel.cell.unwrap_or(CELL);
        let of = |medium| Some(Self { medium, cell });
        match chosen {
            _ if !easel.has_colours => None,
            Images::Auto => easel.medium.map_or(Some(Self::BLOCKS), of),
            Images::Sharp => easel.medium.and_then(of),
            Images::Kitty => of(Medium::Kitty { in_tmux: easel.in_tmux }),
            Images::Sixel => of(Medium::Sixel),
            Images::Blocks => Some(Self::BLOCKS),
            Images::Off => None,
        }
    }

    /// A picture where there is room for so many cells: never larger than it is, and one cell at
    /// least.
    #[must_use]
    pub fn fit(&self, picture: Pixels, room: Cells) -> Fit {
        let of = |pixels: u32| u64::from(pixels.max(1));
        let (width, height) = (of(picture.width), of(picture.height));
        let (cell_width, cell_height) = (of(self.cell.width), of(self.cell.height));
        let mut room_width = width.min(u64::from(room.columns.max(1)) * cell_width);
        let mut room_height = height.min(u64::from(room.rows.max(1)) * cell_height);
        while room_width * room_height > PIXELS_MAX {
            (room_width, room_height) = (room_width * 9 / 10, room_height * 9 / 10);
        }
        // The side that is short of room decides.
        let (width, height) = match room_width * height <= room_height * width {
            true => (room_width, (height * room_width / width).max(1)),
            false => ((width * room_height / height).max(1), room_height),
        };
        let cells = |pixels: u64, cell: u64, most: u16| {
            u16::try_from(pixels.div_ceil(cell)).unwrap_or(most).clamp(1, most.max(1))
        };
        let columns = cells(width, cell_width, room.columns);
        let rows = cells(height, cell_height, room.rows);
        let pixels = |pixels: u64| u32::try_from(pixels).unwrap_or(u32::MAX);
        let pixels = Pixels { width: pixels(width), height: pixels(height) };
        Fit { cells: Cells { columns, rows }, pixels }
    }
}

impl Pictures {
    /// What is known of one.
    #[must_use]
    pub fn fate(&self, id: AttachmentId) -> Option<&Fate> {
        self.known.get(&id)
    }

    /// Whether a file is to be asked for over a connection.
    #[must_use]
    pub fn wants(&self, file: &File, generation: Generation) -> bool {
        is_picture(file)
            && match self.fate(file.id) {
                None => true,
                Some(Fate::Later(tried)) => *tried != generation,
                Some(Fate::Awaited | Fate::Here(_) | Fate::Never(_)) => false,
            }
    }

    /// How many more may be asked for.
    #[must_use]
    pub fn room(&self) -> usize {
        let awaited = self.known.values().filter(|fate| **fate == Fate::Awaited).count();
        FETCHES_MAX.saturating_sub(awaited)
    }

    /// This is known of one from now on.
    pub fn learn(&mut self, id: AttachmentId, fate: Fate) {
        self.known.insert(id, fate);
        if self.known.len() > KNOWN_MAX {
            self.known.pop_first();
        }
    }

    /// As they are among the messages of a screen.
    #[must_use]
    pub fn frame(&self, canvas: Option<Canvas>, screen: Size) -> Frame<'_> {
        Frame { pictures: self, canvas, screen }
    }
}

impl Frame<'_> {
    /// What is known of a file, where pictures are shown at all.
    #[must_use]
    pub fn fate(&self, file: &File) -> Option<&Fate> {
        self.canvas.and_then(|_| self.pictures.fate(file.id))
    }

    /// A file's picture among texts of so many columns, once it is here.
    #[must_use]
    pub fn fit(&self, file: &File, columns: usize) -> Option<Fit> {
        let columns = u16::try_from(columns).unwrap_or(COLUMNS_MAX).min(COLUMNS_MAX);
        // Of the screen and not of the timeline, which changes while one writes.
        let rows = match self.canvas?.medium {
            Medium::Blocks => clamped(self.screen.rows / 3, ROWS_OF_BLOCKS),
            Medium::Kitty { .. } | Medium::Sixel => clamped(self.screen.rows / 2, ROWS),
        };
        self.fit_within(file, Cells { columns, rows })
    }

    /// A file's picture where there is room for so many cells, once it is here.
    #[must_use]
    pub fn fit_within(&self, file: &File, room: Cells) -> Option<Fit> {
        match self.fate(file)? {
            Fate::Here(pixels) => Some(self.canvas?.fit(*pixels, room)),
            Fate::Awaited | Fate::Later(_) | Fate::Never(_) => None,
        }
    }
}

fn clamped(rows: u16, within: RangeInclusive<u16>) -> u16 {
    rows.clamp(*within.start(), *within.end())
}

#[cfg(test)]
mod tests {
    use super::{Canvas, Cells, Fit, Medium, Pixels};

    #[track_caller]
    fn check((width, height): (u32, u32), (columns, rows): (u16, u16), expected: (u16, u16)) {
        let cell = Pixels { width: 10, height: 20 };
        let canvas = Canvas { medium: Medium::Blocks, cell };
        let Fit { cells, .. } = canvas.fit(Pixels { width, height }, Cells { columns, rows });
        assert_eq!((cells.columns, cells.rows), expected, "{width}x{height}");
    }

    #[test]
    fn a_picture_fills_the_room_and_never_more_than_itself() {
        check((1920, 1080), (60, 10), (36, 10));
        check((1920, 1080), (20, 10), (20, 6));
        check((20, 20), (60, 10), (2, 1));
        check((45, 45), (60, 10), (5, 3));
        check((1, 100_000), (60, 10), (1, 10));
        check((100_000, 1), (60, 10), (60, 1));
        check((0, 0), (0, 0), (1, 1));
        check((u32::MAX, u32::MAX), (60, 10), (20, 10));
    }
}
