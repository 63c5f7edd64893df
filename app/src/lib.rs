//! What the browser shows: pages, components, view models and the words in two languages.
//!
//! Compiled twice, never with both features: `ssr` for the server, which renders pages and brings the [`backend`], and
//! `hydrate` for the browser, which wakes the rendered page up. Must not know SQL, MongoDB, Kafka or the engine: data comes
//! as view models of [`model`], made by the server.

#![expect(unreachable_pub, reason = "the component macro makes the props of private components public")]

#[cfg(not(erase_components))]
compile_error!(
    "compile with `--cfg erase_components`, as .cargo/config.toml does: a page of one kind does not wake up in the other"
);

mod api;
#[cfg(feature = "ssr")]
pub mod backend;
mod components;
pub mod error;
mod forms;
mod i18n;
pub mod model;
mod pages;
pub mod routes;
pub mod shell;

/// Wakes up the page that the server rendered. Called once by the module script of [`shell`].
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let preferences = shell::read_preferences();
    leptos::mount::hydrate_body(move || routes::App(routes::AppProps { preferences }));
    shell::mark_awake();
}
