//! Routes as data: a table says method, path, what one needs, and the handler; tests read the same table.

use actix_web::{Route as ActixRoute, guard, http::Method, web};

use crate::domain::Permission;

#[derive(Debug)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    /// Makes the part of the route that calls the handler.
    pub handler: fn() -> ActixRoute,
}

/// What one needs to use a route. Nothing is open that does not say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Anyone,
    SignedIn,
    May(Permission),
}

/// `GET "/path" Access::…, handler;` a row each.
#[macro_export]
macro_rules! routes {
    ($($method:ident $path:literal $access:expr, $handler:path;)*) => {
        &[$($crate::http::routes::Route {
            method: ::actix_web::http::Method::$method,
            path: $path,
            access: $access,
            handler: || ::actix_web::Route::new().to($handler),
        }),*]
    };
}

impl Route {
    /// HEAD is answered wherever GET is.
    fn answers(&self, method: &Method) -> bool {
        self.method == method || (self.method == Method::GET && method == Method::HEAD)
    }
}

pub fn configure(config: &mut web::ServiceConfig, table: &'static [Route]) {
    for (index, first) in table.iter().enumerate() {
        if table[..index].iter().any(|earlier| earlier.path == first.path) {
            continue;
        }
        let same_path = table.iter().filter(|route| route.path == first.path);
        config.service(same_path.fold(web::resource(first.path), |resource, route| {
            resource
                .route((route.handler)().guard(guard::fn_guard(move |context| route.answers(&context.head().method))))
        }));
    }
}

/// The row for this request, by the pattern that its path matched.
pub fn find(table: &'static [Route], method: &Method, pattern: &str) -> Option<&'static Route> {
    table.iter().find(|route| route.path == pattern && route.answers(method))
}

/// The methods of a path, for the `Allow` header (RFC 9110 §10.2.1).
pub fn allowed(table: &'static [Route], pattern: &str) -> String {
    let methods = table.iter().filter(|route| route.path == pattern);
    let names = methods.map(|route| if route.method == Method::GET { "GET, HEAD" } else { route.method.as_str() });
    names.collect::<Vec<_>>().join(", ")
}
