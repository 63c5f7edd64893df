//! Words for stable codes: what went wrong, and what to do about it. Unknown codes fall back to the server's own words.

use super::Language;

messages! {
    trouble_config => "the configuration cannot work", "설정으로는 동작할 수 없음";
    trouble_source_away => "MongoDB cannot be reached", "MongoDB에 연결할 수 없음";
    trouble_source_sign_in => "MongoDB refused sign-in", "MongoDB 로그인이 거부됨";
    trouble_source_rights => "rights are missing in MongoDB", "MongoDB 권한이 부족함";
    trouble_source_standalone => "MongoDB has no change streams", "MongoDB에서 변경 스트림을 쓸 수 없음";
    trouble_position => "the position has left the oplog", "읽던 위치가 oplog에서 사라짐";
    trouble_event_size => "a change is larger than 16 MB", "16 MB보다 큰 변경이 있음";
    trouble_source_refused => "MongoDB refused the request", "MongoDB가 요청을 거부함";
    trouble_reference => "a referenced value is not available", "참조한 값을 가져올 수 없음";
    trouble_structure => "something that is watched was dropped or renamed", "감시하던 대상이 삭제되거나 이름이 바뀜";
    trouble_sink_away => "Kafka cannot be reached", "Kafka에 연결할 수 없음";
    trouble_sink_rights => "rights are missing in Kafka", "Kafka 권한이 부족함";
    trouble_record_size => "a record is too large for the topic", "토픽 한도보다 큰 레코드가 있음";
    trouble_topic => "the topic cannot be used", "토픽을 쓸 수 없음";
    trouble_sink_refused => "Kafka refused the record", "Kafka가 레코드를 거부함";
    trouble_conversion => "a document could not be converted", "문서를 변환할 수 없음";
    trouble_store_away => "Postgres cannot be reached", "Postgres에 연결할 수 없음";
    trouble_lease => "another replica runs it", "다른 복제본이 실행 중";
    trouble_internal => "a fault in Naru", "나루 내부 오류";

    remedy_config => "Correct the property that the message names.", "메시지가 가리키는 속성을 고치세요.";
    remedy_source_away => "Check that MongoDB is up and reachable from this server. Naru keeps trying.",
        "MongoDB가 실행 중이고 이 서버에서 접근할 수 있는지 확인하세요. 나루는 계속 시도합니다.";
    remedy_source_sign_in => "Correct the user name, password or authSource in connection.uri.",
        "connection.uri의 사용자 이름, 비밀번호, authSource를 고치세요.";
    remedy_source_rights => "Grant the user the find and changeStream actions on what is watched.",
        "감시할 대상에 대한 find와 changeStream 권한을 사용자에게 주세요.";
    remedy_source_standalone => "Make the server a replica set: a standalone MongoDB has no change streams.",
        "서버를 레플리카 세트로 구성하세요. 단독 서버에는 변경 스트림이 없습니다.";
    remedy_position => "Decide between copying again and going on from now. The old position is kept until you do.",
        "다시 복사할지 지금부터 이어갈지 결정하세요. 결정할 때까지 이전 위치는 보존됩니다.";
    remedy_event_size => "Upgrade MongoDB to 6.0.9 or newer, shrink the event with pipeline, or set errors.tolerance to all to skip it.",
        "MongoDB를 6.0.9 이상으로 올리거나, pipeline으로 이벤트를 줄이거나, errors.tolerance를 all로 두어 건너뛰세요.";
    remedy_structure => "Look at what was dropped or renamed. Restart the task, and it goes on behind it.",
        "무엇이 삭제되거나 바뀌었는지 확인하세요. 태스크를 다시 시작하면 그 뒤부터 이어갑니다.";
    remedy_source_refused => "Read the server's words below.", "아래 서버의 말을 확인하세요.";
    remedy_reference => "Make the file or variable available to every server, and permit it with NARU_CONFIG_PROVIDER_*.",
        "파일이나 변수를 모든 서버에 두고 NARU_CONFIG_PROVIDER_*로 허용하세요.";
    remedy_sink_away => "Check that Kafka is up and reachable from this server. Naru keeps trying.",
        "Kafka가 실행 중이고 이 서버에서 접근할 수 있는지 확인하세요. 나루는 계속 시도합니다.";
    remedy_sink_rights => "Grant the Kafka principal Write and Describe, and Create, on the topics.",
        "토픽에 대한 Write, Describe, Create 권한을 Kafka 사용자에게 주세요.";
    remedy_record_size => "Raise the topic's max.message.bytes, or set errors.tolerance to all to skip such records.",
        "토픽의 max.message.bytes를 올리거나 errors.tolerance를 all로 두어 건너뛰세요.";
    remedy_topic => "Create the topic, allow its creation, or change how topics are named.",
        "토픽을 만들거나, 생성을 허용하거나, 토픽 이름 규칙을 바꾸세요.";
    remedy_sink_refused => "Read the broker's words below.", "아래 브로커의 말을 확인하세요.";
    remedy_conversion => "Change the output format, or set errors.tolerance to all to skip such documents.",
        "출력 형식을 바꾸거나 errors.tolerance를 all로 두어 건너뛰세요.";
    remedy_store_away => "Check that Postgres is up and reachable. Naru keeps trying.",
        "Postgres가 실행 중이고 접근할 수 있는지 확인하세요. 나루는 계속 시도합니다.";
    remedy_lease => "Nothing to do.", "할 일이 없습니다.";
    remedy_internal => "Report it with the text below.", "아래 내용을 첨부해 알려 주세요.";
}

impl Language {
    /// What a code means, in a few words; `None` for a code this build does not know.
    pub(crate) fn trouble(self, code: &str) -> Option<&'static str> {
        Some(match code {
            "NARU-1001" => self.trouble_config(),
            "NARU-1002" => self.trouble_source_away(),
            "NARU-1003" => self.trouble_source_sign_in(),
            "NARU-1004" => self.trouble_source_rights(),
            "NARU-1005" => self.trouble_source_standalone(),
            "NARU-1006" => self.trouble_position(),
            "NARU-1007" => self.trouble_event_size(),
            "NARU-1008" => self.trouble_source_refused(),
            "NARU-1009" => self.trouble_reference(),
            "NARU-1010" => self.trouble_structure(),
            "NARU-2001" => self.trouble_sink_away(),
            "NARU-2002" => self.trouble_sink_rights(),
            "NARU-2003" => self.trouble_record_size(),
            "NARU-2004" => self.trouble_topic(),
            "NARU-2005" => self.trouble_sink_refused(),
            "NARU-3001" => self.trouble_conversion(),
            "NARU-4001" => self.trouble_store_away(),
            "NARU-4002" => self.trouble_lease(),
            "NARU-9001" => self.trouble_internal(),
            _ => return None,
        })
    }

    /// What to do about a code; `None` for a code this build does not know.
    pub(crate) fn remedy(self, code: &str) -> Option<&'static str> {
        Some(match code {
            "NARU-1001" => self.remedy_config(),
            "NARU-1002" => self.remedy_source_away(),
            "NARU-1003" => self.remedy_source_sign_in(),
            "NARU-1004" => self.remedy_source_rights(),
            "NARU-1005" => self.remedy_source_standalone(),
            "NARU-1006" => self.remedy_position(),
            "NARU-1007" => self.remedy_event_size(),
            "NARU-1008" => self.remedy_source_refused(),
            "NARU-1009" => self.remedy_reference(),
            "NARU-1010" => self.remedy_structure(),
            "NARU-2001" => self.remedy_sink_away(),
            "NARU-2002" => self.remedy_sink_rights(),
            "NARU-2003" => self.remedy_record_size(),
            "NARU-2004" => self.remedy_topic(),
            "NARU-2005" => self.remedy_sink_refused(),
            "NARU-3001" => self.remedy_conversion(),
            "NARU-4001" => self.remedy_store_away(),
            "NARU-4002" => self.remedy_lease(),
            "NARU-9001" => self.remedy_internal(),
            _ => return None,
        })
    }
}
