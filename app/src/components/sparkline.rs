//! A small line of the last values: shape only, the numbers stand beside it.

use std::fmt::Write as _;

use leptos::prelude::*;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 28.0;

/// The line; nothing until there are two values.
#[component]
pub(crate) fn Sparkline(
    /// Values, oldest first.
    values: Vec<f64>,
    /// What they are.
    label: &'static str,
) -> impl IntoView {
    (values.len() > 1)
        .then(|| {
            view! {
                <svg class="sparkline" viewBox="0 0 120 28" role="img" aria-label=label preserveAspectRatio="none">
                    <polyline points=points(&values)/>
                </svg>
            }
        })
        .into_any()
}

fn points(values: &[f64]) -> String {
    let highest = values.iter().copied().fold(1.0, f64::max);
    let step = WIDTH / (values.len() - 1) as f64;
    let mut points = String::new();
    for (index, value) in values.iter().enumerate() {
        let (x, y) = (index as f64 * step, HEIGHT - 2.0 - value / highest * (HEIGHT - 4.0));
        // Writing to a String cannot fail.
        let _ = write!(points, "{x:.1},{y:.1} ");
    }
    points
}
