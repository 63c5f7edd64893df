//! Topics: the list of them, pages of records, one record whole.
