//! A topic's records: what does the data look like, now or then?
