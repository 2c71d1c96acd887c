//! Makes JavaScript smaller without changing what it does.

use anyhow::{Result, anyhow, bail};
use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions, CommentOptions};
use oxc_compat::EngineTargets;
use oxc_minifier::{CompressOptions, MangleOptions, Minifier, MinifierOptions};
use oxc_parser::Parser;
use oxc_span::SourceType;

/// The target of what only current browsers run.
pub(super) const CURRENT: &str = "esnext";

/// Returns the same program without comments, blanks and long local names.
///
/// The text is parsed, not searched: template literals, regular expressions and line ends
/// that stand for a semicolon keep their meaning, and a mistake in the text is an error here. No syntax
/// is brought in that is younger than `target`.
pub(super) fn minify(what: &str, text: &str, target: &str) -> Result<String> {
    let allocator = Allocator::default();
    // Works for a plain script as well: it tells the two apart by what they contain.
    let parsed = Parser::new(&allocator, text, SourceType::unambiguous()).parse();
    if !parsed.diagnostics.is_empty() {
        let mistakes: Vec<String> = parsed
            .diagnostics
            .into_iter()
            .map(|mistake| format!("{:?}", mistake.with_source_code(text.to_owned())))
            .collect();
        bail!("{what} is not valid JavaScript:\n{}", mistakes.join("\n"));
    }
    let mut program = parsed.program;
    let options = MinifierOptions {
        mangle: Some(MangleOptions::default()),
        mangle_properties: None,
        compress: Some(CompressOptions {
            target: EngineTargets::from_target(target).map_err(|error| anyhow!(error))?,
            ..CompressOptions::smallest()
        }),
    };
    let minified = Minifier::new(options).minify(&allocator, &mut program);
    let printed = Codegen::new()
        .with_options(CodegenOptions {
            minify: true,
            comments: CommentOptions::disabled(),
            ..CodegenOptions::default()
        })
        .with_scoping(minified.scoping)
        .build(&program);
    Ok(printed.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_texts_stay() {
        let text =
            "// why\nwindow.a = `b // c\n  ${1 /* d */ + x}`\nwindow.e = /\\/\\/[/'\"]/.test(f)";
        let small = minify("a test", text, CURRENT).unwrap();
        assert!(!small.contains("why") && !small.contains("d */"), "{small}");
        assert!(small.contains("b // c\n  ${1+x}"), "{small}");
        assert!(small.contains("/\\/\\/[/'\"]/.test(f)"), "{small}");
    }

    #[test]
    fn line_ends_that_stand_for_semicolons_keep_their_meaning() {
        let small = minify("a test", "window.a = b\nwindow.c = d\n", CURRENT).unwrap();
        assert_eq!(small.trim_end_matches(';'), "window.a=b,window.c=d");
    }

    #[test]
    fn mistakes_are_told() {
        let error = minify("a test", "const = 3", CURRENT).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("a test is not valid JavaScript")
        );
    }
}
