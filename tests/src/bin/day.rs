//! `cargo xtask demo --day`: plays one technician's day and tells it in the terminal.
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| ".onsite/day".to_owned());
    let folder = std::path::absolute(Path::new(&folder)).unwrap_or_else(|_| folder.into());
    let played = std::fs::create_dir_all(&folder)
        .map_err(anyhow::Error::from)
        .and_then(|()| onsite_tests::day::play(&folder, None, &mut |line| println!("{line}")));
    match played {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nThe day went wrong: {error:#}");
            ExitCode::FAILURE
        }
    }
}
