//! The pages of topics and records, as a browser without script gets them.

use super::*;

#[tokio::test]
async fn topics_and_records_are_complete_without_script() {
    let topics = ask(page("/topics")).await;
    let records = ask(page("/topics/jee.patients?from=beginning")).await;

    assert_eq!((topics.status, records.status), (StatusCode::OK, StatusCode::OK));
    assert!(topics.body.contains("5,010"), "{}", topics.body);
    assert!(topics.body.contains("href=\"/topics/jee.patients\""), "{}", topics.body);
    assert!(records.body.contains("9007199254740993"), "{}", records.body);
    assert!(records.body.contains("href=\"/topics/jee.patients?from=beginning&amp;before=0%3A7\""), "{}", records.body);
    assert!(!records.body.contains("Loading"), "{}", records.body);
}

#[tokio::test]
async fn a_record_names_its_types_and_keeps_its_numbers() {
    let answer = ask(page("/topics/jee.patients/0/7")).await;

    assert_eq!(answer.status, StatusCode::OK);
    for text in
        ["ObjectId", "65f0aa000000000000000001", "Long", "9007199254740993", "not JSON from line 1, column 3 on"]
    {
        assert!(answer.body.contains(text), "{text}: {}", answer.body);
    }
}

#[tokio::test]
async fn text_of_a_record_is_never_markup() {
    for path in ["/topics/t", "/topics/t?view=raw", "/topics/t/0/7", "/topics/t/0/7?view=raw"] {
        let answer = ask(page(path)).await;

        assert!(!answer.body.contains("<b>"), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn what_is_not_there_says_so_with_its_status() {
    let topic = ask(page("/topics/missing")).await;
    let record = ask(page("/topics/t/0/404")).await;
    let nonsense = ask(page("/topics/t/a/b")).await;

    assert_eq!(topic.status, StatusCode::NOT_FOUND);
    assert!(topic.body.contains("There is no such topic"), "{}", topic.body);
    assert_eq!(record.status, StatusCode::NOT_FOUND);
    assert!(record.body.contains("There is no record at this offset"), "{}", record.body);
    assert!(nonsense.body.contains("There is no record at this offset"), "{}", nonsense.body);
    assert_eq!(ask(page("/topics?search=kafka-away")).await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn notices_tell_what_was_not_done_as_asked() {
    let expired = ask(page("/topics/t?from=offset&offset=0")).await;
    let unreadable = ask(page("/topics/t?from=offset&offset=x")).await;

    assert!(expired.body.contains("deleted by retention"), "{}", expired.body);
    assert!(unreadable.body.contains("could not be read"), "{}", unreadable.body);
}

#[tokio::test]
async fn a_query_reaches_the_server_function_whole() {
    let query =
        "topic=t&query%5Bfrom%5D%5Boffset%5D=0&query%5Bturn%5D%5Bafter%5D=0%3A3&query%5Bdecoders%5D%5Bkey%5D=hex";
    let request = Request::get(format!("/ui/topics/records?{query}")).header(header::HOST, "naru.test");

    let answer = ask(request.body(Body::empty()).unwrap()).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.body.contains("\"is_start_expired\":true"), "{}", answer.body);
}
