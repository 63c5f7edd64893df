//! Server functions: the private RPC of this build's pages, under `/ui`. One file per resource, each function a call of the
//! backend. They are public endpoints: the backend authorises every one.

pub(crate) mod connectors;
pub(crate) mod topics;
pub(crate) mod wizard;
