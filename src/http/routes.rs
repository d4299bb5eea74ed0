//! Routes as data: each API has a table with method, path, access, body limit and handler of every route. Tests read
//! the same tables.

use actix_web::{HttpRequest, Resource, Route as ActixRoute, guard, http::Method, web};

use crate::domain::Permission;

/// In bytes, if a row has no limit of its own. Enough for a form.
pub const BODY_LIMIT: usize = 64 * 1024;

#[derive(Debug)]
pub struct Route {
    /// None answers every method.
    pub method: Option<Method>,
    pub path: &'static str,
    pub access: Access,
    /// In bytes.
    pub body_limit: usize,
    /// Makes the part of the route that calls the handler.
    pub handler: fn() -> ActixRoute,
}

/// What a route requires of its caller: a person with a session, or a program with an API key. A route is open to
/// anyone only if its row says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Anyone,
    SignedIn,
    May(Permission),
}

/// The rows of one path, where its handlers find them.
struct RowsOfPath(Vec<&'static Route>);

/// One row each: `GET "/path" Access::…, handler;` or `POST "/path" Access::…, handler, body: BYTES;`. `ANY` answers
/// every method.
#[macro_export]
macro_rules! routes {
    (@method ANY) => { None };
    (@method $method:ident) => { Some(::actix_web::http::Method::$method) };
    (@limit) => { $crate::http::routes::BODY_LIMIT };
    (@limit $limit:expr) => { $limit };
    ($($method:ident $path:literal $access:expr, $handler:path $(, body: $limit:expr)?;)*) => {
        &[$($crate::http::routes::Route {
            method: $crate::routes!(@method $method),
            path: $path,
            access: $access,
            body_limit: $crate::routes!(@limit $($limit)?),
            handler: || ::actix_web::Route::new().to($handler),
        }),*]
    };
}

impl Route {
    /// The method as tables write it.
    pub fn method_name(&self) -> &str {
        self.method.as_ref().map_or("ANY", Method::as_str)
    }

    /// GET routes also answer HEAD.
    fn answers(&self, method: &Method) -> bool {
        self.method.as_ref().is_none_or(|own| own == method || (own == Method::GET && method == Method::HEAD))
    }
}

/// Makes a resource for each path of a table. It answers the methods of the path's rows.
pub fn resources(table: &'static [Route]) -> impl Iterator<Item = Resource> {
    let is_first = |(index, row): &(usize, &Route)| table[..*index].iter().all(|earlier| earlier.path != row.path);
    table.iter().enumerate().filter(is_first).map(|(_, first)| {
        let rows: Vec<_> = table.iter().filter(|row| row.path == first.path).collect();
        let resource = rows.iter().copied().fold(web::resource(first.path), |resource, row| {
            resource.route((row.handler)().guard(guard::fn_guard(move |context| row.answers(&context.head().method))))
        });
        resource.app_data(RowsOfPath(rows))
    })
}

/// The row that answers this request. None outside of the resources of a table.
pub fn row_of(request: &HttpRequest) -> Option<&'static Route> {
    rows_of_path(request).iter().copied().find(|row| row.answers(request.method()))
}

/// The methods that the path of this request answers, for the header `Allow`.
pub fn allowed_for(request: &HttpRequest) -> String {
    methods(rows_of_path(request).iter().copied())
}

/// The row for this request, by the pattern that its path matched.
pub fn find(table: &'static [Route], method: &Method, pattern: &str) -> Option<&'static Route> {
    table.iter().find(|row| row.path == pattern && row.answers(method))
}

/// The methods of a path, for the header `Allow`.
pub fn allowed(table: &'static [Route], pattern: &str) -> String {
    methods(table.iter().filter(|row| row.path == pattern))
}

fn rows_of_path(request: &HttpRequest) -> &[&'static Route] {
    request.app_data::<RowsOfPath>().map_or(&[], |rows| &rows.0)
}

/// As `Allow` lists them (RFC 9110 §10.2.1).
fn methods<'a>(rows: impl Iterator<Item = &'a Route>) -> String {
    let names = rows.map(|row| if row.method == Some(Method::GET) { "GET, HEAD" } else { row.method_name() });
    names.collect::<Vec<_>>().join(", ")
}
