//! The HTML document around the application, and the start of the application in the browser.
//!
//! The server renders [`document`] once a request, with the assets that the build produced; the browser reads the reader's
//! preferences back from it, so that both render the same first page.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};

use crate::model::preferences::{Language, Preferences, Theme, Zone};
use crate::routes::{App, paths};

/// URL paths of the built files, hashed, as the build's manifest names them. Empty paths leave the tag out, which gives a
/// page that works without script and style.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assets {
    /// The generated glue, e.g. `/pkg/naru.0123.js`.
    pub script: String,
    /// The WebAssembly module.
    pub wasm: String,
    /// The style sheet.
    pub style: String,
}

/// The whole document. Expects [`Preferences`] in context; the nonce comes from leptos.
pub fn document(assets: Assets) -> impl IntoView {
    let preferences = use_context::<Preferences>().unwrap_or_default();
    let has_script = !assets.script.is_empty();
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html
            lang=preferences.language.code()
            data-theme=preferences.theme.code()
            data-zone=preferences.zone.code()
        >
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href=paths::ICON type="image/svg+xml"/>
                {(!assets.style.is_empty()).then(|| view! { <link rel="stylesheet" href=assets.style.clone()/> })}
                {has_script
                    .then(|| {
                        view! {
                            <link rel="modulepreload" href=assets.script.clone() nonce=nonce.clone()/>
                            <link rel="preload" href=assets.wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
                            <script type="module" nonce=nonce.clone()>
                                {start_script(&assets)}
                            </script>
                        }
                    })}
                <MetaTags/>
            </head>
            <body>
                <App preferences=preferences/>
            </body>
        </html>
    }
}

/// The preferences that the document carries: what the browser's first render has to use.
pub fn read_preferences() -> Preferences {
    let Some(root) = document_element() else { return Preferences::default() };
    let attribute = |name: &str| root.get_attribute(name).unwrap_or_default();
    Preferences {
        language: Language::from_code(&attribute("lang")).unwrap_or_default(),
        theme: Theme::from_code(&attribute("data-theme")).unwrap_or_default(),
        zone: Zone::from_code(&attribute("data-zone")).unwrap_or_default(),
    }
}

/// Marks the document as awake, for tests and for styles that only make sense once the page reacts.
pub fn mark_awake() {
    if let Some(root) = document_element() {
        let _ = root.set_attribute("data-awake", "");
    }
}

/// Meta tags need their context on both sides; it lives here because nothing else of the document does.
pub(crate) fn provide_document_context() {
    provide_meta_context();
}

fn start_script(assets: &Assets) -> String {
    // The paths come from the build's manifest, which the server has checked for characters that could leave the quotes.
    format!(
        "import init, {{ hydrate }} from \"{}\"; await init({{ module_or_path: \"{}\" }}); hydrate();",
        assets.script, assets.wasm
    )
}

fn document_element() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}
