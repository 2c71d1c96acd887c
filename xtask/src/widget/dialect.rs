//! Holds a script against the oldest browsers that are to read it: one that does not know the syntax runs
//! nothing of it.

use anyhow::{Result, bail};
use oxc_allocator::Allocator;
use oxc_ast::ast::{
    AssignmentExpression, BigIntLiteral, CatchClause, ChainExpression, ForOfStatement,
    LogicalExpression, LogicalOperator, PrivateIdentifier, PropertyDefinition, RegExpLiteral,
    StaticBlock,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_span::SourceType;

/// What such a script may be written in: ES2018, and `import()`. The browsers that read this, and know
/// custom elements: Chrome 63, Firefox 67, Safari 11.1.
pub(super) const TARGET: &str = "es2018";

/// Fails where a script, as it is served, has syntax that is younger than [`TARGET`].
pub(super) fn must_be_old(what: &str, text: &str) -> Result<()> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::script()).parse();
    let mut found = Found::default();
    if !parsed.diagnostics.is_empty() {
        bail!("{what} is no plain script");
    }
    found.visit_program(&parsed.program);
    if !found.0.is_empty() {
        bail!(
            "{what} has syntax that old browsers cannot read: {}",
            found.0.join(", ")
        );
    }
    Ok(())
}

/// The names of what is too young.
#[derive(Default)]
struct Found(Vec<&'static str>);

impl<'a> Visit<'a> for Found {
    fn visit_chain_expression(&mut self, it: &ChainExpression<'a>) {
        self.0.push("?.");
        walk::walk_chain_expression(self, it);
    }

    fn visit_logical_expression(&mut self, it: &LogicalExpression<'a>) {
        if it.operator == LogicalOperator::Coalesce {
            self.0.push("??");
        }
        walk::walk_logical_expression(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if it.operator.is_logical() {
            self.0.push("??= ||= &&=");
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_catch_clause(&mut self, it: &CatchClause<'a>) {
        if it.param.is_none() {
            self.0.push("catch without a name");
        }
        walk::walk_catch_clause(self, it);
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        if it.r#await {
            self.0.push("for await");
        }
        walk::walk_for_of_statement(self, it);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.0.push("class field");
        walk::walk_property_definition(self, it);
    }

    fn visit_private_identifier(&mut self, _: &PrivateIdentifier<'a>) {
        self.0.push("private name");
    }

    fn visit_static_block(&mut self, it: &StaticBlock<'a>) {
        self.0.push("static block");
        walk::walk_static_block(self, it);
    }

    fn visit_big_int_literal(&mut self, _: &BigIntLiteral<'a>) {
        self.0.push("big integer");
    }

    fn visit_reg_exp_literal(&mut self, it: &RegExpLiteral<'a>) {
        let pattern = it.regex.pattern.text.as_str();
        if ["(?<", "\\p{", "\\P{"]
            .iter()
            .any(|new| pattern.contains(new))
            || it.regex.flags.to_string().contains(['s', 'd', 'v'])
        {
            self.0.push("regular expression of ES2018 or later");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_chrome_63_reads_passes() {
        let old = "(async()=>{const{a,...b}={...window,c:1};class D extends HTMLElement{static get e(){return[a]}}\
                   try{await import(`${b}`)}catch(f){}for(const g of/x(?!y)/.exec(D.e)||[])g**2})()";
        must_be_old("a test", old).unwrap();
    }

    #[test]
    fn what_is_younger_is_named() {
        for (young, name) in [
            ("a?.b", "?."),
            ("a?.()", "?."),
            ("a??b", "??"),
            ("a??=b", "??="),
            ("try{}catch{}", "catch"),
            ("class A{b=1}", "class field"),
            ("class A{static b=1}", "class field"),
            ("class A{#b(){}}", "private name"),
            ("class A{static{a()}}", "static block"),
            ("async()=>{for await(const a of b);}", "for await"),
            ("a=1n", "big integer"),
            ("a=/(?<=b)c/", "regular expression"),
            ("a=/b/s", "regular expression"),
        ] {
            let error = must_be_old("a test", young).unwrap_err().to_string();
            assert!(error.contains(name), "{young}: {error}");
        }
    }
}
