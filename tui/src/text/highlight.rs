//! What the words of a block of code are to its language: keywords, strings, comments.
//!
//! It takes long enough to be nobody's business who draws; whoever calls it may stop it. How a tint
//! looks is for others to say. What a language does not know stays plain.

use std::ops::Range;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};

/// Longest line that is looked at, in bytes. What comes behind a longer one stays plain.
pub const LINE_BYTES_MAX: usize = 2_000;
/// Stretches one block may have. What comes behind them stays plain.
pub const STRETCHES_MAX: usize = 2_000;

/// What a stretch of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Tint {
    Comment,
    Keyword,
    String,
    Constant,
    Function,
    Type,
    Inserted,
    Deleted,
}

/// A stretch of code that is something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// Which bytes.
    pub range: Range<usize>,
    /// What.
    pub tint: Tint,
}

/// All languages there are. Reading them takes a while and some memory.
#[derive(Debug)]
pub struct Languages(SyntaxSet);

/// What a scope means, the first that fits.
static TINTS: LazyLock<Vec<(Scope, Option<Tint>)>> = LazyLock::new(|| {
    let table = [
        ("comment", Some(Tint::Comment)),
        ("constant.character.escape", Some(Tint::Constant)),
        ("string.unquoted", None),
        ("string", Some(Tint::String)),
        ("constant.other.placeholder", Some(Tint::Constant)),
        ("constant", Some(Tint::Constant)),
        ("keyword.operator.word", Some(Tint::Keyword)),
        ("keyword.operator", None),
        ("keyword", Some(Tint::Keyword)),
        ("storage.type.numeric", Some(Tint::Constant)),
        ("storage", Some(Tint::Keyword)),
        ("variable.language", Some(Tint::Keyword)),
        ("variable.function", Some(Tint::Function)),
        ("variable.annotation", Some(Tint::Function)),
        ("entity.name.function", Some(Tint::Function)),
        ("entity.name.tag", Some(Tint::Keyword)),
        ("entity.name.section", Some(Tint::Keyword)),
        ("entity.name", Some(Tint::Type)),
        ("entity.other.attribute-name", Some(Tint::Function)),
        ("entity.other.inherited-class", Some(Tint::Type)),
        ("support.function", Some(Tint::Function)),
        ("support.macro", Some(Tint::Function)),
        ("support", Some(Tint::Type)),
        ("markup.inserted", Some(Tint::Inserted)),
        ("markup.deleted", Some(Tint::Deleted)),
        ("markup.heading", Some(Tint::Keyword)),
        ("markup.raw", Some(Tint::String)),
        ("meta.diff.header", Some(Tint::Comment)),
        ("meta.diff.range", Some(Tint::Function)),
    ];
    table.iter().filter_map(|(name, tint)| Some((Scope::new(name).ok()?, *tint))).collect()
});

impl Default for Languages {
    fn default() -> Self {
        Self(two_face::syntax::extra_newlines())
    }
}

impl Languages {
    /// What is what in a piece of code, first to last. Asks before every line whether to go on.
    #[must_use]
    pub fn highlight(
        &self,
        language: &str,
        code: &str,
        mut may_go_on: impl FnMut() -> bool,
    ) -> Vec<Stretch> {
        let mut stretches: Vec<Stretch> = Vec::new();
        let name = language.trim_start_matches(['{', '.']);
        let name = name.split(|c: char| c.is_whitespace() || ",:{}".contains(c)).next();
        let Some(syntax) = name.and_then(|name| self.0.find_syntax_by_token(name)) else {
            return stretches;
        };
        let (mut state, mut stack) = (ParseState::new(syntax), ScopeStack::new());
        let mut start = 0;
        for line in code.split_inclusive('\n') {
            if line.len() > LINE_BYTES_MAX || stretches.len() >= STRETCHES_MAX || !may_go_on() {
                break;
            }
            let whole = format!("{}\n", line.trim_end_matches('\n'));
            let Ok(changes) = state.parse_line(&whole, &self.0) else { break };
            let mut from = 0;
            for (at, change) in &changes {
                let at = (*at).min(line.len());
                push(&mut stretches, start + from..start + at, &stack);
                from = at;
                if stack.apply(change).is_err() {
                    return stretches;
                }
            }
            push(&mut stretches, start + from..start + line.len(), &stack);
            start += line.len();
        }
        stretches.truncate(STRETCHES_MAX);
        stretches
    }
}

fn push(stretches: &mut Vec<Stretch>, range: Range<usize>, stack: &ScopeStack) {
    let Some(tint) = tint(stack).filter(|_| !range.is_empty()) else { return };
    match stretches.last_mut() {
        Some(last) if last.tint == tint && last.range.end == range.start => {
            last.range.end = range.end;
        }
        _ => stretches.push(Stretch { range, tint }),
    }
}

/// The innermost scope that means something decides.
fn tint(stack: &ScopeStack) -> Option<Tint> {
    let meaning = |scope: &Scope| TINTS.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope));
    stack.as_slice().iter().rev().find_map(meaning).and_then(|(_, tint)| *tint)
}

#[cfg(test)]
mod tests {
    use super::{LINE_BYTES_MAX, Languages, STRETCHES_MAX};

    fn shown(language: &str, code: &str) -> Vec<String> {
        let stretches = Languages::default().highlight(language, code, || true);
        let show = |s: &super::Stretch| format!("{:?} {}", s.tint, &code[s.range.clone()]);
        stretches.iter().map(show).collect()
    }

    #[track_caller]
    fn check(language: &str, code: &str, expected: &[&str]) {
        assert_eq!(shown(language, code), expected);
    }

    #[test]
    fn words_are_what_their_language_says() {
        check(
            "rust",
            "fn main() {\n    let a = \"b\\n\"; // c\n}",
            &[
                "Keyword fn",
                "Function main",
                "Keyword let",
                "String \"b",
                "Constant \\n",
                "String \"",
                "Comment // c\n",
            ],
        );
        check("diff", "-old\n+new\n same", &["Deleted -old\n", "Inserted +new\n"]);
        check("json,ignore", "{\"a\": 1}", &["String \"a\"", "Constant 1"]);
        assert!(!shown("TypeScript", "const x: number = 1").is_empty());
        assert!(!shown("toml", "a = 1").is_empty());
        assert!(!shown("sh", "if true; then echo 'x'; fi").is_empty());
    }

    #[test]
    fn what_is_not_known_stays_plain() {
        check("klingon", "fn main() {}", &[]);
        check("", "fn main() {}", &[]);
        assert!(Languages::default().highlight("rust", "fn main() {}", || false).is_empty());
    }

    #[test]
    fn the_work_is_bounded() {
        assert!(shown("rust", &format!("{}\nfn", "x".repeat(LINE_BYTES_MAX))).is_empty());
        assert_eq!(shown("rust", &"1 \n".repeat(STRETCHES_MAX * 2)).len(), STRETCHES_MAX);
    }
}
