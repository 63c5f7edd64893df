//! Icons as inline SVG, 16 by 16, drawn with the text's colour. Decorative: the word stands beside them.

use leptos::prelude::*;

/// Which icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IconName {
    Alert,
    Check,
    Clock,
    Connector,
    Copy,
    Gear,
    Pause,
    Play,
    Plus,
    Question,
    Restart,
    Search,
    Spin,
    Stop,
    Topic,
    Trash,
}

impl IconName {
    /// The shape: one path of strokes.
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => "M8 2 14.5 13.5H1.5ZM8 6.5v3M8 11.4v.2",
            Self::Check => "M3 8.5 6.5 12 13 4.5",
            Self::Clock => "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8ZM8 4.6V8l2.4 1.6",
            Self::Connector => {
                "M2 4.5c2.5 0 2.5 2 4.6 2s2.1-2 4.6-2 2 1 2.8 1.4M2 10c2.5 0 2.5 2 4.6 2s2.1-2 4.6-2 2 1 2.8 1.4"
            }
            Self::Copy => "M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3",
            Self::Gear => {
                "M8 5.6a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8ZM8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6 5 5M11 11l1.4 1.4M12.4 3.6 11 5M5 11l-1.4 1.4"
            }
            Self::Pause => "M5.5 3.5v9M10.5 3.5v9",
            Self::Play => "M4.5 3 12.5 8 4.5 13Z",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Question => "M5.6 6a2.4 2.4 0 1 1 3.4 2.2c-.7.3-1 .8-1 1.5M8 12v.2",
            Self::Restart => "M13 8a5 5 0 1 1-1.6-3.7M13 1.8v3h-3",
            Self::Search => "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.3 10.3 14 14",
            Self::Spin => "M8 2a6 6 0 1 1-5.7 4.1",
            Self::Stop => "M4 4h8v8H4Z",
            Self::Topic => "M2.5 4h11M2.5 8h11M2.5 12h7",
            Self::Trash => "M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.6 7v4M9.4 7v4",
        }
    }
}

/// One icon.
#[component]
pub(crate) fn Icon(
    /// Which.
    name: IconName,
) -> impl IntoView {
    let class = if name == IconName::Spin { "icon icon-spin" } else { "icon" };
    view! {
        <svg class=class viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d=name.path() fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/>
        </svg>
    }
    .into_any()
}

/// The mark: a boat between two banks.
#[component]
pub(crate) fn Brand() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
            <path class="brand-hull" d="M4.5 14.5h23c-1 4.6-4.6 7.5-9.4 7.5h-4.2c-4.800 0-8.400-2.900-9.400-7.500Z"/>
            <path class="brand-sail" d="M15 4.500v7.500H8.200ZM17.500 7l5 5h-5Z"/>
            <path class="brand-water" d="M3 26.500c3.200 0 3.200-1.800 6.500-1.800s3.200 1.800 6.500 1.800 3.200-1.800 6.500-1.800 3.300 1.800 6.500 1.800"/>
        </svg>
    }
    .into_any()
}
