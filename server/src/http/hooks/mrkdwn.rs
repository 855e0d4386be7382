//! Slack's markup in plain words: links, mentions and the three characters that are escaped. Stars
//! and backticks stay as they are.

/// A text without its `<…>`.
pub fn plain(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('<') {
        said += before;
        match closed(behind) {
            Some((inside, after)) => {
                said += &meant(inside);
                rest = after;
            }
            None => {
                said.push('<');
                rest = behind;
            }
        }
    }
    entities(&(said + rest))
}

/// What is before and behind the `>` that ends a `<`, unless another `<` or the line's end comes
/// first. It looks no further than to these: a text of `<` alone takes no longer than any other.
fn closed(behind: &str) -> Option<(&str, &str)> {
    let end = behind.find(['<', '>', '\n'])?;
    behind[end..].strip_prefix('>').map(|after| (&behind[..end], after))
}

/// `&amp;`, `&lt;` and `&gt;` as what they stand for, each once.
pub fn entities(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// An address and what it is called.
pub fn link(address: &str, label: &str) -> String {
    let bare = address.strip_prefix("mailto:").unwrap_or(address);
    match label.trim() {
        "" => bare.to_owned(),
        label if label == bare || label == address => label.to_owned(),
        label => format!("{label} ({bare})"),
    }
}

/// What stands between `<` and `>`. What is neither a link nor a mention was not escaped.
fn meant(inside: &str) -> String {
    let (target, label) = inside.split_once('|').unwrap_or((inside, ""));
    let named = |sign: &str, id: &str| match label {
        "" => format!("{sign}{id}"),
        label => format!("{sign}{}", label.trim_start_matches(sign)),
    };
    match target.split_at_checked(1) {
        Some(("@", id)) => named("@", id),
        Some(("#", id)) => named("#", id),
        Some(("!", command)) => match command.split('^').next().unwrap_or_default() {
            "here" | "channel" | "everyone" => "@here".to_owned(),
            "subteam" => named("@", command.rsplit('^').next().unwrap_or_default()),
            other if label.is_empty() => format!("<!{other}>"),
            _ => label.to_owned(),
        },
        _ if target.contains(':') && !target.contains(' ') => link(target, label),
        _ => format!("<{inside}>"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use super::plain;

    #[test]
    fn a_text_of_brackets_that_nothing_closes_takes_no_longer_than_another() {
        let text = "<".repeat(2_000_000);
        let (done, said) = mpsc::sync_channel(1);
        let expected = text.clone();
        thread::spawn(move || done.send(plain(&text)));
        // It would be minutes if each of them were searched for its end.
        assert!(said.recv_timeout(Duration::from_secs(10)) == Ok(expected));
    }
}
