//! Admission to a handler: the rate limit of the client, then a permit of the class.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::handler::Handler;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};

use super::problem::{Problem, ProblemType};
use super::retry_after;
use crate::app::App;
use crate::limits::Limits;
use crate::limits::class::Class;
use crate::limits::client::Client;

/// Where a connection comes from; the accept loop says it with every request.
#[derive(Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Runs a handler once the request is admitted, or refuses it at once.
///
/// The body has arrived by now, so nobody holds a permit while they are still sending.
pub(super) async fn admit<T, H: Handler<T, App>>(
    class: Class,
    handler: H,
    request: Request,
    app: App,
) -> Response {
    let limits = Arc::clone(&app.limits);
    if let Some(rate) = limits.rate(class)
        && let Err(early) = rate.admit(client(&limits, &request)).await
    {
        return too_often(early.wait);
    }
    let mut response = match limits.concurrency.try_acquire(class) {
        Some(_permit) => handler.call(request, app).await,
        None => ProblemType::Busy.into_response(),
    };
    let refused = response.extensions().get::<Problem>();
    let is_busy = refused.is_some_and(|problem| problem.r#type == ProblemType::Busy);
    match class {
        // A rush of page views must not slow down accepting the connections of ratings. So that its
        // rejections cost no more than an answer, the connection stays open.
        Class::WidgetEvent if is_busy => drop(response.headers_mut().remove(header::CONNECTION)),
        Class::WidgetEvent => {}
        _ if is_busy => limits.accept.on_rejected(),
        _ => limits.accept.on_served(),
    }
    response
}

fn client(limits: &Limits, request: &Request) -> Client {
    const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");
    // Only a test calls the router without a connection.
    let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let peer = request.extensions().get::<Peer>();
    let peer = peer.map_or(nowhere, |Peer(address)| address.ip());
    // A header that is no text ends the list as any other nonsense does.
    let forwarded = request.headers().get_all(FORWARDED).iter();
    let forwarded = forwarded.map(|value| value.to_str().unwrap_or_default());
    limits.trusted.client(peer, forwarded)
}

fn too_often(wait: Duration) -> Response {
    let later = [(header::RETRY_AFTER, retry_after::spread(wait).to_string())];
    (later, ProblemType::TooOften).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::World;
    use crate::web::testing::collector;

    #[tokio::test]
    async fn rejected_widget_events_do_not_throttle_accepting() {
        let world = World::sqlite().await;
        for (class, calm) in [(Class::WidgetEvent, true), (Class::Ingest, false)] {
            for full in [true, false] {
                let app = collector(world.store.clone());
                let limits = &app.limits;
                let permit = || limits.concurrency.try_acquire(class).filter(|_| full);
                let permits: Vec<_> = std::iter::from_fn(permit).collect();
                for _ in 0..1_000 {
                    // Where a permit is free, the handler itself is busy.
                    let busy = async || ProblemType::Busy;
                    let refused = admit(class, busy, Request::default(), app.clone()).await;
                    assert_eq!(refused.status(), ProblemType::Busy.status());
                    let stays = !refused.headers().contains_key(header::CONNECTION);
                    assert_eq!(stays, calm, "{class:?}");
                }
                assert_eq!(limits.accept.is_calm(), calm, "{class:?} {full}");
                drop(permits);
            }
        }
    }
}
