//! The views: functions from values to markup. User input comes back as an `Action` through the
//! `dispatch` callback. No view knows the app or the network.

pub(crate) mod heading;

mod choice;

pub(crate) mod grades;

pub(crate) mod status;

pub(crate) mod details;

pub(crate) mod thanks;
