//! Parts of forms: every field has a label, a place for its fault, and works without script.

pub(crate) mod field;
pub(crate) mod text_area;
