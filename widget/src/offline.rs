//! The offline queue: feedback saved in the browser (`IndexedDB`) until the collector has answered.
//!
//! A feedback is saved when it is first sent and removed after the answer, so that neither a lost
//! network nor a closed page loses it. Where the browser has no storage, the panel keeps it in memory
//! as long as the page is open.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};

use huiyin_shared::feedback::Submission;

use crate::browser;
use crate::fields::{text, whole};

/// How many feedbacks are saved; the oldest are removed first.
const MAXIMUM: u32 = 30;

/// The name of the database, and of its only object store.
const NAME: &str = "huiyin";

/// The field that says when a feedback was made, in milliseconds since 1970. The collector ignores it.
pub(crate) const MADE: &str = "made";

/// The field that says which collector a feedback is for: pages of one site may use several.
pub(crate) const COLLECTOR: &str = "collector";

#[wasm_bindgen]
extern "C" {
    /// An `IDBRequest`: its result arrives with an event.
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
    fn create(this: &Database, name: &str) -> Result<ObjectStore, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn transaction(this: &Database, name: &str, mode: &str) -> Result<Transaction, JsValue>;

    #[wasm_bindgen(method)]
    fn close(this: &Database);

    type Transaction;

    #[wasm_bindgen(method, js_name = objectStore, catch)]
    fn object_store(this: &Transaction, name: &str) -> Result<ObjectStore, JsValue>;

    /// The saved feedback by its id. Ids are in order of time, so the oldest comes first.
    type ObjectStore;

    #[wasm_bindgen(method, catch)]
    fn put(this: &ObjectStore, feedback: &JsValue, id: &str) -> Result<Request, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn delete(this: &ObjectStore, id: &str) -> Result<Request, JsValue>;

    #[wasm_bindgen(method, js_name = getAll, catch)]
    fn get_all(this: &ObjectStore) -> Result<Request, JsValue>;
}

/// Saves a feedback in the place of an earlier revision; fails where the browser has no storage.
pub(crate) async fn save(id: &str, feedback: &JsValue) -> Result<(), JsValue> {
    // Before anything else, because the page may be closed at any moment.
    browser::mark_unsent(true);
    let saved = put(id, feedback).await;
    // Again, because an earlier feedback may have been removed meanwhile, and the mark with it.
    browser::mark_unsent(saved.is_ok());
    saved
}

async fn put(id: &str, feedback: &JsValue) -> Result<(), JsValue> {
    let store = object_store().await?;
    result_of(store.put(feedback, id)?).await?;
    let all: Array = result_of(store.get_all()?).await?.unchecked_into();
    if all.length() > MAXIMUM
        && let Some(oldest) = text(&all.get(0), "id")
    {
        result_of(store.delete(&oldest)?).await?;
    }
    Ok(())
}

/// Removes a feedback unless a later revision is saved; one that is not saved is no error.
pub(crate) async fn remove(id: &str, revision: u64) -> Result<(), JsValue> {
    let store = object_store().await?;
    let all: Array = result_of(store.get_all()?).await?.unchecked_into();
    let is_it = |one: &JsValue| text(one, "id").as_deref() == Some(id);
    let mut left = all.length();
    if let Some(one) = all.iter().find(is_it) {
        // Another page may have saved a later revision in the meantime.
        if whole(&one, "revision") <= Some(revision) {
            result_of(store.delete(id)?).await?;
            left -= 1;
        }
    }
    browser::mark_unsent(left > 0);
    Ok(())
}

/// Returns the saved feedback, the oldest first, each with whether it can still be sent: what is too
/// old, or beyond the maximum, can only be removed. `now` is in milliseconds since 1970.
pub(crate) async fn load_all(now: u64) -> Result<Vec<(JsValue, bool)>, JsValue> {
    let all: Array = result_of(object_store().await?.get_all()?)
        .await?
        .unchecked_into();
    let count = all.length();
    Ok(all
        .iter()
        .zip(0..)
        .map(|(feedback, index)| {
            let made = whole(&feedback, MADE).unwrap_or_default();
            let can_send = index + MAXIMUM >= count && is_fresh(made, now);
            (feedback, can_send)
        })
        .collect())
}

/// Whether a feedback made then is young enough to be sent; the clock may have been set back since.
fn is_fresh(made: u64, now: u64) -> bool {
    now.saturating_sub(made) <= Submission::OLDEST_MS
}

/// Opens the object store in a new transaction. The browser ends it once no request is pending.
async fn object_store() -> Result<ObjectStore, JsValue> {
    let request = open(NAME)?;
    let opened = request.clone().unchecked_into::<Request>();
    let create = Closure::<dyn FnMut()>::new(move || {
        // If this fails, so does the transaction below.
        drop(opened.result().unchecked_into::<Database>().create(NAME));
    });
    request.set_onupgradeneeded(create.as_ref());
    let database: Database = result_of(request).await?.unchecked_into();
    let transaction = database.transaction(NAME, "readwrite");
    // The connection closes when the transaction ends.
    database.close();
    transaction?.object_store(NAME)
}

/// Waits for the result of a request.
async fn result_of(request: Request) -> Result<JsValue, JsValue> {
    let mut settle = |resolve: Function, reject: Function| {
        request.set_onsuccess(&resolve);
        request.set_onerror(&reject);
    };
    Promise::new(&mut settle).await?;
    Ok(request.result())
}
