//! Slack's markup in plain words: links, mentions and the three characters that are escaped. Stars
//! and backticks stay as they are.

/// A text without its `<…>`.
pub fn plain(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('<') {
        said += before;
        match behind.split_once('>').filter(|(inside, _)| !inside.contains(['<', '\n'])) {
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
