//! The table of routes: the only way to a handler, and what the proofs about all routes run over.
//!
//! A class says the method too: what is looked at is a GET, what is stored or counted is a POST.

use std::future::Future;
use std::pin::Pin;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};

use super::admission::admit;
use crate::limits::class::Class;
use crate::state::App;

/// Routes with what is known about each.
pub(crate) struct Routes(Vec<(Route, MethodRouter<App>)>);

/// One entry of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) class: Class,
}

impl Routes {
    /// Returns an empty table.
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a path where something public is looked at.
    pub(crate) fn read<H: Handler<T, App>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.add(Class::Read, path, handler)
    }

    /// Adds a path to which something is sent that is stored.
    pub(crate) fn ingest<H: Handler<T, App>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.add(Class::Ingest, path, handler)
    }

    /// Adds a path to which something is sent that is only counted.
    pub(crate) fn moment<H: Handler<T, App>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.add(Class::Moment, path, handler)
    }

    /// Adds a path that says how the process is.
    pub(crate) fn health<H: Handler<T, App>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.add(Class::Health, path, handler)
    }

    /// Adds the routes of another module.
    pub(crate) fn merge(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Adds the routes of another table under a prefix.
    pub(crate) fn nest(mut self, prefix: &str, others: Self) -> Self {
        let others = others.0.into_iter().map(|(route, handler)| {
            let path = format!("{prefix}{}", route.path);
            (Route { path, ..route }, handler)
        });
        self.0.extend(others);
        self
    }

    /// Returns the router, which has no other routes than the table.
    pub(crate) fn into_router(self) -> Router<App> {
        let empty = Router::new();
        self.0.into_iter().fold(empty, |router, (route, handler)| {
            router.route(&route.path, handler)
        })
    }

    #[cfg(test)]
    pub(super) fn table(&self) -> Vec<Route> {
        self.0.iter().map(|(route, _)| route.clone()).collect()
    }

    fn add<H: Handler<T, App>, T: 'static>(mut self, class: Class, path: &str, handler: H) -> Self {
        let handler = InClass { class, handler };
        let (method, handler) = match class {
            Class::Ingest | Class::Moment => (Method::POST, post(handler)),
            Class::Read | Class::Health => (Method::GET, get(handler)),
        };
        let route = Route {
            method,
            path: path.to_owned(),
            class,
        };
        self.0.push((route, handler));
        self
    }
}

/// A handler that runs once its class lets the request in.
#[derive(Clone)]
struct InClass<H> {
    class: Class,
    handler: H,
}

impl<H: Handler<T, App>, T: 'static> Handler<T, App> for InClass<H> {
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, app: App) -> Self::Future {
        Box::pin(admit(self.class, self.handler, request, app))
    }
}
