//! The picture of the pretend team: how long logins took, drawn here and uploaded like any file.

use std::fs;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, bail};
use image::{ImageFormat, Rgb, RgbImage};
use pail_protocol::AttachmentId;

use crate::io::rest::Rest;
use crate::io::{files, randomness, upload};
use crate::state::uploads::Stage;

const NAME: &str = "login-latency.png";

const SIZE: (u32, u32) = (640, 240);
const PAPER: Rgb<u8> = Rgb([24, 28, 38]);
const GRID: Rgb<u8> = Rgb([52, 60, 78]);
const GOOD: Rgb<u8> = Rgb([80, 200, 140]);
const BAD: Rgb<u8> = Rgb([240, 110, 90]);
/// Pixels between two lines of the grid.
const GRID_STEP: u32 = 48;

/// Milliseconds of a login, hour by hour.
const HOURS: [u32; 24] = [
    38, 36, 35, 34, 35, 38, 44, 58, 82, 96, 90, 84, 92, 118, 176, 212, 168, 110, 84, 70, 60, 52,
    46, 40,
];
/// From here on it is too long.
const TOO_LONG: u32 = 100;

/// Brings it to the server.
pub(super) async fn bring(rest: &Rest) -> anyhow::Result<AttachmentId> {
    let dir = Folder::new()?;
    let path = dir.0.join(NAME);
    fs::write(&path, drawn()?)?;
    let last = Mutex::new(None);
    let say = |stage| {
        *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(stage);
        std::future::ready(true)
    };
    upload::upload(rest, path.to_str().context("the folder has no name")?, say).await;
    match last.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(Stage::There(id)) => Ok(id),
        stage => bail!("the picture did not get there: {stage:?}"),
    }
}

/// A folder for a moment.
struct Folder(PathBuf);

impl Folder {
    fn new() -> anyhow::Result<Self> {
        let number = u64::from_ne_bytes(randomness::bytes()?);
        let dir = std::env::temp_dir().join(format!("pail-demo-{number:016x}"));
        files::create_private_dir(&dir)?;
        Ok(Self(dir))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn drawn() -> anyhow::Result<Vec<u8>> {
    let (width, height) = SIZE;
    let most = HOURS.into_iter().max().unwrap_or(1);
    let column = width / HOURS.len() as u32;
    let graph = RgbImage::from_fn(width, height, |x, y| {
        let hour = (x / column).min(HOURS.len() as u32 - 1) as usize;
        let (took, high) = (HOURS[hour], (height - 1 - y) * most / (height - GRID_STEP / 2));
        let is_bar = x % column > column / 5 && high < took;
        match (is_bar, took > TOO_LONG) {
            (true, true) => BAD,
            (true, false) => GOOD,
            _ if (height - 1 - y) % GRID_STEP == 0 => GRID,
            _ => PAPER,
        }
    });
    let mut png = Cursor::new(Vec::new());
    graph.write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner())
}
