//! Routes with their permissions: a route cannot be made without one.

use axum::{
    Router,
    extract::{Request, State},
    handler::Handler,
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, delete, get, patch, post},
};
use http::Method;

use crate::{
    access::{Caller, Permission},
    error::ApiError,
    node::Node,
};

/// A route and who may use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// How it is asked.
    pub method: Method,
    /// Its path, with `{…}` for what varies.
    pub path: &'static str,
    /// What somebody must be permitted to use it.
    pub permission: Permission,
}

/// Routes on their way to be a router.
#[derive(Default)]
pub struct Routes {
    router: Router<Node>,
    table: Vec<Route>,
}

impl Routes {
    /// A route that is asked with GET.
    pub fn get<H, T>(self, path: &'static str, permission: Permission, handler: H) -> Self
    where
        H: Handler<T, Node>,
        T: 'static,
    {
        self.add(Method::GET, path, permission, get(handler))
    }

    /// A route that is asked with POST.
    pub fn post<H, T>(self, path: &'static str, permission: Permission, handler: H) -> Self
    where
        H: Handler<T, Node>,
        T: 'static,
    {
        self.add(Method::POST, path, permission, post(handler))
    }

    /// A route that is asked with PATCH.
    pub fn patch<H, T>(self, path: &'static str, permission: Permission, handler: H) -> Self
    where
        H: Handler<T, Node>,
        T: 'static,
    {
        self.add(Method::PATCH, path, permission, patch(handler))
    }

    /// A route that is asked with DELETE.
    pub fn delete<H, T>(self, path: &'static str, permission: Permission, handler: H) -> Self
    where
        H: Handler<T, Node>,
        T: 'static,
    {
        self.add(Method::DELETE, path, permission, delete(handler))
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        permission: Permission,
        handler: MethodRouter<Node>,
    ) -> Self {
        let guarded = handler.route_layer(middleware::from_fn_with_state(permission, demand));
        self.router = self.router.route(path, guarded);
        self.table.push(Route {
            method,
            path,
            permission,
        });
        self
    }

    /// The router, and the table of its routes.
    pub fn finish(self) -> (Router<Node>, Vec<Route>) {
        (self.router, self.table)
    }
}

/// The permission that a request was answered under; an extension of the answer.
#[derive(Debug, Clone, Copy)]
pub struct Used(pub Permission);

async fn demand(
    State(permission): State<Permission>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Response {
    match caller.may(permission) {
        Ok(()) => {
            let mut response = next.run(request).await;
            response.extensions_mut().insert(Used(permission));
            response
        }
        Err(forbidden) => ApiError::from(forbidden).into_response(),
    }
}
