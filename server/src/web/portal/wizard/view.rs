//! A draft as its page shows it: the forms, what is wrong, what differs from the defaults, the whole as text.

use app::model::check::CheckReport;
use app::model::connector::ConfigTexts;
use app::model::draft::{Change, DraftId, DraftView, Problem, Seen, SourceForm, StartMode, Step};
use connect::config::definition::{self, is_secret};
use connect::config::{HIDDEN, SubmittedConfig, Validation, WarningKind, validate};

use super::body::{Body, URI};
use super::scope::{self, COLLECTION, DATABASE, OLD_COPY, START, START_AT};
use super::target;
use crate::ids::ConnectorName;
use crate::service::export;
use crate::service::overview::ShownProperty;
use crate::service::submission::{CLASS, NAME};

/// What a view needs beside the draft.
pub(super) struct Surroundings<'a> {
    /// The draft's id.
    pub(super) id: DraftId,
    /// What the page that shows it has seen.
    pub(super) seen: Seen,
    /// The names that are taken.
    pub(super) taken: &'a [String],
    /// Of the fields that checks would test now.
    pub(super) fingerprint: &'a str,
}

/// The whole view. Holds no secret.
pub(super) fn view(body: &Body, surroundings: Surroundings<'_>) -> DraftView {
    let config = body.config();
    let name = name(body, &config, surroundings.taken);
    let mut named = config.clone();
    named.set(NAME, &*name);
    let validation = validate(&named);
    let report = body.report.as_ref().filter(|report| report.fingerprint == surroundings.fingerprint);
    let scope = scope::scope(&config);
    let estimate = body.estimate.as_ref().filter(|kept| kept.of == scope).map(|kept| kept.estimate);
    DraftView {
        id: surroundings.id,
        seen: surroundings.seen,
        source: SourceForm { uri: body.shown_uri(), has_password: body.has_password() },
        scope,
        estimate,
        start: scope::start(&config),
        target: target::target(&config),
        problems: problems(body, &config, &validation, &name, surroundings.taken),
        checks: report.map(|report| CheckReport { rows: report.rows.clone(), is_complete: true }),
        changes: changes(&config, &validation),
        texts: texts(&name, &config),
        unread: body.unread.clone(),
        notes: body.notes.clone(),
        name,
    }
}

/// The chosen name, or one made of the database that is not taken.
pub(super) fn name(body: &Body, config: &SubmittedConfig, taken: &[String]) -> String {
    if let Some(name) = &body.name {
        return name.clone();
    }
    let database = config.get(DATABASE).unwrap_or_default().trim().to_lowercase();
    let kept = |character: char| character.is_alphanumeric() || matches!(character, '-' | '.' | '_');
    let base: String = database.chars().map(|character| if kept(character) { character } else { '-' }).collect();
    let base = if base.is_empty() { "mongodb".to_owned() } else { base };
    let is_free = |name: &String| !taken.contains(name);
    let numbered = (2..).map(|number: u32| format!("{base}-{number}"));
    std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base)
}

/// Something stands in the way of creating the connector.
pub(super) fn is_hindered(view: &DraftView) -> bool {
    view.problems.iter().any(|problem| !problem.is_warning)
}

fn problems(
    body: &Body,
    config: &SubmittedConfig,
    validation: &Validation,
    name: &str,
    taken: &[String],
) -> Vec<Problem> {
    let mut problems: Vec<Problem> =
        validation.errors().map(|error| problem(&error.name, error.message.clone(), false)).collect();
    problems.extend(validation.warnings.iter().map(|warning| problem(&warning.name, warning.message.clone(), true)));
    if !body.has_uri() {
        problems.push(problem(URI, "A connection string is needed.".to_owned(), false));
    }
    if config.get(DATABASE).is_none_or(|database| database.trim().is_empty()) {
        let (text, is_warning) = if body.is_pasted {
            ("Without a database, the whole deployment is watched.", true)
        } else {
            ("A database is needed.", false)
        };
        problems.push(problem(DATABASE, text.to_owned(), is_warning));
    }
    let start = scope::start(config);
    if start.mode == StartMode::Time && start.at.is_empty() {
        let text = "A moment is needed: without one, only changes from now on would be followed.";
        problems.push(problem(START_AT, text.to_owned(), false));
    }
    match ConnectorName::parse(name) {
        Err(fault) if !problems.iter().any(|problem| problem.property == NAME) => {
            problems.push(problem(NAME, fault.official_text().to_string(), false));
        }
        Ok(parsed) if taken.iter().any(|taken| taken == parsed.as_str()) => {
            problems.push(problem(NAME, format!("Connector {parsed} already exists"), false));
        }
        _ => {}
    }
    problems.sort_by_key(|problem| problem.step);
    problems
}

/// A problem, at the step whose form holds the property.
pub(super) fn problem(property: &str, text: String, is_warning: bool) -> Problem {
    let step = match property {
        URI => Step::Mongodb,
        DATABASE | COLLECTION => Step::What,
        START | START_AT | OLD_COPY => Step::When,
        other if target::PROPERTIES.contains(&other) => Step::Kafka,
        _ => Step::Review,
    };
    Problem { step, property: property.to_owned(), text, is_warning }
}

fn changes(config: &SubmittedConfig, validation: &Validation) -> Vec<Change> {
    let changed = config.iter().filter_map(|(name, value)| {
        let default = definition::find(name).and_then(|key| key.default_text());
        if name == NAME || name == CLASS || default.as_deref() == Some(value.trim()) {
            return None;
        }
        let unknown = validation.warnings.iter().find_map(|warning| match &warning.kind {
            WarningKind::Unknown { closest } if warning.name == name => Some(closest.clone()),
            _ => None,
        });
        let is_hidden = is_secret(name);
        Some(Change {
            property: name.to_owned(),
            value: (!is_hidden).then(|| value.to_owned()),
            default: default.filter(|_| !is_hidden).map(|default| default.into_owned()),
            is_unknown: unknown.is_some(),
            closest: unknown.flatten(),
        })
    });
    changed.collect()
}

fn texts(name: &str, config: &SubmittedConfig) -> ConfigTexts {
    let shown = config.iter().map(|(name, value)| {
        let is_hidden = is_secret(name);
        let value = if is_hidden { HIDDEN } else { value };
        ShownProperty { name: name.to_owned(), value: value.to_owned(), is_hidden }
    });
    super::super::config::texts(export::of_properties(name, &shown.collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use app::model::draft::PasswordChange;

    use super::super::text;
    use super::*;

    fn shown(body: &Body, taken: &[String]) -> DraftView {
        view(body, Surroundings { id: DraftId("1".to_owned()), seen: Seen::default(), taken, fingerprint: "now" })
    }

    #[test]
    fn a_new_draft_says_what_it_needs_and_nothing_else() {
        let view = shown(&text::blank(), &[]);

        let missing: Vec<_> = view.problems.iter().map(|problem| (problem.step, problem.property.as_str())).collect();
        assert_eq!(missing, [(Step::Mongodb, URI), (Step::What, DATABASE)]);
        assert_eq!(
            (view.start.mode, view.target),
            (StartMode::Copy, app::model::draft::TargetForm { separator: ".".to_owned(), ..Default::default() })
        );
    }

    #[test]
    fn no_secret_is_anywhere_in_a_view() {
        let mut body = text::blank();
        let mut config = body.config();
        config.set("value.converter.schema.registry.basic.auth.user.info", "kim:hunter2");
        body.set_config(&config);
        body.set_source("mongodb://kim:hunter2@h", PasswordChange::Keep);

        let view = shown(&body, &[]);

        assert_eq!(view.source, SourceForm { uri: "mongodb://kim@h".to_owned(), has_password: true });
        assert!(!view.texts.properties.contains("mongodb://"), "{}", view.texts.properties);
        let uri = view.changes.iter().find(|change| change.property == URI);
        assert_eq!(uri.map(|change| &change.value), Some(&None));
    }

    #[test]
    fn names_are_proposed_from_the_database_and_not_taken() {
        let mut body = text::blank();
        assert_eq!(shown(&body, &[]).name, "mongodb");
        let mut config = body.config();
        config.set(DATABASE, "Jee DB");
        body.set_config(&config);

        assert_eq!(shown(&body, &["jee-db".to_owned(), "jee-db-2".to_owned()]).name, "jee-db-3");

        body.name = Some("mine".to_owned());
        let view = shown(&body, &["mine".to_owned()]);
        assert!(view.problems_of(Step::Review).any(|problem| problem.property == NAME), "{:?}", view.problems);
    }

    #[test]
    fn a_misspelt_property_is_kept_and_named_with_the_closest() {
        let mut body = text::blank();
        let mut config = body.config();
        config.set("topic.prefx", "a");
        body.set_config(&config);

        let view = shown(&body, &[]);

        let change = view.changes.iter().find(|change| change.property == "topic.prefx");
        assert_eq!(change.and_then(|change| change.closest.as_deref()), Some("topic.prefix"));
        assert!(view.texts.properties.contains("topic.prefx=a"));
    }
}
