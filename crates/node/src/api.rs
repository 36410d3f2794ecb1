//! (desk branch)
pub use crate::error::ApiErrorBody;
impl crate::Node {
    /// x
    pub fn api(&self) -> axum::Router {
        axum::Router::new()
    }
    /// x
    pub fn api_with_token(&self) -> axum::Router {
        axum::Router::new()
    }
}
