//! What waits for a person, as a list that ends.

use super::print;

/// How many to ask for: one more than are listed, to know whether that is all.
pub(super) const ASKED: u32 = 1_001;

/// How many are listed at once: a program that writes one writes many, and a country wants more
/// answers than a terminal can show.
const MOST: usize = ASKED as usize - 1;

/// Prints a line for each that is listed; where more wait, says how to come to them.
pub(super) fn list<T>(
    waiting: &[T],
    line: impl FnMut(&T) -> String,
    how: &str,
) -> anyhow::Result<()> {
    let lines: Vec<String> = waiting.iter().take(MOST).map(line).collect();
    print(&lines.concat())?;
    if waiting.len() > MOST {
        eprintln!("huiyin: more wait than these {MOST}; {how}");
    }
    Ok(())
}
