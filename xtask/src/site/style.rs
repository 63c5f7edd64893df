//! The style sheet: `style/main.css` with everything it imports, in one small file.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use lightningcss::rules::CssRule;
use lightningcss::rules::import::ImportRule;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions, StyleSheet};
use lightningcss::traits::ToCss;

/// Deeper than this, files import each other in a circle.
const DEEPEST_IMPORT: usize = 8;

/// The bundled and minified text. Nothing is rewritten for older browsers: what we use, all current ones have.
pub(super) fn bundle(main: &Path) -> Result<String> {
    let text = inline(main, 0)?;
    let mut sheet = parse(&text, main)?;
    sheet.minify(MinifyOptions::default()).map_err(|error| anyhow!("{}: {error}", main.display()))?;
    let options = PrinterOptions { minify: true, ..PrinterOptions::default() };
    Ok(sheet.to_css(options).map_err(|error| anyhow!("{}: {error}", main.display()))?.code)
}

fn inline(file: &Path, depth: usize) -> Result<String> {
    if depth > DEEPEST_IMPORT {
        bail!("{} imports itself", file.display());
    }
    let text = fs::read_to_string(file).with_context(|| format!("Cannot read {}", file.display()))?;
    let sheet = parse(&text, file)?;
    let mut bundled = String::new();
    for rule in &sheet.rules.0 {
        match rule {
            CssRule::Import(import) => bundled.push_str(&inline_import(import, file, depth)?),
            CssRule::Ignored => {}
            other => {
                let css = other.to_css_string(PrinterOptions::default());
                bundled.push_str(&css.map_err(|error| anyhow!("{}: {error}", file.display()))?);
            }
        }
        bundled.push('\n');
    }
    Ok(bundled)
}

/// The imported file, in the layer and under the conditions of the import.
fn inline_import(import: &ImportRule<'_>, from: &Path, depth: usize) -> Result<String> {
    if import.url.contains("://") {
        bail!("{} imports {}, which is not a file of ours", from.display(), import.url);
    }
    let file = from.parent().unwrap_or(Path::new("")).join(import.url.as_ref());
    let mut text = inline(&file, depth + 1)?;
    let printed = |css: std::result::Result<String, _>| css.map_err(|error| anyhow!("{}: {error:?}", from.display()));
    if let Some(layer) = &import.layer {
        let name = match layer {
            Some(name) => printed(name.to_css_string(PrinterOptions::default()))?,
            None => String::new(),
        };
        text = format!("@layer {name} {{\n{text}}}\n");
    }
    if let Some(supports) = &import.supports {
        text = format!("@supports {} {{\n{text}}}\n", printed(supports.to_css_string(PrinterOptions::default()))?);
    }
    if !import.media.media_queries.is_empty() {
        text = format!("@media {} {{\n{text}}}\n", printed(import.media.to_css_string(PrinterOptions::default()))?);
    }
    Ok(text)
}

fn parse<'i>(text: &'i str, file: &Path) -> Result<StyleSheet<'i>> {
    let options = ParserOptions { filename: file.display().to_string(), ..ParserOptions::default() };
    StyleSheet::parse(text, options).map_err(|error| anyhow!("{error}"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn imports_are_put_into_their_layers_in_order() {
        let folder = std::env::temp_dir().join(format!("naru-xtask-style-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(
            folder.join("main.css"),
            "@layer reset, tokens;\n@import \"a.css\" layer(reset);\n@import url(b.css);",
        )
        .unwrap();
        fs::write(folder.join("a.css"), "a { color: red; }").unwrap();
        fs::write(folder.join("b.css"), "@layer tokens { :root { --x: light-dark(oklch(90% 0 0), #000); } }").unwrap();

        let css = bundle(&folder.join("main.css")).unwrap();

        assert_eq!(css, "@layer reset{a{color:red}}@layer tokens{:root{--x:light-dark(oklch(90% 0 0),#000)}}");
        fs::remove_dir_all(folder).unwrap();
    }
}
