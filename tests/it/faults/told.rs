//! What the person in front of the panel was told at every moment, and whether it was true.

use huiyin_tests::browser::Browser;
use huiyin_tests::network::{Network, Stored};
use huiyin_tests::words::Words;
use serde::Deserialize;
use serde_json::json;

/// Runs in every page before the page does, and notes at each frame what a person can see.
const WITNESS: &str = "(() => {
    const told = [];
    let last;
    const kept = async () => {
        if (!(await indexedDB.databases()).some((base) => base.name == 'huiyin')) return [];
        const wait = (request) => new Promise((done, failed) => {
            request.onsuccess = () => done(request.result);
            request.onerror = failed;
        });
        const base = await wait(indexedDB.open('huiyin'));
        const rows = await wait(base.transaction('huiyin').objectStore('huiyin').getAll());
        base.close();
        return rows;
    };
    Object.assign(window, { __told: told, __kept: kept });
    const look = () => {
        requestAnimationFrame(look);
        const panel = document.querySelector('huiyin-feedback')?.shadowRoot?.querySelector('dialog.panel');
        if (!panel) return;
        const text = (css) => panel.querySelector(css)?.textContent ?? '';
        const chosen = (name) =>
            [...panel.querySelectorAll(`[name=${name}]:checked`)].map((one) => one.value);
        const now = {
            rating: Number(chosen('rating')[0] ?? 0), drivers: chosen('driver'),
            status: text('[role=status]'), error: text('[part=error]'), thanks: text('.thanks b'),
        };
        const key = JSON.stringify(now);
        if (key == last) return;
        last = key;
        const sight = { at: Date.now(), kept: 0, looked: 0, ...now };
        told.push(sight);
        if (now.error) kept().then((rows) =>
            Object.assign(sight, { kept: rows.length, looked: Date.now() }));
    };
    requestAnimationFrame(look);
})()";

/// What could be seen from a moment on.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Sight {
    /// The moment, in milliseconds since 1970.
    at: u64,
    /// How many rows the browser kept a little later, and when that was.
    kept: u64,
    looked: u64,
    /// The chosen grade, or 0.
    rating: u8,
    /// The chosen drivers.
    drivers: Vec<String>,
    status: String,
    pub(super) error: String,
    pub(super) thanks: String,
}

impl Sight {
    /// Whether everything that was said is told to be received.
    pub(super) fn is_received(&self, words: &Words) -> bool {
        self.thanks == words.say("thanks") || self.status == words.say("received")
    }
}

/// Has all further pages note what can be seen in them.
pub(super) async fn witness(browser: &Browser) {
    let witness = json!({"source": WITNESS});
    browser
        .tell("Page.addScriptToEvaluateOnNewDocument", witness)
        .await;
}

/// Returns what could be seen in the page so far.
pub(super) async fn sights(browser: &Browser) -> Vec<Sight> {
    let told = browser.value("window.__told ?? []").await;
    serde_json::from_value(told).expect("a list of sights")
}

/// Returns what the browser keeps.
pub(super) async fn kept(browser: &Browser) -> usize {
    let rows = browser.value("__kept().then((rows) => rows.length)").await;
    usize::try_from(rows.as_u64().expect("a count")).expect("a small one")
}

/// Holds what was told against what the collector had by then.
pub(super) fn judge(sights: &[Sight], stored: &[Stored], words: &Words) -> Result<(), String> {
    for sight in sights {
        let by = |moment: u64| stored.iter().filter(move |one| one.at <= moment);
        let is_thanks = !sight.thanks.is_empty();
        let same = |one: &Stored| {
            is_thanks
                || (one.sent["rating"] == json!(sight.rating)
                    && one.sent["drivers"] == json!(sight.drivers))
        };
        if sight.is_received(words) && !by(sight.at).any(same) {
            return Err(format!("told to be received too early: {sight:?}"));
        }
        let error = sight.error.as_str();
        if error == words.say("waiting") && sight.kept == 0 && by(sight.looked).next().is_none() {
            return Err(format!("told to be kept, and is not: {sight:?}"));
        }
        let known = [
            "",
            words.say("waiting"),
            words.say("waiting_here"),
            Network::REASON,
        ];
        if !known.contains(&error) {
            return Err(format!("told something else: {sight:?}"));
        }
    }
    Ok(())
}
