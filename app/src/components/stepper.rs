//! The wizard's steps: where the reader is, and where something is wrong.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::i18n::Language;
use crate::model::draft::{DraftView, Step};
use crate::routes::paths;

/// The steps as links.
pub(crate) fn stepper(language: Language, view: &DraftView, current: Step) -> AnyView {
    let links = Step::ALL.map(|step| {
        // Steps that were not reached yet lack what nobody was asked for.
        let is_wrong = step < current && view.problems_of(step).any(|problem| !problem.is_warning);
        let mark = if is_wrong {
            view! { <Icon name=IconName::Alert/> <span class="unseen">{language.step_has_problems()}</span> }.into_any()
        } else if step < current {
            view! { <Icon name=IconName::Check/> }.into_any()
        } else {
            step.number().into_any()
        };
        let class = if is_wrong { "step step-wrong" } else { "step" };
        view! {
            <li>
                <a class=class href=paths::draft(&view.id, step) aria-current=(step == current).then_some("step")>
                    <span class="step-mark">{mark}</span>
                    <span>{name(language, step)}</span>
                </a>
            </li>
        }
        .into_any()
    });
    view! { <nav class="steps" aria-label=language.wizard_steps()><ol>{Vec::from(links)}</ol></nav> }.into_any()
}

/// A step's name.
pub(crate) const fn name(language: Language, step: Step) -> &'static str {
    match step {
        Step::Mongodb => language.step_mongodb(),
        Step::What => language.step_what(),
        Step::When => language.step_when(),
        Step::Kafka => language.step_kafka(),
        Step::Review => language.step_review(),
    }
}
