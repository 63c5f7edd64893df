//! Who asks, what they want to do, and whether they may.

use super::Error;

/// Who asks. There is one until sign-in exists: whoever reaches a loopback listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Principal {
    /// The person or program on this machine.
    Local,
}

impl Principal {
    /// The name under which it appears in the history.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Local => "local",
        }
    }
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Look at it, secrets excepted.
    Read,
    /// Look at it, secrets included: the Kafka Connect API echoes what was submitted.
    ReadSecrets,
    /// Make it or change what it is set to.
    Write,
    /// Pause, resume, stop or restart it.
    Operate,
    /// Remove it.
    Delete,
}

/// To what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Object<'a> {
    /// All connectors.
    Connectors,
    /// One connector, by name.
    Connector(&'a str),
    /// What connectors can be made of.
    Plugins,
    /// Log levels of the processes.
    Loggers,
    /// Topics of the Kafka cluster.
    Topics,
    /// A MongoDB that somebody wants to look into.
    Sources,
    /// The principal's own drafts.
    Drafts,
}

/// Lets a use case go on, or not.
///
/// # Errors
/// [`Error::Forbidden`].
pub(crate) fn authorise(principal: &Principal, action: Action, object: Object<'_>) -> Result<(), Error> {
    match (principal, action, object) {
        (
            Principal::Local,
            Action::Read | Action::ReadSecrets | Action::Write | Action::Operate | Action::Delete,
            Object::Connectors
            | Object::Connector(_)
            | Object::Plugins
            | Object::Loggers
            | Object::Topics
            | Object::Sources
            | Object::Drafts,
        ) => Ok(()),
    }
}
