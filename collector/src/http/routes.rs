//! The table of routes: the only way to a handler, and what the proofs about all routes run over.
//!
//! A class says the method too: what is looked at is a GET, what is stored is a POST.

use std::future::Future;
use std::pin::Pin;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post};

use super::admission::admit;
use crate::limits::class::Class;
use crate::state::App;

/// Routes with what is known about each.
pub(crate) struct Routes {
    router: Router<App>,
    table: Vec<Route>,
}

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
        Self {
            router: Router::new(),
            table: Vec::new(),
        }
    }

    /// Adds a path where something public is looked at.
    pub(crate) fn read<H: Handler<T, App>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.add(Class::Read, path, handler)
    }

    /// Adds a path to which something is sent that is stored.
    pub(crate) fn ingest<H: Handler<T, App>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.add(Class::Ingest, path, handler)
    }

    /// Adds a path that says how the process is.
    pub(crate) fn health<H: Handler<T, App>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.add(Class::Health, path, handler)
    }

    /// Adds the routes of another module.
    pub(crate) fn merge(mut self, others: Self) -> Self {
        self.table.extend(others.table);
        self.router = self.router.merge(others.router);
        self
    }

    /// Adds the routes of another table under a prefix.
    pub(crate) fn nest(mut self, prefix: &str, others: Self) -> Self {
        self.table
            .extend(others.table.into_iter().map(|route| Route {
                path: format!("{prefix}{}", route.path),
                ..route
            }));
        self.router = self.router.nest(prefix, others.router);
        self
    }

    /// Puts something around all routes so far.
    pub(crate) fn around(mut self, with: impl FnOnce(Router<App>) -> Router<App>) -> Self {
        self.router = with(self.router);
        self
    }

    /// Returns the router, which has no other routes than the table.
    pub(crate) fn into_router(self) -> Router<App> {
        self.router
    }

    #[cfg(test)]
    pub(super) fn table(&self) -> &[Route] {
        &self.table
    }

    fn add<H: Handler<T, App>, T: 'static>(mut self, class: Class, path: &str, handler: H) -> Self {
        let handler = InClass { class, handler };
        let (method, handler) = match class {
            Class::Ingest => (Method::POST, post(handler)),
            Class::Read | Class::Health => (Method::GET, get(handler)),
        };
        self.router = self.router.route(path, handler);
        self.table.push(Route {
            method,
            path: path.to_owned(),
            class,
        });
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
