//! The wizard: what do I want moved, and what exactly will come out?
//!
//! Five steps, each a form that works without script; the draft is kept by the server and its id is in the URL. With script a
//! step's answer is the whole draft anew, so moving between steps asks for nothing.

mod import;
mod review;
mod scope;
mod source;
mod start;
mod target;

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::api::wizard::show_draft;
use crate::components::failure::Failure;
use crate::components::header::{PageHeader, focus};
use crate::components::load::load;
use crate::components::notice::{Notice, Tone, failure_notice};
use crate::components::stepper::stepper;
use crate::error::AppError;
use crate::i18n::{Language, use_language};
use crate::model::draft::{DraftId, DraftView, Step};
use crate::routes::paths;

/// Id of a step's title.
const STEP_HEADING: &str = "step-heading";

/// What saving a step answers.
type Saved = Signal<Option<Result<DraftView, AppError>>>;

/// What every step works on.
#[derive(Clone, Copy)]
struct Wizard {
    language: Language,
    /// The draft as last answered.
    view: RwSignal<DraftView>,
    /// The step on the page.
    step: Memo<Step>,
    /// The id of a draft that this page has begun.
    begun: StoredValue<String>,
    /// The word of the button that was pressed last.
    go: RwSignal<&'static str>,
    /// A step was sent, so what is missing may be pointed at.
    is_tried: RwSignal<bool>,
}

/// The page.
#[component]
pub(crate) fn WizardPage() -> impl IntoView {
    let language = use_language();
    let query = use_query_map();
    // The draft that this page has begun by its first save: it is on the page already, so its address asks for nothing.
    let begun = StoredValue::new(String::new());
    let id = Memo::new(move |shown: Option<&String>| {
        let id = query.with(|query| query.get("draft").unwrap_or_default());
        match shown {
            Some(shown) if !id.is_empty() && begun.with_value(|begun| *begun == id) => shown.clone(),
            _ => id,
        }
    });
    let draft = load(move || DraftId(id.get()), show_draft);
    let above = vec![(language.nav_connectors().to_owned(), paths::CONNECTORS.to_owned())];
    view! {
        <PageHeader title=language.new_connector() above=above/>
        {move || {
            let error = query.with(|query| query.get_str(paths::FAILED).and_then(AppError::from_code));
            error.map(|error| save_refused(language, error, ""))
        }}
        <Suspense fallback=move || view! { <p class="loading">{language.loading()}</p> }>
            {move || Suspend::new(async move {
                match draft.await {
                    Ok(view) => view! { <Steps view begun/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Steps(view: DraftView, begun: StoredValue<String>) -> impl IntoView {
    let query = use_query_map();
    let step =
        Memo::new(move |_| query.with(|query| query.get_str("step").and_then(Step::from_code)).unwrap_or_default());
    let wizard = Wizard {
        language: use_language(),
        view: RwSignal::new(view),
        step,
        begun,
        go: RwSignal::new(""),
        is_tried: RwSignal::new(false),
    };
    Effect::new(move |before: Option<Step>| {
        let now = step.get();
        if before.is_some_and(|before| before != now) {
            wizard.is_tried.set(false);
            focus(STEP_HEADING);
        }
        now
    });
    view! {
        {move || wizard.view.with(|view| stepper(wizard.language, view, step.get()))}
        {move || match step.get() {
            Step::Mongodb => view! { <source::SourceStep wizard/> }.into_any(),
            Step::What => view! { <scope::ScopeStep wizard/> }.into_any(),
            Step::When => view! { <start::StartStep wizard/> }.into_any(),
            Step::Kafka => view! { <target::TargetStep wizard/> }.into_any(),
            Step::Review => view! { <review::ReviewStep wizard/> }.into_any(),
        }}
    }
    .into_any()
}

impl Wizard {
    /// Which draft, and what this page has seen of it, as a form sends both.
    fn id_field(self) -> AnyView {
        let id = move || self.view.with(|view| view.id.0.clone());
        let seen = move || self.view.with(|view| view.seen.0.clone());
        view! {
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="seen" value=seen/>
        }
        .into_any()
    }

    /// Takes over what a save answers; true when it has begun the draft.
    fn take(self, view: DraftView) -> bool {
        let is_first = self.view.with_untracked(|shown| shown.id != view.id);
        if is_first {
            self.begun.set_value(view.id.0.clone());
        }
        self.view.set(view);
        is_first
    }

    /// Takes over what saving a step answers, and goes where the pressed button leads.
    fn follow(self, saved: Saved) {
        let leave = use_leave();
        Effect::new(move |_| {
            let Some(Ok(view)) = saved.get() else { return };
            let (step, go) = (self.step.get_untracked(), self.go.get_untracked());
            let target = paths::after_step(step, go, &view);
            self.is_tried.set(true);
            let is_first = self.take(view);
            if is_first || !matches!(go, paths::GO_STAY | paths::GO_CHECK) {
                leave(target);
            }
        });
    }

    /// What is wrong with a property. What is only missing is not pointed at before the step was sent.
    fn faults(self, property: &str) -> Vec<String> {
        let is_tried = self.is_tried.get();
        self.view.with(|view| {
            let is_untouched = match property {
                "connection.uri" => view.source.uri.is_empty(),
                "database" => view.scope.database.is_empty(),
                _ => false,
            };
            let wrong = view.problems.iter().filter(|problem| problem.property == property && !problem.is_warning);
            if is_untouched && !is_tried { Vec::new() } else { wrong.map(|problem| problem.text.clone()).collect() }
        })
    }

    /// The buttons below a step: forward first, so that Enter goes forward.
    fn buttons(self, pending: Signal<bool>, middle: Option<AnyView>) -> AnyView {
        let language = self.language;
        let back = self.step.get_untracked().previous().map(|step| {
            let href = self.view.with_untracked(|view| paths::draft(&view.id, step));
            view! { <a class="button" href=href>{language.back()}</a> }.into_any()
        });
        view! {
            <div class="wizard-buttons">
                <button
                    class="button button-main"
                    type="submit"
                    name="go"
                    value="next"
                    disabled=move || pending.get()
                    on:click=move |_| self.go.set("next")
                >
                    {move || if pending.get() { language.saving() } else { language.next() }}
                </button>
                {middle}
                {back}
            </div>
        }
        .into_any()
    }
}

/// Goes to another page once everything that depends on the present news has been drawn: leaving at once would take away
/// what is just being read.
fn use_leave() -> impl Fn(String) + Clone + 'static {
    let navigate = use_navigate();
    move |path: String| {
        let navigate = navigate.clone();
        set_timeout(move || navigate(&path, Default::default()), std::time::Duration::ZERO);
    }
}

/// A failed save, where the form is.
fn save_failure(wizard: Wizard, saved: Saved) -> impl IntoView {
    move || match saved.get() {
        Some(Err(error)) => {
            let here = wizard.view.with_untracked(|view| paths::draft(&view.id, wizard.step.get_untracked()));
            Some(save_refused(wizard.language, error, &here))
        }
        _ => None,
    }
}

/// Why nothing was saved. Of a draft that was edited elsewhere meanwhile, `here` leads to its newest state; after a form without
/// script that is on the page already.
fn save_refused(language: Language, error: AppError, here: &str) -> AnyView {
    if error != AppError::Conflict {
        return failure_notice(language, error);
    }
    let newest = (!here.is_empty())
        .then(|| view! { " " <a href=here.to_owned() rel="external">{language.show_newest_draft()}</a> }.into_any());
    view! {
        <Notice tone=Tone::Bad>
            <strong>{language.draft_conflict_title()}</strong>
            " "
            {language.draft_conflict_text()}
            {newest}
        </Notice>
    }
    .into_any()
}

/// A step's title; it takes the focus when the step changes.
fn step_heading(title: &'static str, lead: &'static str) -> AnyView {
    view! {
        <h2 id=STEP_HEADING class="step-heading" tabindex="-1">{title}</h2>
        {(!lead.is_empty()).then(|| view! { <p class="quiet lead">{lead}</p> })}
    }
    .into_any()
}
