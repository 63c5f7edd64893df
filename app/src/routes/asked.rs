//! Reads what [`super::paths`] writes, and what a form without script sends: how the records of a topic are asked for.

use crate::i18n::format::parse_local;
use crate::model::preferences::Zone;
use crate::model::topic::{Decoder, Decoders, ReadFrom, RecordQuery, Turn, USUAL_LIMIT};

/// Everything that the URL of a topic's records says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Which records.
    pub(crate) query: RecordQuery,
    /// Show text as it is instead of a tree.
    pub(crate) raw: bool,
    /// A start or partition was given that makes no sense; the query is then as if it had not been.
    pub(crate) is_unreadable: bool,
}

/// Reads the parameters that `get` finds by name. Times without a zone are in the one that the form names, or else in the
/// reader's: a link must show everybody the same.
pub(crate) fn records(get: &dyn Fn(&str) -> Option<String>, zone: Zone) -> Asked {
    let text = |name: &str| get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let zone = text("zone").and_then(|code| Zone::from_code(&code)).unwrap_or(zone);
    let from = match text("from").as_deref() {
        Some("beginning") => Some(ReadFrom::Beginning),
        Some("live") => Some(ReadFrom::Live),
        Some("offset") => {
            text("offset").and_then(|offset| offset.parse().ok()).filter(|offset| *offset >= 0).map(ReadFrom::Offset)
        }
        Some("time") => text("at").and_then(|at| parse_local(&at, zone)).map(ReadFrom::Time),
        _ => Some(ReadFrom::Newest),
    };
    let partition_text = text("partition");
    let partition = partition_text.as_deref().and_then(|number| number.parse().ok()).filter(|number| *number >= 0);
    let turn = text("before").map(Turn::Before).or_else(|| text("after").map(Turn::After));
    let query = RecordQuery {
        turn: turn.filter(|_| from.is_some()),
        from: from.unwrap_or_default(),
        partition,
        limit: text("limit")
            .and_then(|limit| limit.parse().ok())
            .filter(|limit| *limit != USUAL_LIMIT)
            .unwrap_or_default(),
        decoders: decoders(&text),
    };
    Asked {
        query,
        raw: is_raw(&text),
        is_unreadable: from.is_none() || (partition.is_none() && partition_text.is_some()),
    }
}

/// How the bytes of records are read.
pub(crate) fn decoders(get: &dyn Fn(&str) -> Option<String>) -> Decoders {
    let decoder = |name| get(name).and_then(|code| Decoder::from_code(&code)).unwrap_or_default();
    Decoders { key: decoder("key"), value: decoder("value") }
}

/// Text as it is, instead of a tree.
pub(crate) fn is_raw(get: &dyn Fn(&str) -> Option<String>) -> bool {
    get("view").as_deref() == Some("raw")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::paths;

    fn read(query: &str) -> Asked {
        let pairs: Vec<(&str, &str)> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        records(
            &|name| {
                let value = pairs.iter().find(|(key, _)| *key == name)?.1;
                Some(value.replace("%3A", ":").replace("%2C", ","))
            },
            Zone::Seoul,
        )
    }

    #[test]
    fn a_link_reads_back_whatever_the_readers_zone() {
        let starts =
            [ReadFrom::Newest, ReadFrom::Beginning, ReadFrom::Live, ReadFrom::Offset(7), ReadFrom::Time(1_500)];
        let turns = [None, Some(Turn::Before("0:1,1:2".to_owned())), Some(Turn::After("0:9".to_owned()))];
        for from in starts {
            for turn in &turns {
                let decoders = Decoders { key: Decoder::Hex, value: Decoder::Bson };
                let query = RecordQuery { from, turn: turn.clone(), partition: Some(3), limit: 100, decoders };
                let url = paths::topic_records("t", &query, true);

                let asked = read(url.split_once('?').map_or("", |(_, query)| query));

                assert_eq!(asked, Asked { query, raw: true, is_unreadable: false });
            }
        }
    }

    #[test]
    fn a_form_sends_its_zone_with_a_local_time() {
        let at = |query: &str| read(query).query.from;
        assert_eq!(at("from=time&at=1970-01-01T09:00&zone=utc&offset=&partition="), ReadFrom::Time(32_400_000));
        assert_eq!(at("from=time&at=1970-01-01T09:00"), ReadFrom::Time(0));
    }

    #[test]
    fn what_makes_no_sense_is_said_and_not_guessed() {
        for query in
            ["from=offset&offset=x", "from=offset", "from=time&at=", "partition=a", "from=offset&offset=-1&before=0:1"]
        {
            let asked = read(query);

            assert_eq!((asked.is_unreadable, asked.query), (true, RecordQuery::default()), "{query}");
        }
        assert_eq!(read("from=newest&offset=&at=&partition=&limit=50"), Asked::default());
    }
}
