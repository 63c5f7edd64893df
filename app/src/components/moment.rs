//! A moment in time: how long ago and when exactly, together.

use leptos::prelude::*;

use crate::i18n::{format, use_preferences};

/// A moment, against the time at which the page's data was true (never the reader's clock, which would differ between
/// server and browser).
#[component]
pub(crate) fn Moment(
    /// The moment, ms since the epoch.
    at_ms: i64,
    /// When the data was true, ms since the epoch.
    now_ms: i64,
    /// Write the exact time too, not only as a tooltip.
    #[prop(optional)]
    exact: bool,
) -> impl IntoView {
    let preferences = use_preferences();
    let absolute = format::date_time(preferences, at_ms);
    let written = exact.then(|| absolute.clone());
    let ago = format::ago(preferences.language, at_ms, now_ms);
    view! {
        <time datetime=format::iso(at_ms) title=absolute>
            {ago}
            {written.map(|written| view! { <span class="quiet">" · " {written}</span> })}
        </time>
    }
    .into_any()
}
