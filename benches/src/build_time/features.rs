//! Generated code never needs Diesel's features for wide tables, which make it compile for longer.

use std::error::Error;

use crate::build_time::contender::Contender as _;
use crate::build_time::ours::Planwright;
use crate::build_time::setup::Setup;

/// The features that implement traits for tuples of so many columns, beyond those that
/// `diesel-async` turns on by itself.
const WIDE: [&str; 2] = ["64-column-tables", "128-column-tables"];

/// Fails when the crate that was compiled has one of those features.
pub(crate) fn assert_small(setup: &Setup, sizes: &[usize]) -> Result<(), Box<dyn Error>> {
    let size = sizes.first().ok_or("there is no size")?;
    let name = Planwright::Cached.name();
    let project = setup.tools.folder.join(format!("projects/{size}-{name}"));
    let rust = project.join("generated");
    let output = setup
        .cargo(&rust)
        .args(["tree", "--quiet", "--offline", "--edges", "normal"])
        .args(["--prefix", "none", "--format", "{p} {f}"])
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let diesel = (text.lines())
        .find(|line| line.starts_with("diesel v"))
        .ok_or("`cargo tree` does not name Diesel")?;
    println!("the generated crate compiles {diesel}");
    match WIDE.iter().find(|feature| diesel.contains(**feature)) {
        None => Ok(()),
        Some(feature) => Err(format!("the generated crate compiles Diesel with {feature}").into()),
    }
}
