//! Small tools that know nothing of the product's rules: time, chance, hashes, charts, addresses.

pub mod chart;
pub mod clock;
pub mod etag;
pub mod hashing;
pub mod html;
pub mod origin;
pub mod random;
