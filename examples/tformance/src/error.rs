//! What can go wrong in a request, what the user sees of it, and what the plan's `error_occurred` tells.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use trackplan::{ErrorKind, PlanEnum, RequestError, track};

use crate::domain::HttpMethod;
use crate::provider::ProviderError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum AppError {
    #[error("There is no such page.")]
    NotFound,
    #[error("Sign in first.")]
    SignedOut,
    #[error("Only an admin of the team can do that.")]
    Forbidden,
    #[error("{0}")]
    Invalid(String),
    #[error("Something went wrong on our side.")]
    Store(#[from] rusqlite::Error),
    #[error("The provider does not answer as it should. Try again in a minute.")]
    Provider(#[from] ProviderError),
    #[error("This page can't be shown.")]
    Page(#[from] askama::Error),
    #[error("The file can't be written.")]
    Export(#[from] anyhow::Error),
}

/// What every handler returns.
pub(crate) type PageResult<T = Html<String>> = Result<T, AppError>;

impl AppError {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Provider(_) => StatusCode::BAD_GATEWAY,
            Self::Store(_) | Self::Page(_) | Self::Export(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The kind of a server error, from this list and never from its text.
    fn kind(&self) -> ErrorKind {
        ErrorKind(match self {
            Self::Store(_) => "store",
            Self::Provider(_) => "provider",
            Self::Page(_) => "page",
            Self::Export(_) => "export",
            Self::NotFound | Self::SignedOut | Self::Forbidden | Self::Invalid(_) => "request",
        })
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    status: StatusCode,
    message: String,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        if matches!(self, Self::SignedOut) {
            return Redirect::to("/signin").into_response();
        }
        let status = self.status();
        if status.is_server_error() {
            tracing::error!(error = &self as &dyn std::error::Error, "a request failed");
        }
        let page = ErrorPage {
            status,
            message: self.to_string(),
        };
        let body = page.render().unwrap_or(page.message);
        let mut response = (status, Html(body)).into_response();
        response.extensions_mut().insert(self.kind());
        response
    }
}

/// What the plan wants to know of a server error.
pub(crate) fn capture(error: &RequestError<'_>) {
    track!(
        "error_occurred",
        route = error.route,
        status = error.status,
        error_type = error.kind,
        http_method = HttpMethod::parse(error.method).unwrap_or(&HttpMethod::Other),
        suppressed_count = error.suppressed,
    );
}
