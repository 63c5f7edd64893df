//! Which edits a page has seen of its draft, so that two windows cannot overwrite each other unseen.
//!
//! Every page that shows a draft gets a mark: the number of edits so far, and a word of its own. An edit is taken when the page
//! has seen all others, or when those that it has not seen are its own: a form that saves itself while one types sends the next
//! edit before it has heard of the last.

use app::model::draft::Seen;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The edits of a draft, as they are kept with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Edits {
    count: u64,
    /// The page that made the last one.
    page: String,
    /// How many there were before that page's last unbroken series.
    since: u64,
}

/// Somebody else has edited the draft since the page was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stale;

impl Edits {
    /// The mark of a page that is shown now, under a new word.
    pub(super) fn shown_to_new_page(&self) -> Seen {
        self.mark(&Uuid::now_v7().simple().to_string())
    }

    /// Counts an edit by the page with this mark, and gives the mark it has from now on. A page that has none (the draft is only
    /// beginning, or the page is of an older build) is let through.
    pub(super) fn take(&mut self, seen: &Seen) -> Result<Seen, Stale> {
        let page = match seen.0.split_once('.').and_then(|(count, page)| Some((count.parse().ok()?, page))) {
            Some((count, page)) if self.is_known(count, page) => page.to_owned(),
            Some(_) => return Err(Stale),
            None => Uuid::now_v7().simple().to_string(),
        };
        if self.page != page {
            self.since = self.count;
            self.page.clone_from(&page);
        }
        self.count += 1;
        Ok(self.mark(&page))
    }

    fn is_known(&self, count: u64, page: &str) -> bool {
        count == self.count || (page == self.page && count >= self.since)
    }

    fn mark(&self, page: &str) -> Seen {
        Seen(format!("{}.{page}", self.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(text: &str) -> Seen {
        Seen(text.to_owned())
    }

    #[test]
    fn of_two_pages_that_show_the_same_only_the_first_is_taken() {
        let mut edits = Edits::default();

        assert_eq!(edits.take(&mark("0.a")), Ok(mark("1.a")));
        assert_eq!(edits.take(&mark("0.b")), Err(Stale));
        assert_eq!(edits.take(&mark("1.b")), Ok(mark("2.b")), "looked at again");
        assert_eq!(edits.take(&mark("1.a")), Err(Stale), "now the first has missed something");
    }

    #[test]
    fn a_page_is_not_stopped_by_its_own_edits() {
        let mut edits = Edits::default();

        assert_eq!(edits.take(&mark("0.a")), Ok(mark("1.a")));
        assert_eq!(edits.take(&mark("0.a")), Ok(mark("2.a")));
        assert_eq!(edits.take(&mark("2.b")), Ok(mark("3.b")));
        assert_eq!(edits.take(&mark("3.a")), Ok(mark("4.a")));
        assert_eq!(edits.take(&mark("2.a")), Err(Stale), "between its two series another page has edited");
    }

    #[test]
    fn a_mark_that_is_none_is_no_obstacle_and_every_page_has_another() {
        let mut edits = Edits::default();

        assert!(edits.take(&Seen::default()).is_ok());
        assert_ne!(edits.shown_to_new_page(), edits.shown_to_new_page());
        assert!(edits.shown_to_new_page().0.starts_with("1."));
    }
}
