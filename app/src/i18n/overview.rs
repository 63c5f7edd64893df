//! Words of a connector's overview and configuration.

use super::Language;

messages! {
    tab_overview => "Overview", "개요";
    tab_config => "Configuration", "설정";
    tabs_of(name) => "Views of {name}", "{name} 보기";
    fact_rate => "Records per second", "초당 레코드";
    fact_bytes => "Bytes per second", "초당 바이트";
    fact_lag => "Lag", "지연";
    fact_last_event => "Last change", "마지막 변경";
    fact_total => "Records written", "기록한 레코드";
    fact_headroom => "Safe to pause", "멈춰도 안전한 시간";
    headroom_about(time) => "about {time}", "약 {time}";
    fact_source => "Source", "소스";
    fact_topics => "Topics", "토픽";
    version_number(number) => "Version {number}", "버전 {number}";
    no_rate_yet => "no change yet", "아직 변경 없음";
    caught_up => "up to date", "최신";
    no_topics_yet => "None has received a record yet.", "아직 레코드를 받은 토픽이 없습니다.";

    copy_title => "Copy of what exists", "기존 데이터 복사";
    copy_collection => "Collection", "컬렉션";
    copy_progress => "Progress", "진행";
    copy_documents => "Documents", "문서";
    copy_rate => "Documents/s", "초당 문서";
    copy_left => "Time left", "남은 시간";
    copy_done => "done", "완료";
    copy_of(copied, total) => "{copied} of about {total}", "약 {total} 중 {copied}";
    copy_progress_label(namespace) => "Progress of {namespace}", "{namespace} 진행률";

    tasks_title => "Tasks", "태스크";
    task_number(number) => "Task {number}", "태스크 {number}";
    task_on(worker) => "on {worker}", "{worker}에서 실행";
    task_waiting => "waits for a worker", "작업자 대기 중";
    task_starting => "is starting", "시작하는 중";
    task_copying => "copies what exists", "기존 데이터 복사 중";
    task_streaming => "follows changes", "변경을 따라가는 중";
    task_draining => "finishes what is under way", "진행 중인 것을 마무리하는 중";
    task_retrying => "tries again", "다시 시도하는 중";
    task_failed => "has failed", "실패";
    task_ended => "has ended", "끝남";
    no_tasks => "No task exists now.", "지금은 태스크가 없습니다.";
    trace_show => "What the task said", "태스크가 남긴 말";

    event_created => "The connector was created", "커넥터를 만들었습니다";
    event_config_changed(version) => "Configuration version {version} was saved", "설정 버전 {version}을(를) 저장했습니다";
    event_paused => "Pause was asked for", "일시 중지를 요청했습니다";
    event_resumed => "Running was asked for", "실행을 요청했습니다";
    event_stopped => "Stop was asked for", "중지를 요청했습니다";
    event_restart => "A restart was asked for", "재시작을 요청했습니다";
    event_offsets_altered => "The position was set by hand", "위치를 직접 지정했습니다";
    event_offsets_reset => "The position was forgotten", "위치를 초기화했습니다";
    event_topics_reset => "The list of topics was emptied", "토픽 목록을 비웠습니다";
    event_deleted => "The connector was deleted", "커넥터를 삭제했습니다";
    event_assigned(worker) => "Worker {worker} took the task", "작업자 {worker}에서 태스크를 맡았습니다";
    event_copy_started => "The copy began", "복사를 시작했습니다";
    event_copy_finished(count) => "The copy ended: {count} documents", "복사를 마쳤습니다: 문서 {count}건";
    event_stream_opened => "The change stream is open", "변경 스트림이 열렸습니다";
    event_retrying => "It failed and tries again", "실패해서 다시 시도합니다";
    event_recovered(attempts) => "It runs again after {attempts} attempts", "{attempts}번 시도한 끝에 다시 실행됩니다";
    event_failed => "It failed and needs you", "실패했고 조치가 필요합니다";
    event_ended(worker) => "The task ended on worker {worker}", "작업자 {worker}에서 태스크가 끝났습니다";
    notice_property_unknown(name) => "There is no property {name}: it has no effect", "{name} 속성은 없는 속성이라 효과가 없습니다";
    notice_writes_like(name) => "Connector {name} writes the same records to the same topics", "{name} 커넥터가 같은 토픽에 같은 레코드를 씁니다";
    notice_collection_gone(namespace) => "{namespace} was dropped while it was being copied", "{namespace} 컬렉션이 복사 중에 삭제되었습니다";
    notice_copy_starts_over(namespace) => "The copy of {namespace} starts over: a stage does not keep the place",
        "{namespace} 복사를 처음부터 다시 합니다. 파이프라인 단계 때문에 중간부터 이어갈 수 없습니다";
    notice_copy_skipped(namespace) => "{namespace} is not copied: it cannot be followed either", "{namespace} 컬렉션은 변경을 따라갈 수 없어 복사하지 않습니다";
    notice_copy_not_interleaved => "Everything is copied before the changes: a stage hides which document an event concerns",
        "변경보다 먼저 전부 복사합니다. 파이프라인 단계 때문에 이벤트가 어느 문서의 것인지 알 수 없습니다";
    notice_copy_without_watermark => "The server tells no time: a copied document may be newer than the changes behind it",
        "서버가 시각을 알려 주지 않아, 복사된 문서가 뒤따르는 변경보다 새것일 수 있습니다";
    notice_copy_replanned => "What is copied was edited: everything is copied again", "복사 대상을 바꿔서 전부 다시 복사합니다";
    notice_copy_abandoned => "The copy was left unfinished, as the configuration now says", "바뀐 설정에 따라 복사를 끝내지 않고 그만두었습니다";
    notice_position_replaced => "It begins afresh: the configuration names another source partition",
        "설정의 원본 파티션이 바뀌어 처음부터 시작합니다";
    notice_resumed_by_time => "The pipeline was edited: it goes on at the time of the last position",
        "파이프라인이 바뀌어 마지막 위치의 시각부터 이어갑니다";
    notice_resumed_after_loss => "The position was lost: it goes on at the position's time, and nothing is missing",
        "읽던 위치를 잃어 그 시각부터 이어갑니다. 빠진 변경은 없습니다";
    notice_copies_after_loss => "The position was lost: everything is copied again", "읽던 위치를 잃어 전부 다시 복사합니다";
    notice_changes_skipped => "The position was lost: changes of this time are missing in Kafka",
        "읽던 위치를 잃었습니다. 다음 시간의 변경은 Kafka에 없습니다";
    notice_watching_collection_only => "It may not watch the whole database, so it watches the collection alone",
        "데이터베이스 전체를 지켜볼 권한이 없어 컬렉션만 지켜봅니다";
    notice_store_away => "Postgres does not answer; records flow on for a while", "Postgres가 응답하지 않지만 레코드는 당분간 계속 흐릅니다";
    notice_store_back => "Postgres answers again", "Postgres가 다시 응답합니다";
    notice_sink_away => "Kafka does not answer; records wait", "Kafka가 응답하지 않아 레코드가 기다립니다";
    notice_sink_back => "Kafka answers again", "Kafka가 다시 응답합니다";
    notice_records_set_aside(topic) => "Records at fault went to the dead letter topic {topic}",
        "문제가 있는 레코드를 데드 레터 토픽 {topic}에 남겼습니다";
    notice_records_skipped => "Records at fault were skipped, as errors.tolerance allows",
        "errors.tolerance 설정에 따라 문제가 있는 레코드를 건너뛰었습니다";
    event_by(actor) => "by {actor}", "{actor}";

    events_title => "What happened", "있었던 일";
    no_events => "Nothing has happened yet.", "아직 아무 일도 없었습니다.";

    pending_running => "Asked to run", "실행을 요청함";
    pending_paused => "Asked to pause", "일시 중지를 요청함";
    pending_stopped => "Asked to stop", "중지를 요청함";
    pending_restarted => "Asked to restart", "재시작을 요청함";
    pending_since(time) => "{time} ago, not seen yet", "{time} 전 요청, 아직 반영되지 않음";
    creating => "Creating…", "만드는 중…";
    creating_text => "The connector is accepted. This ends when it is seen running, or says why not.",
        "커넥터를 접수했습니다. 실행이 확인되거나 실행되지 않는 이유를 알 때까지 표시됩니다.";
    created_running => "Running: the change stream is open.", "실행 중입니다. 변경 스트림이 열렸습니다.";
    created_copying => "Running: the copy has begun.", "실행 중입니다. 복사를 시작했습니다.";
    created_failed => "It was created, but it does not run yet.", "만들었지만 아직 실행되지 않습니다.";

    trouble_remedy => "What to do", "해결 방법";
    trouble_words => "What was being done", "하던 일";
    rate_lately => "Records per second, lately", "최근 초당 레코드";

    config_read_only => "This is what the connector runs with. Secrets are never shown.",
        "커넥터가 지금 쓰는 설정입니다. 비밀 값은 표시하지 않습니다.";
    config_saved(time) => "Saved {time}", "{time}에 저장됨";
    config_property => "Property", "속성";
    config_value => "Value", "값";
    config_default => "Default", "기본값";
    config_as_text => "As text", "텍스트로 보기";
    text_properties => "Properties", "Properties";
    text_json => "REST JSON", "REST JSON";
    text_yaml => "Strimzi YAML", "Strimzi YAML";
    secret_note => "Secrets are left out: put your own reference in their place.",
        "비밀 값은 빠져 있습니다. 그 자리에 직접 참조를 넣으세요.";
    unknown_property => "not known: kept, without effect", "알 수 없는 속성: 보관하지만 효과 없음";
    closest_property(name) => "did you mean {name}?", "혹시 {name}인가요?";
}

impl Language {
    /// What a task does, by the server's word for its state; a word this build does not know is shown as it is.
    pub(crate) fn task_state(self, state: &str) -> String {
        match state {
            "" => self.task_waiting(),
            "starting" => self.task_starting(),
            "copying" => self.task_copying(),
            "streaming" => self.task_streaming(),
            "draining" => self.task_draining(),
            "retrying" => self.task_retrying(),
            "failed" => self.task_failed(),
            "ended" => self.task_ended(),
            other => other,
        }
        .to_owned()
    }
}
