//! What is shown. Every view is a function from values to markup; what the citizen does comes back
//! through a callback. None of them knows of the network.

pub(crate) mod heading;

mod choice;

pub(crate) mod grades;

pub(crate) mod status;

pub(crate) mod details;

pub(crate) mod thanks;
