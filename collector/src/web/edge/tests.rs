//! Every route has a span with the pattern of its path, and with nothing that was sent.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::net::Ipv4Addr;
use std::sync::Mutex;

use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use super::*;
use crate::store::testing::World;
use crate::web::testing::collector;
use crate::web::{edge, routes};

/// What a sender may choose; it must stand in no span.
const MARK: &str = "marked";

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

/// Keeps the fields of every span, whoever made it.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<Span>>>);

/// Its name, its id, and its fields.
type Span = (&'static str, Id, Fields);

impl<S: Subscriber> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let span = (attributes.metadata().name(), id.clone(), fields);
        self.0.lock().expect("spans").push(span);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut spans = self.0.lock().expect("spans");
        let span = spans.iter_mut().rev().find(|(_, known, _)| known == id);
        values.record(&mut span.expect("a known span").2);
    }
}

#[tokio::test]
async fn every_route_has_a_span_with_its_pattern_and_no_content() {
    let world = World::sqlite().await;
    let edge = edge(collector(world.store.clone()));
    let spans = Spans::default();
    let subscriber =
        tracing_subscriber::registry().with(spans.clone().with_filter(LevelFilter::TRACE));
    let _log = tracing::subscriber::set_default(subscriber);
    for route in routes().table() {
        spans.0.lock().expect("spans").clear();
        let path = route.path.split('/');
        let path: Vec<_> = path
            .map(|part| if part.starts_with('{') { MARK } else { part })
            .collect();
        let request = Request::builder()
            .method(&route.method)
            .uri(format!("{}?q={MARK}", path.join("/")))
            .header(header::USER_AGENT, MARK)
            .body(Body::from(MARK));
        let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let response = edge.clone().answer(peer, request.expect("a request")).await;
        let status = response.status();
        let spans = spans.0.lock().expect("spans");
        let marked = spans.iter().flat_map(|(_, _, fields)| fields.0.values());
        assert!(
            !marked.into_iter().any(|value| value.contains(MARK)),
            "{route:?}"
        );
        let named: Vec<_> = spans
            .iter()
            .filter(|(name, ..)| *name == "request")
            .collect();
        let [(_, _, fields)] = named[..] else {
            panic!("{route:?} has {} spans", named.len());
        };
        let expected = [
            ("class", route.class.name()),
            ("method", route.method.as_str()),
            ("route", &route.path),
            ("status", status.as_str()),
        ];
        let expected = expected.map(|(name, value)| (name, value.to_owned()));
        assert_eq!(fields.0, BTreeMap::from(expected), "{route:?}");
    }
}

#[test]
fn a_request_that_no_route_takes_has_a_span_without_its_path() {
    let spans = Spans::default();
    let subscriber = tracing_subscriber::registry().with(spans.clone());
    tracing::subscriber::with_default(subscriber, || drop(span(None)));
    let spans = spans.0.lock().expect("spans");
    assert_eq!(spans[0].2.0, BTreeMap::from([("class", "read".to_owned())]));
}

#[test]
fn a_preflight_allows_every_header_that_is_asked_for() {
    for asked in [
        None,
        Some("content-type"),
        Some("x-csrf-token,x-requested-with"),
    ] {
        let mut headers = HeaderMap::new();
        if let Some(asked) = asked {
            let name = header::ACCESS_CONTROL_REQUEST_HEADERS;
            headers.insert(name, HeaderValue::from_static(asked));
        }
        let response = preflight(&headers);
        let allowed = &response.headers()[header::ACCESS_CONTROL_ALLOW_HEADERS];
        assert_eq!(allowed, asked.unwrap_or("content-type"));
    }
}
