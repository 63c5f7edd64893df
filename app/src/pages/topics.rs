//! The list of topics: where does data land, whose is it?
