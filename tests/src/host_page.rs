//! A department's page: another origin, its own policy, and the one tag.

use axum::Router;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::collector::Collector;
use crate::words::Words;

/// A page to be served.
#[derive(Clone, Debug)]
pub struct HostPage {
    collector: String,
    language: String,
    policy: Option<String>,
    tag: bool,
    beside: String,
}

/// A page that is served until this is dropped.
#[derive(Debug)]
pub struct Served {
    url: String,
    server: JoinHandle<()>,
}

impl HostPage {
    /// Makes a page in Chinese with the tag of the tax bureau.
    pub fn with_tag_of(collector: &Collector) -> Self {
        Self::with_tag_from(collector.origin())
    }

    /// Makes the same page with a tag from another origin.
    pub fn with_tag_from(origin: &str) -> Self {
        Self {
            collector: origin.to_owned(),
            language: "zh-CN".to_owned(),
            policy: None,
            tag: true,
            beside: String::new(),
        }
    }

    /// Sets the language of the page.
    #[must_use]
    pub fn language(mut self, tag: &str) -> Self {
        tag.clone_into(&mut self.language);
        self
    }

    /// Sets the content security policy; `COLLECTOR` stands for the collector's origin.
    #[must_use]
    pub fn policy(mut self, policy: &str) -> Self {
        self.policy = Some(policy.replace("COLLECTOR", &self.collector));
        self
    }

    /// Leaves the tag out, to see what the page is without it.
    #[must_use]
    pub fn without_tag(mut self) -> Self {
        self.tag = false;
        self
    }

    /// Puts this before the tag; `COLLECTOR` stands for the collector's origin.
    #[must_use]
    pub fn beside(mut self, html: &str) -> Self {
        self.beside = html.replace("COLLECTOR", &self.collector);
        self
    }

    /// Serves the page on a port of its own.
    pub async fn serve(self) -> Served {
        let html = self.html();
        let policy = self.policy.unwrap_or_default();
        let page = get(async move || {
            let policy = [(header::CONTENT_SECURITY_POLICY, policy.clone())];
            (policy, Html(html.clone())).into_response()
        });
        // Not the collector's host either, so that the two are different sites.
        Served::at("localhost", Router::new().route("/", page)).await
    }

    fn html(&self) -> String {
        let Self {
            collector,
            language,
            beside,
            ..
        } = self;
        // Of languages that the panel does not speak, all here begin at the left.
        let words = Words::languages()
            .contains(language)
            .then(|| Words::of(language));
        let dir = words.as_ref().map_or("ltr", |words| words.say("dir"));
        let tag = format!(
            "<script async src=\"{collector}/huiyin.js\" data-department=\"tax\" \
             data-placement=\"footer\"></script>\n\
             <noscript><a href=\"{collector}/d/tax/rate\">评价本服务 Rate this service</a></noscript>"
        );
        let tag = if self.tag { tag.as_str() } else { "" };
        let (title, text) = if language.starts_with("zh") {
            (
                "办事指南",
                "申请人可在线提交材料，窗口在五个工作日内办结。如需帮助，请拨打服务热线或到政务服务大厅咨询。",
            )
        } else {
            (
                "Guide",
                "Applicants may send their documents online; the office decides within five \
                 working days.",
            )
        };
        format!(
            "<!doctype html>\n<html lang=\"{language}\" dir=\"{dir}\">\n<head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{title}</title></head>\n\
             <body>\n<h1>{title}</h1>\n<p>{text}</p>\n{beside}{tag}\n</body>\n</html>\n"
        )
    }
}

impl Served {
    /// Serves this on a port of its own, under a name of this machine.
    pub(crate) async fn at(host: &str, router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let server = tokio::spawn(async move {
            axum::serve(listener, router)
                .await
                .expect("serving goes on until it is stopped");
        });
        Self {
            url: format!("http://{host}:{port}/"),
            server,
        }
    }

    /// Returns the page's address.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.server.abort();
    }
}
