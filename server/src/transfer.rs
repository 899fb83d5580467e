//! `onsite import` and `onsite export`.
use crate::config::Config;
use crate::serve::Server;
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use onsite_model::clock;
use onsite_model::entity::EntityKind;
use onsite_model::ids::new_id;
use onsite_model::language::Language;
use onsite_services::author::{Author, Cause};
use onsite_services::import::snipe_it::Mapping;
use onsite_services::import::{self, BATCH, Format, Report, Target};
use onsite_services::{ServiceError, export};
use onsite_store::rows;
use std::path::PathBuf;
use uuid::Uuid;

/// Where the files come from.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Origin {
    Glpi,
    SnipeIt,
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Which program wrote the files.
    #[arg(long, value_enum)]
    from: Origin,
    /// Say what would happen, row by row, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// The client the assets belong to, by code, name or id, where the files don't say.
    #[arg(long)]
    client: Option<String>,
    /// The site they stand at, by name or id.
    #[arg(long)]
    site: Option<String>,
    /// A JSON or TOML file that maps columns of a CSV to fields.
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// Also write the report as JSON.
    #[arg(long)]
    report: Option<PathBuf>,
    /// Report in Chinese.
    #[arg(long)]
    chinese: bool,
    /// Files, or folders of files.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The client, by code, name or id.
    #[arg(long)]
    client: String,
    /// The folder to write into; it must not exist yet.
    #[arg(long)]
    to: PathBuf,
}

/// Runs an import, or says what it would do.
pub(crate) async fn import(config: &Config, args: ImportArgs) -> Result<()> {
    let format = match args.from {
        Origin::Glpi => Format::Glpi,
        Origin::SnipeIt => Format::SnipeIt,
        Origin::Csv => Format::Csv,
    };
    let mapping = match &args.mapping {
        Some(path) => {
            let text =
                std::fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))?;
            Some(Mapping::parse(&text)?)
        }
        None => None,
    };
    let drafts = import::read_files(&args.paths, format, mapping.as_ref())?;
    let server = Server::open(config).await?;
    let target = Target {
        client: args.client,
        site: args.site,
    };
    let plan = server
        .store
        .read(move |db| import::plan(db, drafts, &target))
        .await?;
    let report = if args.dry_run {
        plan.report()
    } else {
        apply(&server, plan).await?
    };
    print!(
        "{}",
        report.table(if args.chinese {
            Language::ZhCn
        } else {
            Language::En
        })
    );
    if let Some(path) = args.report {
        std::fs::write(&path, serde_json::to_vec_pretty(&report)?)
            .with_context(|| format!("can't write {}", path.display()))?;
    }
    Ok(())
}

/// Runs a plan in batches, so that the server beside it is not kept waiting.
async fn apply(server: &Server, plan: import::Plan) -> Result<Report> {
    let mut reports = Vec::new();
    let batches = plan.batches(BATCH);
    let all = batches.len();
    for (nth, batch) in batches.into_iter().enumerate() {
        let (house, now) = (server.house.clone(), (clock::system())());
        let report = server
            .store
            .write(move |tx| {
                let operation = new_id(now);
                let cause = Cause {
                    author: &Author::SYSTEM,
                    operation,
                    occurred_at: now,
                    now,
                    house: &house,
                };
                import::run(tx, &cause, &batch)
            })
            .await?;
        reports.push(report);
        if all > 1 {
            eprintln!("{} of {all} batches done", nth + 1);
        }
    }
    Ok(Report::join(reports))
}

/// Writes everything of a client into a folder.
pub(crate) async fn export(config: &Config, args: ExportArgs) -> Result<()> {
    let server = Server::open(config).await?;
    let client = find_client(&server, args.client).await?;
    let files = server
        .store
        .read(move |db| export::client(db, client))
        .await?
        .files;
    std::fs::create_dir(&args.to)
        .with_context(|| format!("the folder {} must not exist yet", args.to.display()))?;
    for file in &files {
        std::fs::write(args.to.join(&file.name), &file.bytes)?;
        println!("{}  {} bytes", file.name, file.bytes.len());
    }
    println!("{} files in {}", files.len(), args.to.display());
    Ok(())
}

async fn find_client(server: &Server, wanted: String) -> Result<Uuid> {
    let name = wanted.clone();
    let clients = server
        .store
        .read::<_, ServiceError>(move |db| Ok(rows::page(db, EntityKind::Client, None, None, None, 100_000)?))
        .await?;
    let fits = |row: &&std::sync::Arc<rows::StoredRow>| {
        let is = |field: &str| row.body.get(field).and_then(|value| value.as_str()) == Some(name.as_str());
        row.id.to_string() == name || is("code") || is("name")
    };
    let found: Vec<Uuid> = clients.iter().filter(fits).map(|row| row.id).collect();
    match found[..] {
        [one] => Ok(one),
        [] => bail!("there is no client {wanted}"),
        _ => bail!("several clients are called {wanted}; give the id"),
    }
}
