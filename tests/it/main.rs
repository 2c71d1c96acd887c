//! What the product promises, told as stories; one file each.

mod durability;
mod guest;
mod import;
mod pages;
mod policy;
mod province;
mod rating;
mod refusal;
mod start;
mod widget;
