//! The frame around every page: skip link, rail with brand and places, display settings, the page itself.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::header::focus;
use super::icon::{Brand, Icon, IconName};
use crate::i18n::{use_language, use_preferences};
use crate::model::preferences::{Language, Theme, Zone};
use crate::routes::paths;

/// Id of the page within the frame.
const CONTENT: &str = "content";

/// The frame.
#[component]
pub(crate) fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let language = use_language();
    let pathname = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = pathname.get();
        // A link within the portal makes no new document: without this, the focus would stay where the link was.
        if before.is_some_and(|before| before != now) {
            focus(CONTENT);
        }
        now
    });
    view! {
        <a class="skip-link" href="#content" rel="external">{language.skip_to_content()}</a>
        <div class="frame">
            <Rail/>
            <main id=CONTENT class="content" tabindex="-1">{children()}</main>
        </div>
    }
    .into_any()
}

#[component]
fn Rail() -> impl IntoView {
    let language = use_language();
    view! {
        <header class="rail">
            <a class="brand" href=paths::CONNECTORS>
                <Brand/>
                <span class="brand-name">{language.brand()}</span>
            </a>
            <nav class="places" aria-label=language.navigation()>
                <ul>
                    <Place href=paths::CONNECTORS icon=IconName::Connector label=language.nav_connectors() prefix="/connectors"/>
                    <Place href=paths::TOPICS icon=IconName::Topic label=language.nav_topics() prefix="/topics"/>
                </ul>
            </nav>
            <Display/>
        </header>
    }
    .into_any()
}

#[component]
fn Place(href: &'static str, icon: IconName, label: &'static str, prefix: &'static str) -> impl IntoView {
    let pathname = use_location().pathname;
    let is_here = move || {
        pathname.with(|path| {
            path == href || path == prefix || path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
        })
    };
    view! {
        <li>
            <a class="place" href=href aria-current=move || is_here().then_some("page")>
                <Icon name=icon/>
                <span>{label}</span>
            </a>
        </li>
    }
    .into_any()
}

/// Language, theme and zone: one plain form, because a new choice means a new document.
#[component]
fn Display() -> impl IntoView {
    let preferences = use_preferences();
    let language = preferences.language;
    let location = use_location();
    let here = move || {
        let query = location.search.get();
        let path = location.pathname.get();
        if query.is_empty() { path } else { format!("{path}?{}", query.trim_start_matches('?')) }
    };
    view! {
        <details class="display">
            <summary>
                <Icon name=IconName::Gear/>
                <span>{language.display()}</span>
            </summary>
            <form class="display-form" method="post" action=paths::PREFERENCES>
                <input type="hidden" name="return_to" prop:value=here value=here()/>
                <Choice
                    name="language"
                    label=language.language_switch()
                    options=vec![("ko", "한국어", language == Language::Korean), ("en", "English", language == Language::English)]
                />
                <Choice
                    name="theme"
                    label=language.theme_switch()
                    options=[Theme::System, Theme::Light, Theme::Dark]
                        .into_iter()
                        .map(|theme| (theme.code(), theme_name(language, theme), preferences.theme == theme))
                        .collect()
                />
                <Choice
                    name="zone"
                    label=language.zone_switch()
                    options=[Zone::Utc, Zone::Seoul]
                        .into_iter()
                        .map(|zone| (zone.code(), zone_name(language, zone), preferences.zone == zone))
                        .collect()
                />
                <button class="button" type="submit">{language.apply()}</button>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn Choice(name: &'static str, label: &'static str, options: Vec<(&'static str, &'static str, bool)>) -> impl IntoView {
    let options = options
        .into_iter()
        .map(|(value, text, is_chosen)| {
            let lang = (name == "language").then_some(value);
            view! { <option value=value selected=is_chosen lang=lang>{text}</option> }
        })
        .collect_view();
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <select class="input" name=name>{options}</select>
        </label>
    }
    .into_any()
}

const fn theme_name(language: Language, theme: Theme) -> &'static str {
    match theme {
        Theme::System => language.theme_system(),
        Theme::Light => language.theme_light(),
        Theme::Dark => language.theme_dark(),
    }
}

const fn zone_name(language: Language, zone: Zone) -> &'static str {
    match zone {
        Zone::Utc => language.zone_utc(),
        Zone::Seoul => language.zone_seoul(),
    }
}
