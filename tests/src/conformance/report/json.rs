//! For programs: one JSON object.

use serde_json::{Value, json};

use super::{Report, Verdict};

pub(super) fn written(report: &Report) -> String {
    let totals = report.totals();
    let object = json!({
        "passed": totals.passed,
        "failed": totals.failed,
        "skipped": totals.skipped,
        "checks": totals.checks,
        "seconds": report.took.as_secs_f64(),
        "left_behind": report.left(),
        "clauses": report.verdicts.iter().map(clause).collect::<Vec<_>>(),
    });
    format!("{object:#}\n")
}

fn clause(verdict: &Verdict) -> Value {
    let mut object = json!({
        "name": verdict.name,
        "group": verdict.group.folder(),
        "place": verdict.place,
        "sentence": verdict.sentence,
        "outcome": "ok",
        "checks": verdict.checks,
        "seconds": verdict.took.as_secs_f64(),
    });
    if let Some(reason) = verdict.skipped() {
        object["outcome"] = json!("skipped");
        object["reason"] = json!(reason);
    }
    if let Some(failure) = verdict.failure() {
        object["outcome"] = json!("failed");
        object["failure"] = json!({
            "place": failure.place, "step": failure.step, "in_setup": failure.in_setup,
            "sent": failure.sent, "came": failure.came, "wrong": failure.wrong,
        });
    }
    object
}
