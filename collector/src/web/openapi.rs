//! The `OpenAPI` document, made from the table of routes and their descriptions.

#[cfg(test)]
pub(super) mod conformance;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode, header};
use huiyin_shared::language::Language;
use huiyin_shared::problem::{MEDIA_TYPE, Problem};
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{
    Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn,
};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{
    AllOfBuilder, Components, Object, ObjectBuilder, OneOfBuilder, Schema, Type,
};
use utoipa::openapi::{
    Content, HttpMethod, InfoBuilder, License, OpenApi, Paths, Ref, RefOr, Required, Response,
    ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use super::description::{Answer, Description, Media};
use super::problem::ProblemType;
use super::routes::{Route, Routes};
use crate::limits::class::Class;

/// The name of the schema that lists all problem types.
const PROBLEM_TYPE: &str = "ProblemType";

/// Returns the document of these routes.
pub(super) fn document(routes: &Routes) -> OpenApi {
    let mut components = Components::new();
    let mut paths = Paths::new();
    for (route, description) in routes.described() {
        let method = if route.method == Method::POST {
            HttpMethod::Post
        } else {
            HttpMethod::Get
        };
        let operation = operation(route, description);
        paths.add_path_operation(address(&route.path), vec![method], operation);
        components
            .schemas
            .extend(description.schemas.iter().cloned());
    }
    let types = ProblemType::all().collect::<Vec<_>>();
    let problem = (Problem::name().into_owned(), problem_schema());
    let types = (PROBLEM_TYPE.to_owned(), addresses(&types).into());
    components.schemas.extend([problem, types]);
    let info = InfoBuilder::new()
        .title("Huiyin 回音")
        .version(env!("CARGO_PKG_VERSION"))
        .license(Some(License::new("Apache-2.0")))
        .build();
    let mut document = OpenApi::new(info, paths);
    document.components = Some(components);
    document
}

/// Returns a path of the table as the document writes it, which knows no rest of a path.
fn address(path: &str) -> String {
    path.replace("{*", "{")
}

fn operation(route: &Route, description: &Description) -> Operation {
    let words = route.path.split(|c: char| !c.is_alphanumeric());
    let words = [route.method.as_str()].into_iter().chain(words);
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let mut operation = OperationBuilder::new()
        .tag(tag(route))
        .summary(Some(description.summary))
        .operation_id(Some(words.join("_").to_lowercase()))
        .request_body(body(&description.bodies));
    for parameter in in_path(&route.path).chain(description.queries.iter().cloned()) {
        operation = operation.parameter(parameter);
    }
    let mut answers: BTreeMap<u16, Vec<&Answer>> = BTreeMap::new();
    for answer in &description.answers {
        answers.entry(answer.status).or_default().push(answer);
    }
    for (status, answers) in answers {
        operation = operation.response(status.to_string(), answered(&answers));
    }
    let mut refusals: BTreeMap<u16, Vec<ProblemType>> = BTreeMap::new();
    for problem in of_route(route).chain(description.problems.iter().copied()) {
        let known = refusals.entry(problem.status().as_u16()).or_default();
        if !known.contains(&problem) {
            known.push(problem);
        }
    }
    for (status, problems) in refusals {
        operation = operation.response(status.to_string(), refused(route, status, &problems));
    }
    operation.build()
}

fn tag(route: &Route) -> &'static str {
    match route.class {
        _ if is_for_programs(route) => "api",
        Class::Health => "health",
        Class::Asset => "assets",
        Class::Ingest | Class::Change | Class::WidgetEvent | Class::Read => "pages",
    }
}

/// Returns whether a refusal is a problem body; elsewhere it is a page.
fn is_for_programs(route: &Route) -> bool {
    route.path.starts_with("/api/")
}

fn in_path(path: &str) -> impl Iterator<Item = Parameter> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{'));
    names.map(|name| {
        ParameterBuilder::new()
            .name(name.trim_start_matches('*').trim_end_matches('}'))
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(String::schema()))
            .build()
    })
}

fn body(bodies: &[Media]) -> Option<RequestBody> {
    let start = RequestBodyBuilder::new().required(Some(Required::True));
    let add = |body: RequestBodyBuilder, media: &Media| {
        body.content(media.kind, Content::new(media.schema.clone()))
    };
    (!bodies.is_empty()).then(|| bodies.iter().fold(start, add).build())
}

/// Returns the answer of one status; several schemas of one media type are alternatives.
fn answered(answers: &[&Answer]) -> Response {
    let mut contents: BTreeMap<&str, Vec<RefOr<Schema>>> = BTreeMap::new();
    for media in answers.iter().filter_map(|answer| answer.media.as_ref()) {
        let schemas = contents.entry(media.kind).or_default();
        schemas.extend(media.schema.clone());
    }
    let summaries: Vec<_> = answers.iter().map(|answer| answer.summary).collect();
    let start = ResponseBuilder::new().description(summaries.join("; or: "));
    let all = contents
        .into_iter()
        .fold(start, |response, (kind, mut schemas)| {
            let schema = if schemas.len() > 1 {
                let one = OneOfBuilder::new();
                Some(schemas.into_iter().fold(one, OneOfBuilder::item).into())
            } else {
                schemas.pop()
            };
            response.content(kind, Content::new(schema))
        });
    all.build()
}

/// Returns the refusals that a route has because of its class and its path.
fn of_route(route: &Route) -> impl Iterator<Item = ProblemType> {
    let of_all = [
        ProblemType::IncompleteBody,
        ProblemType::BodyTooLarge,
        ProblemType::QueryTooLong,
        ProblemType::Timeout,
        ProblemType::Internal,
    ];
    let of_work = [ProblemType::Busy, ProblemType::Unavailable];
    let works = route.class != Class::Health;
    let named = route.path.contains('{');
    let limited = route.class.is_post();
    (of_all.into_iter())
        .chain(of_work.into_iter().filter(move |_| works))
        .chain(named.then_some(ProblemType::NotFound))
        .chain(limited.then_some(ProblemType::TooOften))
}

fn refused(route: &Route, status: u16, problems: &[ProblemType]) -> Response {
    let titles = problems.iter().map(|problem| problem.words(Language::En).0);
    let titles: Vec<_> = titles.collect();
    let mut response = ResponseBuilder::new().description(titles.join("; or: "));
    response = if is_for_programs(route) {
        let schema = AllOfBuilder::new()
            .item(Ref::from_schema_name(Problem::name()))
            .item(ObjectBuilder::new().property("type", addresses(problems)));
        response.content(MEDIA_TYPE, Content::new(Some(schema)))
    } else {
        response.content("text/html", Content::new(None::<Schema>))
    };
    let later = [
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    if later.iter().any(|later| later.as_u16() == status) {
        let seconds = HeaderBuilder::new()
            .schema(Some(u64::schema()))
            .description(Some("After how many seconds to try again"));
        response = response.header(header::RETRY_AFTER.as_str(), seconds.build());
    }
    response.build()
}

/// Returns the schema of the addresses of these types.
fn addresses(problems: &[ProblemType]) -> Object {
    let address = |problem: &ProblemType| format!("{}{}", Problem::BASE, problem.name());
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(problems.iter().map(address)))
        .build()
}

/// Returns the schema of a problem body, whose type is one of the known ones.
fn problem_schema() -> RefOr<Schema> {
    let mut schema = Problem::schema();
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        let known = Ref::from_schema_name(PROBLEM_TYPE).into();
        object.properties.insert("type".to_owned(), known);
    }
    schema
}
