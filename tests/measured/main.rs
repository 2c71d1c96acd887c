//! Promises about time, size and rate, told as stories; no other story runs beside them.
//!
//! Cargo runs a test program when the one before has ended, and each story here takes a
//! [turn](huiyin_tests::turn): what is measured has the machine for itself.

mod overload;
mod pages;
mod restart;
mod speed;
