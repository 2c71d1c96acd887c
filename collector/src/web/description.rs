//! What a route takes, answers and refuses: its entry in the `OpenAPI` document.
//!
//! A route cannot be added to the table without one. Method, path, parameters of the path, and the
//! refusals that all routes of a class have come from the table itself; the parameters of the query
//! come from the arguments of the handler.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use utoipa::ToSchema;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{Ref, RefOr, Required, Schema};

use super::problem::ProblemType;

/// The description of one route.
#[derive(Default)]
pub(crate) struct Description {
    pub(super) summary: &'static str,
    pub(super) queries: Vec<Parameter>,
    pub(super) bodies: Vec<Media>,
    pub(super) answers: Vec<Answer>,
    pub(super) problems: Vec<ProblemType>,
    pub(super) schemas: Schemas,
}

/// An answer that is no refusal.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) summary: &'static str,
    /// None where the answer has no body.
    pub(super) media: Option<Media>,
}

/// A media type, and the schema of what is in it where that is JSON.
pub(super) struct Media {
    pub(super) kind: &'static str,
    pub(super) schema: Option<RefOr<Schema>>,
}

/// Schemas with their names.
pub(super) type Schemas = Vec<(String, RefOr<Schema>)>;

impl Description {
    /// Starts the description of a route that does this.
    pub(crate) fn new(summary: &'static str) -> Self {
        Self {
            summary,
            ..Self::default()
        }
    }

    /// Starts the description of a route that answers with a page for people.
    pub(crate) fn page(summary: &'static str) -> Self {
        Self::new(summary).file("text/html", "The page")
    }

    /// Adds the parameters of a query that are not there yet.
    pub(super) fn query<T: ToSchema>(mut self) -> Self {
        let mut known = Schemas::new();
        T::schemas(&mut known);
        for parameter in parameters(&T::schema(), &known) {
            if self.queries.iter().all(|one| one.name != parameter.name) {
                self.queries.push(parameter);
            }
        }
        self
    }

    /// Adds a JSON body; a browser may declare it as `text/plain`.
    pub(crate) fn body<T: ToSchema>(mut self) -> Self {
        for kind in ["application/json", "text/plain"] {
            let schema = Some(self.reference::<T>());
            self.bodies.push(Media { kind, schema });
        }
        self.refuses(&[
            ProblemType::MalformedJson,
            ProblemType::InvalidUnicode,
            ProblemType::InvalidUtf8,
            ProblemType::UnsupportedContentType,
        ])
    }

    /// Adds the fields of an HTML form as a body.
    pub(crate) fn form(mut self) -> Self {
        let kind = "application/x-www-form-urlencoded";
        self.bodies.push(Media { kind, schema: None });
        self.refuses(&[
            ProblemType::InvalidUtf8,
            ProblemType::UnsupportedContentType,
        ])
    }

    /// Adds a JSON answer. Several of one status are alternatives.
    pub(crate) fn json<T: ToSchema>(self, status: u16, summary: &'static str) -> Self {
        let mut described = self;
        let media = Media {
            kind: "application/json",
            schema: Some(described.reference::<T>()),
        };
        described.answer(status, summary, Some(media))
    }

    /// Adds an answer of another media type.
    pub(crate) fn file(self, kind: &'static str, summary: &'static str) -> Self {
        self.answer(200, summary, Some(Media { kind, schema: None }))
    }

    /// Adds an answer without a body.
    pub(crate) fn empty(self, status: u16, summary: &'static str) -> Self {
        self.answer(status, summary, None)
    }

    /// Adds refusals that not all routes of the class have.
    pub(crate) fn refuses(mut self, problems: &[ProblemType]) -> Self {
        self.problems.extend_from_slice(problems);
        self
    }

    fn answer(mut self, status: u16, summary: &'static str, media: Option<Media>) -> Self {
        self.answers.push(Answer {
            status,
            summary,
            media,
        });
        self
    }

    /// Keeps the schema of a type and returns a reference to it.
    fn reference<T: ToSchema>(&mut self) -> RefOr<Schema> {
        let name = T::name();
        self.schemas.push((name.to_string(), T::schema()));
        T::schemas(&mut self.schemas);
        Ref::from_schema_name(name).into()
    }
}

/// What the arguments of a handler read of the query. An argument of a type without it does not
/// compile, so that no parameter is left out of the description.
pub(crate) trait Reads {
    /// Adds the parameters; most arguments read none.
    fn describe(described: Description) -> Description {
        described
    }
}

impl Reads for HeaderMap {}
impl Reads for Request {}
impl<T> Reads for State<T> {}

/// The arguments of a handler, as axum lists them behind a marker of its own.
macro_rules! arguments {
    ($($argument:ident)*) => {
        impl<M, $($argument: Reads),*> Reads for (M, $($argument,)*) {
            fn describe(described: Description) -> Description {
                $(let described = $argument::describe(described);)*
                described
            }
        }
    };
}

arguments!();
arguments!(A);
arguments!(A B);
arguments!(A B C);
arguments!(A B C D);
arguments!(A B C D E);

/// Returns the fields of an object as parameters of a query.
fn parameters(schema: &RefOr<Schema>, known: &Schemas) -> Vec<Parameter> {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            let parameter = |(name, schema): (&String, &RefOr<Schema>)| {
                let required = object.required.contains(name);
                ParameterBuilder::new()
                    .name(name)
                    .parameter_in(ParameterIn::Query)
                    .required(if required {
                        Required::True
                    } else {
                        Required::False
                    })
                    .schema(Some(schema.clone()))
                    .build()
            };
            object.properties.iter().map(parameter).collect()
        }
        // Fields of another object that is flattened into this one.
        RefOr::T(Schema::AllOf(all)) => {
            let items = all.items.iter();
            items.flat_map(|one| parameters(one, known)).collect()
        }
        RefOr::Ref(to) => {
            // A reference may have a default beside it.
            let is_meant = |name: &str| Ref::from_schema_name(name).ref_location == to.ref_location;
            let found = known.iter().find(|(name, _)| is_meant(name));
            found.map_or_else(Vec::new, |(_, schema)| parameters(schema, known))
        }
        RefOr::T(_) => Vec::new(),
    }
}
