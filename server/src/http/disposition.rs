//! The names of files in `Content-Disposition`: as forms say them, and as downloads are told them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What RFC 5987 has encoded in a value: all but letters, digits and what URLs leave as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A download under this name, which is said twice, as RFC 6266 has it: in ASCII for old clients,
/// and whole as of RFC 5987.
pub fn of_download(name: &str) -> String {
    let plain = |c: char| if c.is_ascii() && !"\"\\%".contains(c) { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    let whole = utf8_percent_encode(name, ENCODED);
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{whole}")
}

/// The name in the parameter `filename*` (RFC 5987), if there is one in UTF-8.
pub fn extended_name(disposition: &str) -> Option<String> {
    let pairs = parameters(disposition).filter_map(|parameter| parameter.split_once('='));
    let mut extended = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("filename*"));
    let (charset, rest) = extended.next()?.1.trim().split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    Some(percent_decode_str(encoded).decode_utf8().ok()?.into_owned())
}

/// The name in a plain `filename`: browsers write a quotation mark in it as `%22`, and leave a
/// percent sign as it is (the HTML standard, "multipart form data").
pub fn plain_name(parameter: &str) -> String {
    parameter.replace("%22", "\"")
}

/// What is between the semicolons that are in no quotation marks.
fn parameters(disposition: &str) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    disposition.split(move |c| {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        c == ';' && !is_quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_to_old_clients_and_whole() {
        let cases = [
            ("a.txt", "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt"),
            ("a b.txt", "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt"),
            ("\"x\".c", "attachment; filename=\"_x_.c\"; filename*=UTF-8''%22x%22.c"),
            ("100%.é", "attachment; filename=\"100_._\"; filename*=UTF-8''100%25.%C3%A9"),
            ("a-b_c~d", "attachment; filename=\"a-b_c~d\"; filename*=UTF-8''a-b_c~d"),
        ];
        for (name, expected) in cases {
            assert_eq!(of_download(name), expected);
            assert_eq!(extended_name(expected).as_deref(), Some(name));
        }
    }

    #[test]
    fn an_extended_name_is_a_parameter_of_its_own_in_utf_8() {
        for (disposition, expected) in [
            ("form-data; filename*=UTF-8''na%C3%AFve%20plan.txt", Some("naïve plan.txt")),
            ("form-data; FILENAME* = utf-8'en'a.txt ; name=\"file\"", Some("a.txt")),
            ("form-data; name=\"a;filename*=UTF-8''x\"", None),
            ("form-data; name=\"a\\\";filename*=UTF-8''x\"", None),
            ("form-data; filename*=ISO-8859-1''na%EFve", None),
            ("form-data; filename*=UTF-8''na%EFve", None),
            ("form-data; filename*=a.txt", None),
            ("form-data; filename*", None),
            ("form-data; filename=\"a.txt\"", None),
            ("", None),
        ] {
            assert_eq!(extended_name(disposition).as_deref(), expected, "{disposition}");
        }
    }
}
