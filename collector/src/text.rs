//! Every sentence for people.
//!
//! The citizen's own pages speak every language of the panel (`citizen`); everything else speaks
//! Chinese and English, each phrase declared in both at once, so that one without the other does not
//! compile.

pub(crate) mod citizen;
pub(crate) mod demo;
pub(crate) mod pages;
pub(crate) mod problems;

/// Declares phrases with both languages side by side.
macro_rules! phrases {
    ($($name:ident: $zh:literal, $en:literal;)*) => {
        /// The words in one language.
        #[derive(Debug)]
        pub(crate) struct Phrases {
            $(pub(crate) $name: &'static str,)*
        }

        const ZH: Phrases = Phrases { $($name: $zh,)* };
        const EN: Phrases = Phrases { $($name: $en,)* };

        /// Returns the words in a language.
        pub(crate) const fn of(language: huiyin_shared::language::Language) -> &'static Phrases {
            match language {
                huiyin_shared::language::Language::Zh => &ZH,
                huiyin_shared::language::Language::En => &EN,
            }
        }
    };
}

use phrases;
