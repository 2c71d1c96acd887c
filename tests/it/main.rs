//! What the product promises, told as stories; one file each.

mod durability;
mod import;
mod pages;
mod rating;
mod refusal;
mod start;
