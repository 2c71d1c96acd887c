//! What the product promises, told as stories; one file each.

mod backup;
mod breakdown;
mod config;
mod disk;
mod durability;
mod guest;
mod hostile;
mod import;
mod logs;
mod metrics;
mod moved;
mod outage;
mod pages;
mod policy;
mod province;
mod races;
mod rating;
mod refusal;
mod start;
mod together;
mod widget;
mod wire;
