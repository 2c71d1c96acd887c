//! On whatever page the tag stands, a citizen gets a rating through, and the page stays as it was.

use std::fmt::Write;

use huiyin_tests::artifact::{figure, keep};
use huiyin_tests::browser::{Browser, Engine, Look};
use huiyin_tests::collector::{Collector, Installation};
use huiyin_tests::effort::cycles;
use huiyin_tests::hosts::{self, FallbackLevel, Host, Proxy, Way};

mod visit;

/// Where a rating arrives.
const RUNGS: [&str; 3] = ["Panel", "Frame", "Link"];

/// What became of one page in one browser.
struct Row {
    page: Host,
    engine: Engine,
    found: String,
    faults: Vec<String>,
}

/// Shows pages of the catalogue to a browser, and returns what became of each.
async fn show(pages: &[Host], engine: Engine) -> Vec<Row> {
    let installation = Installation::of(&hosts::departments(pages));
    let collector = installation.start();
    let mut browser = Browser::start_one(engine, Look::default()).await;
    let mut rows = Vec::new();
    for page in pages {
        let (found, faults) = look_at(page, &mut browser, &collector).await;
        println!("{:<24} {engine:?} {found} {faults:?}", page.name);
        rows.push(Row {
            page: *page,
            engine,
            found,
            faults,
        });
    }
    // Every rating that went well is there, and none of them twice.
    let rated = rows
        .iter()
        .filter(|row| RUNGS.contains(&row.found.as_str()));
    assert_eq!(installation.stored(), rated.count() as u64);
    rows
}

/// Rates on one page; returns on which level, and everything that is not as it should be.
async fn look_at(
    page: &Host,
    browser: &mut Browser,
    collector: &Collector,
) -> (String, Vec<String>) {
    let proxy = match page.way {
        Way::Open => None,
        way => Some(Proxy::before(collector.origin(), way).await),
    };
    let origin = proxy.as_ref().map_or(collector.origin(), Proxy::origin);
    let served = page.serve(origin).await;
    if browser.engine() == Engine::Chromium {
        let (width, height, scale) = page.size.unwrap_or((1_280, 800, 1));
        browser.resize(width, height, scale).await;
        browser.media(page.media).await;
    }
    let bare = visit::bare(browser, &format!("{}bare", served.url())).await;
    let rated = visit::rate(browser, page, served.url(), proxy.as_ref()).await;
    if page.framed {
        browser.leave().await;
    }
    let mut faults = browser.uncaught().await;
    let level = match rated {
        Ok((level, traces)) => {
            faults.extend(visit::changes(&bare, &traces));
            level
        }
        Err(fault) => {
            faults.push(fault);
            return ("nothing works".to_owned(), faults);
        }
    };
    let expected = u64::from(level != FallbackLevel::Nothing);
    let arrived = visit::arrived(collector, page.name, expected).await;
    if arrived != expected {
        faults.push(format!("{arrived} ratings arrived"));
    }
    if level != page.level {
        faults.push(format!("{:?} was to be found", page.level));
    }
    (format!("{level:?}"), faults)
}

fn table(rows: &[Row]) -> String {
    let mut table = String::new();
    for row in rows {
        let Host { name, why, .. } = row.page;
        let engine = format!("{:?}", row.engine);
        let said = match row.faults.as_slice() {
            [] => why.to_owned(),
            faults => format!("WRONG {}", faults.join("; ")),
        };
        // Writing to a string cannot fail.
        _ = writeln!(table, "{name:<24} {engine:<9} {:<14} {said}", row.found);
    }
    table
}

fn judge(name: &str, rows: &[Row]) {
    let table = table(rows);
    println!("{table}");
    keep(&format!("{name}.txt"), table.as_bytes());
    let shows_nothing = |row: &&Row| row.page.level == FallbackLevel::Nothing;
    let nothing = rows.iter().filter(shows_nothing).count();
    let right = rows.iter().filter(|row| row.faults.is_empty()).count();
    let measured = format!(
        "{right} of {} as they should; on {nothing} of them the page lets nothing of others be seen or run, \
         on all others a rating got through",
        rows.len()
    );
    figure(name, &measured);
    assert_eq!(right, rows.len(), "\n{table}");
}

fn chosen(only: fn(&Host) -> bool) -> Vec<Host> {
    let mut pages = hosts::all();
    pages.retain(|page| only(page) && (page.sampled || cycles(0, 1) == 1));
    pages
}

#[tokio::test]
async fn a_rating_gets_through_on_every_page_in_chromium() {
    let rows = show(&chosen(|_| true), Engine::Chromium).await;
    judge("host pages, Chromium", &rows);
}

#[tokio::test]
async fn a_rating_gets_through_on_every_page_in_firefox() {
    let rows = show(&chosen(|page| page.firefox), Engine::Firefox).await;
    judge("host pages, Firefox", &rows);
}

#[tokio::test]
async fn a_bad_guest_would_be_noticed() {
    let pages = [hosts::BAD_GUEST];
    for engine in [Engine::Chromium, Engine::Firefox] {
        let rows = show(&pages, engine).await;
        let faults = rows[0].faults.join("\n");
        for part in [
            "window.one",
            "Array.prototype.three",
            "left alone",
            "Frame was",
        ] {
            assert!(
                faults.contains(part),
                "{engine:?} noticed no {part}: {faults}"
            );
        }
    }
}
