//! Step 2: a database, all of it or some of its collections. Names first; counts come when they come.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Saved, Wizard, save_failure, step_heading};
use crate::api::wizard::{SaveScope, list_collections, list_databases, size_collections};
use crate::components::load::load;
use crate::components::notice::{Notice, Tone, failure_notice};
use crate::forms::field::fault_list;
use crate::i18n::{Language, format};
use crate::model::draft::{DraftId, Step};
use crate::model::source::{CollectionList, CollectionSize, DatabaseList};
use crate::routes::paths;

/// Collections that are counted in one call.
const COUNTED_AT_ONCE: usize = 200;

/// The step.
#[component]
pub(super) fn ScopeStep(wizard: Wizard) -> impl IntoView {
    let language = wizard.language;
    let save = ServerAction::<SaveScope>::new();
    let saved: Saved = save.value().into();
    wizard.follow(saved);
    let (id, scope) = wizard.view.with_untracked(|view| (view.id.clone(), view.scope.clone()));
    let database = RwSignal::new(scope.database);
    let search = RwSignal::new(String::new());
    let databases = load(
        {
            let id = id.clone();
            move || id.clone()
        },
        list_databases,
    );
    let collections = load(
        move || (id.clone(), database.get()),
        |(id, database)| async move {
            if database.is_empty() { Ok(CollectionList::default()) } else { list_collections(id, database).await }
        },
    );
    let stay = view! {
        <button class="button without-script" type="submit" name="go" value=paths::GO_STAY>
            {language.show_collections()}
        </button>
    };
    view! {
        <div class="card wizard-step">
            {step_heading(language.scope_title(), language.scope_lead())}
            {save_failure(wizard, saved)}
            <ActionForm action=save>
                {wizard.id_field()}
                <input
                    class="input needs-script"
                    type="search"
                    placeholder=language.search_databases()
                    aria-label=language.search_databases()
                    prop:value=search
                    on:input=move |event| search.set(event_target_value(&event))
                    on:keydown=|event| {
                        if event.key() == "Enter" {
                            event.prevent_default();
                        }
                    }
                />
                <div>{move || fault_list(wizard.faults("database"))}</div>
                <div>{move || fault_list(refused_collections(wizard))}</div>
                <Suspense fallback=move || view! { <p class="loading">{language.loading()}</p> }>
                    {move || Suspend::new(async move {
                        match databases.await {
                            Ok(list) => view! { <Databases language list database search/> }.into_any(),
                            Err(error) => failure_notice(language, error),
                        }
                    })}
                </Suspense>
                <Transition fallback=move || view! { <p class="loading">{language.loading()}</p> }>
                    {move || Suspend::new(async move {
                        match collections.await {
                            Ok(list) => view! { <Collections wizard list database search/> }.into_any(),
                            Err(error) => failure_notice(language, error),
                        }
                    })}
                </Transition>
                {wizard.buttons(save.pending().into(), Some(stay.into_any()))}
            </ActionForm>
        </div>
    }
    .into_any()
}

/// Several collections were chosen over a pipeline that does not let them.
fn refused_collections(wizard: Wizard) -> Vec<String> {
    let is_refused =
        wizard.view.with(|view| view.problems_of(Step::What).any(|problem| problem.property == "pipeline"));
    is_refused.then(|| wizard.language.own_pipeline_refused().to_owned()).into_iter().collect()
}

fn obstacle(language: Language, word: &str) -> AnyView {
    let words = language.source_obstacle(&language.check_reason(word));
    view! { <Notice tone=Tone::Bad>{words}</Notice> }.into_any()
}

#[component]
fn Databases(
    language: Language,
    list: DatabaseList,
    database: RwSignal<String>,
    search: RwSignal<String>,
) -> impl IntoView {
    if !list.obstacle.is_empty() {
        return obstacle(language, &list.obstacle);
    }
    if list.rows.is_empty() {
        return view! { <p class="quiet">{language.no_databases()}</p> }.into_any();
    }
    let names: Vec<String> = list.rows.into_iter().map(|row| row.name).collect();
    let rows = names
        .into_iter()
        .map(|name| {
            let (wanted, chosen, value) = (name.clone(), name.clone(), name.clone());
            let is_on = database.with_untracked(|database| *database == name);
            let is_hidden =
                move || !(database.with(|database| *database == wanted) || is_found(&search.get(), &wanted));
            view! {
                <label class="choice" hidden=is_hidden>
                    <input
                        type="radio"
                        name="database"
                        required=true
                        value=value
                        checked=is_on
                        on:change=move |_| database.set(chosen.clone())
                    />
                    <span class="mono">{name}</span>
                </label>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <fieldset class="choices" role="radiogroup">
            <legend class="field-label">{language.databases()}</legend>
            <div class="choice-list">{rows}</div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Collections(
    wizard: Wizard,
    list: CollectionList,
    database: RwSignal<String>,
    search: RwSignal<String>,
) -> impl IntoView {
    let language = wizard.language;
    let name = database.get_untracked();
    if !list.obstacle.is_empty() {
        return obstacle(language, &list.obstacle);
    }
    if name.is_empty() {
        return ().into_any();
    }
    let chosen = wizard
        .view
        .with_untracked(|view| if view.scope.database == name { view.scope.collections.clone() } else { Vec::new() });
    let has_own_pipeline = wizard.view.with_untracked(|view| view.scope.has_own_pipeline);
    // Beside a pipeline of the reader's own there is room for one collection or all, so no more can be chosen.
    let kind = if has_own_pipeline { "radio" } else { "checkbox" };
    let is_all = chosen.is_empty();
    let names: Vec<String> = list.rows.into_iter().map(|row| row.name).collect();
    let sizes = RwSignal::new(Vec::<CollectionSize>::new());
    count_in_the_background(wizard.view.with_untracked(|view| view.id.clone()), name.clone(), names.clone(), sizes);
    let hint = match (names.is_empty(), has_own_pipeline) {
        (true, _) => language.no_collections(),
        (false, true) => language.own_pipeline(),
        (false, false) => language.collections_hint(),
    };
    let database_name = name.clone();
    let rows = names
        .into_iter()
        .map(|collection| {
            let is_on = chosen.contains(&collection);
            let (counted, wanted, value) = (collection.clone(), collection.clone(), collection.clone());
            let database_name = database_name.clone();
            let is_hidden = move || {
                let search = search.get();
                // A search for the database keeps all of its collections.
                !(is_found(&search, &wanted) || is_found(&search, &database_name))
            };
            let size = move || sizes.with(|sizes| size_text(language, sizes, &counted));
            view! {
                <li class="choice-row" hidden=is_hidden>
                    <label class="choice">
                        <input type=kind name="collections[]" value=value checked=is_on/>
                        <span class="mono">{collection}</span>
                    </label>
                    <span class="quiet number">{size}</span>
                </li>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <fieldset class="choices">
            <legend class="field-label">{language.collections_of(&name)}</legend>
            <p class="field-hint">{hint}</p>
            {has_own_pipeline
                .then(|| {
                    view! {
                        <label class="choice">
                            <input type="radio" name="collections[]" value="" checked=is_all/>
                            <span>{language.all_collections()}</span>
                        </label>
                    }
                })}
            <ul class="choice-list">{rows}</ul>
        </fieldset>
    }
    .into_any()
}

/// Counts, a part at a time, in the browser alone: nothing waits for them.
fn count_in_the_background(id: DraftId, database: String, names: Vec<String>, sizes: RwSignal<Vec<CollectionSize>>) {
    Effect::new(move |_| {
        let (id, database, names) = (id.clone(), database.clone(), names.clone());
        spawn_local(async move {
            for part in names.chunks(COUNTED_AT_ONCE) {
                let Ok(counted) = size_collections(id.clone(), database.clone(), part.to_vec()).await else { return };
                // The reader may have gone on meanwhile; then there is nothing left to write to.
                if sizes.try_update(|sizes| sizes.extend(counted)).is_none() {
                    return;
                }
            }
        });
    });
}

fn size_text(language: Language, sizes: &[CollectionSize], name: &str) -> String {
    match sizes.iter().find(|size| size.name == name) {
        Some(size) => match size.documents {
            Some(documents) => language.documents_about(&format::count(documents)),
            None => language.documents_unknown().to_owned(),
        },
        None => String::new(),
    }
}

fn is_found(search: &str, name: &str) -> bool {
    search.trim().is_empty() || name.to_lowercase().contains(&search.trim().to_lowercase())
}
