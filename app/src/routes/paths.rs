//! The only place that spells a URL of the portal.

use std::fmt::Write as _;

use crate::model::connector::{ConnectorAction, ConnectorQuery, Group};
use crate::model::draft::{Created, DraftId, DraftView, Step};
use crate::model::topic::{Decoder, Decoders, ReadFrom, RecordPlace, RecordQuery, TopicListQuery, Turn};

/// The icon of the browser's tab.
pub const ICON: &str = "/icon.svg";
/// Where a form sends the reader's preferences; answered by the server without leptos.
pub const PREFERENCES: &str = "/ui/preferences";
/// The list of connectors.
pub const CONNECTORS: &str = "/";
/// The wizard, before there is a draft.
pub const NEW_CONNECTOR: &str = "/connectors/new";
/// The list of topics.
pub const TOPICS: &str = "/topics";

/// Query parameter with the code of what a form has just done.
pub const DONE: &str = "done";
/// Query parameter with the code of why a form has failed.
pub const FAILED: &str = "failed";

/// The list of connectors, filtered.
pub fn connectors(query: &ConnectorQuery) -> String {
    let mut url = UrlText::new(CONNECTORS);
    url.pair("search", &query.search);
    url.pair("group", query.group.map(group_code).unwrap_or_default());
    url.number("page", u64::from(query.page), 1);
    url.text
}

/// The word for a group in URLs.
pub fn group_code(group: Group) -> &'static str {
    match group {
        Group::Running => "running",
        Group::Attention => "attention",
        Group::Paused => "paused",
        Group::Stopped => "stopped",
    }
}

/// Reads what [`group_code`] writes.
pub fn group_from_code(code: &str) -> Option<Group> {
    [Group::Running, Group::Attention, Group::Paused, Group::Stopped]
        .into_iter()
        .find(|group| group_code(*group) == code)
}

/// A connector's overview.
pub fn connector(name: &str) -> String {
    format!("/connectors/{}", encode(name))
}

/// A connector's overview right after it was made.
pub fn connector_created(name: &str) -> String {
    format!("/connectors/{}?{DONE}=created", encode(name))
}

/// Where an action leads: to the overview, or to the list once there is no connector any more.
pub fn after_action(name: &str, action: ConnectorAction) -> String {
    match action {
        ConnectorAction::Delete => format!("{CONNECTORS}?{DONE}=deleted&name={}", encode(name)),
        _ => format!("/connectors/{}?{DONE}=requested", encode(name)),
    }
}

/// A connector's configuration.
pub fn connector_config(name: &str) -> String {
    format!("/connectors/{}/config", encode(name))
}

/// The page that asks before an action, for readers without script.
pub fn connector_confirm(name: &str, action: ConnectorAction) -> String {
    format!("/connectors/{}/{}", encode(name), action.code())
}

/// One step of a draft.
pub fn draft(id: &DraftId, step: Step) -> String {
    format!("{NEW_CONNECTOR}?draft={}&step={}", encode(&id.0), step.code())
}

/// Value of a step's button `go`: the step before.
pub const GO_BACK: &str = "back";
/// Value of a step's button `go`: save and stay, for instance to show the collections of another database.
pub const GO_STAY: &str = "stay";
/// Value of a step's button `go`: save, run the checks and stay.
pub const GO_CHECK: &str = "check";

/// Where a step's form leads without script: by the button's word (without one, the next step), or nowhere while something in
/// the step stands in the way. The word may also be a step's own ([`Step::code`]).
pub fn after_step(step: Step, go: &str, view: &DraftView) -> String {
    let is_sound = !view.problems_of(step).any(|problem| !problem.is_warning);
    let target = match go {
        GO_BACK => step.previous().unwrap_or(step),
        GO_STAY | GO_CHECK => step,
        other => match Step::from_code(other) {
            Some(chosen) => chosen,
            None if is_sound => step.next().unwrap_or(step),
            None => step,
        },
    };
    draft(&view.id, target)
}

/// Where creating leads: to the connector, or back to the review.
pub fn after_create(created: &Created) -> String {
    match created {
        Created::Connector(name) => connector_created(name),
        Created::Refused(view) => draft(&view.id, Step::Review),
    }
}

/// The list of topics, filtered.
pub fn topics(query: &TopicListQuery) -> String {
    let mut url = UrlText::new(TOPICS);
    url.pair("search", &query.search);
    url.pair("internal", if query.with_internal { "yes" } else { "" });
    url.number("page", u64::from(query.page), 1);
    url.text
}

/// A topic's newest records.
pub fn topic(name: &str) -> String {
    format!("/topics/{}", encode(name))
}

/// A topic's records, as asked.
pub fn topic_records(name: &str, query: &RecordQuery, raw: bool) -> String {
    let mut url = UrlText::new(&topic(name));
    url.pair("from", read_from_code(query.from));
    match query.from {
        ReadFrom::Offset(offset) => url.pair("offset", &offset.to_string()),
        ReadFrom::Time(at_ms) => url.pair("at", &crate::i18n::format::iso(at_ms)),
        ReadFrom::Newest | ReadFrom::Beginning | ReadFrom::Live => {}
    }
    match &query.turn {
        Some(Turn::Before(cursor)) => url.pair("before", cursor),
        Some(Turn::After(cursor)) => url.pair("after", cursor),
        None => {}
    }
    url.pair("partition", &query.partition.map(|number| number.to_string()).unwrap_or_default());
    url.number("limit", u64::from(query.limit), 0);
    url.reading(query.decoders, raw);
    url.text
}

/// The word for a start in URLs; the usual one has none.
pub fn read_from_code(from: ReadFrom) -> &'static str {
    match from {
        ReadFrom::Newest => "",
        ReadFrom::Beginning => "beginning",
        ReadFrom::Offset(_) => "offset",
        ReadFrom::Time(_) => "time",
        ReadFrom::Live => "live",
    }
}

/// One record, whole: its address for good.
pub fn record(topic_name: &str, place: RecordPlace, decoders: Decoders, raw: bool) -> String {
    let RecordPlace { partition, offset } = place;
    let mut url = UrlText::new(&format!("{}/{partition}/{offset}", topic(topic_name)));
    url.reading(decoders, raw);
    url.text
}

/// Events of the connector list.
pub fn connectors_stream(query: &ConnectorQuery) -> String {
    format!("/ui/stream{}", connectors(query))
}

/// Events of one connector.
pub fn connector_stream(name: &str) -> String {
    format!("/ui/stream/connectors/{}", encode(name))
}

/// Checks of a draft, one event each.
pub fn checks_stream(id: &DraftId) -> String {
    format!("/ui/stream/drafts/{}/checks", encode(&id.0))
}

/// Records of a topic as they arrive.
pub fn tail_stream(topic_name: &str, partition: Option<i32>, decoders: Decoders) -> String {
    let mut url = UrlText::new(&format!("/ui/stream{}", topic(topic_name)));
    url.pair("partition", &partition.map(|number| number.to_string()).unwrap_or_default());
    url.reading(decoders, false);
    url.text
}

/// Percent-encodes one segment or value.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

struct UrlText {
    text: String,
    has_query: bool,
}

impl UrlText {
    fn new(path: &str) -> Self {
        Self { text: path.to_owned(), has_query: false }
    }

    /// Adds a pair unless the value is empty.
    fn pair(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        self.text.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        self.text.push_str(name);
        self.text.push('=');
        self.text.push_str(&encode(value));
    }

    /// Adds how records are read, as far as it is not as usual.
    fn reading(&mut self, decoders: Decoders, raw: bool) {
        for (name, decoder) in [("key", decoders.key), ("value", decoders.value)] {
            self.pair(name, if decoder == Decoder::Auto { "" } else { decoder.code() });
        }
        self.pair("view", if raw { "raw" } else { "" });
    }

    /// Adds a number unless it is at most the usual one.
    fn number(&mut self, name: &str, value: u64, usual: u64) {
        if value > usual {
            self.pair(name, &value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_as_one_segment() {
        assert_eq!(connector("a/b ?#한"), "/connectors/a%2Fb%20%3F%23%ED%95%9C");
    }

    #[test]
    fn usual_values_leave_no_trace_in_the_url() {
        assert_eq!(connectors(&ConnectorQuery::default()), "/");
        let query = ConnectorQuery { search: "a b".to_owned(), group: Some(Group::Paused), page: 2 };
        assert_eq!(connectors(&query), "/?search=a%20b&group=paused&page=2");
    }

    #[test]
    fn records_are_asked_for_by_url_alone() {
        let query = RecordQuery { from: ReadFrom::Offset(7), partition: Some(2), limit: 100, ..RecordQuery::default() };
        assert_eq!(topic_records("t", &query, true), "/topics/t?from=offset&offset=7&partition=2&limit=100&view=raw");
        let query = RecordQuery { turn: Some(Turn::Before("0:7,1:3".to_owned())), ..RecordQuery::default() };
        assert_eq!(topic_records("t", &query, false), "/topics/t?before=0%3A7%2C1%3A3");
        assert_eq!(topic_records("t", &RecordQuery::default(), false), "/topics/t");
    }

    #[test]
    fn how_bytes_are_read_stays_with_a_record() {
        let place = RecordPlace { partition: 1, offset: 9 };
        let decoders = Decoders { key: Decoder::Hex, value: Decoder::Auto };
        assert_eq!(record("a b", place, decoders, false), "/topics/a%20b/1/9?key=hex");
        assert_eq!(tail_stream("t", Some(0), decoders), "/ui/stream/topics/t?partition=0&key=hex");
    }
}
