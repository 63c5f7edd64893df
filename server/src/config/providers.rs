//! What references in connectors' configurations may be resolved to: `NARU_CONFIG_PROVIDER_*`. Nothing, unless set.

use std::path::PathBuf;

use clap::Args;

/// The operator's permission. Whoever may write a connector's configuration can read what is permitted here.
#[derive(Debug, Clone, Default, Args)]
pub struct ProviderConfig {
    /// Directories under which `${file:…}` and `${dir:…}` may read.
    #[arg(
        long = "config-provider-directories",
        env = "NARU_CONFIG_PROVIDER_DIRECTORIES",
        value_delimiter = ',',
        value_name = "DIRECTORY"
    )]
    pub directories: Vec<PathBuf>,
    /// Environment variables that `${env:…}` may read; a `*` at the end stands for any rest.
    #[arg(
        long = "config-provider-variables",
        env = "NARU_CONFIG_PROVIDER_VARIABLES",
        value_delimiter = ',',
        value_name = "NAME"
    )]
    pub variables: Vec<String>,
}

impl ProviderConfig {
    /// What is wrong with it.
    pub fn problems(&self) -> Vec<String> {
        let relative = self.directories.iter().filter(|path| !path.is_absolute());
        let mut problems: Vec<String> = relative
            .map(|path| format!("NARU_CONFIG_PROVIDER_DIRECTORIES: {} is not an absolute path", path.display()))
            .collect();
        if self.variables.iter().any(|name| name.trim() == "*") {
            problems.push("NARU_CONFIG_PROVIDER_VARIABLES: * alone would give away every variable".to_owned());
        }
        problems
    }

    /// Whether a variable may be read. Naru's own settings never may.
    pub(crate) fn permits_variable(&self, name: &str) -> bool {
        let is_own = name.starts_with("NARU_") || name == "DATABASE_URL";
        !is_own
            && self.variables.iter().any(|permitted| match permitted.trim().strip_suffix('*') {
                Some(beginning) => !beginning.is_empty() && name.starts_with(beginning),
                None => permitted.trim() == name,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_may_be_read_and_never_a_setting_of_our_own() {
        let variables = ["MONGO_URI", "ORDERS_*", "NARU_*"].map(str::to_owned).to_vec();
        let config = ProviderConfig { variables, ..ProviderConfig::default() };

        for name in ["MONGO_URI", "ORDERS_PASSWORD"] {
            assert!(config.permits_variable(name), "{name}");
        }
        for name in ["MONGO_URI2", "PATH", "ORDER", "NARU_SECRET_KEY_FILE", "DATABASE_URL"] {
            assert!(!config.permits_variable(name), "{name}");
        }
        assert!(!ProviderConfig::default().permits_variable("PATH"));
    }

    #[test]
    fn a_permission_that_is_too_wide_or_unclear_is_a_problem() {
        let config = ProviderConfig { directories: vec!["secrets".into()], variables: vec!["*".to_owned()] };

        assert_eq!(config.problems().len(), 2, "{:?}", config.problems());
    }
}
