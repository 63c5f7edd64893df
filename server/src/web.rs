//! The portal's door.

use axum::Router;
use axum::middleware;

use crate::http_log;
use crate::state::AppState;

/// Everything on the portal's listener.
pub(crate) fn router(state: AppState) -> Router {
    Router::new().layer(middleware::from_fn_with_state(http_log::Door::Portal, http_log::log)).with_state(state)
}
