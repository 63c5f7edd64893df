//! Words of the checks: their names, what they found, and what to do. Words that this build does not know are shown as they are.

use super::Language;

messages! {
    check_passed => "passed", "통과";
    check_warned => "look at this", "확인 필요";
    check_failed => "failed", "실패";
    check_skipped => "not tried", "건너뜀";
    check_todo => "What to do", "해결 방법";
}

/// A word of the server in both languages.
struct Word {
    code: &'static str,
    english: &'static str,
    korean: &'static str,
}

const fn word(code: &'static str, english: &'static str, korean: &'static str) -> Word {
    Word { code, english, korean }
}

impl Language {
    /// A check's name.
    pub(crate) fn check_name(self, code: &str) -> String {
        self.say(NAMES, code)
    }

    /// What a check found.
    pub(crate) fn check_reason(self, code: &str) -> String {
        self.say(REASONS, code)
    }

    /// What to do about it.
    pub(crate) fn check_remedy(self, code: &str) -> String {
        self.say(REMEDIES, code)
    }

    fn say(self, words: &[Word], code: &str) -> String {
        let found = words.iter().find(|word| word.code == code);
        let text = found.map(|word| match self {
            Self::English => word.english,
            Self::Korean => word.korean,
        });
        text.unwrap_or(code).to_owned()
    }
}

const NAMES: &[Word] = &[
    word("connection-string", "Connection string", "연결 문자열"),
    word("dns", "DNS", "DNS"),
    word("tcp", "Reachable", "접근"),
    word("tls", "TLS", "TLS"),
    word("sign-in", "Sign-in", "로그인"),
    word("server", "Replica set", "레플리카 세트"),
    word("database", "Database", "데이터베이스"),
    word("find", "Read documents", "문서 읽기"),
    word("change-stream", "Change stream", "변경 스트림"),
    word("oplog", "Oplog", "Oplog"),
    word("kafka", "Kafka", "Kafka"),
    word("create-topic", "Create topics", "토픽 만들기"),
    word("produce", "Write records", "레코드 쓰기"),
    word("document-size", "Document size", "문서 크기"),
];

const REASONS: &[Word] = &[
    word("not-tried", "something before it failed", "앞 단계가 실패했습니다"),
    word("timed-out", "no answer in time", "제시간에 응답이 없습니다"),
    word("understood", "understood", "이해했습니다"),
    word("malformed", "it cannot be understood", "이해할 수 없습니다"),
    word("resolved", "the names are known", "이름을 찾았습니다"),
    word("name-unknown", "a host name is not known", "호스트 이름을 찾을 수 없습니다"),
    word("some-names-unknown", "some host names are not known", "일부 호스트 이름을 찾을 수 없습니다"),
    word("srv-unknown", "the SRV record is not known", "SRV 레코드를 찾을 수 없습니다"),
    word("option-unusable", "an option cannot be used", "쓸 수 없는 옵션이 있습니다"),
    word("tls-files", "the certificate files cannot be used", "인증서 파일을 쓸 수 없습니다"),
    word("connected", "the hosts accept connections", "호스트가 연결을 받습니다"),
    word("some-unreachable", "some hosts do not answer", "일부 호스트가 응답하지 않습니다"),
    word("refused", "refused", "거부되었습니다"),
    word("no-answer", "no answer", "응답이 없습니다"),
    word("encrypted", "encrypted", "암호화되어 있습니다"),
    word("not-encrypted", "not encrypted", "암호화하지 않습니다"),
    word("certificate-unchecked", "the certificate is not checked", "인증서를 확인하지 않습니다"),
    word("certificate-expired", "the certificate has expired", "인증서가 만료되었습니다"),
    word("certificate-not-yet-valid", "the certificate is not valid yet", "인증서가 아직 유효하지 않습니다"),
    word(
        "certificate-issuer-unknown",
        "nobody known has signed the certificate",
        "알 수 없는 기관이 서명한 인증서입니다",
    ),
    word("certificate-other-name", "the certificate is for another name", "다른 이름의 인증서입니다"),
    word("certificate-unusable", "the certificate cannot be used", "쓸 수 없는 인증서입니다"),
    word("no-tls-there", "the server does not speak TLS", "서버가 TLS를 쓰지 않습니다"),
    word(
        "not-understood",
        "the server does not speak MongoDB over this transport",
        "이 방식으로는 MongoDB와 통신할 수 없습니다",
    ),
    word("server-too-old", "the server is too old", "서버 버전이 너무 낮습니다"),
    word("server-error", "the server answered with an error", "서버가 오류로 응답했습니다"),
    word("connection-lost", "the connection was lost", "연결이 끊어졌습니다"),
    word("unexpected", "an unexpected answer", "예상하지 못한 응답입니다"),
    word("no-user", "no user is named", "사용자를 지정하지 않았습니다"),
    word("signed-in", "accepted", "성공했습니다"),
    word("suitable", "suitable", "적합합니다"),
    word("some-members-unreachable", "some members do not answer from here", "일부 멤버에 접근할 수 없습니다"),
    word("members-unreachable", "its members do not answer from here", "멤버에 접근할 수 없습니다"),
    word("no-primary", "there is no primary", "프라이머리가 없습니다"),
    word("not-initiated", "not initiated yet", "아직 초기화되지 않았습니다"),
    word(
        "standalone",
        "a standalone server has no changes to follow",
        "단독(standalone) 서버에는 따라갈 변경 기록이 없습니다",
    ),
    word("other-replica-set", "the set has another name", "다른 이름의 세트입니다"),
    word("whole-deployment", "the whole deployment is watched", "전체를 감시합니다"),
    word("found", "found", "찾았습니다"),
    word("database-missing", "it does not exist", "존재하지 않습니다"),
    word("database-empty", "it is empty", "비어 있습니다"),
    word("names-not-allowed", "its collections may not be listed", "컬렉션 목록을 볼 수 없습니다"),
    word("is-view", "a view cannot be followed", "뷰는 따라갈 수 없습니다"),
    word("is-time-series", "a time series cannot be followed", "시계열 컬렉션은 따라갈 수 없습니다"),
    word("is-system", "one of the server's own", "서버 내부 컬렉션입니다"),
    word("collection-missing", "the collection does not exist yet", "컬렉션이 아직 없습니다"),
    word("nothing-to-read", "there is nothing to read yet", "아직 읽을 것이 없습니다"),
    word("empty", "allowed; the collection is empty", "허용됨. 컬렉션이 비어 있습니다"),
    word("read", "allowed", "허용됨"),
    word("needs-user", "the server wants a user", "사용자가 필요합니다"),
    word("not-allowed", "not allowed", "권한이 없습니다"),
    word("pipeline-refused", "the server refuses the pipeline", "서버가 pipeline을 거부했습니다"),
    word("opened", "opened, and gave a token", "열렸고 토큰을 받았습니다"),
    word("no-token", "opened, but gave no token", "열렸지만 토큰을 받지 못했습니다"),
    word("sharded", "a sharded cluster has one for each shard", "샤드마다 따로 있습니다"),
    word("unknown", "not known", "알 수 없습니다"),
    word("short", "short", "짧습니다"),
    word("measured", "measured", "측정했습니다"),
    word("answers", "answers", "응답합니다"),
    word("unreachable", "no broker answers", "응답하는 브로커가 없습니다"),
    word("settings-unusable", "its settings cannot be used", "설정을 쓸 수 없습니다"),
    word("no-topic-known", "no topic is known yet", "아직 토픽이 정해지지 않았습니다"),
    word("exist", "all exist", "모두 있습니다"),
    word("may-be-created", "missing ones may be created", "없는 토픽을 만들 수 있습니다"),
    word("not-creatable", "missing ones may not be created", "없는 토픽을 만들 수 없습니다"),
    word("illegal-name", "a topic name is not legal", "쓸 수 없는 토픽 이름입니다"),
    word("replication-factor", "more copies than there are brokers", "복제 수가 브로커 수보다 많습니다"),
    word("partitions", "the number of partitions cannot be used", "쓸 수 없는 파티션 수입니다"),
    word("topic-missing", "a topic is missing", "없는 토픽이 있습니다"),
    word("topic-config", "a topic setting cannot be used", "쓸 수 없는 토픽 설정이 있습니다"),
    word("policy", "a policy of the brokers forbids it", "브로커 정책이 금지합니다"),
    word("sign-in-refused", "the broker refused user or password", "브로커가 사용자나 비밀번호를 거부했습니다"),
    word("broker-error", "the broker answered with an error", "브로커가 오류로 응답했습니다"),
    word("session-granted", "allowed", "허용됨"),
    word("no-session", "no answer", "응답이 없습니다"),
    word("fits", "the largest sampled one fits", "표본 중 가장 큰 문서도 들어갑니다"),
    word("close-to-limit", "the largest sampled one is close to the limit", "가장 큰 문서가 한도에 가깝습니다"),
    word("too-large", "the largest sampled one is too large", "가장 큰 문서가 너무 큽니다"),
    word("nothing-sampled", "no document was sampled", "표본이 없습니다"),
    word("limit-unknown", "the limit is not known", "한도를 알 수 없습니다"),
    word("invalid", "the configuration is not complete yet", "설정이 아직 완전하지 않습니다"),
];

const REMEDIES: &[Word] = &[
    word("try-again", "Try again.", "다시 시도하세요."),
    word("correct-connection-string", "Correct the connection string.", "연결 문자열을 고치세요."),
    word("correct-host", "Correct the host name.", "호스트 이름을 고치세요."),
    word("correct-tls-files", "Correct the certificate files.", "인증서 파일을 고치세요."),
    word(
        "open-network",
        "Open the network from this server to the host.",
        "이 서버에서 호스트로 가는 네트워크를 여세요.",
    ),
    word("start-server", "Start MongoDB there, or correct the port.", "그곳의 MongoDB를 시작하거나 포트를 고치세요."),
    word("check-certificate", "Let the certificate be checked.", "인증서를 확인하도록 설정하세요."),
    word("renew-certificate", "Renew the certificate.", "인증서를 갱신하세요."),
    word("check-clock", "Check the clocks of both machines.", "두 서버의 시계를 확인하세요."),
    word("trust-issuer", "Trust its issuer with tlsCAFile.", "tlsCAFile로 발급 기관을 신뢰하도록 하세요."),
    word("turn-tls-on", "Turn TLS on with tls=true.", "tls=true로 TLS를 켜세요."),
    word("turn-tls-off", "Turn TLS off with tls=false.", "tls=false로 TLS를 끄세요."),
    word("upgrade-server", "Upgrade the server.", "서버를 업그레이드하세요."),
    word(
        "correct-credentials",
        "Correct the user name, password or authSource.",
        "사용자 이름, 비밀번호, authSource를 고치세요.",
    ),
    word("give-credentials", "Give a user name and a password.", "사용자 이름과 비밀번호를 적으세요."),
    word("make-replica-set", "Make the server a replica set.", "서버를 레플리카 세트로 만드세요."),
    word(
        "announce-reachable-names",
        "Let the members announce names that are known here.",
        "멤버가 이 서버에서 접근할 수 있는 이름을 알리도록 하세요.",
    ),
    word(
        "wait-for-election",
        "Wait for the election, or look at rs.status().",
        "선출을 기다리거나 rs.status()를 확인하세요.",
    ),
    word("check-database", "Check the name of the database.", "데이터베이스 이름을 확인하세요."),
    word("check-collection", "Check the name of the collection.", "컬렉션 이름을 확인하세요."),
    word("choose-collection", "Choose a collection that can be followed.", "따라갈 수 있는 컬렉션을 고르세요."),
    word("grant-read", "Grant the user the right to read it.", "사용자에게 읽기 권한을 주세요."),
    word("grant-oplog", "Grant the user the right to read local, to see it.", "보려면 local을 읽을 권한을 주세요."),
    word("enlarge-oplog", "Enlarge the oplog.", "oplog를 늘리세요."),
    word("correct-pipeline", "Correct the pipeline.", "pipeline을 고치세요."),
    word("check-kafka", "Check that Kafka is up.", "Kafka가 실행 중인지 확인하세요."),
    word("correct-kafka-settings", "Correct the server's Kafka settings.", "서버의 Kafka 설정을 고치세요."),
    word(
        "grant-topic-rights",
        "Grant Create, Write and Describe on the topics.",
        "토픽의 Create, Write, Describe 권한을 주세요.",
    ),
    word("rename-topic", "Change the topic names in step 4.", "4단계에서 토픽 이름을 바꾸세요."),
    word("lower-replication-factor", "Lower the replication in step 4.", "4단계에서 복제 수를 낮추세요."),
    word("correct-partitions", "Correct the partitions in step 4.", "4단계에서 파티션 수를 고치세요."),
    word("correct-topic-config", "Correct topic.creation.*.", "topic.creation.*를 고치세요."),
    word(
        "create-topic-yourself",
        "Create the topic: this server may not.",
        "이 서버는 토픽을 만들지 않으니 직접 만드세요.",
    ),
    word("ask-kafka-owner", "Ask who runs Kafka.", "Kafka 담당자에게 문의하세요."),
    word("raise-topic-limit", "Raise max.message.bytes of the topic.", "토픽의 max.message.bytes를 올리세요."),
];
