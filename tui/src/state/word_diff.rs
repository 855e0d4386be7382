//! What changed between two texts, word by word, readable without colours: `[-gone-]{+new+}`.

use unicode_segmentation::UnicodeSegmentation;

/// Comparisons of words that are made. Texts that would need more are shown as wholly replaced.
const COMPARISONS_MAX: usize = 250_000;

/// The new text with what is gone and what is new marked in it.
#[must_use]
pub fn word_diff(old: &str, new: &str) -> String {
    let old: Vec<&str> = old.split_word_bounds().collect();
    let new: Vec<&str> = new.split_word_bounds().collect();
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[same..], &new[same..]);
    let pairs = old_rest.iter().rev().zip(new_rest.iter().rev());
    let same_end = pairs.take_while(|(a, b)| a == b).count();
    let (old_middle, end) = old_rest.split_at(old_rest.len() - same_end);
    let new_middle = &new_rest[..new_rest.len() - same_end];
    let mut shown = old[..same].concat();
    push_changes(&mut shown, old_middle, new_middle);
    shown + &end.concat()
}

fn push_changes(shown: &mut String, old: &[&str], new: &[&str]) {
    let (mut gone, mut added) = (String::new(), String::new());
    let (mut i, mut j) = (0, 0);
    for (at_old, at_new) in common(old, new) {
        gone.extend(old[i..at_old].iter().copied());
        added.extend(new[j..at_new].iter().copied());
        flush(shown, &mut gone, &mut added);
        shown.push_str(old[at_old]);
        (i, j) = (at_old + 1, at_new + 1);
    }
    gone.extend(old[i..].iter().copied());
    added.extend(new[j..].iter().copied());
    flush(shown, &mut gone, &mut added);
}

fn flush(shown: &mut String, gone: &mut String, added: &mut String) {
    if !gone.is_empty() {
        shown.push_str(&format!("[-{}-]", std::mem::take(gone)));
    }
    if !added.is_empty() {
        shown.push_str(&format!("{{+{}+}}", std::mem::take(added)));
    }
}

/// The places of a longest common subsequence.
fn common(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    if old.len().saturating_mul(new.len()) > COMPARISONS_MAX {
        return Vec::new();
    }
    let width = new.len() + 1;
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            lengths[i * width + j] = if old[i] == new[j] {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            found.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::word_diff;

    #[test]
    fn what_changed_is_marked_word_by_word() {
        for (old, new, shown) in [
            ("same", "same", "same"),
            ("ship at noon", "ship at ten", "ship at [-noon-]{+ten+}"),
            ("", "new", "{+new+}"),
            ("gone", "", "[-gone-]"),
            ("one two three", "one three", "one [-two -]three"),
            ("a b c d", "x b c y", "[-a-]{+x+} b c [-d-]{+y+}"),
        ] {
            assert_eq!(word_diff(old, new), shown);
        }
    }

    #[test]
    fn long_texts_are_not_compared_for_ever() {
        let (old, new) = ("a ".repeat(8_000), "b ".repeat(8_000));
        assert!(word_diff(&old, &new).starts_with("[-a"));
    }
}
