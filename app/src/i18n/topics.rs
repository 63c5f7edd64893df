//! Words of the topics list, of records, and of live tails.

use super::Language;
use crate::model::topic::{Decoder, Encoding, Refusal, RefusalReason};

messages! {
    search_topics => "Search topics", "토픽 검색";
    show_internal_topics => "Show internal topics", "내부 토픽 보기";
    topics_found(count) => "{count} found", "{count}개 찾음";
    topics_caption => "Topics, by name", "이름순 토픽";
    column_topic => "Topic", "토픽";
    column_partitions => "Partitions", "파티션";
    column_records_about => "Records (about)", "레코드 (대략)";
    column_writers => "Written by", "쓰는 커넥터";
    no_topics_title => "No topic yet", "아직 토픽이 없습니다";
    no_topics_text => "A connector makes its topics when the first record goes into them.",
        "커넥터가 첫 레코드를 보낼 때 토픽을 만듭니다.";
    no_topic_match_title => "No topic matches", "조건에 맞는 토픽이 없습니다";
    no_topic_match_text => "No topic has this in its name. Internal topics are hidden unless asked for.",
        "이름에 이 말이 들어간 토픽이 없습니다. 내부 토픽은 따로 선택해야 보입니다.";
    all_topics => "All topics", "토픽 목록";

    begin_label => "Start", "시작 위치";
    begin_newest => "Newest", "최신";
    begin_beginning => "Beginning", "처음부터";
    begin_offset => "Offset", "오프셋";
    begin_time => "Time", "시각";
    begin_live => "Live", "실시간";
    time_in_zone(zone) => "Time ({zone})", "시각 ({zone})";
    partition_label => "Partition", "파티션";
    all_partitions => "all", "전체";
    limit_label => "Records", "레코드 수";
    decoding => "Decoding", "해석 방법";
    key_decoder => "Read keys as", "키 해석";
    value_decoder => "Read values as", "값 해석";
    decoder_auto => "Whatever fits", "자동";
    start_unreadable => "The start or partition could not be read, so these are the newest records of all partitions.",
        "시작 위치나 파티션을 읽을 수 없어 모든 파티션의 최신 레코드를 표시합니다.";

    view_label => "View", "보기 방식";
    view_tree => "Tree", "트리";
    view_raw => "Raw", "원문";
    records_newest_first(topic) => "Records of {topic}, newest first", "{topic}의 레코드, 최신순";
    records_oldest_first(topic) => "Records of {topic}, oldest first", "{topic}의 레코드, 오래된 순";
    column_offset => "Offset", "오프셋";
    column_time(zone) => "Time ({zone})", "시각 ({zone})";
    column_key => "Key", "키";
    column_value => "Value", "값";
    column_headers => "Headers", "헤더";
    record_of(offset, partition) => "Record {offset} of partition {partition}", "파티션 {partition}의 레코드 {offset}";
    records_shown(count) => "{count} shown", "{count}개 표시";
    headers_left_out(count) => "{count} more headers are not shown.", "헤더 {count}개는 표시하지 않았습니다.";
    in_topic(count) => "about {count} in the topic", "토픽에 약 {count}개";
    read_in(time) => "read in {time}", "{time} 만에 읽음";
    older_records => "Older records", "이전 레코드";
    newer_records => "Newer records", "다음 레코드";
    written_by => "Written by", "쓰는 커넥터";

    tombstone => "null (deleted)", "null (삭제됨)";
    null_value => "null", "null";
    load_whole(size) => "Load whole value ({size})", "전체 값 불러오기 ({size})";
    cut_off(size) => "Only the beginning of {size} is shown.", "전체 {size} 중 앞부분만 표시합니다.";
    more_items(count) => "Show {count} more", "{count}개 더 보기";
    text_goes_on(count) => "… {count} characters in all", "… 전체 {count}자";

    no_records_title => "No records yet", "아직 레코드가 없습니다";
    no_records_text => "Nothing has been written to this topic, or all of it has been removed.",
        "이 토픽에 기록된 것이 없거나 모두 지워졌습니다.";
    watch_live => "Watch live", "실시간으로 보기";
    nothing_there_title => "No record in this range", "이 범위에는 레코드가 없습니다";
    nothing_there_text => "The topic has records, but none from this start on.",
        "토픽에 레코드가 있지만 이 위치부터는 없습니다.";
    show_newest => "Show the newest", "최신 레코드 보기";
    no_topic_title => "There is no such topic", "없는 토픽입니다";
    no_topic_text => "It may have been deleted, or not been written to yet.", "삭제되었거나 아직 만들어지지 않았습니다.";
    no_topic_or_partition_text => "Or the topic has no partition of this number.", "또는 토픽에 이 번호의 파티션이 없습니다.";
    start_expired => "The start that was asked for has been deleted by retention: these are the oldest records that are left.",
        "요청한 위치는 보존 기간이 지나 삭제되었습니다. 남아 있는 가장 오래된 레코드부터 표시합니다.";
    out_of_time(count) => "Time ran out after {count} records were looked at. Go on with the next page.",
        "레코드 {count}개를 확인한 뒤 제한 시간이 지났습니다. 다음 쪽에서 이어집니다.";

    partitions_of(count) => "Partitions ({count})", "파티션 ({count})";
    partitions_caption(topic) => "Partitions of {topic}", "{topic}의 파티션";
    first_offset => "First offset", "첫 오프셋";
    next_offset => "Next offset", "다음 오프셋";
    only_partition(number) => "Only partition {number}", "파티션 {number}만 보기";

    record_title(offset) => "Record {offset}", "레코드 {offset}";
    no_record_title => "There is no record at this offset", "이 오프셋에는 레코드가 없습니다";
    no_record_text => "It is not written yet, has been deleted or compacted away, or belongs to an aborted transaction.",
        "아직 기록되지 않았거나, 삭제·압축되었거나, 취소된 트랜잭션의 레코드입니다.";
    record_time => "Timestamp", "타임스탬프";
    record_size => "Key and value", "키와 값";
    by_broker => "set by the broker", "브로커가 기록";
    by_producer => "set by the producer", "프로듀서가 기록";
    around_this => "Show around this record", "이 위치부터 보기";
    no_headers => "This record has no headers.", "헤더가 없는 레코드입니다.";

    live_title => "Live records", "실시간 레코드";
    live_connecting => "Connecting…", "연결하는 중…";
    live_on => "Live", "실시간";
    live_paused => "Paused", "일시 중지";
    live_lost => "Connection lost, trying again…", "연결이 끊어져 다시 시도하는 중…";
    live_interrupted => "Kafka does not answer, waiting…", "Kafka가 응답하지 않아 기다리는 중…";
    live_ended => "Ended", "끝남";
    live_ended_missing => "Ended: the topic is gone.", "토픽이 없어져 끝났습니다.";
    live_ended_busy => "Ended: too many topics are being followed at the same time.",
        "동시에 따라가는 토픽이 너무 많아 끝났습니다.";
    live_pause => "Pause", "일시 중지";
    live_resume => "Resume", "다시 시작";
    live_seen(count) => "{count} seen", "{count}개 수신";
    live_waiting(count) => "{count} waiting", "{count}개 대기";
    live_dropped(count) => "{count} dropped: they came too fast", "{count}개 건너뜀: 너무 빠르게 도착";
    live_empty => "Waiting for the next record.", "다음 레코드를 기다리는 중입니다.";
    live_gap => "Not connected for a while: records of that time are not shown.",
        "연결이 끊어진 동안의 레코드는 표시하지 않습니다.";
    live_needs_script => "Live view needs JavaScript.", "실시간 보기에는 자바스크립트가 필요합니다.";
    live_keeps(count) => "The newest {count} stay on the page.", "최신 {count}개만 화면에 남습니다.";

    not_utf8(at) => "not UTF-8 from byte {at} on", "{at}번째 바이트부터 UTF-8이 아님";
    control_characters => "holds control characters", "제어 문자가 있음";
    not_json(line, column) => "not JSON from line {line}, column {column} on", "{line}행 {column}열부터 JSON이 아님";
    not_bson => "not one BSON document", "BSON 문서가 아님";
    incomplete => "only a part of the value is here", "값의 일부만 있음";
    text_word => "Text", "텍스트";
    hex_word => "Hex", "16진수";
    did_not_fit(decoder, reason) => "{decoder}: {reason}", "{decoder}: {reason}";
}

impl Language {
    /// What a payload is written as.
    pub(crate) const fn encoding(self, encoding: Encoding) -> &'static str {
        match encoding {
            Encoding::Null => self.null_value(),
            Encoding::Json => "JSON",
            Encoding::Bson => "BSON",
            Encoding::Text => self.text_word(),
            Encoding::Hex => self.hex_word(),
            Encoding::Base64 => "Base64",
        }
    }

    /// A decoder's name.
    pub(crate) const fn decoder(self, decoder: Decoder) -> &'static str {
        match decoder {
            Decoder::Auto => self.decoder_auto(),
            Decoder::Json => "JSON",
            Decoder::Bson => "BSON",
            Decoder::Text => self.text_word(),
            Decoder::Hex => self.hex_word(),
            Decoder::Base64 => "Base64",
        }
    }

    /// Which decoder did not fit, and why.
    pub(crate) fn refusal(self, refusal: Refusal) -> String {
        let reason = match refusal.reason {
            RefusalReason::NotUtf8(at) => self.not_utf8(&at),
            RefusalReason::ControlCharacters => self.control_characters().to_owned(),
            RefusalReason::NotJson(line, column) => self.not_json(&line, &column),
            RefusalReason::NotBson => self.not_bson().to_owned(),
            RefusalReason::Incomplete => self.incomplete().to_owned(),
        };
        self.did_not_fit(&self.decoder(refusal.decoder), &reason)
    }
}
