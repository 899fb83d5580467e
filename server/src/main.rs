//! The `onsite` binary: the server and its admin commands.
mod backup;
mod config;
mod demo;
mod doctor;
mod restore;
mod serve;
mod tls;
mod transfer;
mod user;

use anyhow::Result;
use clap::{Parser, Subcommand};
use config::{Config, Overrides};
use std::net::SocketAddr;
use std::path::PathBuf;
use tracing_subscriber::EnvFilter;

/// A row is many small texts and maps, made on one thread and let go of on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Field service for IT providers: works offline, loses nothing.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(flatten)]
    overrides: Overrides,
    /// Write the log as JSON lines.
    #[arg(long, global = true)]
    log_json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server (it brings the database to the present schema first).
    Serve,
    /// Bring the database to the present schema, or only say what would be done.
    Migrate {
        #[arg(long)]
        dry_run: bool,
    },
    /// Add or change members of staff.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Import assets from GLPI inventories or a Snipe-IT CSV.
    Import(transfer::ImportArgs),
    /// Write everything of a client as CSV and JSON into a folder.
    Export(transfer::ExportArgs),
    /// Print the OpenAPI description.
    Openapi,
    /// Copy the database into a file while the server runs, and check the copy.
    Backup {
        /// The file to make.
        file: PathBuf,
    },
    /// Go on from a backup: put a SQLite copy in place while no server runs, or, after pg_restore, begin a new epoch.
    Restore {
        /// The copy; none for PostgreSQL.
        file: Option<PathBuf>,
    },
    /// Check configuration, database, clock, disk, mail, and say what to do.
    Doctor,
    /// Serve a believable provider to try things with.
    Demo {
        /// Where the demo keeps its data.
        #[arg(long)]
        dir: PathBuf,
        /// Address and port for HTTPS, with a certificate made here. Without it, and without --listen, port 8443.
        #[arg(long)]
        tls_listen: Option<SocketAddr>,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if cli.log_json {
        log.json().init();
    } else {
        log.init();
    }
    match cli.command {
        Command::Openapi => {
            println!("{}", serde_json::to_string_pretty(&onsite_http::openapi())?);
            Ok(())
        }
        Command::Demo { dir, tls_listen } => demo::run(&cli.overrides, &dir, tls_listen).await,
        Command::Serve => serve::serve(&Config::load(&cli.overrides)?).await,
        Command::Migrate { dry_run } => migrate(&Config::load(&cli.overrides)?, dry_run),
        Command::User(command) => user::run(&Config::load(&cli.overrides)?, command).await,
        Command::Import(args) => transfer::import(&Config::load(&cli.overrides)?, args).await,
        Command::Export(args) => transfer::export(&Config::load(&cli.overrides)?, args).await,
        Command::Backup { file } => backup::run(&Config::load(&cli.overrides)?, &file).await,
        Command::Restore { file } => restore::run(&Config::load(&cli.overrides)?, file.as_deref()).await,
        Command::Doctor => doctor::run(&Config::load(&cli.overrides)?).await,
    }
}

fn migrate(config: &Config, dry_run: bool) -> Result<()> {
    let address = config.address()?;
    let names = if dry_run {
        onsite_store::pending_migrations(&address)?
    } else {
        onsite_store::migrate(&address)?
    };
    if !dry_run {
        onsite_store::recount_sums(&address)?;
    }
    match (names.is_empty(), dry_run) {
        (true, _) => println!("the schema is up to date"),
        (false, true) => println!("would run: {}", names.join(", ")),
        (false, false) => println!("done: {}", names.join(", ")),
    }
    Ok(())
}
