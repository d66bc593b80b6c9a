//! `[pages]`: what people see.

use std::path::PathBuf;

use super::key::section;

section! {
    /// The pages that people see.
    Pages = "pages" {
        /// The name that the pages show.
        product_name: String = "Pixie".to_owned();
        /// A folder with templates, styles and texts of your own. A file there takes the place of Pixie's file of the same name; `*.ftl`
        /// replace single texts.
        templates: Option<PathBuf> = None;
    }
}
