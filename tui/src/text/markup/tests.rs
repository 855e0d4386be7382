//! What is written, as blocks and as rows.

use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::{Content, Markup, Role, Row, Span, code_blocks, lay_out};

/// As long as a message may be.
const TEXT_BYTES_MAX: usize = 16_384;

/// The spans of a text, those that are more than words in brackets with what they are.
fn marked(span: &Span) -> String {
    let mut shown = span.text.to_string();
    let stress = span.stress;
    for (is, mark) in
        [(stress.is_strong, "**"), (stress.is_emphasised, "_"), (stress.is_struck, "~~")]
    {
        if is {
            shown = format!("{mark}{shown}{mark}");
        }
    }
    match span.role {
        Role::Plain | Role::Mark | Role::Code | Role::Number => shown,
        Role::InlineCode => format!("`{shown}`"),
        Role::Link if span.link.is_some() => format!("<{shown}>"),
        Role::Link => format!("[{shown}]"),
        Role::Mention | Role::Channel => format!("⟨{shown}⟩"),
    }
}

fn shown(row: &Row) -> String {
    row.spans.iter().map(|span| span.text.as_str()).collect()
}

fn rows(raw: &str, columns: usize) -> Vec<String> {
    lay_out(&Markup::read(raw), columns).iter().map(shown).collect()
}

#[track_caller]
fn check_spans(raw: &str, expected: &str) {
    let rows = lay_out(&Markup::read(raw), 200);
    let rows = rows.iter().map(|row| row.spans.iter().map(marked).collect::<String>());
    assert_eq!(rows.collect::<Vec<_>>().join("\n"), expected, "{raw:?}");
}

#[track_caller]
fn check(raw: &str, columns: usize, expected: &[&str]) {
    assert_eq!(rows(raw, columns), expected, "{raw:?}");
}

#[test]
fn stress_and_code_are_spans() {
    check_spans("a **b _c_** ~~d~~ `e_f`", "a **b **_**c**_ ~~d~~ `e_f`");
    check_spans("snake_case and 2 * 3 * 4 and ~/x ~/y", "snake_case and 2 * 3 * 4 and ~/x ~/y");
    check_spans("# Title", "**Title**");
    check_spans("```let x = 1;```", "`let x = 1;`");
}

#[test]
fn names_and_urls_keep_their_underscores() {
    check_spans("@_ana_ in #a_b_c, *@bea*", "⟨@_ana_⟩ in ⟨#a_b_c⟩, ⟨_@bea_⟩");
    check_spans("https://a.b/_x_/*y*?q=_1_", "<https://a.b/_x_/*y*?q=_1_>");
    check_spans("**https://a.b/x_y_z**", "<**https://a.b/x_y_z**>");
    check_spans("`@ana_b_ http://a_b_` #12", "`@ana_b_ http://a_b_` #12");
}

#[test]
fn a_link_says_where_it_leads() {
    check_spans("[docs](https://a.b/x_y_z)", "[docs] (<https://a.b/x_y_z>)");
    check_spans(
        "[https://good.example](https://evil.example)",
        "[https://good.example] (<https://evil.example>)",
    );
    check_spans("<https://a.b/c>", "<https://a.b/c>");
    check_spans("[x](javascript:alert)", "[x] ([javascript:alert])");
    check_spans("![cat](https://a.b/c.png \"my cat\")", "[cat] (<https://a.b/c.png> “my cat”)");
    check_spans("[a **b**](https://c.d)", "[a ][**b**] (<https://c.d>)");
    check_spans("https://bücher.example/x", "<https://bücher.example/x> (xn--bcher-kva.example)");
    check_spans("[**x**]( <>)", "[**x**]");
}

#[test]
fn nothing_is_hidden() {
    check_spans("[1]: https://a.b \"t\"", "[1]: <https://a.b> \"t\"");
    check_spans("<!-- psst --> <b>hi</b>", "<!-- psst --> <b>hi</b>");
    check_spans("<div>\n*x*\n</div>", "<div>\n*x*\n</div>");
    check_spans(">", ">");
    check_spans("#", "#");
    check_spans("", "");
    check_spans("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |");
    check_spans("x \u{FDD0} _y_", "x \u{FDD0} _y_");
}

#[test]
fn line_breaks_and_indents_stay() {
    check("fn main() {\n    x();\n\tif y\n}", 40, &["fn main() {", "    x();", "    if y", "}"]);
    check("one\n\n\n\ntwo\nthree", 40, &["one", "", "two", "three"]);
    check("a\u{2028}b\r\nc", 40, &["a", "b", "c"]);
}

#[test]
fn lists_hang_and_quotes_have_bars() {
    check(
        "- one two three\n  - nested item\n- four\n\n7. seven\n8. eight",
        12,
        &["• one two", "  three", "  • nested", "    item", "• four", "", "7. seven", "8. eight"],
    );
    check(
        "> one two three\n>\n> four\n>> deep\n\nafter",
        11,
        &["│ one two", "│ three", "│ ", "│ four", "│ │ deep", "", "after"],
    );
    check("- \n- b", 9, &["• ", "• b"]);
    check("- [x] done\n- [ ] open", 20, &["• ☑ done", "• ☐ open"]);
    check("a\n\n***\nb", 6, &["a", "", "──────", "b"]);
}

#[test]
fn deep_nesting_looks_like_its_last_level() {
    let quotes = format!("{}x", ">".repeat(100));
    check(&quotes, 40, &["│ │ │ │ │ │ x"]);
    check(&quotes, 8, &["│ │ x"]);
}

#[test]
fn code_is_broken_only_where_it_must_be() {
    check(
        "see\n```rust\nlet a = 1;\n\n  b(a, a, a, a, a)\n```\nso",
        16,
        &[
            "see",
            "1 rust ─────────",
            "let a = 1;",
            "",
            "  b(a, a, a, a, ",
            "↪ a)",
            "────────────────",
            "so",
        ],
    );
    check(
        "    indented\n     code",
        30,
        &["1 ──────────────", "indented", " code", "─".repeat(16).as_str()],
    );
    check("```\nnever closed", 30, &["1 ──────────────", "never closed", "─".repeat(16).as_str()]);
}

#[test]
fn rows_of_code_know_where_they_are() {
    let markup = Markup::read("x\n```c\nab\n\ncd\n```");
    let code = markup.codes().next().expect("a block of code").text.as_str();
    let rows = lay_out(&markup, 20);
    let ranges = rows.iter().filter_map(|row| row.source.code.clone());
    assert_eq!(ranges.map(|range| &code[range]).collect::<Vec<_>>(), ["ab", "", "cd"]);
}

#[test]
fn code_is_kept_to_the_byte() {
    let raw = "a\n```rust ignore\n\tlet x = 'é'; // @a_b_ \x1b[0m\n```\n> ```\n> quoted\n> ```\n\n    in\n      dented\n";
    let expected = ["\tlet x = 'é'; // @a_b_ \x1b[0m\n", "quoted\n", "in\n  dented\n"];
    assert_eq!(code_blocks(raw), expected);
    assert_eq!(Markup::read(raw).codes().count(), expected.len());
    assert_eq!(code_blocks("\u{FDD0}\n```\nx\n```").len(), 0);
}

#[test]
fn a_carriage_return_alone_ends_a_line_and_hides_nothing() {
    assert_eq!(rows("    a\n\rb", 10).concat().matches(['a', 'b']).count(), 2);
    check("a\rb\r\nc", 10, &["a", "b", "c"]);
    assert_eq!(code_blocks("```\na\rb\n\rc\n```"), ["a\rb\n\rc\n"]);
}

/// Texts of which Markdown could make much work when they are repeated.
const TEDIOUS: &[&str] = &[
    ">",
    "> ",
    "- ",
    "1. ",
    "[",
    "![",
    "](",
    "*a_",
    "**a ",
    "_*",
    "`",
    "`a",
    "<",
    "<a ",
    "&",
    "~~a",
    "a\n",
    "\n",
    "[a](",
    "[a]: x\n",
    "- a\n",
    "@",
    "#a ",
    "http://",
    "https://a.b ",
    "\u{301}",
    "👩\u{200D}",
    "א ",
    "日",
    "\\",
    "]:",
    "```\n",
    "    a\n\n",
    "<!--",
    "<?",
    "~",
    "((",
    "https://a(",
];

fn tedious() -> impl Iterator<Item = String> {
    TEDIOUS.iter().map(|part| part.repeat(TEXT_BYTES_MAX / part.len()))
}

#[test]
fn no_text_makes_more_rows_than_it_has_bytes() {
    for text in tedious() {
        let rows = lay_out(&Markup::read(&text), 60);
        assert!(rows.len() <= text.len() + 1, "{}", text.chars().take(4).collect::<String>());
    }
}

#[test]
#[ignore = "cargo test --release -p pail --lib -- --ignored frame"]
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn no_text_takes_longer_than_a_frame() {
    for text in tedious() {
        let started = std::time::Instant::now();
        let rows = lay_out(&Markup::read(&text), 60);
        let took = started.elapsed();
        assert!(
            took.as_millis() < 16,
            "{:?} took {took:?}, {} rows",
            text.chars().take(4).collect::<String>(),
            rows.len()
        );
    }
}

fn writing() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z]{1,6}",
        any::<char>().prop_map(String::from),
        prop::sample::select(vec![
            " ",
            "\n",
            "\n\n",
            "*",
            "**",
            "_",
            "`",
            "```",
            "```\n",
            "~~",
            "> ",
            "- ",
            "1. ",
            "# ",
            "[",
            "](",
            ")",
            "![",
            "]: ",
            "<",
            ">",
            "<!--",
            "    ",
            "\t",
            "---\n",
            "===\n",
            "https://",
            "@",
            "#",
            "\\",
            "&amp;",
            "日",
            "א",
            "\u{301}",
            "👩\u{200D}👩",
            "\r\n",
            "|",
            "\u{2028}",
            "\x1b",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

/// Runs of ASCII letters, without what Markdown itself takes away: entities.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_lowercase()).filter(|word| !word.is_empty()).collect()
}

#[test]
fn what_stands_before_a_row_leaves_room_for_a_wide_character() {
    for raw in ["> aa", "a```\n> aa", "- 日本", "> > > 日"] {
        for columns in 2..8 {
            let rows = lay_out(&Markup::read(raw), columns);
            assert!(rows.iter().all(|row| shown(row).trim_end().width() <= columns), "{raw:?}");
        }
    }
}

proptest! {
    #[test]
    fn every_text_lays_out_in_rows_that_fit(raw in writing(), columns in 2_usize..50) {
        let markup = Markup::read(&raw);
        for row in lay_out(&markup, columns) {
            let text = shown(&row);
            prop_assert!(!text.contains('\n'), "{text:?}");
            prop_assert!(text.trim_end().width() <= columns, "{text:?} at {columns}");
            if let (Some(range), Content::Code(code)) =
                (row.source.code, &markup.blocks[row.source.block].content)
            {
                prop_assert!(code.text.as_str().get(range).is_some());
            }
        }
        prop_assert_eq!(code_blocks(&raw).len(), markup.codes().count());
    }

    #[test]
    fn every_word_is_shown(raw in writing()) {
        let raw = raw.replace("&amp;", "");
        let shown = rows(&raw, 1_000).concat();
        for word in words(&raw) {
            prop_assert!(shown.to_lowercase().contains(word), "{word:?} of {raw:?} in {shown:?}");
        }
    }
}
