//! Desired and observed states of connectors and tasks, as Kafka Connect names them, and the legal steps between them.
