//! Tells processes of one machine apart, and whether an earlier one is dead for certain.
//!
//! After a crash the new process would have to wait until the old one's leases are over, because it cannot know that it is
//! gone. On the same machine it can: same boot, same process namespace, and no such process any more. Whatever is not certain
//! counts as alive.

use std::fs;
use std::path::Path;

/// A process as it is stored: boot, process namespace, number and start time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProcessMark {
    boot: String,
    namespace: String,
    number: String,
    started: String,
}

impl ProcessMark {
    /// This process; `None` where the machine does not tell.
    pub(super) fn own() -> Option<Self> {
        let number = std::process::id().to_string();
        Some(Self {
            boot: fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?.trim().to_owned(),
            namespace: fs::read_link("/proc/self/ns/pid").ok()?.to_string_lossy().into_owned(),
            started: start_time(&number)?,
            number,
        })
    }

    /// Reads what [`Self::to_text`] wrote.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ').map(str::to_owned);
        let mark =
            Self { boot: parts.next()?, namespace: parts.next()?, number: parts.next()?, started: parts.next()? };
        parts.next().is_none().then_some(mark)
    }

    /// The stored form.
    pub(super) fn to_text(&self) -> String {
        format!("{} {} {} {}", self.boot, self.namespace, self.number, self.started)
    }

    /// The other process ran where this one runs, and does not run any more.
    pub(super) fn knows_dead(&self, other: &Self) -> bool {
        self.boot == other.boot
            && self.namespace == other.namespace
            && Path::new("/proc/self/stat").exists()
            && start_time(&other.number).is_none_or(|started| started != other.started)
    }
}

/// Clock ticks from boot to the process' start: its number alone may have been given to another since.
fn start_time(number: &str) -> Option<String> {
    let stat = fs::read_to_string(Path::new("/proc").join(number).join("stat")).ok()?;
    // The name in parentheses may hold anything; the start time is the 20th field behind it.
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(19).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::process::Command;

    use super::*;

    #[test]
    fn a_living_process_is_not_taken_for_dead() {
        let own = ProcessMark::own().unwrap();

        assert_eq!(ProcessMark::parse(&own.to_text()), Some(own.clone()));
        assert!(!own.knows_dead(&own));
    }

    #[test]
    fn a_process_that_has_ended_is_dead() {
        let own = ProcessMark::own().unwrap();
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let number = child.id().to_string();
        let mark = ProcessMark { started: start_time(&number).unwrap(), number, ..own.clone() };
        assert!(!own.knows_dead(&mark));

        child.kill().unwrap();
        child.wait().unwrap();

        assert!(own.knows_dead(&mark));
    }

    #[test]
    fn another_machine_boot_or_container_is_never_judged() {
        let own = ProcessMark::own().unwrap();
        let gone = ProcessMark { number: "4194304".to_owned(), ..own.clone() };

        assert!(own.knows_dead(&gone));
        assert!(!own.knows_dead(&ProcessMark { boot: "other".to_owned(), ..gone.clone() }));
        assert!(!own.knows_dead(&ProcessMark { namespace: "pid:[1]".to_owned(), ..gone }));
    }
}
