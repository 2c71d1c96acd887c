//! The table of routes: the only way to a handler, and what the invariant tests run over.
//!
//! A class says the method too: what is read is a GET, what is stored, changed or counted a POST.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};

use super::admission::admit;
use super::description::{Description, Reads};
use crate::app::App;
use crate::limits::class::Class;

/// Routes with what is known about each.
pub(crate) struct Routes(Vec<(Route, Description, MethodRouter<App>)>);

/// One entry of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) class: Class,
}

impl Route {
    /// Returns the class of a request; one that no route takes is a read.
    pub(super) fn class_of(route: Option<&Self>) -> Class {
        route.map_or(Class::Read, |route| route.class)
    }
}

impl Routes {
    /// Returns an empty table.
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a path with its handler. What the handler reads of the query is described here, from the
    /// types of its arguments.
    pub(crate) fn route<H: Handler<T, App>, T: Reads + 'static>(
        mut self,
        class: Class,
        path: &str,
        handler: H,
        described: Description,
    ) -> Self {
        let handler = Admitted { class, handler };
        let (method, handler) = if class.is_post() {
            (Method::POST, post(handler))
        } else {
            (Method::GET, get(handler))
        };
        let route = Route {
            method,
            path: path.to_owned(),
            class,
        };
        self.0.push((route, T::describe(described), handler));
        self
    }

    /// Adds the routes of another module.
    pub(crate) fn merge(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Adds the routes of another table under a prefix.
    pub(crate) fn nest(mut self, prefix: &str, others: Self) -> Self {
        let others = others.0.into_iter().map(|(route, described, handler)| {
            let path = format!("{prefix}{}", route.path);
            (Route { path, ..route }, described, handler)
        });
        self.0.extend(others);
        self
    }

    /// Returns the table by method and path.
    pub(super) fn index(&self) -> RouteIndex {
        RouteIndex::new(self.table())
    }

    /// Returns every route with its description.
    pub(super) fn described(&self) -> impl Iterator<Item = (&Route, &Description)> {
        self.0
            .iter()
            .map(|(route, described, _)| (route, described))
    }

    /// Returns the router, which has no other routes than the table.
    pub(crate) fn into_router(self) -> Router<App> {
        let empty = Router::new();
        self.0
            .into_iter()
            .fold(empty, |router, (route, _, handler)| {
                router.route(&route.path, handler)
            })
    }

    /// Returns what is known about each route.
    pub(crate) fn table(&self) -> Vec<Route> {
        self.described().map(|(route, _)| route.clone()).collect()
    }
}

/// The route of a request, known from its method and path before its body is read.
pub(super) struct RouteIndex(matchit::Router<Vec<Route>>);

impl RouteIndex {
    fn new(table: Vec<Route>) -> Self {
        let mut paths: BTreeMap<String, Vec<Route>> = BTreeMap::new();
        for route in table {
            paths.entry(route.path.clone()).or_default().push(route);
        }
        let mut router = matchit::Router::new();
        for (path, routes) in paths {
            let inserted = router.insert(path, routes);
            inserted.expect("the paths are those of the router, which has taken them");
        }
        Self(router)
    }

    /// Returns the route that takes a request, if there is one.
    pub(super) fn find(&self, method: &Method, path: &str) -> Option<&Route> {
        let method = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let routes = self.0.at(path).ok()?.value;
        routes.iter().find(|route| route.method == method)
    }
}

/// A handler that runs once a request of its class is admitted.
#[derive(Clone)]
struct Admitted<H> {
    class: Class,
    handler: H,
}

impl<H: Handler<T, App>, T: 'static> Handler<T, App> for Admitted<H> {
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, app: App) -> Self::Future {
        Box::pin(admit(self.class, self.handler, request, app))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web;

    #[test]
    fn a_request_has_the_class_of_its_route_and_any_other_is_a_read() {
        let index = web::routes().index();
        for (method, path, class) in [
            (Method::POST, "/api/v1/feedback", Class::Ingest),
            (Method::POST, "/d/tax/rate", Class::Ingest),
            (Method::OPTIONS, "/api/v1/feedback", Class::Read),
            (Method::GET, "/d/tax/rate", Class::Read),
            (Method::POST, "/d/a/b/rate", Class::Read),
            (Method::POST, "/r", Class::Read),
            (Method::POST, "/r/code/withdraw", Class::Change),
            (Method::POST, "/api/v1/moments", Class::WidgetEvent),
            (Method::GET, "/api/v1/moments", Class::Read),
            (Method::GET, "/assets/site.css", Class::Asset),
            (Method::HEAD, "/huiyin.js", Class::Asset),
            (Method::GET, "/readyz", Class::Health),
            (Method::GET, "/nothing/here", Class::Read),
        ] {
            let found = index.find(&method, path);
            assert_eq!(Route::class_of(found), class, "{method} {path}");
        }
    }
}
