//! Words of the wizard.

messages! {
    wizard_steps => "Steps", "단계";
    step_mongodb => "MongoDB", "MongoDB";
    step_what => "What", "대상";
    step_when => "From when", "시작 시점";
    step_kafka => "Into Kafka", "Kafka 출력";
    step_review => "Review", "검토";
    step_has_problems => "has problems", "문제 있음";
    next => "Next", "다음";
    back => "Back", "이전";
    saving => "Saving…", "저장하는 중…";
    draft_conflict_title => "This draft was changed in another window.", "다른 창에서 이 초안을 바꿨습니다.";
    draft_conflict_text => "Nothing was overwritten, and what you have just entered here is not saved.",
        "덮어쓴 것은 없고, 방금 여기에 입력한 내용은 저장되지 않았습니다.";
    show_newest_draft => "Show the newest", "최신 내용 보기";

    source_title => "Where is MongoDB?", "MongoDB는 어디에 있나요?";
    source_lead => "Paste what you have: a connection string, or a line of an .env file.",
        "가지고 있는 것을 붙여 넣으세요. 연결 문자열이나 .env 파일의 한 줄도 괜찮습니다.";
    uri_label => "Connection string", "연결 문자열";
    uri_hint => "mongodb:// or mongodb+srv://. A password in it moves to the field below.",
        "mongodb:// 또는 mongodb+srv://로 시작합니다. 비밀번호가 있으면 아래 칸으로 옮깁니다.";
    password_label => "Password", "비밀번호";
    password_hint => "Goes to the server and never comes back.", "서버로만 보내고 다시 표시하지 않습니다.";
    password_kept => "One is kept. Leave this empty to keep it.", "저장된 비밀번호가 있습니다. 그대로 두려면 비워 두세요.";
    password_remove => "Forget the kept password", "저장된 비밀번호 지우기";
    uri_fault_at(position, reason) => "At character {position}: {reason}", "{position}번째 문자: {reason}";
    uri_fault_empty => "nothing is here yet", "아직 입력하지 않았습니다";
    uri_fault_scheme => "it has to begin with mongodb:// or mongodb+srv://", "mongodb:// 또는 mongodb+srv://로 시작해야 합니다";
    uri_fault_no_host => "a host is missing", "호스트가 없습니다";
    uri_fault_empty_host => "a host is empty", "비어 있는 호스트가 있습니다";
    uri_fault_port => "a port is a number from 1 to 65535", "포트는 1에서 65535 사이의 숫자입니다";
    uri_fault_srv => "mongodb+srv:// takes one host and no port", "mongodb+srv://에는 호스트 하나만, 포트 없이 적습니다";
    uri_fault_percent => "% needs two hexadecimal digits behind it; a plain % is written %25",
        "% 뒤에는 16진수 두 자리가 와야 합니다. % 자체는 %25로 적습니다";
    uri_fault_space => "white space", "공백이 있습니다";
    uri_fault_option => "an option needs =", "옵션에 =가 필요합니다";
    uri_fault_no_user => "a password without a user name", "사용자 이름 없이 비밀번호만 있습니다";

    paste_title => "I have a configuration already", "이미 설정이 있습니다";
    paste_label => "Configuration", "설정";
    paste_hint => "Properties, the JSON of Kafka Connect, or a Strimzi KafkaConnector in YAML.",
        "Properties, Kafka Connect JSON, Strimzi KafkaConnector YAML 모두 됩니다.";
    paste_read => "Read it", "읽어 오기";
    unreadable(reason) => "It could not be read: {reason}", "읽을 수 없습니다: {reason}";
    unreadable_line(line, reason) => "It could not be read. Line {line}: {reason}", "읽을 수 없습니다. {line}번째 줄: {reason}";
    notes_title => "Not taken over as it stood", "그대로 가져오지 못한 것";

    check_connection => "Check connection", "연결 확인";
    checks_title => "Checks", "확인 항목";
    checks_running => "Checking…", "확인하는 중…";
    checks_all_passed(count) => "All {count} checks passed", "{count}개 항목을 모두 통과했습니다";
    checks_warned(count) => "Passed, with {count} to look at", "통과했지만 살펴볼 항목이 {count}개 있습니다";
    checks_failed(count) => "{count} failed", "{count}개 항목이 실패했습니다";

    scope_title => "What shall be moved?", "무엇을 옮길까요?";
    scope_lead => "A whole database, or some of its collections.", "데이터베이스 전체 또는 컬렉션 일부를 고릅니다.";
    databases => "Databases", "데이터베이스";
    search_databases => "Search databases and collections", "데이터베이스와 컬렉션 검색";
    collections_of(database) => "Collections of {database}", "{database}의 컬렉션";
    collections_hint => "Tick none to take all, also those that are made later.",
        "아무것도 고르지 않으면 나중에 생기는 것까지 전부 옮깁니다.";
    show_collections => "Show collections", "컬렉션 보기";
    no_databases => "This user sees no database.", "이 사용자가 볼 수 있는 데이터베이스가 없습니다.";
    no_collections => "No collection yet. What is made later is taken too.", "아직 컬렉션이 없습니다. 나중에 생기면 함께 옮깁니다.";
    documents_about(count) => "about {count} documents", "문서 약 {count}건";
    documents_unknown => "not counted", "세지 못함";
    own_pipeline => "The configuration has a pipeline of its own, which stays as it is. Beside it, all collections can be chosen or one; choose several in the pipeline itself.",
        "설정에 있는 pipeline은 그대로 둡니다. 그래서 여기서는 전체 또는 하나만 고를 수 있습니다. 여러 개를 고르려면 pipeline에서 고르세요.";
    own_pipeline_refused => "Several collections were not taken over: choose them in the pipeline of the configuration.",
        "여러 컬렉션은 반영하지 않았습니다. 설정의 pipeline에서 고르세요.";
    all_collections => "All collections, also those that are made later", "나중에 생기는 것까지 모든 컬렉션";
    source_obstacle(reason) => "MongoDB could not be asked: {reason}", "MongoDB에 물어볼 수 없습니다: {reason}";

    start_title => "From which moment?", "언제부터 옮길까요?";
    start_copy => "Copy what exists, then follow changes", "기존 데이터를 복사한 뒤 변경을 이어서 전달";
    start_copy_hint => "No change is missed in between.", "그 사이의 변경도 빠뜨리지 않습니다.";
    start_latest => "Only new changes", "새 변경만";
    start_latest_hint => "What exists now is left out.", "지금 있는 데이터는 옮기지 않습니다.";
    start_time => "Changes from a moment in time", "특정 시점 이후의 변경";
    start_time_hint => "As far back as MongoDB's oplog reaches.", "MongoDB oplog에 남아 있는 범위까지 가능합니다.";
    start_at => "Moment", "시점";
    start_at_hint => "In UTC, like 2026-11-24T14:03:00Z, or seconds since 1970.",
        "UTC로 2026-11-24T14:03:00Z처럼 적거나 1970년 이후 초를 적습니다.";
    start_at_zone_hint(zone) => "Date and time in {zone}. The zone is chosen under Display.",
        "{zone} 기준 날짜와 시각입니다. 시간대는 화면 설정에서 바꿉니다.";
    estimate_documents(documents, size) => "About {documents} documents, {size} in MongoDB.", "MongoDB에 문서 약 {documents}건, {size}.";
    estimate_more(documents, size) => "More than {documents} documents and {size}: some collections could not be counted in a moment.",
        "문서 {documents}건, {size} 이상. 바로 셀 수 없는 컬렉션이 있습니다.";
    estimate_empty => "There is nothing to copy yet.", "아직 복사할 문서가 없습니다.";
    estimate_unknown => "How much there is to copy could not be counted.", "복사할 양을 셀 수 없었습니다.";
    estimate_moment => "The copy takes a few seconds.", "복사는 몇 초면 끝납니다.";
    estimate_range(least, most) => "The copy takes {least} to {most}.", "복사에 {least}에서 {most} 걸립니다.";
    estimate_basis(slow, fast) => "Reckoned with {slow} to {fast} documents a second; network, MongoDB and Kafka decide which.",
        "초당 문서 {slow}~{fast}건으로 계산했습니다. 실제 속도는 네트워크와 MongoDB, Kafka에 달려 있습니다.";

    target_title => "How shall it look in Kafka?", "Kafka에서는 어떤 모습일까요?";
    target_prefix => "Topic prefix", "토픽 접두사";
    target_prefix_hint => "Topics are called prefix.database.collection.", "토픽 이름은 접두사.데이터베이스.컬렉션입니다.";
    target_suffix => "Topic suffix", "토픽 접미사";
    target_separator => "Separator", "구분자";
    target_map => "Namespace map", "네임스페이스 매핑";
    target_map_hint => "JSON, like {\"jee.patients\": \"patients\"}", "JSON으로 {\"jee.patients\": \"patients\"}처럼 적습니다";
    target_value => "Value", "값";
    shape_document => "The document", "문서";
    shape_document_hint => "A delete becomes a tombstone.", "삭제는 툼스톤이 됩니다.";
    shape_event => "The whole change event", "변경 이벤트 전체";
    shape_event_hint => "With the kind of change, times and the resume token.", "변경 종류, 시각, 재개 토큰까지 들어갑니다.";
    target_format => "Format", "형식";
    format_simplified => "Plain JSON", "일반 JSON";
    format_extended => "Extended JSON (every type exact)", "확장 JSON (모든 타입 보존)";
    format_legacy => "Legacy extended JSON (the official default)", "구형 확장 JSON (공식 기본값)";
    format_bson => "BSON", "BSON";
    target_key => "Key", "키";
    key_document => "The document's _id", "문서의 _id";
    key_token => "The resume token", "재개 토큰";
    target_more => "More about topics", "토픽 추가 설정";
    target_partitions => "Partitions of new topics", "새 토픽의 파티션 수";
    target_replication => "Replication of new topics", "새 토픽의 복제 수";
    broker_default_hint => "Empty: as the brokers do by default.", "비워 두면 브로커 기본값을 씁니다.";

    outcome_title => "What comes out", "나올 결과";
    outcome_lead => "Made from sampled documents. Nothing is written.", "표본 문서로 만들었습니다. 아무것도 쓰지 않습니다.";
    outcome_show => "Show what comes out", "결과 보기";
    outcome_event => "Event", "이벤트";
    outcome_topic => "Topic", "토픽";
    outcome_key => "Key", "키";
    outcome_value => "Value", "값";
    outcome_size => "Size", "크기";
    origin_document => "a document", "문서";
    origin_update => "an update", "수정";
    origin_delete => "a delete", "삭제";
    outcome_tombstone => "tombstone (no value)", "툼스톤 (값 없음)";
    outcome_no_topic => "no record: no topic", "레코드 없음: 토픽이 없습니다";
    outcome_no_document => "no record: no document", "레코드 없음: 문서가 없습니다";
    outcome_nothing => "There is no document to show yet.", "아직 보여 줄 문서가 없습니다.";
    outcome_invalid(text) => "It cannot be shown: {text}", "보여 줄 수 없습니다: {text}";
    topic_exists => "exists", "있음";
    topic_new => "new", "새로 만듦";
    topic_partitions(count) => "partitions: {count}", "파티션 {count}개";

    review_title => "Is this right?", "이대로 만들까요?";
    review_name => "Name", "이름";
    review_changes => "What differs from the defaults", "기본값과 다른 것";
    review_nothing => "Nothing differs.", "다른 것이 없습니다.";
    review_problems => "To be mended first", "먼저 고칠 것";
    review_warnings => "Worth a look", "확인해 볼 것";
    review_happens => "Create makes the connector, and the missing topics, and starts it at once.",
        "만들기를 누르면 커넥터와 필요한 토픽을 만들고 바로 시작합니다.";
    create => "Create", "만들기";
    edit_text => "Edit as text", "텍스트로 고치기";
    edit_text_hint => "Properties, JSON or YAML. What reads [hidden] stays as it is.",
        "Properties, JSON, YAML 모두 됩니다. [hidden]은 저장된 값을 그대로 씁니다.";
    save_text => "Take it over", "적용";
}
