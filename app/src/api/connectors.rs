//! Connectors: list, look, act.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::error::AppError;
use crate::model::connector::{ConfigView, ConnectorAction, ConnectorList, ConnectorOverview, ConnectorQuery};

#[server(prefix = "/ui", endpoint = "connectors/list", input = GetUrl)]
pub(crate) async fn list_connectors(query: ConnectorQuery) -> Result<ConnectorList, AppError> {
    crate::backend::call(|backend| async move { backend.list_connectors(query).await }).await
}

#[server(prefix = "/ui", endpoint = "connectors/show", input = GetUrl)]
pub(crate) async fn show_connector(name: String) -> Result<ConnectorOverview, AppError> {
    crate::backend::call(|backend| async move { backend.show_connector(name).await }).await
}

#[server(prefix = "/ui", endpoint = "connectors/config", input = GetUrl)]
pub(crate) async fn show_config(name: String) -> Result<ConfigView, AppError> {
    crate::backend::call(|backend| async move { backend.show_config(name).await }).await
}

#[server(prefix = "/ui", endpoint = "connectors/act")]
pub(crate) async fn act_on_connector(name: String, action: ConnectorAction) -> Result<(), AppError> {
    let place = name.clone();
    crate::backend::call(|backend| async move { backend.act_on_connector(name, action).await }).await?;
    crate::backend::go_to(&crate::routes::paths::after_action(&place, action));
    Ok(())
}
