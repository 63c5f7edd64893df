//! Kafka Connect with the official MongoDB connector: what ours is compared with.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::stack::service::{Running, Start};
use crate::stack::{folder, jars, kafka, port};
use crate::workspace::Workspace;
use crate::{http, process};

pub(super) const NAME: &str = "peer";

pub(super) fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

pub(super) fn start(workspace: &Workspace, broker_port: u16, wanted_port: Option<u16>) -> Result<Running> {
    let rest_port = port::choose(wanted_port)?;
    let home = workspace.stack().join(NAME);
    let plugin = home.join("plugins/mongo");
    folder::empty(&plugin)?;
    for jar in fs::read_dir(jars::folder(workspace, NAME)).context("Cannot read the peer's jars")? {
        let jar = jar.context("Cannot read the peer's jars")?.path();
        if let Some(name) = jar.file_name().filter(|_| jar.extension().is_some_and(|extension| extension == "jar")) {
            fs::copy(&jar, plugin.join(name)).context("Cannot copy the peer's jars")?;
        }
    }
    // The connector's jar has no service manifest, without which the worker searches every jar for plugins.
    let mut jar = Command::new("jar");
    jar.arg("cf").arg(plugin.join("services.jar")).arg("-C").arg(workspace.path("dev/peer")).arg("META-INF");
    process::output(&mut jar).context("Cannot pack the service manifest")?;

    let properties = home.join("connect.properties");
    let words = BTreeMap::from([
        ("broker_port", broker_port.to_string()),
        ("rest_port", rest_port.to_string()),
        ("plugin_dir", home.join("plugins").display().to_string()),
    ]);
    folder::fill_in(&workspace.path("dev/kafka/connect.properties"), &properties, &words)?;

    // Memory and collector are those of Kafka's own start script, so that a comparison is one with what people run.
    let mut command = Command::new("java");
    command
        .args(["-Xms256m", "-Xmx2g", "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"])
        .args(["-XX:InitiatingHeapOccupancyPercent=35", "-XX:+ExplicitGCInvokesConcurrent"])
        .arg(kafka::logging(workspace))
        .args(["-cp", &jars::class_path(workspace, kafka::NAME), "org.apache.kafka.connect.cli.ConnectDistributed"])
        .arg(&properties);
    let log = workspace.stack().join("logs/peer.log");
    let start = Start { name: NAME, port: rest_port, stop_signal: "TERM", log: &log };
    start.run(&mut command, || {
        http::get(port::local(rest_port), "/connector-plugins")
            .is_ok_and(|(status, body)| status == 200 && body.contains("MongoSourceConnector"))
    })
}
