//! A connector's configuration for reading: properties in groups, secrets left out, and three texts.
