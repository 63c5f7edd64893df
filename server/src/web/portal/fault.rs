//! What a browser is told of a service's error; the rest is logged, once, here.

use app::error::{AppError, Dependency};
use tracing::{error, warn};

use super::RequestPortal;
use crate::service;

impl RequestPortal {
    /// The error for the page. Nothing of its text crosses.
    pub(super) fn tell(&self, fault: service::Error) -> AppError {
        match fault {
            service::Error::NotFound(_) => AppError::NotFound,
            service::Error::Conflict(_) => AppError::Conflict,
            service::Error::Invalid(_) | service::Error::Refused(_) => AppError::Invalid,
            service::Error::Forbidden => AppError::Forbidden,
            service::Error::Unavailable(_) => {
                warn!(error = &fault as &dyn std::error::Error, "a page could not be answered for want of Postgres");
                AppError::Unavailable(Dependency::Postgres)
            }
            service::Error::Internal(..) => {
                error!(error = &fault as &dyn std::error::Error, "a page could not be answered");
                AppError::Internal(self.request_id)
            }
        }
    }
}
