//! A connector's configuration, read only: what is it set to?
