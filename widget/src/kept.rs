//! What waits for a connection, kept in the browser until it is sent (`IndexedDB`).
//!
//! A feedback is kept while it is first sent and forgotten once the collector has answered, so
//! that neither a lost network nor a closed page loses it. Where the browser keeps nothing, the
//! panel has it in memory as long as the page is open.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};

use huiyin_shared::feedback::Submission;

use crate::fields::{text, whole};
use crate::outside;

/// How many are kept; the oldest go first.
const MOST: u32 = 30;

/// The name of the database, and of the one list in it.
const NAME: &str = "huiyin";

/// When a feedback was made, in milliseconds since 1970; the collector ignores the field.
pub(crate) const MADE: &str = "made";

/// The collector that a feedback is for: another page of the site may speak of another one.
pub(crate) const COLLECTOR: &str = "collector";

#[wasm_bindgen]
extern "C" {
    /// What the database is asked; it answers through events.
    type Request;

    #[wasm_bindgen(js_namespace = indexedDB, catch)]
    fn open(name: &str) -> Result<Request, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn result(this: &Request) -> JsValue;

    #[wasm_bindgen(method, setter)]
    fn set_onsuccess(this: &Request, then: &JsValue);

    #[wasm_bindgen(method, setter)]
    fn set_onerror(this: &Request, then: &JsValue);

    #[wasm_bindgen(method, setter)]
    fn set_onupgradeneeded(this: &Request, then: &JsValue);

    type Database;

    #[wasm_bindgen(method, js_name = createObjectStore, catch)]
    fn create(this: &Database, name: &str) -> Result<List, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn transaction(this: &Database, name: &str, mode: &str) -> Result<Transaction, JsValue>;

    #[wasm_bindgen(method)]
    fn close(this: &Database);

    type Transaction;

    #[wasm_bindgen(method, js_name = objectStore, catch)]
    fn list(this: &Transaction, name: &str) -> Result<List, JsValue>;

    /// The feedback that is kept, by its id. Ids are in order of time, so the oldest comes first.
    type List;

    #[wasm_bindgen(method, catch)]
    fn put(this: &List, feedback: &JsValue, id: &str) -> Result<Request, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn delete(this: &List, id: &str) -> Result<Request, JsValue>;

    #[wasm_bindgen(method, js_name = getAll, catch)]
    fn all(this: &List) -> Result<Request, JsValue>;
}

/// Keeps a feedback, in the place of an earlier revision; fails where the browser keeps nothing.
pub(crate) async fn keep(id: &str, feedback: &JsValue) -> Result<(), JsValue> {
    // First of all, because the page may be closed at any moment.
    outside::mark_waiting(true);
    let kept = put(id, feedback).await;
    // Again, because an earlier one may have been forgotten meanwhile, and the mark with it.
    outside::mark_waiting(kept.is_ok());
    kept
}

async fn put(id: &str, feedback: &JsValue) -> Result<(), JsValue> {
    let list = list().await?;
    answer(list.put(feedback, id)?).await?;
    let all: Array = answer(list.all()?).await?.unchecked_into();
    if all.length() > MOST
        && let Some(oldest) = text(&all.get(0), "id")
    {
        answer(list.delete(&oldest)?).await?;
    }
    Ok(())
}

/// Forgets a feedback unless a later revision is kept; one that is not kept is forgotten already.
pub(crate) async fn forget(id: &str, revision: u64) -> Result<(), JsValue> {
    let list = list().await?;
    let all: Array = answer(list.all()?).await?.unchecked_into();
    let is_it = |one: &JsValue| text(one, "id").as_deref() == Some(id);
    let mut left = all.length();
    if let Some(one) = all.iter().find(is_it) {
        // Another page may have kept more of the same in the meantime.
        if whole(&one, "revision") <= Some(revision) {
            answer(list.delete(id)?).await?;
            left -= 1;
        }
    }
    outside::mark_waiting(left > 0);
    Ok(())
}

/// Returns what is kept, the oldest first, with whether it is to be sent: what is too old, or too
/// many, is only to be forgotten. `now` is in milliseconds since 1970.
pub(crate) async fn all(now: u64) -> Result<Vec<(JsValue, bool)>, JsValue> {
    let all: Array = answer(list().await?.all()?).await?.unchecked_into();
    let count = all.length();
    Ok(all
        .iter()
        .zip(0..)
        .map(|(feedback, place)| {
            let made = whole(&feedback, MADE).unwrap_or_default();
            let fits = place + MOST >= count && is_fresh(made, now);
            (feedback, fits)
        })
        .collect())
}

/// Whether something made then is young enough to be sent; the clock may have been set back since.
fn is_fresh(made: u64, now: u64) -> bool {
    now.saturating_sub(made) <= Submission::OLDEST_MS
}

/// Opens the list anew; no transaction lives longer than one request.
async fn list() -> Result<List, JsValue> {
    let request = open(NAME)?;
    let opened = request.clone().unchecked_into::<Request>();
    let create = Closure::<dyn FnMut()>::new(move || {
        // Where it fails, so does the transaction below.
        drop(opened.result().unchecked_into::<Database>().create(NAME));
    });
    request.set_onupgradeneeded(create.as_ref());
    let database: Database = answer(request).await?.unchecked_into();
    let transaction = database.transaction(NAME, "readwrite");
    // It ends when the transaction does.
    database.close();
    transaction?.list(NAME)
}

/// Waits for what the database answers.
async fn answer(request: Request) -> Result<JsValue, JsValue> {
    let mut settle = |done: Function, failed: Function| {
        request.set_onsuccess(&done);
        request.set_onerror(&failed);
    };
    Promise::new(&mut settle).await?;
    Ok(request.result())
}
