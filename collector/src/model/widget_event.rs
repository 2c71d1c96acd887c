//! What happens to a widget on a page, of which only numbers are kept.

use huiyin_shared::slug::Slug;
use jiff::civil::Date;
use serde::Serialize;
use strum::EnumString;
use utoipa::ToSchema;

/// What happens to a widget on a page, of which only the number is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum WidgetEvent {
    /// It stood on a page that somebody looked at.
    Seen,
    /// Its panel was opened.
    Opened,
    /// A grade was chosen.
    Started,
    /// A rating was sent and stored.
    Sent,
}

/// How often each happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct WidgetEventCounts {
    /// Page views with the widget.
    pub seen: u64,
    /// Panels that were opened.
    pub opened: u64,
    /// Grades that were chosen.
    pub started: u64,
    /// Ratings that were sent.
    pub sent: u64,
}

impl WidgetEventCounts {
    /// Returns the number of one of them.
    pub fn of(&mut self, moment: WidgetEvent) -> &mut u64 {
        match moment {
            WidgetEvent::Seen => &mut self.seen,
            WidgetEvent::Opened => &mut self.opened,
            WidgetEvent::Started => &mut self.started,
            WidgetEvent::Sent => &mut self.sent,
        }
    }

    /// Adds others to these.
    pub fn add(&mut self, others: Self) {
        self.seen += others.seen;
        self.opened += others.opened;
        self.started += others.started;
        self.sent += others.sent;
    }

    /// Returns how many of those who saw the widget sent a rating, from 0 to 1; none where nobody saw
    /// it, or more sent than saw it, as they can who had it open before a pause.
    pub fn response_rate(&self) -> Option<f64> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "no number of page views comes near 2^53"
        )]
        let rate = self.sent as f64 / self.seen as f64;
        (self.seen > 0 && self.sent <= self.seen).then_some(rate)
    }
}

/// What widget events are counted of: a department, on a day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Counted {
    /// The department.
    pub department: Slug,
    /// The day, in the instance's time zone.
    pub day: Date,
}
