#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::*;

/// Connection strings and what the Java driver made of them.
const VECTORS: &str = include_str!("../../../tests/data/connection-strings.json");

#[test]
fn reads_what_the_java_driver_reads() {
    // A host without a name, which the Java driver lets through only to fail later.
    let refused_here = ["mongodb://:27017"];
    // Known to newer drivers.
    let accepted_here = ["mongodb://h/?authMechanism=MONGODB-OIDC"];
    let vectors: Vec<serde_json::Value> = serde_json::from_str(VECTORS).unwrap();
    let mut wrong = Vec::new();
    for vector in &vectors {
        let uri = vector["uri"].as_str().unwrap();
        let found = ConnectionString::parse(uri);
        let is_right = match (&found, vector["fault"].as_str()) {
            (Ok(_), Some(_)) => accepted_here.contains(&uri),
            (Err(_), None) => refused_here.contains(&uri),
            (Err(fault), Some(_)) => fault.offset <= uri.len(),
            (Ok(found), None) => {
                let mut hosts = found.hosts().to_vec();
                hosts.sort();
                serde_json::json!({
                    "uri": uri,
                    "sorted_hosts": hosts,
                    "database": found.default_database(),
                    "user": found.user(),
                    "is_srv": found.scheme() == Scheme::Srv,
                }) == *vector
            }
        };
        if !is_right {
            wrong.push(format!("{vector}\n  gave {found:?}"));
        }
    }

    assert!(vectors.len() > 130);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn messages_are_the_official_ones_without_values() {
    let cases = [
        (
            "http://x",
            0,
            "The connection string is invalid. Connection strings must start with either 'mongodb://' or 'mongodb+srv://",
        ),
        ("mongodb://h?x=1", 11, "The connection string contains options without trailing slash"),
        ("mongodb://:p@h", 10, "No username is provided in the connection string"),
        ("mongodb://u:p%2@h", 13, "The connection string contains an invalid percent-encoding"),
        ("mongodb://a,h:x/", 14, parse_port_message()),
        ("mongodb+srv://a.b:1", 17, "Host for when using mongodb+srv protocol can not contain a port"),
        ("mongodb://h/d b", 13, "state should be: databaseName does not contain ' '"),
        ("mongodb://a,b/?directConnection=true", 15, "Direct connections are not supported when using multiple hosts"),
        (
            "mongodb://h/?maxPoolSize=many",
            25,
            "The connection string contains an invalid value for 'maxpoolsize'. The value is not a valid integer",
        ),
    ];
    for (uri, offset, message) in cases {
        let fault = ConnectionString::parse(uri).unwrap_err();
        assert_eq!((fault.offset, fault.message.as_str()), (offset, message), "{uri}");
    }
}

fn parse_port_message() -> &'static str {
    "The connection string contains an invalid host. The port is not a valid, it must be an integer between 0 and 65535"
}

#[test]
fn the_password_can_be_taken_out_and_put_back() {
    let parsed = ConnectionString::parse("mongodb://an%40n:s%3Acret@h:1/db?w=majority").unwrap();

    assert_eq!(parsed.user(), Some("an@n"));
    assert_eq!(parsed.reveal_password().as_deref(), Some("s:cret"));
    assert_eq!(parsed.without_password(), "mongodb://an%40n@h:1/db?w=majority");
    assert_eq!(parsed.redacted(), "mongodb://an%40n:****@h:1/db?w=majority");
    let other = ConnectionString::parse(&parsed.with_password("n@w:1")).unwrap();
    assert_eq!(other.reveal_password().as_deref(), Some("n@w:1"));
    assert_eq!(other.hosts(), parsed.hosts());
}

#[test]
fn secret_and_unknown_options_are_masked() {
    let text = "mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN:tok&my=thing&appName=x";
    let parsed = ConnectionString::parse(text).unwrap();

    assert_eq!(parsed.redacted(), "mongodb://h/?authMechanismProperties=****&****=****&appName=x");
}

#[test]
fn what_is_not_understood_is_all_stars() {
    assert_eq!(redact("mongodb://u:p@ss@host"), "****");
    assert_eq!(redact("hunter2"), "****");
    assert_eq!(redact("mongodb://user:1234/56@host"), "mongodb://****");
}

#[test]
fn the_driver_gets_what_it_knows_in_its_own_words() {
    let cases = [
        ("mongodb://u:p%40@a,b:1/db?w=majority&j=true", "mongodb://u:p%40@a,b:1/db?w=majority"),
        ("mongodb://h/?retryReads=yes;maxPoolSize=5", "mongodb://h/?retryReads=true&maxPoolSize=5"),
        ("mongodb://a,", "mongodb://a/"),
        ("mongodb://h/d.c", "mongodb://h/d"),
        ("mongodb://h/d?unknown=1&safe=true&connectTimeoutMS=-1&retryWrites=maybe", "mongodb://h/d"),
        ("mongodb://h/?tlsCAFile=/a%20b&safe=1", "mongodb://h/?tlsCAFile=%2Fa%20b"),
        ("mongodb://u:p@h/?authMechanism=MONGODB-CR&authSource=x", "mongodb://u:p@h/?authSource=x"),
        ("mongodb+srv://u:p@h.x.y/db?appName=a&tls=true", "mongodb+srv://u:p@h.x.y/db?appName=a&tls=true"),
        ("mongodb://h", "mongodb://h"),
        ("mongodb://a,b/?replicaSet=rs0", "mongodb://a,b/?replicaSet=rs0"),
    ];
    for (text, expected) in cases {
        assert_eq!(ConnectionString::parse(text).unwrap().for_driver(), expected);
    }
}

#[test]
fn options_that_matter_and_do_not_exist_here_are_named() {
    let missing = |text: &str| ConnectionString::parse(text).unwrap().missing_option();

    assert_eq!(missing("mongodb://h/?proxyHost=p"), Some("proxyhost"));
    assert_eq!(missing("mongodb://u:p@h/?authMechanism=MONGODB-AWS"), Some("authmechanism"));
    assert_eq!(missing("mongodb://h/?tlsAllowInvalidHostnames=true"), Some("tlsallowinvalidhostnames"));
    assert_eq!(missing("mongodb://h/?tlsAllowInvalidHostnames=false&unknown=x&w=1"), None);
}

proptest! {
    #[test]
    fn a_password_never_shows(
        user in "[a-z]{1,8}",
        password in "[A-Z0-9#!@:/?&=% ]{6,16}",
        encoded in any::<bool>(),
        tail in prop_oneof![Just(""), Just("/db"), Just("/?w=majority"), Just("/db?x=%zz"), Just(":x"), Just("/?maxPoolSize=x")],
    ) {
        let written = if encoded { parse::encode(&password) } else { password.clone() };
        let text = format!("mongodb://{user}:{written}@host{tail}");

        let shown = match ConnectionString::parse(&text) {
            Ok(parsed) => format!("{parsed} {parsed:?} {}", parsed.redacted()),
            Err(fault) => format!("{fault} {fault:?}"),
        };

        prop_assert!(!shown.contains(&password), "{shown}");
        prop_assert!(!shown.contains(&written), "{shown}");
        prop_assert!(!redact(&text).contains(&written));
    }

    #[test]
    fn any_text_is_read_without_panic(text in "(mongodb(\\+srv)?://)?[ -~가-힣]{0,40}") {
        if let Ok(parsed) = ConnectionString::parse(&text) {
            let driver = ConnectionString::parse(&parsed.for_driver());
            prop_assert!(driver.is_ok_and(|driver| driver.hosts() == parsed.hosts() && driver.user() == parsed.user()));
            prop_assert!(ConnectionString::parse(&parsed.without_password()).is_ok() || parsed.has_password());
        }
    }
}
