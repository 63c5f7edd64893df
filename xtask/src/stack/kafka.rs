//! One Kafka broker that is its own controller.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::process;
use crate::stack::service::{Running, Start};
use crate::stack::{folder, jars, port};
use crate::workspace::Workspace;

pub(super) const NAME: &str = "kafka";
/// Who may sign in at the doors that ask for it.
const USER: &str = "naru";
const PASSWORD: &str = "naru-dev";
/// Any 16 bytes in base64 name a cluster; this one never meets another.
const CLUSTER_ID: &str = "bmFydS1kZXYtc3RhY2stMQ";

pub(super) fn address(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

/// Starts from an empty data folder each time: topics of an earlier life would only surprise.
pub(super) fn start(workspace: &Workspace, wanted_port: Option<u16>) -> Result<Running> {
    let broker_port = port::choose(wanted_port)?;
    let home = workspace.stack().join(NAME);
    folder::empty(&home)?;
    let properties = properties(workspace);
    let [controller_port, proxied_port, proxy_port, signed_port, secure_port] = port::choose_others_than(broker_port)?;
    let words = BTreeMap::from([
        ("broker_port", broker_port.to_string()),
        ("controller_port", controller_port.to_string()),
        ("proxied_port", proxied_port.to_string()),
        ("proxy_port", proxy_port.to_string()),
        ("signed_port", signed_port.to_string()),
        ("secure_port", secure_port.to_string()),
        ("key_store", key_store(&home)?.display().to_string()),
        ("data_dir", home.join("data").display().to_string()),
    ]);
    folder::fill_in(&workspace.path("dev/kafka/server.properties"), &properties, &words)?;

    let mut format = Command::new("java");
    format
        .args(["-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"])
        .arg(jars::class_path(workspace, NAME))
        .args(["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID])
        .args(["--add-scram", &format!("SCRAM-SHA-256=[name={USER},password={PASSWORD}]")])
        .args(["--add-scram", &format!("SCRAM-SHA-512=[name={USER},password={PASSWORD}]")])
        .arg("-c")
        .arg(&properties);
    process::output(&mut format).context("Cannot format Kafka's data folder")?;

    launch(workspace, broker_port)
}

/// A key for the encrypted door, made anew each time, and its certificate beside it as PEM.
fn key_store(home: &Path) -> Result<PathBuf> {
    let store = home.join("broker.p12");
    let keytool = |arguments: &[&str]| {
        let mut command = Command::new("keytool");
        command.args(arguments).args(["-alias", "broker", "-storepass", PASSWORD, "-keystore"]).arg(&store);
        process::output(&mut command).context("Cannot make Kafka's key")
    };
    let extensions = ["-ext", "san=ip:127.0.0.1", "-ext", "bc:c"];
    let key = ["-genkeypair", "-keyalg", "RSA", "-storetype", "PKCS12", "-validity", "30", "-dname", "CN=127.0.0.1"];
    keytool(&[key.as_slice(), &extensions].concat())?;
    keytool(&["-exportcert", "-rfc", "-file", &certificate(home).display().to_string()])?;
    Ok(store)
}

fn certificate(home: &Path) -> PathBuf {
    home.join("broker.pem")
}

/// How to reach the doors with sign-in: as environment of the tests.
pub(super) fn signed_doors(workspace: &Workspace) -> Vec<(&'static str, String)> {
    let Ok(text) = fs::read_to_string(properties(workspace)) else { return Vec::new() };
    let listeners = text.lines().find_map(|line| line.strip_prefix("advertised.listeners=")).unwrap_or_default();
    let door = |name: &str| listeners.split(',').find_map(|listener| listener.strip_prefix(name)).map(str::to_owned);
    let (Some(signed), Some(secure)) = (door("SIGNED://"), door("SECURE://")) else { return Vec::new() };
    let certificate = certificate(&workspace.stack().join(NAME)).display().to_string();
    vec![
        ("NARU_TEST_KAFKA_SIGNED", signed),
        ("NARU_TEST_KAFKA_SECURE", secure),
        ("NARU_TEST_KAFKA_CA_FILE", certificate),
    ]
}

/// Starts it again on its port, with the data it has.
pub(super) fn revive(workspace: &Workspace, port: u16) -> Result<Running> {
    launch(workspace, port)
}

fn launch(workspace: &Workspace, port: u16) -> Result<Running> {
    let mut command = Command::new("java");
    command
        .args(["-Xms256m", "-Xmx512m", "-XX:+UseG1GC"])
        .arg(logging(workspace))
        .args(["-cp", &jars::class_path(workspace, NAME), "kafka.Kafka"])
        .arg(properties(workspace));
    let log = workspace.stack().join("logs/kafka.log");
    let start = Start { name: NAME, port, stop_signal: "TERM", log: &log };
    start.run(&mut command, || start.has_said("Kafka Server started"))
}

/// The listener behind a proxy, and the address it tells its clients, where the proxy has to listen; `None` before the first start.
pub(super) fn proxied(workspace: &Workspace) -> Option<(String, String)> {
    let text = fs::read_to_string(properties(workspace)).ok()?;
    let address_of = |property: &str| {
        let listeners = text.lines().find_map(|line| line.strip_prefix(property))?;
        listeners.split(',').find_map(|listener| listener.strip_prefix("PROXIED://")).map(str::to_owned)
    };
    Some((address_of("listeners=")?, address_of("advertised.listeners=")?))
}

fn properties(workspace: &Workspace) -> PathBuf {
    workspace.stack().join(NAME).join("server.properties")
}

/// Java's option for the log configuration that broker and worker share.
pub(super) fn logging(workspace: &Workspace) -> String {
    format!("-Dlog4j2.configurationFile={}", workspace.path("dev/kafka/log4j2.yaml").display())
}
