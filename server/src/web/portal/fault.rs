//! What a browser is told of a service's error; the rest is logged, once, here.

use app::error::{AppError, Dependency};
use tracing::{error, warn};

use super::RequestPortal;
use crate::preview;
use crate::service;
use crate::service::remote::RemoteError;

impl RequestPortal {
    /// The error for the page when something outside was asked.
    pub(super) fn tell_remote(&self, fault: RemoteError) -> AppError {
        match fault {
            RemoteError::Forbidden => AppError::Forbidden,
            RemoteError::Invalid(_) => AppError::Invalid,
            RemoteError::Mongo(_) => {
                warn!(error = &fault as &dyn std::error::Error, "a page could not be answered for want of MongoDB");
                AppError::Unavailable(Dependency::MongoDb)
            }
            RemoteError::Kafka(fault) => self.tell_topic(&fault.into()),
            RemoteError::Topic(fault) => self.tell_topic(&fault),
            RemoteError::Engine(_) => {
                error!(error = &fault as &dyn std::error::Error, "a page could not be answered");
                AppError::Internal(self.request_id)
            }
        }
    }

    /// The error for the page when a topic was looked into.
    pub(super) fn tell_topic(&self, fault: &preview::Error) -> AppError {
        use preview::Error;
        match fault {
            Error::NoSuchTopic | Error::NoSuchPartition | Error::NoSuchRecord => AppError::NotFound,
            Error::Moved | Error::Busy => AppError::Conflict,
            Error::Forbidden(_) => AppError::Forbidden,
            Error::Unavailable(_) => {
                warn!(error = fault as &dyn std::error::Error, "a page could not be answered for want of Kafka");
                AppError::Unavailable(Dependency::Kafka)
            }
            Error::Refused(_) | Error::Internal => {
                error!(error = fault as &dyn std::error::Error, "a topic could not be looked into");
                AppError::Internal(self.request_id)
            }
        }
    }

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
            service::Error::Kafka(_) => {
                warn!(error = &fault as &dyn std::error::Error, "a page could not be answered for want of Kafka");
                AppError::Unavailable(Dependency::Kafka)
            }
            service::Error::Internal(..) => {
                error!(error = &fault as &dyn std::error::Error, "a page could not be answered");
                AppError::Internal(self.request_id)
            }
        }
    }
}
