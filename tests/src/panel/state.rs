//! Every state of the panel, and every look in which it is to be looked at.

use thirtyfour::Key;

use crate::browser::Browser;
use crate::collector::Collector;
use crate::host_page::{HostPage, Served};
use crate::hosts::{Proxy, Way};

/// A state that a citizen can come to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing but the button.
    Button,
    /// The button asks by itself.
    Invitation,
    /// Nobody is asked now, and the page says so.
    Paused,
    /// The question, in the page like its text.
    Inline,
    /// The question.
    Grade,
    /// The question, and what became of a rating at an earlier page.
    Earlier,
    /// No service of that name is known.
    Unknown,
    /// A grade is stored, and more can be said.
    Details,
    /// The comment is too long.
    TooLong,
    /// The comment has characters in it that nobody can read.
    Unreadable,
    /// The comment has personal data in it.
    Personal,
    /// An answer is wanted, and it is asked where to.
    Contact,
    /// The grade is under way.
    Sending,
    /// The network has lost the grade.
    Lost,
    /// The network has lost the grade, and the browser keeps nothing.
    LostUnkept,
    /// The collector has refused it.
    Refused,
    /// All is sent.
    Thanks,
    /// The form in a frame.
    Frame,
    /// The form in a frame, in the page like its text.
    InlineFrame,
    /// The link to the form.
    Link,
    /// The link in the place of the button, where nothing follows the loader.
    BareLink,
}

impl State {
    /// All of them, in the order in which they are met.
    pub const ALL: [Self; 21] = [
        Self::Button,
        Self::Invitation,
        Self::Paused,
        Self::Inline,
        Self::Grade,
        Self::Earlier,
        Self::Unknown,
        Self::Details,
        Self::TooLong,
        Self::Unreadable,
        Self::Personal,
        Self::Contact,
        Self::Sending,
        Self::Lost,
        Self::LostUnkept,
        Self::Refused,
        Self::Thanks,
        Self::Frame,
        Self::InlineFrame,
        Self::Link,
        Self::BareLink,
    ];

    /// Returns what the network has to do for it.
    fn way(self) -> Way {
        match self {
            Self::Sending => Way::Stuck,
            Self::Lost | Self::LostUnkept => Way::Lost,
            Self::Paused => Way::Paused,
            Self::Refused => Way::Refused,
            _ => Way::Open,
        }
    }

    /// Returns what the page has to forbid for it.
    fn policy(self) -> Option<&'static str> {
        match self {
            Self::Frame | Self::InlineFrame => Some("script-src COLLECTOR"),
            Self::BareLink => Some("script-src COLLECTOR/huiyin.js"),
            Self::Link => Some("script-src COLLECTOR; frame-src 'none'"),
            _ => None,
        }
    }

    /// Returns what stands in the page for it, beside the usual tag or in its place.
    fn markup(self) -> Option<&'static str> {
        match self {
            Self::Invitation => Some(
                "<script async src=\"COLLECTOR/huiyin.js\" data-department=\"tax\" \
                 data-invite=\"0.1\"></script>",
            ),
            Self::Unknown => Some(
                "<script async src=\"COLLECTOR/huiyin.js\" data-department=\"tax\" \
                 data-service=\"nothing\"></script>",
            ),
            Self::Inline | Self::InlineFrame => Some(
                "<script async src=\"COLLECTOR/huiyin.js\"></script>\
                 <huiyin-feedback mode=\"inline\" data-department=\"tax\"></huiyin-feedback>",
            ),
            _ => None,
        }
    }

    /// Returns what is shown first, which a click on the button brings unless it is there by itself.
    fn first(self) -> &'static str {
        match self {
            Self::Button => "[part=button]",
            Self::Invitation => "[part=invite]",
            Self::Paused => "[part=notice]",
            Self::Frame | Self::InlineFrame => "[part=frame]",
            Self::Link | Self::BareLink => "[part=link]",
            _ => "label:has([name=rating])",
        }
    }

    /// Whether it comes without a click.
    fn comes(self) -> bool {
        matches!(
            self,
            Self::Button | Self::Invitation | Self::Paused | Self::Inline | Self::InlineFrame
        )
    }
}

/// A way in which a page is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// As most people see it.
    Light,
    /// On a machine that prefers dark pages.
    Dark,
    /// With the colours of the machine's owner.
    Forced,
    /// On a narrow telephone.
    Narrow,
    /// Four times as big.
    Zoomed,
}

impl View {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Light,
        Self::Dark,
        Self::Forced,
        Self::Narrow,
        Self::Zoomed,
    ];

    /// Lets a browser see pages so.
    pub async fn take(self, browser: &Browser) {
        let (width, height, scale) = match self {
            Self::Narrow => (320, 640, 1),
            // 1280 pixels, of which four by four are one.
            Self::Zoomed => (320, 200, 4),
            _ => (1_280, 800, 1),
        };
        browser.resize(width, height, scale).await;
        let scheme = if self == Self::Dark { "dark" } else { "light" };
        let forced = if self == Self::Forced {
            "active"
        } else {
            "none"
        };
        browser
            .media(&[("prefers-color-scheme", scheme), ("forced-colors", forced)])
            .await;
    }
}

/// A page with a panel in a state; what it needs lasts as long as this.
#[derive(Debug)]
pub struct Scene {
    _page: Served,
    _proxy: Option<Proxy>,
}

impl Scene {
    /// Opens a page in a language, and goes on until the panel is in a state.
    pub async fn reach(
        state: State,
        language: &str,
        browser: &Browser,
        collector: &Collector,
    ) -> Self {
        let proxy = match state.way() {
            Way::Open => None,
            way => Some(Proxy::before(collector.origin(), way).await),
        };
        let origin = proxy.as_ref().map_or(collector.origin(), Proxy::origin);
        let mut page = HostPage::with_tag_from(origin).language(language);
        if let Some(policy) = state.policy() {
            page = page.policy(policy);
        }
        if let Some(markup) = state.markup() {
            page = page.without_tag().beside(markup);
        }
        if state == State::LostUnkept {
            page = page.beside("<script>delete window.indexedDB</script>");
        }
        let page = page.serve().await;
        browser.open(page.url()).await;
        // What an earlier state could not send is not this one's.
        browser.value("localStorage.clear()").await;
        if state == State::Earlier {
            let why = "localStorage['huiyin-refused'] = '这个部门不再接受评价。'";
            browser.value(why).await;
        }
        if !state.comes() {
            browser.panel().open().await;
        }
        browser.shown(state.first()).await;
        go(state, browser).await;
        Self {
            _page: page,
            _proxy: proxy,
        }
    }
}

async fn go(state: State, browser: &Browser) {
    let panel = browser.panel();
    if state == State::Link {
        panel.until_gone("iframe").await;
    }
    if state == State::Unknown {
        panel.error().await;
    }
    let stays = matches!(
        state,
        State::Grade
            | State::Earlier
            | State::Unknown
            | State::Frame
            | State::Link
            | State::BareLink
    );
    if stays || state.comes() {
        return;
    }
    panel.rate(2).await;
    match state {
        State::Sending => {
            panel.status().await;
        }
        State::Lost | State::LostUnkept | State::Refused => {
            panel.error().await;
        }
        _ => {
            panel.comment().await;
            panel.status().await;
        }
    }
    match state {
        State::TooLong => {
            panel.paste(&"太长".repeat(1_500)).await;
            panel.send().await;
            panel.error().await;
        }
        State::Unreadable => {
            panel.paste("看不清\u{7}").await;
            panel.send().await;
            panel.error().await;
        }
        State::Personal => {
            panel.paste("请打 13812345678").await;
            browser.press(Key::End).await;
            panel
                .until_anything_is_said("textarea ~ [role=status]")
                .await;
        }
        State::Contact => {
            panel.ask_for_answer().await;
            browser.shown("#contact").await;
        }
        State::Thanks => {
            panel.send().await;
            panel.receipt().await;
        }
        _ => {}
    }
}
