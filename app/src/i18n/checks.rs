//! Words, filled in with their pages.
