//! Words of the connector list, of verdicts and of actions.

messages! {
    new_connector => "New connector", "커넥터 만들기";
    search_connectors => "Search by name", "이름으로 검색";
    filter_state => "State", "상태";
    group_all => "All", "전체";
    group_running => "Running", "실행 중";
    group_attention => "Needs attention", "확인 필요";
    group_paused => "Paused", "일시 중지";
    group_stopped => "Stopped", "중지";
    column_name => "Name", "이름";
    column_verdict => "Health", "상태";
    column_source => "Source", "소스";
    column_rate => "Records/s", "초당 레코드";
    column_lag => "Lag", "지연";
    column_last_event => "Last change", "마지막 변경";
    column_total => "Records", "레코드";
    whole_deployment => "whole deployment", "전체 데이터베이스";
    no_connectors_title => "No connector yet", "아직 커넥터가 없습니다";
    no_connectors_text => "Five steps: paste a connection string, choose a database, look at what will come out, press Create.",
        "연결 문자열을 붙여 넣고, 데이터베이스를 고르고, 나올 결과를 확인한 뒤 만들기를 누르면 됩니다.";
    no_match_title => "Nothing matches", "조건에 맞는 커넥터가 없습니다";
    no_match_text => "No connector has this name and state.", "이 이름과 상태를 가진 커넥터가 없습니다.";
    show_all => "Show all", "전체 보기";

    verdict_waiting => "Waiting for a worker", "작업자 대기 중";
    verdict_starting => "Starting", "시작하는 중";
    verdict_healthy => "Healthy", "정상";
    verdict_copying => "Copying", "복사 중";
    verdict_copying_percent(percent) => "Copying {percent} %", "복사 중 {percent}%";
    verdict_behind(lag) => "Behind {lag}", "{lag} 지연";
    verdict_retrying => "Retrying", "다시 시도하는 중";
    verdict_retrying_in(attempt, seconds) => "Retrying (try {attempt} in {seconds} s)", "다시 시도하는 중 ({seconds}초 뒤 {attempt}번째)";
    verdict_needs_you(reason) => "Needs you: {reason}", "조치 필요: {reason}";
    verdict_gap => "Gap: changes are missing", "누락 발생: 변경 일부를 읽을 수 없음";
    verdict_paused => "Paused", "일시 중지";
    verdict_stopped => "Stopped", "중지";
    time_left(time) => "{time} left", "{time} 남음";

    action_pause => "Pause", "일시 중지";
    action_resume => "Resume", "다시 시작";
    action_stop => "Stop", "중지";
    action_restart => "Restart", "재시작";
    action_delete => "Delete", "삭제";
    pause_question(name) => "Pause {name}?", "{name} 커넥터를 일시 중지할까요?";
    pause_consequence => "Nothing is read until you resume. The place in the stream is kept.",
        "다시 시작할 때까지 아무것도 읽지 않습니다. 읽던 위치는 보존됩니다.";
    pause_headroom(time) => "It is safe to pause for about {time}; after that MongoDB forgets the changes and a full copy is needed.",
        "약 {time} 동안은 안전합니다. 그 뒤에는 MongoDB가 변경 기록을 지우므로 전체 복사가 필요합니다.";
    pause_headroom_unknown => "How long MongoDB keeps the changes could not be read: do not pause for longer than you know is safe.",
        "MongoDB가 변경 기록을 얼마나 보관하는지 알 수 없습니다. 안전하다고 확인된 시간보다 오래 멈추지 마세요.";
    stop_question(name) => "Stop {name}?", "{name} 커넥터를 중지할까요?";
    stop_consequence => "Its tasks end and free their connections. The place in the stream is kept.",
        "작업이 끝나고 연결을 놓습니다. 읽던 위치는 보존됩니다.";
    delete_question(name) => "Delete {name}?", "{name} 커넥터를 삭제할까요?";
    delete_consequence => "The connector, its configuration and its place in the stream are removed. Topics and their records stay.",
        "커넥터와 설정, 읽던 위치가 삭제됩니다. 토픽과 레코드는 그대로 남습니다.";
    restart_question(name) => "Restart {name}?", "{name} 커넥터를 재시작할까요?";
    restart_consequence => "Its task ends and starts again from the last committed place.",
        "작업이 끝나고 마지막으로 기록된 위치에서 다시 시작합니다.";
    resume_question(name) => "Resume {name}?", "{name} 커넥터를 다시 시작할까요?";
    resume_consequence => "It goes on from where it was.", "멈춘 곳부터 이어서 읽습니다.";

    done_deleted(name) => "{name} is deleted.", "{name} 커넥터를 삭제했습니다.";
    working => "Working…", "처리하는 중…";
}
