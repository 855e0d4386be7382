//! Decoding pictures beside the client: this program again, called with a command nobody is told of,
//! for one picture each time.
//!
//! Their bytes are anybody's. Whatever they make of a decoder, it ends with its process, and so does
//! the memory it took, of which an allocator seldom gives much back. Only pixels come out of it.

use std::io::{Cursor, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};
use image::{DynamicImage, ImageError, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::state::pictures::{Missing, PICTURE_BYTES_MAX, PIXELS_MAX, Pixels};
use crate::text::SafeText;

/// The command that makes this program the one that decodes.
pub const COMMAND: &str = "decode-picture";

/// Longest side of a picture, in pixels.
const SIDE_MAX: u32 = 16_384;
/// Bytes that decoding may take, whoever asks for them.
const DECODING_BYTES_MAX: u64 = 192 * 1024 * 1024;
/// How long it may take.
const TIME_MAX: Duration = Duration::from_secs(10);
/// Longest first line of an answer, in bytes.
const HEAD_BYTES_MAX: usize = 256;

/// What is seen through a picture: the grey on which both black and white can be read.
const PAPER: [u8; 3] = [0x80; 3];

/// A picture, scaled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decoded {
    /// How large it was.
    pub whole: Pixels,
    /// What it became.
    pub shown: RgbImage,
}

/// What is said before the pixels: how large they are, or why there are none.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Head {
    Pixels { whole: (u32, u32), shown: (u32, u32) },
    Unfit(Unfit),
}

/// Why a picture cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Unfit {
    TooLarge,
    Damaged,
}

impl Unfit {
    const fn words(self) -> &'static str {
        match self {
            Self::TooLarge => "too large to be shown",
            Self::Damaged => "cannot be shown",
        }
    }
}

/// What the process does: reads a picture, says how large it is, and writes it in another size.
///
/// # Errors
/// When nobody takes it.
pub fn serve(
    bytes: impl Read,
    mut answer: impl Write,
    width: u32,
    height: u32,
) -> anyhow::Result<()> {
    let mut read = Vec::new();
    bytes.take(PICTURE_BYTES_MAX + 1).read_to_end(&mut read)?;
    let (head, pixels) = match decode(&read, Pixels { width, height }) {
        Ok(Decoded { whole, shown }) => {
            let whole = (whole.width, whole.height);
            (Head::Pixels { whole, shown: shown.dimensions() }, shown.into_raw())
        }
        Err(unfit) => (Head::Unfit(unfit), Vec::new()),
    };
    writeln!(answer, "{}", serde_json::to_string(&head)?)?;
    answer.write_all(&pixels)?;
    Ok(answer.flush()?)
}

/// Decodes the first frame.
fn decode(bytes: &[u8], size: Pixels) -> Result<Decoded, Unfit> {
    let mut reader = ImageReader::new(Cursor::new(bytes));
    reader = reader.with_guessed_format().map_err(|_| Unfit::Damaged)?;
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
    if !reader.format().is_some_and(|format| known.contains(&format)) {
        return Err(Unfit::Damaged);
    }
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIDE_MAX), Some(SIDE_MAX));
    limits.max_alloc = Some(DECODING_BYTES_MAX);
    reader.limits(limits);
    let picture = reader.decode().map_err(|error| match error {
        ImageError::Limits(_) => Unfit::TooLarge,
        _ => Unfit::Damaged,
    })?;
    let whole = Pixels { width: picture.width(), height: picture.height() };
    if u64::from(size.width) * u64::from(size.height) > PIXELS_MAX {
        return Err(Unfit::TooLarge);
    }
    let shown = picture.thumbnail_exact(size.width.max(1), size.height.max(1));
    Ok(Decoded { whole, shown: on_paper(&shown) })
}

fn on_paper(picture: &DynamicImage) -> RgbImage {
    let picture = picture.to_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let mixed = |ink: u8, paper: u8| {
            let (ink, paper, alpha) = (u32::from(ink), u32::from(paper), u32::from(alpha));
            u8::try_from((ink * alpha + paper * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        Rgb([mixed(red, PAPER[0]), mixed(green, PAPER[1]), mixed(blue, PAPER[2])])
    })
}

/// A process that does not outlive this.
struct Press(Child);

impl Drop for Press {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Has a picture decoded. Let be, it is stopped.
pub(super) async fn develop(bytes: Vec<u8>, size: Pixels) -> Result<Decoded, Missing> {
    let unfit = |unfit: Unfit| Missing::Unfit(SafeText::line(unfit.words()));
    match timeout(TIME_MAX, ask(bytes, size)).await {
        Ok(Ok(Ok(decoded))) => Ok(decoded),
        Ok(Ok(Err(why))) => Err(unfit(why)),
        Ok(Err(error)) => {
            tracing::warn!("A picture was not decoded: {error:#}");
            Err(unfit(Unfit::Damaged))
        }
        Err(_) => Err(unfit(Unfit::TooLarge)),
    }
}

/// This program, also when another one has been installed in its place: clients run for days.
fn program() -> anyhow::Result<PathBuf> {
    match cfg!(target_os = "linux") {
        true => Ok("/proc/self/exe".into()),
        false => std::env::current_exe().context("this program is not found any more"),
    }
}

async fn ask(bytes: Vec<u8>, size: Pixels) -> anyhow::Result<Result<Decoded, Unfit>> {
    let mut press = Command::new(program()?)
        .args([COMMAND, &size.width.to_string(), &size.height.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map(Press)
        .context("no process could be started")?;
    let ends = press.0.stdin.take().zip(press.0.stdout.take());
    let (mut to, from) = ends.context("the process has no ends")?;
    let (done, answer) = oneshot::channel();
    // Not the runtime's threads: those would have to end before the client can.
    std::thread::spawn(move || {
        let asked = to.write_all(&bytes);
        drop((to, bytes));
        done.send(asked.map_err(anyhow::Error::from).and_then(|()| answered(from, size)))
    });
    answer.await?
}

/// What it says is believed as little as what it was given.
fn answered(mut from: impl Read, size: Pixels) -> anyhow::Result<Result<Decoded, Unfit>> {
    let pixels = u64::from(size.width) * u64::from(size.height) * 3;
    let mut said = Vec::new();
    from.by_ref().take(pixels + HEAD_BYTES_MAX as u64).read_to_end(&mut said)?;
    let end = said.iter().take(HEAD_BYTES_MAX).position(|byte| *byte == b'\n');
    let end = end.context("the process ended")?;
    match serde_json::from_slice(&said[..end])? {
        Head::Unfit(unfit) => Ok(Err(unfit)),
        Head::Pixels { whole: (width, height), shown } => {
            ensure!(shown == (size.width, size.height), "it has another size than was asked for");
            let shown = RgbImage::from_raw(size.width, size.height, said.split_off(end + 1));
            let shown = shown.context("pixels are missing")?;
            Ok(Ok(Decoded { whole: Pixels { width, height }, shown }))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::codecs::gif::GifEncoder;
    use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

    use super::{Unfit, answered, decode, serve};
    use crate::state::pictures::Pixels;

    const SIZE: Pixels = Pixels { width: 4, height: 2 };

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn red(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_pixel(width, height, Rgb([250, 0, 0])).into()
    }

    /// A PNG whose first chunk says that it is this large.
    fn claiming(width: u32, height: u32) -> Vec<u8> {
        let mut png = written(&red(1, 1), ImageFormat::Png);
        png[16..20].copy_from_slice(&width.to_be_bytes());
        png[20..24].copy_from_slice(&height.to_be_bytes());
        let mut sum = !0u32;
        for byte in &png[12..29] {
            sum ^= u32::from(*byte);
            for _ in 0..8 {
                sum = if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
            }
        }
        png[29..33].copy_from_slice(&(!sum).to_be_bytes());
        png
    }

    #[test]
    fn every_kind_that_is_shown_comes_out_in_the_size_that_was_asked_for() {
        use ImageFormat::{Gif, Jpeg, Png, WebP};
        for format in [Png, Jpeg, Gif, WebP] {
            let decoded = decode(&written(&red(40, 30), format), SIZE).unwrap();
            assert_eq!(decoded.whole, Pixels { width: 40, height: 30 }, "{format:?}");
            assert_eq!(decoded.shown.dimensions(), (4, 2));
            let Rgb([red, green, blue]) = *decoded.shown.get_pixel(1, 1);
            assert!(red > 240 && green < 16 && blue < 16, "{format:?}: {red} {green} {blue}");
        }
    }

    #[test]
    fn of_what_moves_it_is_the_first_frame_and_of_what_is_clear_the_paper() {
        let mut gif = Vec::new();
        let mut encoder = GifEncoder::new(&mut gif);
        for grey in [200, 0, 0] {
            let frame = RgbaImage::from_pixel(4, 2, Rgba([grey, grey, grey, 255]));
            encoder.encode_frame(Frame::new(frame)).unwrap();
        }
        drop(encoder);
        assert_eq!(decode(&gif, SIZE).unwrap().shown.get_pixel(0, 0).0[0], 200);
        let clear: DynamicImage = RgbaImage::from_pixel(4, 2, Rgba([255, 255, 255, 0])).into();
        let decoded = decode(&written(&clear, ImageFormat::Png), SIZE).unwrap();
        assert_eq!(decoded.shown.get_pixel(3, 1).0, super::PAPER);
    }

    #[test]
    fn hostile_pictures_end_in_a_word() {
        let png = written(&red(40, 30), ImageFormat::Png);
        let long = written(&red(1, 20_000), ImageFormat::Png);
        for (bytes, expected) in [
            (&b""[..], Unfit::Damaged),
            (b"<svg onload=\"alert(1)\"/>", Unfit::Damaged),
            (b"\x89PNG\r\n\x1a\n", Unfit::Damaged),
            (b"GIF89a\xff\xff\xff\xff", Unfit::Damaged),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", Unfit::Damaged),
            (b"RIFF\xff\xff\xff\xffWEBPVP8X", Unfit::Damaged),
            (&png[..png.len() / 2], Unfit::Damaged),
            (&long, Unfit::TooLarge),
            (&claiming(1, 100_000), Unfit::TooLarge),
            (&claiming(16_000, 16_000), Unfit::TooLarge),
            (&claiming(u32::MAX >> 1, u32::MAX >> 1), Unfit::TooLarge),
            (&claiming(4_000, 4_000), Unfit::Damaged),
        ] {
            assert_eq!(decode(bytes, SIZE), Err(expected), "{:?}", &bytes[..bytes.len().min(40)]);
        }
        for end in 0..png.len() {
            let _ = decode(&png[..end], SIZE);
        }
    }

    #[test]
    fn the_process_and_its_client_understand_each_other() {
        let asked = |bytes: &[u8]| {
            let mut said = Vec::new();
            serve(bytes, &mut said, SIZE.width, SIZE.height).unwrap();
            said
        };
        let png = written(&red(40, 30), ImageFormat::Png);
        let said = asked(&png);
        assert_eq!(answered(said.as_slice(), SIZE).unwrap(), decode(&png, SIZE));
        assert_eq!(answered(asked(b"?").as_slice(), SIZE).unwrap(), Err(Unfit::Damaged));
        for end in 0..said.len() {
            assert!(answered(&said[..end], SIZE).is_err(), "{end}");
        }
        let other = Pixels { width: 5, ..SIZE };
        assert!(answered(said.as_slice(), other).is_err());
    }
}
