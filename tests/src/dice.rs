//! Chance that can be repeated: a run that failed says its seed.

/// A small generator, so that a run's choices can differ and still need no library.
#[derive(Clone, Copy, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Takes the seed of the run to be repeated.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Takes a seed that nobody has chosen, and returns it too, so that it can be printed.
    pub fn with_any_seed() -> (Self, u64) {
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).expect("the system has random numbers");
        let seed = u64::from_ne_bytes(seed);
        (Self(seed), seed)
    }

    /// Returns a number below `sides`.
    pub fn throw(&mut self, sides: u64) -> u64 {
        // The steps of `SplitMix64`.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    /// Returns one of these.
    pub fn choose<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let place = self.throw(u64::try_from(all.len()).expect("a count"));
        &all[usize::try_from(place).expect("below the count")]
    }

    /// Returns a generator of its own for somebody else.
    #[must_use]
    pub fn split(&mut self) -> Self {
        Self(self.throw(u64::MAX))
    }

    /// Returns a grade.
    pub fn grade(&mut self) -> u8 {
        u8::try_from(1 + self.throw(5)).expect("one of five")
    }
}
