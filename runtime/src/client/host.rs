//! Which address to send to.

use reqwest::Url;

const US: &str = "https://us.i.posthog.com";
const EU: &str = "https://eu.i.posthog.com";

/// Where PostHog keeps a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Region {
    /// In the United States, `https://us.i.posthog.com`.
    #[default]
    Us,
    /// In the European Union, `https://eu.i.posthog.com`.
    Eu,
}

impl Region {
    /// Its host.
    pub(super) const fn host(self) -> &'static str {
        match self {
            Self::Us => US,
            Self::Eu => EU,
        }
    }
}

/// An address on a host. PostHog's app hosts become those of its ingestion, as in its own SDKs.
pub(super) fn url(host: &str, path: &str) -> Result<Url, String> {
    let host = host.trim().trim_end_matches('/');
    let host = match host {
        "https://app.posthog.com" | "https://us.posthog.com" => US,
        "https://eu.posthog.com" => EU,
        host => host,
    };
    let unusable = |reason: &str| {
        // What precedes an @ may be a password.
        let shown = host.rsplit('@').next().unwrap_or_default();
        format!("the host {shown:?} (POSTHOG_HOST) {reason}; it should read like {US}")
    };
    let url = Url::parse(host).map_err(|error| unusable(&format!("is no URL, {error}")))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(unusable("is neither http:// nor https://"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(unusable("has a query or a fragment"));
    }
    let has_tls = cfg!(any(feature = "rustls", feature = "native-tls"));
    if url.scheme() == "https" && !has_tls {
        return Err(unusable(
            "needs TLS, and trackplan was built without its features `rustls` and `native-tls`",
        ));
    }
    Url::parse(&format!("{host}/{path}")).map_err(|error| unusable(&format!("is no URL, {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn app_hosts_become_ingestion_hosts() {
        let hosts = [
            ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
            (
                "http://proxy.example/ingest//",
                "http://proxy.example/ingest",
            ),
        ];
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        let hosts = hosts.into_iter().chain([
            (" https://us.i.posthog.com/ ", US),
            ("https://app.posthog.com", US),
            ("https://us.posthog.com/", US),
            ("https://eu.posthog.com", EU),
            ("https://eu.i.posthog.com", EU),
            ("https://posthog.example.com", "https://posthog.example.com"),
        ]);
        for (host, expected) in hosts {
            let url = url(host, "flags/?v=2").expect(host);
            assert_eq!(url.as_str(), format!("{expected}/flags/?v=2"));
        }
    }

    #[test]
    fn what_is_no_host_is_named() {
        for host in [
            "no url",
            "us.i.posthog.com",
            "localhost:8000",
            "ftp://posthog.example.com",
            "https://",
            "data:text/plain,x",
            "http://posthog.example.com/?a=b",
            "http://posthog.example.com/#x",
        ] {
            let error = url(host, "batch/").expect_err(host);
            assert!(error.contains("POSTHOG_HOST"), "{error}");
        }
        let error = url("ftp://user:secret@posthog.example.com", "batch/").expect_err("ftp");
        assert!(!error.contains("secret"), "{error}");
    }
}
