//! The words, in every language, side by side: a text that lacks a language does not compile.
//!
//! [`messages!`] makes one method of [`Language`] a text. The language is part of the first render and changes only with
//! a new document, so texts are plain values, never signals.

use leptos::prelude::{provide_context, use_context};

pub(crate) use crate::model::preferences::{Language, Preferences};

/// Declares texts as methods of [`Language`]: `name => "English", "Korean";`, or `name(argument) => "… {argument} …", …;`
/// with arguments that are displayed.
macro_rules! messages {
    ($($name:ident $(($($argument:ident),+))? => $english:literal, $korean:literal;)+) => {
        impl $crate::model::preferences::Language {
            $(messages!(@one $name [$($($argument),+)?] $english, $korean);)+
        }
    };
    (@one $name:ident [] $english:literal, $korean:literal) => {
        pub(crate) const fn $name(self) -> &'static str {
            match self {
                Self::English => $english,
                Self::Korean => $korean,
            }
        }
    };
    (@one $name:ident [$($argument:ident),+] $english:literal, $korean:literal) => {
        pub(crate) fn $name(self, $($argument: &dyn ::std::fmt::Display),+) -> String {
            match self {
                Self::English => format!($english),
                Self::Korean => format!($korean),
            }
        }
    };
}

mod checks;
mod connectors;
pub(crate) mod format;
mod frame;
mod overview;
mod topics;
mod troubles;
mod wizard;

/// Hands the preferences to everything below.
pub(crate) fn provide_preferences(preferences: Preferences) {
    provide_context(preferences);
}

/// The reader's preferences.
pub(crate) fn use_preferences() -> Preferences {
    use_context::<Preferences>().unwrap_or_default()
}

/// The reader's language.
pub(crate) fn use_language() -> Language {
    use_preferences().language
}
