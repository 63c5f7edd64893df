//! How a position is committed with regard to its records: beside them, or together with them.
//!
//! Chosen by the types of sink and store, so that the loop for the one carries no trace of the other at run time.

mod sealed {
    pub trait Sealed {}
}

/// One of [`Separate`] and [`Atomic`].
pub trait Coupling: sealed::Sealed {
    /// Records and position become visible together or not at all.
    const IS_ATOMIC: bool;
}

/// The position is committed after the records it covers: at least once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separate {}

/// Records and position are one transaction: exactly once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Atomic {}

impl sealed::Sealed for Separate {}
impl sealed::Sealed for Atomic {}

impl Coupling for Separate {
    const IS_ATOMIC: bool = false;
}

impl Coupling for Atomic {
    const IS_ATOMIC: bool = true;
}
