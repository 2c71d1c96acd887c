//! What `huiyin embed check` says of a page, one by one.

/// How a finding is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is as it should be.
    Fine,
    /// It works, and could be better.
    Advice,
    /// It must be changed.
    Wrong,
}

/// One thing about the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How it is to be taken.
    pub verdict: Verdict,
    /// What it is.
    pub text: String,
}

/// What has been found so far.
#[derive(Default)]
pub(super) struct Findings(pub(super) Vec<Finding>);

impl Findings {
    fn add(&mut self, verdict: Verdict, text: &str) {
        let text = text.to_owned();
        let finding = Finding { verdict, text };
        // The same of ten elements is said once.
        if !self.0.contains(&finding) {
            self.0.push(finding);
        }
    }

    pub(super) fn fine(&mut self, text: &str) {
        self.add(Verdict::Fine, text);
    }

    pub(super) fn advice(&mut self, text: &str) {
        self.add(Verdict::Advice, text);
    }

    pub(super) fn wrong(&mut self, text: &str) {
        self.add(Verdict::Wrong, text);
    }
}
