//! Who is let in to a handler: not more often than the limit, not more at once than there is room.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::HttpBody;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::problem::{Problem, ProblemType};
use super::retry;
use crate::limits::Limits;
use crate::limits::class::Class;
use crate::limits::client::Client;
use crate::state::App;

/// Where a connection comes from; the accept loop says it with every request.
#[derive(Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Runs a handler once the request is let in, or refuses it at once.
///
/// The body has arrived by now, so nobody holds a place while they are still sending.
pub(super) async fn admit<T, H: Handler<T, App>>(
    class: Class,
    handler: H,
    request: Request,
    app: App,
) -> Response {
    let limits = Arc::clone(&app.limits);
    if request.body().size_hint().lower() > class.body_limit() as u64 {
        return ProblemType::BodyTooLarge.into_response();
    }
    let rate = match class {
        Class::Ingest => &limits.rate,
        Class::Moment => &limits.moments,
        Class::Read | Class::Health => &None,
    };
    if let Some(rate) = rate
        && let Err(early) = rate.admit(client(&limits, &request)).await
    {
        return too_often(early.wait);
    }
    let mut response = match limits.classes.enter(class) {
        Some(_place) => handler.call(request, app).await,
        None => ProblemType::Busy.into_response(),
    };
    let refused = response.extensions().get::<Problem>();
    let is_busy = refused.is_some_and(|problem| problem.r#type == ProblemType::Busy);
    match class {
        // A rush of page views must hold nobody back who comes to rate; so that its refusals cost
        // no more than an answer, the connection stays.
        Class::Moment if is_busy => drop(response.headers_mut().remove(header::CONNECTION)),
        Class::Moment => {}
        _ if is_busy => limits.classes.pace.turned_away(),
        _ => limits.classes.pace.served(),
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
    let mut response = ProblemType::TooOften.into_response();
    let seconds = HeaderValue::from(retry::after(wait));
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::testing::collector;
    use crate::store::testing::World;

    #[tokio::test]
    async fn a_rush_of_moments_holds_no_connection_back() {
        let world = World::sqlite().await;
        for (class, calm) in [(Class::Moment, true), (Class::Ingest, false)] {
            for full in [true, false] {
                let app = collector(world.store.clone());
                let classes = &app.limits.classes;
                let place = || classes.enter(class).filter(|_| full);
                let places: Vec<_> = std::iter::from_fn(place).collect();
                for _ in 0..1_000 {
                    // Where there is room, the handler finds none further on.
                    let busy = async || ProblemType::Busy;
                    let refused = admit(class, busy, Request::default(), app.clone()).await;
                    assert_eq!(refused.status(), ProblemType::Busy.status());
                    let stays = !refused.headers().contains_key(header::CONNECTION);
                    assert_eq!(stays, calm, "{class:?}");
                }
                assert_eq!(classes.pace.is_calm(), calm, "{class:?} {full}");
                drop(places);
            }
        }
    }
}
