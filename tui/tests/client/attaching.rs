//! Files that go along with a message: attached, shown, taken off, waited for, tried again.

use insta::assert_snapshot;
use pail::state::News;
use pail::state::effect::Effect;
use pail::state::pasted::Asked;
use pail::state::uploads::{Stage, UploadId};
use pail::text::SafeText;
use pail_protocol::{AttachmentId, ChannelId};

use crate::harness::{ANA_SOUZA, App, GENERAL, OPS, connecting, live, posted_as, sent};
use crate::writing::SIZES;

fn started(effects: &[Effect]) -> Vec<(UploadId, String)> {
    let uploads = effects.iter().filter_map(|effect| match effect {
        Effect::Upload { id, path } => Some((*id, path.clone())),
        _ => None,
    });
    uploads.collect()
}

fn attach(app: &mut App, path: &str) -> UploadId {
    let effects = app.keys(&format!("/upload {path}<enter>"));
    let started = started(&effects);
    assert_eq!(started[0].1, path, "{effects:?}");
    started[0].0
}

fn becomes(app: &mut App, id: UploadId, stage: Stage) -> Vec<Effect> {
    app.news(News::Upload(id, stage))
}

fn there(id: i64) -> Stage {
    Stage::There(AttachmentId(id))
}

fn failed() -> Stage {
    Stage::Failed(SafeText::line("Your files take all the room they may."))
}

fn notice(app: &App) -> &str {
    app.chat().notice().map(|notice| notice.text.as_str()).unwrap_or_default()
}

#[test]
fn a_message_waits_for_its_files_and_holds_back_its_channel_alone() {
    let mut app = live();
    let id = attach(&mut app, "/tmp/trace.txt");
    assert_eq!(sent(&app.keys("look at this<enter>")), []);
    assert_eq!(sent(&app.keys("and this<enter>")), []);
    assert_eq!(sent(&app.keys("<alt-down>elsewhere<enter>")).len(), 1);
    becomes(&mut app, id, Stage::Going(43));
    let sends = sent(&becomes(&mut app, id, there(7)));
    let texts: Vec<_> = sends.iter().map(|send| send.message_text.as_str()).collect();
    assert_eq!(texts, ["look at this", "and this"]);
    assert_eq!(sends[0].refers.attachments, [AttachmentId(7)]);
    assert_eq!(sends[1].refers.attachments, []);
}

#[test]
fn what_was_pasted_stays_on_this_machine_until_its_message_is_there() {
    let mut app = live();
    let id = attach(&mut app, "/pasted/1/paste.txt");
    let forgets = |effects: &[Effect]| {
        effects.contains(&Effect::Ask(Asked::Forget("/pasted/1/paste.txt".into())))
    };
    let held = app.keys("look at this<enter>");
    let effects = becomes(&mut app, id, there(7));
    assert!(!forgets(&held) && !forgets(&effects), "nobody has been told yet which file it is");
    let nonce = Some(sent(&effects)[0].nonce.clone());
    assert!(forgets(&app.frame(posted_as(GENERAL, 9, ANA_SOUZA, "look at this", nonce))));
}

#[test]
fn files_go_without_words_and_quoted_paths_are_paths() {
    let mut app = live();
    let effects = app.keys("/upload \"/tmp/my file.png\"<enter>");
    let (id, path) = started(&effects).remove(0);
    assert_eq!(path, "/tmp/my file.png");
    becomes(&mut app, id, there(3));
    assert_eq!(sent(&app.keys("<enter>"))[0].refers.attachments, [AttachmentId(3)]);
    assert_eq!(app.chat().attached(), [], "they go once");
}

#[test]
fn the_last_file_is_taken_off_by_escape() {
    let mut app = live();
    let (first, second) = (attach(&mut app, "/tmp/a"), attach(&mut app, "/tmp/b"));
    assert!(app.keys("<esc>").contains(&Effect::CancelUpload(second)));
    assert_eq!(app.chat().attached().len(), 1);
    assert!(app.keys("/cancel<enter>").contains(&Effect::CancelUpload(first)));
    app.keys("/cancel<enter>");
    assert_eq!(notice(&app), "No file is attached.");
}

#[test]
fn ten_files_fit_into_a_message() {
    let mut app = live();
    for number in 0..10 {
        attach(&mut app, &format!("/tmp/{number}"));
    }
    assert_eq!(app.keys("/upload /tmp/eleven<enter>"), []);
    assert!(notice(&app).contains("No more files fit"), "{}", notice(&app));
}

#[test]
fn a_file_that_fails_is_said_and_nothing_is_sent_without_it() {
    let mut app = live();
    let id = attach(&mut app, "/tmp/huge");
    becomes(&mut app, id, failed());
    assert_eq!(sent(&app.keys("look<enter>")), []);
    assert!(notice(&app).contains("huge cannot go along: Your files"), "{}", notice(&app));
    assert_eq!(app.chat().draft().unwrap().text(), "look");
    app.keys("<esc>");
    assert_eq!(sent(&app.keys("<enter>"))[0].refers.attachments, []);
}

#[test]
fn a_queued_message_whose_file_fails_is_refused_and_its_file_tried_again() {
    let mut app = live();
    let id = attach(&mut app, "/tmp/huge");
    app.keys("look<enter>");
    becomes(&mut app, id, failed());
    let screen = app.screen(120, 30).to_string();
    assert!(screen.contains("✕ refused: huge: Your files take all the room"), "{screen}");
    let again = started(&app.keys("<up>R"));
    assert_eq!(again, [(id, "/tmp/huge".to_owned())]);
    assert_eq!(sent(&becomes(&mut app, id, there(5)))[0].refers.attachments, [AttachmentId(5)]);
}

#[test]
fn what_was_not_there_when_the_client_ended_is_brought_by_the_next_run() {
    let mut app = live();
    let (first, _) = (attach(&mut app, "/tmp/a"), attach(&mut app, "/tmp/b"));
    becomes(&mut app, first, there(1));
    app.keys("both<enter>");
    let mut next = connecting(app.kept());
    next.hello("e1");
    assert_eq!(sent(&next.ready(&[(GENERAL, 0, true), (OPS, 0, true)])), []);
    let id = UploadId(1);
    let sends = sent(&becomes(&mut next, id, there(2)));
    assert_eq!(sends[0].refers.attachments, [AttachmentId(1), AttachmentId(2)]);
    assert_eq!(sends[0].channel_id, ChannelId(GENERAL));
}

#[test]
fn attached_files() {
    let mut app = live();
    let queued = attach(&mut app, "/tmp/queued.log");
    app.keys("This waits for its file.<enter>");
    becomes(&mut app, queued, Stage::Going(12));
    let stages = [there(1), Stage::Going(43), failed()];
    for (path, stage) in ["/tmp/notes.txt", "/tmp/screen.png", "/tmp/huge.iso"].iter().zip(stages) {
        let id = attach(&mut app, path);
        becomes(&mut app, id, stage);
    }
    app.keys("Have a look at");
    for (columns, rows) in SIZES {
        assert_snapshot!(format!("attached@{columns}x{rows}"), app.screen(columns, rows));
    }
}
