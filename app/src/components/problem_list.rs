//! What is wrong with a draft, or probably not meant.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::i18n::Language;
use crate::model::draft::{DraftId, Problem};
use crate::routes::paths;

/// Problems with links to the steps that hold them; nothing when there are none.
pub(crate) fn problem_list(
    language: Language,
    id: &DraftId,
    title: &'static str,
    problems: Vec<Problem>,
) -> Option<AnyView> {
    let is_warning = problems.first()?.is_warning;
    let class = if is_warning { "trouble trouble-passing" } else { "trouble" };
    let rows = problems
        .into_iter()
        .map(|problem| {
            let href = paths::draft(id, problem.step);
            view! {
                <li>
                    <a href=href>{super::stepper::name(language, problem.step)}</a>
                    " "
                    <span class="mono">{problem.property}</span>
                    " "
                    {problem.text}
                </li>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    Some(
        view! {
            <section class=class>
                <Icon name=IconName::Alert/>
                <div>
                    <h3>{title}</h3>
                    <ul class="plain-list">{rows}</ul>
                </div>
            </section>
        }
        .into_any(),
    )
}
