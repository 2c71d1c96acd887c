//! Promises about time and rate, told as stories. They hold on a machine that does nothing else.
//!
//! `cargo xtask bench` runs them, and `cargo xtask test --long`. They are no part of the gate, and
//! run one after the other.

mod overload;
mod pages;
mod restart;
mod speed;
