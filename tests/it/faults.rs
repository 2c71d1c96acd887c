//! Whatever befalls a rating on its way, it arrives once, and nobody is told what is not so.

mod told;

use std::time::{Duration, Instant};

use huiyin_tests::artifact::figure;
use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::{Collector, Installation};
use huiyin_tests::dice::Dice;
use huiyin_tests::effort::cycles;
use huiyin_tests::host_page::{HostPage, Served};
use huiyin_tests::network::{Fault, Network};
use huiyin_tests::wait;
use huiyin_tests::words::Words;
use serde_json::json;
use tokio::task::block_in_place;

const COMMENT: &str = "Slow, but kind.";

/// How long a page takes at most to send what was kept.
const A_WHILE: Duration = Duration::from_secs(2);

const FAULTS: [Fault; 9] = [
    Fault::Lost,
    Fault::Unanswered,
    Fault::Status(408),
    Fault::Status(425),
    Fault::Status(503),
    Fault::InASecond,
    Fault::AtATime,
    Fault::Slow,
    Fault::Refused,
];

/// What a citizen does beside the grade, and when the connection or the patience ends.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is thrown for itself, and all go together"
)]
struct Visit {
    grade: u8,
    driver: bool,
    comment: bool,
    /// Whether the connection is gone when the first grade is tapped, for a while.
    offline: bool,
    /// Whether the tab is closed right after the last tap.
    leaves: bool,
    /// Whether the citizen presses Try again instead of waiting.
    impatient: bool,
}

/// What all visits share.
struct Place {
    collector: Collector,
    network: Network,
    page: Served,
    browser: Browser,
    words: Words,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rating_arrives_once_and_the_truth_is_told() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let network = Network::before(collector.origin()).await;
    let page = HostPage::with_tag_from(network.origin())
        .language("en")
        .serve()
        .await;
    let browser = Browser::start(Look {
        language: "en",
        ..Look::default()
    })
    .await;
    told::witness(&browser).await;
    let place = Place {
        collector,
        network,
        page,
        browser,
        words: Words::of("en"),
    };
    let (mut dice, seed) = Dice::with_any_seed();
    println!("seed: {seed}");
    let runs = cycles(12, 200);
    let mut faults = 0;
    for run in 1..=runs {
        let visit = Visit {
            grade: dice.grade(),
            driver: dice.throw(2) == 0,
            comment: dice.throw(2) == 0,
            offline: dice.throw(5) == 0,
            leaves: dice.throw(4) == 0,
            impatient: dice.throw(2) == 0,
        };
        // Nobody is there any more to hear of a refusal.
        let possible = FAULTS.len() - usize::from(visit.leaves);
        let plan: Vec<Fault> = (0..dice.throw(4))
            .map(|_| *dice.choose(&FAULTS[..possible]))
            .collect();
        faults += plan.len();
        let about = format!("run {run} of seed {seed}: {visit:?}, {plan:?}");
        println!("{about}");
        place.network.plan(&plan);
        let grade = place.rate(visit).await;
        if let Err(fault) = place.check(visit, grade, run).await {
            panic!("{about}: {fault}");
        }
    }
    assert_eq!(block_in_place(|| installation.stored()), runs);
    let measured = format!(
        "{runs} of {runs} stored once with what was said last, {faults} faults, \
         nobody told what was not so"
    );
    figure("network-fault runs", &measured);
}

impl Place {
    /// Does what the citizen does, until all is told to be received or the tab is closed.
    /// Returns the grade that was chosen last.
    async fn rate(&self, visit: Visit) -> u8 {
        let browser = &self.browser;
        browser.open(self.page.url()).await;
        browser.panel().open().await;
        browser.panel().question().await;
        if visit.driver {
            // Reasons are offered once they are known.
            browser.panel().until_said("h2", "Tax Bureau").await;
        }
        if visit.offline {
            self.connect(false).await;
        }
        let mut grade = visit.grade;
        self.grade(grade).await;
        if visit.driver {
            browser.tap("label:has([name=driver])").await;
        }
        if visit.comment {
            let text = browser.panel().comment().await;
            text.send_keys(COMMENT).await.expect("typed");
            browser.panel().send().await;
        }
        if visit.offline {
            if !visit.leaves {
                browser.panel().error().await;
            }
            self.connect(true).await;
        }
        if visit.leaves {
            browser.open("about:blank").await;
            return grade;
        }
        wait::until("it is told to be received", async || {
            let sight = told::sights(browser).await.pop()?;
            if sight.error == Network::REASON {
                // A refusal needs somebody who says it again, or something else of the same list.
                if visit.comment {
                    browser.press_if_there("[part=send]").await;
                } else {
                    grade = match grade {
                        1 => 2,
                        2 => 1,
                        4 => 5,
                        _ => 4,
                    };
                    self.grade(grade).await;
                }
            } else if visit.impatient && !sight.error.is_empty() {
                browser.press_if_there("[part=retry]").await;
            }
            let done = if visit.comment {
                !sight.thanks.is_empty()
            } else {
                sight.is_received(&self.words)
            };
            done.then_some(grade)
        })
        .await
    }

    async fn grade(&self, grade: u8) {
        let css = format!("label:has([name=rating][value='{grade}'])");
        self.browser.tap(&css).await;
    }

    /// Takes the connection away or gives it back, and has the browser notice.
    async fn connect(&self, connected: bool) {
        // The browser's own switch lets pass what may outlive the page.
        self.network.connect(connected);
        let conditions = json!({
            "offline": !connected, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        let command = "Network.emulateNetworkConditions";
        self.browser.tell(command, conditions).await;
    }

    /// Looks at what has become of a visit, of which this is the `run`th.
    async fn check(&self, visit: Visit, grade: u8, run: u64) -> Result<(), String> {
        if visit.leaves {
            self.come_again(run).await?;
        } else {
            let sights = told::sights(&self.browser).await;
            told::judge(&sights, &self.network.stored(), &self.words)?;
            wait::until("nothing is kept", async || {
                (told::kept(&self.browser).await == 0).then_some(())
            })
            .await;
        }
        let n = self.collector.n("tax").await;
        if n != run {
            return Err(format!("{n} are counted"));
        }
        let stored = self.network.stored();
        if stored
            .iter()
            .any(|one| one.sent["id"] != stored[0].sent["id"])
        {
            return Err(format!("one citizen has several ids: {stored:?}"));
        }
        let last = (stored
            .iter()
            .max_by_key(|one| one.sent["revision"].as_u64()))
        .ok_or("nothing was stored")?;
        let drivers = last.sent["drivers"].as_array().map_or(0, Vec::len);
        let said = (last.sent["rating"] == json!(grade))
            && (drivers == usize::from(visit.driver))
            && (last.sent["comment"].is_string() == visit.comment);
        let address = format!("/r/{}?lang=en", last.receipt);
        let receipt = self.collector.get(&address).await.body;
        let reads =
            receipt.contains(self.words.grade(grade)) && receipt.contains(COMMENT) == visit.comment;
        if !said || !reads {
            return Err(format!("not what was said last: {last:?}, {receipt}"));
        }
        Ok(())
    }

    /// Opens the page again, as often as it may take, until nothing is kept.
    async fn come_again(&self, run: u64) -> Result<(), String> {
        for _ in 0..5 {
            self.browser.open(self.page.url()).await;
            self.browser.panel().button().await;
            let opened = Instant::now();
            while opened.elapsed() < A_WHILE {
                let kept = told::kept(&self.browser).await;
                if kept == 0 && self.collector.n("tax").await == run {
                    return Ok(());
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
        }
        let kept = told::kept(&self.browser).await;
        Err(format!("{kept} still kept, {} tries", self.network.tries()))
    }
}
