//! Checks of a connection: one row each, with verdict, time, reason, what to do and something to paste.

use leptos::prelude::*;

use super::copy_button::CopyButton;
use super::icon::{Icon, IconName};
use crate::i18n::{Language, format};
use crate::model::check::{CheckReport, CheckRow, CheckVerdict};

/// The list, and what it comes to.
pub(crate) fn check_list(language: Language, report: &CheckReport) -> AnyView {
    let rows = report.rows.iter().map(|row| check_row(language, row)).collect::<Vec<_>>();
    view! {
        <section class="checks">
            <div class="checks-verdict" role="status">{summary(language, report)}</div>
            <ol class="check-list" aria-label=language.checks_title()>{rows}</ol>
        </section>
    }
    .into_any()
}

fn summary(language: Language, report: &CheckReport) -> AnyView {
    let count = |verdict| report.rows.iter().filter(|row| row.verdict == verdict).count();
    let (failed, warned) = (count(CheckVerdict::Failed), count(CheckVerdict::Warned));
    let (class, icon, words) = if failed > 0 {
        ("badge badge-bad", IconName::Alert, language.checks_failed(&failed))
    } else if !report.is_complete {
        ("badge badge-busy", IconName::Spin, language.checks_running().to_owned())
    } else if warned > 0 {
        ("badge badge-warn", IconName::Alert, language.checks_warned(&warned))
    } else {
        ("badge badge-good", IconName::Check, language.checks_all_passed(&count(CheckVerdict::Passed)))
    };
    view! { <span class=class><Icon name=icon/><span>{words}</span></span> }.into_any()
}

fn check_row(language: Language, row: &CheckRow) -> AnyView {
    let (class, icon, word) = match row.verdict {
        CheckVerdict::Passed => ("check check-good", IconName::Check, language.check_passed()),
        CheckVerdict::Warned => ("check check-warn", IconName::Alert, language.check_warned()),
        CheckVerdict::Failed => ("check check-bad", IconName::Alert, language.check_failed()),
        CheckVerdict::Skipped => ("check", IconName::Pause, language.check_skipped()),
    };
    let facts = row.facts.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(" · ");
    let elapsed = (row.verdict != CheckVerdict::Skipped).then(|| format::short_duration(language, row.elapsed_ms));
    let remedy = (!row.remedy.is_empty()).then(|| language.check_remedy(&row.remedy));
    let command = (!row.command.is_empty()).then(|| row.command.clone());
    view! {
        <li class=class>
            <Icon name=icon/>
            <div>
                <p>
                    <strong>{language.check_name(&row.id)}</strong>
                    " "
                    <span class="check-word">{word}</span>
                    " "
                    <span class="quiet">{language.check_reason(&row.reason)}</span>
                    {elapsed.map(|elapsed| view! { <span class="quiet">" · "{elapsed}</span> })}
                </p>
                {(!facts.is_empty()).then(|| view! { <p class="quiet mono">{facts}</p> })}
                {remedy.map(|remedy| view! { <p>{language.check_todo()}": "{remedy}</p> })}
                {command.map(command_box)}
            </div>
        </li>
    }
    .into_any()
}

fn command_box(command: String) -> AnyView {
    let shown = command.clone();
    view! {
        <div class="code-box">
            <CopyButton text=command/>
            <pre class="code" tabindex="0"><code>{shown}</code></pre>
        </div>
    }
    .into_any()
}
