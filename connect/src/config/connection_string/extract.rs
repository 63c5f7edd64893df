//! Finding the connection string in what people paste: a `.env` line, a shell export, a quoted string from code or YAML.

use super::Scheme;

/// The connection string inside a pasted text: from the scheme to the closing quote, or to the first blank.
///
/// `None` when no scheme occurs. The result is not checked: give it to [`super::ConnectionString::parse`].
pub fn extract(pasted: &str) -> Option<&str> {
    let start = [Scheme::Srv, Scheme::Standard].iter().filter_map(|scheme| pasted.find(scheme.prefix())).min()?;
    let quote = pasted[..start].chars().next_back().filter(|character| matches!(character, '"' | '\'' | '`'));
    let rest = &pasted[start..];
    let end = match quote {
        Some(quote) => rest.find(quote),
        None => rest.find(|character: char| character.is_whitespace() || matches!(character, '"' | '\'' | '`')),
    };
    Some(rest[..end.unwrap_or(rest.len())].trim_end_matches([';', ',', '\\']))
}

#[cfg(test)]
mod tests {
    use super::extract;

    #[test]
    fn finds_the_string_in_what_people_paste() {
        let cases = [
            ("mongodb://h/db", Some("mongodb://h/db")),
            ("  mongodb+srv://u:p@h/db?w=majority\n", Some("mongodb+srv://u:p@h/db?w=majority")),
            ("MONGODB_URI=\"mongodb://u:p@h\"", Some("mongodb://u:p@h")),
            ("export MONGODB_URI='mongodb://u:p@h' # prod", Some("mongodb://u:p@h")),
            ("MONGODB_URI=mongodb://h/?w=1 # prod", Some("mongodb://h/?w=1")),
            ("connection.uri=mongodb://a,b:1/x", Some("mongodb://a,b:1/x")),
            ("const uri = \"mongodb://h\";", Some("mongodb://h")),
            ("uri: mongodb://h,", Some("mongodb://h")),
            ("postgres://h", None),
            ("", None),
        ];
        for (pasted, expected) in cases {
            assert_eq!(extract(pasted), expected, "{pasted}");
        }
    }
}
