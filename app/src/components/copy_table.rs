//! How far the copy has come, one row a collection.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::table::{cell, cell_view, heading};
use crate::i18n::{Language, format, use_language};
use crate::model::connector::CopyRow;

/// The table.
#[component]
pub(crate) fn CopyTable(
    /// One row a collection.
    rows: Vec<CopyRow>,
) -> impl IntoView {
    let language = use_language();
    let rows = rows.into_iter().map(|row| copy_row(language, row)).collect::<Vec<_>>();
    view! {
        <section class="block">
            <h2>{language.copy_title()}</h2>
            <div class="table-box">
                <table class="table table-cards table-copy">
                    <thead>
                        <tr>
                            {heading(language.copy_collection(), "")}
                            {heading(language.copy_progress(), "")}
                            {heading(language.copy_documents(), "number")}
                            {heading(language.copy_rate(), "number")}
                            {heading(language.copy_left(), "number")}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn copy_row(language: Language, row: CopyRow) -> AnyView {
    let label = language.copy_progress_label(&row.namespace);
    let estimated = row.estimated.map(|estimated| estimated.max(row.copied)).filter(|estimated| *estimated > 0);
    let progress = if row.is_done {
        view! { <span class="badge badge-good"><Icon name=IconName::Check/>{language.copy_done()}</span> }.into_any()
    } else {
        let (value, most) = (row.copied.to_string(), estimated.map(|estimated| estimated.to_string()));
        match most {
            Some(most) => view! { <progress aria-label=label value=value max=most></progress> }.into_any(),
            None => view! { <progress aria-label=label></progress> }.into_any(),
        }
    };
    let documents = match estimated.filter(|_| !row.is_done) {
        Some(estimated) => language.copy_of(&format::count(row.copied), &format::count(estimated)),
        None => format::count(row.copied),
    };
    view! {
        <tr>
            <th scope="row" class="mono">{row.namespace}</th>
            {cell_view(language.copy_progress(), "", Some(progress))}
            {cell(language.copy_documents(), "number", Some(documents))}
            {cell(language.copy_rate(), "number", row.per_s.map(format::rate))}
            {cell(language.copy_left(), "number", row.remaining_s.map(|seconds| format::duration(language, seconds)))}
        </tr>
    }
    .into_any()
}
