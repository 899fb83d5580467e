//! Fetches the typeface of the PDFs and lays the two weights they use into `OUT_DIR`, where they are embedded.
//!
//! The typeface is pinned by `fonts/package-lock.json` and checked by npm against the hash in it. It is
//! installed below `OUT_DIR`, so that the source tree stays untouched, and only again when a file in `fonts/`
//! changes.
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

const MANIFESTS: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];
const PACKAGE: &str = "node_modules/@expo-google-fonts/noto-sans-sc";
const WEIGHTS: [(&str, &str); 2] = [
    ("400Regular/NotoSansSC_400Regular.ttf", "regular.ttf"),
    ("700Bold/NotoSansSC_700Bold.ttf", "bold.ttf"),
];
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for manifest in MANIFESTS {
        println!("cargo::rerun-if-changed=fonts/{manifest}");
    }
    if let Err(message) = provide_fonts() {
        for line in message.lines() {
            println!("cargo::error={line}");
        }
        process::exit(1);
    }
}

fn provide_fonts() -> Result<(), String> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: run this through cargo")?);
    let install = out.join("fonts");
    // What an interrupted build left behind must not be mistaken for a whole installation.
    if install.exists() {
        fs::remove_dir_all(&install).map_err(|e| format!("cannot clear {}: {e}", install.display()))?;
    }
    fs::create_dir_all(&install).map_err(|e| format!("cannot create {}: {e}", install.display()))?;
    for manifest in MANIFESTS {
        copy(&Path::new("fonts").join(manifest), &install.join(manifest))?;
    }
    install_package(&install)?;
    for (file, name) in WEIGHTS {
        copy(&install.join(PACKAGE).join(file), &out.join(name))?;
    }
    // The package holds nine weights, 90 MB: two are enough.
    fs::remove_dir_all(&install).map_err(|e| format!("cannot remove {}: {e}", install.display()))
}

fn install_package(directory: &Path) -> Result<(), String> {
    let output = Command::new(NPM)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(directory)
        .output()
        .map_err(|e| {
            format!(
                "cannot run npm, which fetches the typeface of the PDFs: {e}\n\
                 install Node.js 20 or newer (it brings npm), see that `npm --version` works, and build again"
            )
        })?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "npm could not fetch the typeface of the PDFs ({}); it needs a package registry or a filled npm cache\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    ))
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to)
        .map(drop)
        .map_err(|e| format!("cannot copy {} to {}: {e}", from.display(), to.display()))
}
