//! The one place where a `textarea` is made.
//!
//! Leptos 0.8 does not escape a text area's children on the server, so text inside could leave the field and become markup.
//! Here the content is escaped before it is handed over as the element's inner text; a test feeds it a closing tag.

use leptos::prelude::*;

/// A field for many lines.
#[component]
pub(crate) fn TextArea(
    /// Id in the document.
    id: &'static str,
    /// Name in the form.
    name: &'static str,
    /// What is in it at first; afterwards the field is the reader's.
    #[prop(into)]
    text: String,
    /// Ids of what describes it.
    #[prop(into)]
    described_by: String,
) -> impl IntoView {
    view! {
        <textarea
            class="input mono"
            id=id
            name=name
            rows="12"
            spellcheck="false"
            autocomplete="off"
            autocapitalize="off"
            aria-describedby=described_by
            inner_html=escape(&text)
        ></textarea>
    }
    .into_any()
}

/// Text as the inside of a text area: nothing can end it, and a first line break, which browsers drop, is doubled.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 1);
    if text.starts_with('\n') {
        escaped.push('\n');
    }
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "</textarea><img src=x onerror=alert(1)>&amp;";

    #[test]
    fn nothing_inside_can_leave_the_field() {
        let escaped = escape(HOSTILE);

        assert_eq!(escaped, "&lt;/textarea&gt;&lt;img src=x onerror=alert(1)&gt;&amp;amp;");
        assert_eq!(escape("\na"), "\n\na");
    }

    /// Every text area of the project is this one.
    #[test]
    fn no_other_file_makes_a_text_area() {
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if std::fs::read_to_string(&path).is_ok_and(|text| text.contains(concat!("<text", "area"))) {
                    found.push(path);
                }
            }
        }
        assert!(found.iter().all(|path| path.ends_with("forms/text_area.rs")), "{found:?}");
    }
}
