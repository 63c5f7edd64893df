//! Topics and their records: list, page, one record whole.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::error::AppError;
use crate::model::topic::{Decoders, RecordPage, RecordPlace, RecordQuery, RecordRow, TopicList, TopicListQuery};

#[server(prefix = "/ui", endpoint = "topics/list", input = GetUrl)]
pub(crate) async fn list_topics(query: TopicListQuery) -> Result<TopicList, AppError> {
    crate::backend::call(|backend| async move { backend.list_topics(query).await }).await
}

#[server(prefix = "/ui", endpoint = "topics/records", input = GetUrl)]
pub(crate) async fn read_records(topic: String, query: RecordQuery) -> Result<RecordPage, AppError> {
    crate::backend::call(|backend| async move { backend.read_records(topic, query).await }).await
}

#[server(prefix = "/ui", endpoint = "topics/record", input = GetUrl)]
pub(crate) async fn read_record(topic: String, place: RecordPlace, decoders: Decoders) -> Result<RecordRow, AppError> {
    crate::backend::call(|backend| async move { backend.read_record(topic, place, decoders).await }).await
}
