//! Asking `/flags/`, on the worker's thread, so that any async runtime may wait for it.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode, Url};
use serde_json::Value as Json;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

/// The most bytes of an answer.
const MAX_BYTES: usize = 4 << 20;
const ATTEMPTS: u32 = 2;
const BACKOFF: Duration = Duration::from_millis(300);

/// Where to ask.
#[derive(Clone)]
pub(crate) struct Remote {
    pub(crate) worker: Handle,
    pub(crate) http: Client,
    pub(crate) url: Url,
    pub(crate) api_key: String,
    pub(crate) disable_geoip: bool,
}

/// What became of one attempt.
enum Attempt {
    Answered(Json),
    Failed { is_final: bool, problem: String },
}

impl Remote {
    /// Posts an object, once more if that may help, within a time for all.
    pub(crate) async fn ask(&self, body: Json, budget: Duration) -> Result<Json, String> {
        let (sender, receiver) = oneshot::channel();
        let remote = self.clone();
        self.worker.spawn(async move {
            let asked = timeout(budget, remote.attempts(body)).await;
            let answer = asked.unwrap_or_else(|_| Err(format!("no answer within {budget:?}")));
            // Whoever asked may not wait any more.
            _ = sender.send(answer);
        });
        let answered = receiver.await;
        answered.unwrap_or_else(|_| Err("the client is shut down".to_owned()))
    }

    async fn attempts(&self, mut body: Json) -> Result<Json, String> {
        body["token"] = self.api_key.as_str().into();
        body["geoip_disable"] = self.disable_geoip.into();
        let body = body.to_string();
        let mut attempt = 1;
        loop {
            match self.attempt(body.clone()).await {
                Attempt::Answered(answer) => return Ok(answer),
                Attempt::Failed { is_final, problem } if is_final || attempt == ATTEMPTS => {
                    return Err(problem);
                }
                Attempt::Failed { .. } => sleep(BACKOFF * attempt).await,
            }
            attempt += 1;
        }
    }

    async fn attempt(&self, body: String) -> Attempt {
        let request = self.http.post(self.url.clone());
        let request = request.header(CONTENT_TYPE, "application/json").body(body);
        let failed = |is_final, problem: String| Attempt::Failed { is_final, problem };
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) => return failed(false, error.without_url().to_string()),
        };
        let status = response.status();
        if !status.is_success() {
            let may_pass = matches!(
                status,
                StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT
            );
            return failed(
                !may_pass,
                format!("/flags/ answered HTTP {}", status.as_u16()),
            );
        }
        let mut answer = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if answer.len() + chunk.len() <= MAX_BYTES => {
                    answer.extend_from_slice(&chunk);
                }
                Ok(Some(_)) => return failed(true, "the answer is too large".to_owned()),
                Ok(None) => break,
                Err(error) => return failed(false, error.without_url().to_string()),
            }
        }
        match serde_json::from_slice(&answer) {
            Ok(answer) => Attempt::Answered(answer),
            Err(_) => failed(true, "the answer is no JSON".to_owned()),
        }
    }
}
