//! The portal over HTTP, as a browser's forms and streams ask it.

mod wizard;
