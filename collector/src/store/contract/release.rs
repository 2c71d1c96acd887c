//! Releases of the widget stay as they were served.

use super::*;
use crate::model::Asset;

fn file(path: &str, coding: &str, bytes: &[u8]) -> Asset {
    Asset {
        path: path.to_owned(),
        coding: coding.to_owned(),
        kind: "text/javascript".to_owned(),
        bytes: bytes.to_vec(),
    }
}

async fn a_release_is_kept_as_it_was_first_served(world: World) {
    let first = vec![file("a.js", "", b"1"), file("a.js", "br", &[0, 255])];
    let keep = async |version: &str, files: &[Asset]| {
        let kept = world.store.keep_release(version.to_owned(), files.to_vec());
        kept.await.expect("writes");
    };
    keep("1", &first).await;
    keep("1", &[file("a.js", "", b"2"), file("b.js", "", b"")]).await;
    keep("2", &[file("a.js", "", b"2")]).await;
    let read = async |version: &str| {
        let files = world.another().await.release(version.to_owned()).await;
        let mut files = files.expect("reads");
        files.sort_by(|one, other| one.coding.cmp(&other.coding));
        files
    };
    assert_eq!(read("1").await, first);
    assert_eq!(read("2").await, [file("a.js", "", b"2")]);
    assert_eq!(read("3").await, []);
}

async fn two_that_start_together_keep_one_release(world: World) {
    let other = world.another().await;
    let files = vec![file("a.js", "", b"1"), file("b.js", "", b"2")];
    let (one, two) = tokio::join!(
        world.store.keep_release("1".to_owned(), files.clone()),
        other.keep_release("1".to_owned(), files.clone()),
    );
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    let kept = world.store.release("1".to_owned()).await;
    assert_eq!(kept.expect("reads").len(), 2);
}

contract! {
    a_release_is_kept_as_it_was_first_served
    two_that_start_together_keep_one_release
}
