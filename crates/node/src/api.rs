pub use crate::error::ApiErrorBody;
