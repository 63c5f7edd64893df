//! A connector being set up: the five steps' forms, what is wrong with them, and the whole as text.
//!
//! Forms and texts are views over one configuration that the server keeps. Secrets go to the server and never come back.

use serde::{Deserialize, Serialize};

use super::check::CheckReport;
use super::connector::ConfigTexts;
use super::preferences::Zone;
use super::source::CopyEstimate;
use crate::i18n::format;

/// A draft's id, opaque here; empty for one that nothing has been saved of yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DraftId(pub String);

/// What a page has seen of a draft, opaque here: every form sends it along, so that an edit made elsewhere is not overwritten.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seen(pub String);

/// The steps, in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// How to reach MongoDB.
    #[default]
    Mongodb,
    /// Which collections.
    What,
    /// From which moment.
    When,
    /// How it looks in Kafka.
    Kafka,
    /// Look at everything, then create.
    Review,
}

impl Step {
    /// All, in order.
    pub const ALL: [Self; 5] = [Self::Mongodb, Self::What, Self::When, Self::Kafka, Self::Review];

    /// The word for it in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mongodb => "mongodb",
            Self::What => "what",
            Self::When => "when",
            Self::Kafka => "kafka",
            Self::Review => "review",
        }
    }

    /// Reads what [`Step::code`] writes.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }

    /// From 1.
    pub const fn number(self) -> usize {
        self as usize + 1
    }

    /// The step after it.
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self.number()).copied()
    }

    /// The step before it.
    pub fn previous(self) -> Option<Self> {
        self.number().checked_sub(2).and_then(|index| Self::ALL.get(index)).copied()
    }
}

/// Everything a draft's page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftView {
    /// Its id.
    pub id: DraftId,
    /// What a page that shows this has seen.
    pub seen: Seen,
    /// Step 1.
    pub source: SourceForm,
    /// Step 2.
    pub scope: ScopeForm,
    /// Step 3.
    pub start: StartForm,
    /// Step 4.
    pub target: TargetForm,
    /// The connector's name, proposed or chosen.
    pub name: String,
    /// What is wrong, over all steps.
    pub problems: Vec<Problem>,
    /// The last checks, if the fields they tested are still the same.
    pub checks: Option<CheckReport>,
    /// What a copy amounts to, if it was counted for the collections that are chosen.
    pub estimate: Option<CopyEstimate>,
    /// What differs from the defaults, in the order of the configuration.
    pub changes: Vec<Change>,
    /// The whole as text, secrets shown as hidden.
    pub texts: ConfigTexts,
    /// A text that was given for the whole and could not be read; the rest of the draft is as it was before.
    pub unread: Option<UnreadText>,
    /// What was not taken over from a pasted configuration as it stood.
    pub notes: Vec<ImportNote>,
}

/// A text that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadText {
    /// The text as it was given, passwords in connection strings left out.
    pub text: String,
    /// The reader's words, free of the text itself.
    pub reason: String,
    /// Line, from 1.
    pub line: Option<u32>,
}

/// Something that a pasted configuration said and that was left out, renamed, or has to be entered again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportNote {
    /// Name or path of the field in the text.
    pub field: String,
    /// One sentence, in the reader's words, without a value.
    pub text: String,
}

impl DraftView {
    /// What is wrong in one step.
    pub fn problems_of(&self, step: Step) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(move |problem| problem.step == step)
    }
}

/// Step 1. The password is not part of it: it is only known whether there is one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceForm {
    /// The connection string without its password.
    pub uri: String,
    /// A password is kept.
    pub has_password: bool,
}

/// What is to become of the password that is kept.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PasswordChange {
    /// Leave it.
    #[default]
    Keep,
    /// Take this one, as it is and not percent-encoded.
    Replace(String),
    /// Forget it.
    Remove,
}

impl PasswordChange {
    /// From a form's two fields: an empty box keeps what there is.
    pub fn of_form(password: String, is_removed: bool) -> Self {
        match (is_removed, password.is_empty()) {
            (true, _) => Self::Remove,
            (false, true) => Self::Keep,
            (false, false) => Self::Replace(password),
        }
    }
}

impl std::fmt::Debug for PasswordChange {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Keep => "Keep",
            Self::Replace(_) => "Replace",
            Self::Remove => "Remove",
        })
    }
}

/// Step 2.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeForm {
    /// The database; empty while none is chosen.
    pub database: String,
    /// The chosen collections; empty means all of the database.
    pub collections: Vec<String>,
    /// The configuration has a pipeline that this form did not make and will not touch.
    pub has_own_pipeline: bool,
}

impl ScopeForm {
    /// From a form's fields: `is_whole` chooses all of the database, whatever is ticked.
    pub fn of_form(database: String, collections: Vec<String>, is_whole: bool) -> Self {
        Self { database, collections: if is_whole { Vec::new() } else { collections }, has_own_pipeline: false }
    }
}

/// Where the stream begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartMode {
    /// Copy what exists, then follow.
    #[default]
    Copy,
    /// Only what changes from now on.
    Latest,
    /// What has changed since a moment.
    Time,
}

/// Step 3.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartForm {
    /// Where the stream begins.
    pub mode: StartMode,
    /// The moment as the configuration has it; empty unless the mode is [`StartMode::Time`].
    pub at: String,
}

impl StartForm {
    /// From a form's fields: a date and time as a `datetime-local` field gives it is in the form's zone. Anything else (seconds, a
    /// moment with another offset) is kept as it was written.
    pub fn of_form(mode: StartMode, at: String, zone: &str) -> Self {
        let moment = Zone::from_code(zone).and_then(|zone| format::parse_local(&at, zone));
        Self { mode, at: moment.map_or(at, format::iso_seconds) }
    }
}

/// What a record's value is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// The document alone; a delete is a tombstone.
    #[default]
    Document,
    /// The whole change event.
    Event,
}

/// How keys and values are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Plain JSON.
    #[default]
    Simplified,
    /// Canonical extended JSON.
    Extended,
    /// The official connector's default: legacy extended JSON.
    Legacy,
    /// BSON bytes.
    Bson,
}

/// What a record's key is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyChoice {
    /// The document's `_id` (and shard key): changes of one document stay in order.
    #[default]
    Document,
    /// The change's resume token: every record has a key of its own.
    Token,
}

/// Step 4.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TargetForm {
    /// `topic.prefix`.
    pub prefix: String,
    /// `topic.suffix`.
    pub suffix: String,
    /// `topic.separator`.
    pub separator: String,
    /// `topic.namespace.map`.
    pub namespace_map: String,
    /// Record keys.
    pub key: KeyChoice,
    /// How keys and values are written.
    pub format: Format,
    /// What values are.
    pub shape: Shape,
    /// `topic.creation.default.partitions`; empty for the broker's default.
    pub partitions: String,
    /// `topic.creation.default.replication.factor`; empty for the broker's default.
    pub replication: String,
}

/// What is wrong with one property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The step whose form holds the property; [`Step::Review`] for those that no form holds.
    pub step: Step,
    /// The property.
    pub property: String,
    /// What is wrong, in the connector's own words.
    pub text: String,
    /// It stops nothing, but should be seen.
    pub is_warning: bool,
}

/// One property that differs from its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The property.
    pub property: String,
    /// Its value; `None` for a secret.
    pub value: Option<String>,
    /// The default; `None` where there is none.
    pub default: Option<String>,
    /// The connector does not know it: kept and echoed, without effect.
    pub is_unknown: bool,
    /// A known property it is probably meant to be.
    pub closest: Option<String>,
}

/// What came of reading a pasted configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Imported {
    /// It is a draft now.
    Draft(DraftId),
    /// It could not be read: why, and where it is known, the line from 1.
    Unreadable {
        /// The reader's words, free of the text itself.
        reason: String,
        /// Line, from 1.
        line: Option<u32>,
    },
}

/// What came of reading the whole as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextSaved {
    /// The draft says what the text says.
    Saved(Box<DraftView>),
    /// It could not be read: the draft is as it was.
    Unreadable {
        /// The reader's words, free of the text itself.
        reason: String,
        /// Line, from 1.
        line: Option<u32>,
    },
}

/// What came of creating the connector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Created {
    /// It is there under this name; that it runs shows on its page and its stream.
    Connector(String),
    /// It is not: the view's problems say why.
    Refused(Box<DraftView>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_of_a_form_is_in_its_zone_and_anything_else_is_kept() {
        let at = |text: &str, zone: &str| StartForm::of_form(StartMode::Time, text.to_owned(), zone).at;

        assert_eq!(at("2026-11-24T23:03", "seoul"), "2026-11-24T14:03:00Z");
        assert_eq!(at("2026-11-24T14:03:09", "utc"), "2026-11-24T14:03:09Z");
        assert_eq!(at("2026-11-24T14:03:09Z", "seoul"), "2026-11-24T14:03:09Z");
        assert_eq!(at("1795530189", "seoul"), "1795530189");
        assert_eq!(at("2026-11-24T14:03:09+02:00", "seoul"), "2026-11-24T14:03:09+02:00");
        assert_eq!(at("2026-11-24T14:03", ""), "2026-11-24T14:03");
    }
}
