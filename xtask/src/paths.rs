//! Where things stand in the checkout, independent of the folder a command is typed in.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Cargo's target folder, also when it was moved: this program runs from `<target>/<profile>/xtask`.
pub(crate) fn target() -> Result<PathBuf> {
    let own = std::env::current_exe().context("cannot tell where xtask itself stands")?;
    let target = own
        .ancestors()
        .nth(2)
        .context("xtask must run from a target folder: use `cargo xtask`")?;
    Ok(target.to_path_buf())
}

/// Programs that xtask installs for itself alone; `cargo clean` removes them.
pub(crate) fn tools() -> Result<PathBuf> {
    Ok(target()?.join("tools"))
}
