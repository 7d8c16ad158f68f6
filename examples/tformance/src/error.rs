//! What can go wrong in a request, and how the app says and counts it.

use askama::Template;
use axum::{
    extract::{MatchedPath, Request},
    http::{Method, StatusCode},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use trackplan::{PlanEnum, track};

use crate::provider::ProviderError;

/// Why a request has no page to show.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppError {
    #[error("the database failed: {0}")]
    Store(#[from] rusqlite::Error),
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error("the system has no random numbers to give: {0}")]
    Random(#[from] getrandom::Error),
    #[error("the file could not be written: {0}")]
    Export(#[from] ExportError),
    #[error("the page could not be rendered: {0}")]
    Render(#[from] askama::Error),
    #[error("there is nothing here")]
    NotFound,
    #[error("only admins of the team may do this")]
    Forbidden,
    #[error("{0}")]
    Invalid(&'static str),
    #[error("nobody is signed in")]
    SignedOut,
}

/// Why an export could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExportError {
    #[error(transparent)]
    Csv(#[from] csv::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// The kind of a server error, as `error_occurred` names it. It travels in the response's extensions.
#[derive(Debug, Clone, Copy)]
struct ErrorType(&'static str);

impl AppError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Store(_) | Self::Random(_) | Self::Export(_) | Self::Render(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Provider(_) => StatusCode::BAD_GATEWAY,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::SignedOut => StatusCode::SEE_OTHER,
        }
    }

    const fn error_type(&self) -> &'static str {
        match self {
            Self::Store(_) => "store",
            Self::Provider(_) => "provider",
            Self::Random(_) => "random",
            Self::Export(_) => "export",
            Self::Render(_) => "render",
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
            Self::Invalid(_) => "invalid",
            Self::SignedOut => "signed_out",
        }
    }

    /// What the visitor reads. The details of a server error stay in the log.
    fn message(&self) -> String {
        match self {
            Self::Provider(_) => "The service that this page asks did not answer as it should. Try again in a moment.".to_owned(),
            _ if self.status().is_server_error() => "Something went wrong on our side. We have been told.".to_owned(),
            _ => format!("{self}."),
        }
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    status: u16,
    title: &'static str,
    message: String,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        if matches!(self, Self::SignedOut) {
            return Redirect::to("/sign-in").into_response();
        }
        let status = self.status();
        if status.is_server_error() {
            tracing::error!(error = &self as &dyn std::error::Error, "request failed");
        }
        let title = status.canonical_reason().unwrap_or("Error");
        let page = ErrorPage { status: status.as_u16(), title, message: self.message() };
        let body = page.render().unwrap_or_else(|_| title.to_owned());
        let mut response = (status, Html(body)).into_response();
        response.extensions_mut().insert(ErrorType(self.error_type()));
        response
    }
}

/// The methods that the plan tells apart.
#[derive(Debug, Clone, Copy, PlanEnum)]
#[plan_enum("error_occurred.http_method")]
enum HttpMethod {
    Get,
    Post,
    Put,
    Patch,
    Delete,
    Other,
}

impl From<&Method> for HttpMethod {
    fn from(method: &Method) -> Self {
        match method.as_str() {
            "GET" | "HEAD" => Self::Get,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            _ => Self::Other,
        }
    }
}

/// Captures `error_occurred` for every response that says the server failed: the route's pattern, never the path.
pub(crate) async fn track_server_errors(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = HttpMethod::from(request.method());
    let response = next.run(request).await;
    if response.status().is_server_error() {
        let error_type = response.extensions().get::<ErrorType>().map_or("unknown", |kind| kind.0);
        track!(
            "error_occurred",
            route = route.as_ref().map_or("unmatched", MatchedPath::as_str),
            status = response.status().as_u16(),
            error_type = error_type,
            http_method = method,
        );
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_error_keeps_its_details_to_itself() {
        let error = AppError::Store(rusqlite::Error::InvalidParameterName("secret_column".into()));
        assert!(!error.message().contains("secret_column"));
    }

    #[test]
    fn a_mistake_of_the_visitor_is_explained() {
        assert_eq!(AppError::Invalid("the name is missing").message(), "the name is missing.");
    }
}
