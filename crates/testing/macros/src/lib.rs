//! The attribute that makes two tests of one function: a macro of this kind has to be a crate of its own.

use proc_macro::{TokenStream, TokenTree};

/// Makes two tests of an asynchronous function `rule`: `rule::on_sqlite` and `rule::on_postgres`. The servers that it starts by
/// the harness of `pixie-testing` store their data there. Arguments are those of `#[tokio::test]`.
#[proc_macro_attribute]
pub fn on_both_stores(arguments: TokenStream, function: TokenStream) -> TokenStream {
    let Some(name) = name(&function) else {
        return tokens("compile_error!(\"`#[on_both_stores]` is written above a function\");");
    };
    let test = |store: &str| {
        format!(
            "#[::tokio::test({arguments})] async fn {store}() {{ ::pixie_testing::harness::{store}(super::{name}()).await }}"
        )
    };
    let mut both = function;
    both.extend(tokens(&format!(
        "mod {name} {{ {} {} }}",
        test("on_sqlite"),
        test("on_postgres")
    )));
    both
}

/// The name after `fn`.
fn name(function: &TokenStream) -> Option<String> {
    let mut after = function
        .clone()
        .into_iter()
        .skip_while(|token| token.to_string() != "fn");
    match after.nth(1) {
        Some(TokenTree::Ident(name)) => Some(name.to_string()),
        _ => None,
    }
}

fn tokens(source: &str) -> TokenStream {
    source.parse().unwrap_or_default()
}
