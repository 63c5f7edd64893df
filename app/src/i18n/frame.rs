//! Words of the frame around every page, of notices and of errors.

messages! {
    brand => "Naru", "나루";
    skip_to_content => "Skip to content", "본문으로 건너뛰기";
    navigation => "Main", "주 메뉴";
    nav_connectors => "Connectors", "커넥터";
    nav_topics => "Topics", "토픽";
    language_switch => "Language", "언어";
    theme_switch => "Theme", "테마";
    theme_system => "System", "시스템";
    theme_light => "Light", "밝게";
    theme_dark => "Dark", "어둡게";
    zone_switch => "Time zone", "시간대";
    zone_utc => "UTC", "UTC";
    zone_seoul => "Seoul", "서울";
    display => "Display", "화면 설정";
    apply => "Apply", "적용";
    page_title(page) => "{page} · Naru", "{page} · 나루";

    loading => "Loading…", "불러오는 중…";
    cancel => "Cancel", "취소";
    copy => "Copy", "복사";
    copied => "Copied", "복사됨";
    search => "Search", "검색";
    clear => "Clear", "지우기";
    show => "Show", "보기";
    previous_page => "Previous", "이전";
    next_page => "Next", "다음";
    page_of(page, count) => "Page {page} of {count}", "{count}쪽 중 {page}쪽";
    pages => "Pages", "쪽";
    none => "none", "없음";
    secret_hidden => "hidden", "숨김";

    error_not_found_title => "Not here", "여기에 없습니다";
    error_not_found_text => "It does not exist, or it has been deleted.", "존재하지 않거나 삭제되었습니다.";
    error_conflict_title => "Somebody was first", "다른 변경이 먼저 있었습니다";
    error_conflict_text => "It has changed, or the name is taken. Reload and look again.",
        "그 사이에 바뀌었거나 이미 쓰이는 이름입니다. 새로고침하고 다시 확인하세요.";
    error_invalid_title => "Not valid", "올바르지 않습니다";
    error_invalid_text => "The configuration has errors. They are listed beside the fields.",
        "설정에 오류가 있습니다. 각 항목 옆에 표시했습니다.";
    error_forbidden_title => "Not allowed", "권한이 없습니다";
    error_forbidden_text => "You may not do this.", "이 작업을 할 권한이 없습니다.";
    error_postgres_title => "Postgres is away", "Postgres에 연결할 수 없습니다";
    error_postgres_text => "Naru keeps its settings there. Connectors that run go on; this page needs it back.",
        "나루의 설정이 그곳에 있습니다. 실행 중인 커넥터는 계속 동작하지만 이 화면에는 Postgres가 필요합니다.";
    error_mongodb_title => "MongoDB did not answer", "MongoDB가 응답하지 않습니다";
    error_mongodb_text => "Check the connection in step 1, then try again.", "1단계에서 연결을 확인한 뒤 다시 시도하세요.";
    error_kafka_title => "Kafka did not answer", "Kafka가 응답하지 않습니다";
    error_kafka_text => "Check that Kafka is up and reachable from this server, then try again.",
        "Kafka가 실행 중이고 이 서버에서 접근할 수 있는지 확인한 뒤 다시 시도하세요.";
    error_network_title => "No answer from the server", "서버가 응답하지 않습니다";
    error_network_text => "The connection was lost. Nothing is known about whether it was done: reload and look.",
        "연결이 끊어졌습니다. 처리되었는지 알 수 없으니 새로고침하고 확인하세요.";
    error_outdated_title => "This page is older than the server", "이 화면이 서버보다 오래되었습니다";
    error_outdated_text => "Naru has been updated. Reload the page.", "나루가 업데이트되었습니다. 새로고침하세요.";
    error_internal_title => "A fault in Naru", "나루 내부 오류입니다";
    error_internal_text => "It has been logged.", "로그에 기록되었습니다.";
    error_request_id(id) => "Request {id}", "요청 번호 {id}";
    back_to_connectors => "All connectors", "커넥터 목록";
}
