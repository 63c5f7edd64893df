//! The figures, for people and as JSON.

use std::fs;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::throughput::Throughput;
use super::{Figures, Measure};
use crate::table;

pub(super) fn print(measure: &Measure, official: &Figures, ours: &Figures) -> Result<()> {
    let rows = [
        throughput_rows("copy", &official.copy, &ours.copy),
        throughput_rows("stream", &official.stream, &ours.stream),
        vec![
            row("latency p50, ms", official.latency.p50_ms, ours.latency.p50_ms, 1),
            row("latency p99, ms", official.latency.p99_ms, ours.latency.p99_ms, 1),
            row("latency max, ms", official.latency.max_ms, ours.latency.max_ms, 1),
        ],
    ]
    .concat();
    let (copied, streamed, rate) = (measure.copied, measure.streamed, measure.insert_rate);
    println!(
        "\n{copied} documents copied, {streamed} streamed from a backlog, latency at {rate} inserts/s; 1 KB each, warm\n"
    );
    println!("{}", table::draw(&["", "official", "naru", "naru/official"], &rows));
    if let Some(path) = &measure.json {
        let figures = json!({ "official": to_json(official), "naru": to_json(ours) });
        fs::write(path, format!("{figures:#}\n")).with_context(|| format!("Cannot write {}", path.display()))?;
    }
    Ok(())
}

fn throughput_rows(what: &str, official: &Throughput, ours: &Throughput) -> Vec<Vec<String>> {
    vec![
        row(&format!("{what}, documents/s"), official.per_s(), ours.per_s(), 0),
        row(&format!("{what}, s from first to last"), official.flowing_s, ours.flowing_s, 2),
        row(&format!("{what}, s from request to last"), official.whole_s, ours.whole_s, 2),
        row(&format!("{what}, CPU s"), official.cpu_s, ours.cpu_s, 2),
        row(&format!("{what}, CPU µs each"), official.cpu_us_each(), ours.cpu_us_each(), 1),
        row(&format!("{what}, peak MB"), official.peak_mb, ours.peak_mb, 0),
    ]
}

fn row(what: &str, official: f64, ours: f64, digits: usize) -> Vec<String> {
    vec![what.to_owned(), format!("{official:.digits$}"), format!("{ours:.digits$}"), format!("{:.2}", ours / official)]
}

fn to_json(figures: &Figures) -> Value {
    let throughput = |throughput: &Throughput| {
        json!({
            "count": throughput.count,
            "per_s": throughput.per_s(),
            "flowing_s": throughput.flowing_s,
            "whole_s": throughput.whole_s,
            "cpu_s": throughput.cpu_s,
            "peak_mb": throughput.peak_mb,
        })
    };
    json!({
        "copy": throughput(&figures.copy),
        "stream": throughput(&figures.stream),
        "latency_ms": { "p50": figures.latency.p50_ms, "p99": figures.latency.p99_ms, "max": figures.latency.max_ms },
    })
}
