//! The services as far as they can be hurt: `cargo xtask stack`, which has started them, does it when it is told to.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::wait::blocking;

#[derive(Clone, Copy, Debug)]
pub(super) enum Service {
    Kafka,
    Mongo,
    Postgres,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Deed {
    Freeze,
    Thaw,
    Kill,
    Revive,
}

pub(super) struct Stack {
    program: PathBuf,
}

impl Stack {
    /// `program` is the binary of `cargo xtask`.
    pub(super) fn ruled_by(program: &Path) -> Self {
        Self { program: program.to_owned() }
    }

    /// Has it done, and returns when it is done: a revived service answers.
    pub(super) async fn order(&self, deed: Deed, service: Service) -> Result<()> {
        let deed = match deed {
            Deed::Freeze => "freeze",
            Deed::Thaw => "thaw",
            Deed::Kill => "kill",
            Deed::Revive => "revive",
        };
        let service = match service {
            Service::Kafka => "kafka",
            Service::Mongo => "mongo",
            Service::Postgres => "postgres",
        };
        let mut command = Command::new(&self.program);
        command.args(["stack", deed, service]);
        let program = self.program.display().to_string();
        blocking(move || {
            let status = command.status().with_context(|| format!("Cannot start {program}"))?;
            if status.success() { Ok(()) } else { bail!("{program} could not {deed} {service}") }
        })
        .await
    }
}
