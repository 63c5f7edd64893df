//! How many tests passed, failed and were skipped, out of what the runners print.

use std::fmt::{self, Display, Formatter};

/// A count, and what it is made of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    passed: usize,
    failed: usize,
    skipped: usize,
    parts: Vec<String>,
}

impl Tally {
    pub(super) fn of_one(is_good: bool) -> Self {
        Self { passed: usize::from(is_good), failed: usize::from(!is_good), ..Self::default() }
    }

    pub(super) fn is_good(&self) -> bool {
        self.failed == 0
    }

    pub(super) fn add(&mut self, name: &str, part: Self) {
        self.parts.push(format!("{name}: {}", part.numbers()));
        self.passed += part.passed;
        self.failed += part.failed;
        self.skipped += part.skipped;
    }

    /// `test result: ok. 5 passed; 0 failed; 1 ignored; …`, and the line of a test that says itself why it cannot run.
    pub(super) fn read_cargo(&mut self, line: &str) {
        // With a single thread the runner has already written the beginning of the test's own line.
        if line.starts_with("skipped: ") || line.starts_with("test ") && line.contains(" ... skipped: ") {
            // The test counted itself as passed.
            self.skipped += 1;
            self.passed = self.passed.saturating_sub(1);
            return;
        }
        let Some((_, counts)) = line.split_once("test result: ") else { return };
        self.passed += number_before(counts, " passed");
        self.failed += number_before(counts, " failed");
        self.skipped += number_before(counts, " ignored");
    }

    /// Playwright's last lines: `  3 passed (1.2m)`, `  1 failed`, `  2 skipped`, `  4 did not run`.
    pub(super) fn read_playwright(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let Some(count) = words.next().and_then(|word| word.parse::<usize>().ok()) else { return };
        match (words.next(), words.next()) {
            (Some("passed"), _) => self.passed += count,
            (Some("failed" | "interrupted"), None) => self.failed += count,
            (Some("skipped"), None) => self.skipped += count,
            (Some("did"), Some("not")) => self.failed += count,
            _ => {}
        }
    }

    fn numbers(&self) -> String {
        format!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

impl Display for Tally {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            writeln!(formatter, "{part}")?;
        }
        formatter.write_str(&self.numbers())
    }
}

/// The number that stands before a word, 0 when the word is not there.
fn number_before(text: &str, word: &str) -> usize {
    let before = text.split(word).next().filter(|before| before.len() < text.len()).unwrap_or_default();
    let digits = before.rsplit(|character: char| !character.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(reader: fn(&mut Tally, &str), lines: &[&str]) -> (usize, usize, usize) {
        let mut tally = Tally::default();
        for line in lines {
            reader(&mut tally, line);
        }
        (tally.passed, tally.failed, tally.skipped)
    }

    #[test]
    fn cargos_results_are_summed() {
        let lines = [
            "running 3 tests",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.00s",
            "skipped: pre_images_are_published: the MongoDB at hand has no pre-images",
            "test sign_in::works ... skipped: sign_in::works: the MongoDB at hand has no users",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.03s",
        ];

        assert_eq!(read(Tally::read_cargo, &lines), (13, 2, 3));
    }

    #[test]
    fn playwrights_results_are_summed() {
        let lines = [
            "  ✓  1 a.spec.ts › 3 passed things (1.2s)",
            "  1 failed",
            "    [chromium] › a",
            "  2 skipped",
            "  4 did not run",
            "  31 passed (2.1m)",
        ];

        assert_eq!(read(Tally::read_playwright, &lines), (31, 5, 2));
    }
}
