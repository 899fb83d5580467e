//! `onsite demo`: seed once, then serve, and say what to try.
use super::{PASSWORD, STAFF, seed};
use crate::config::{Config, Overrides};
use crate::serve::Server;
use anyhow::{Context, Result};
use onsite_model::clock;
use onsite_services::secrets;
use std::path::Path;

/// Serves the demo kept in `dir`, making it first where there is none.
pub(crate) async fn run(overrides: &Overrides, dir: &Path) -> Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("can't make the folder {}", dir.display()))?;
    let config = configure(overrides, dir)?;
    let server = Server::open(&config).await?;
    let rows = seed(&server.store, &server.house, (clock::system())()).await?;
    greet(&config, rows);
    server.run(&config).await
}

fn configure(overrides: &Overrides, dir: &Path) -> Result<Config> {
    let mut config = Config::load(overrides)?;
    if overrides.database.is_none() && overrides.config.is_none() {
        config.database = format!("sqlite:{}", dir.join("onsite.db").display());
    }
    if overrides.files.is_none() && overrides.config.is_none() {
        config.files = dir.join("files");
    }
    if overrides.public_url.is_none() && overrides.config.is_none() {
        config.public_url = format!("http://{}", config.listen);
    }
    if config.secret_file.is_none() {
        config.secret_file = Some(own_secret(dir)?);
    }
    config.provider.name = "Harbour IT 港湾信息".to_owned();
    config.provider.address = "上海市静安区延平路 98 号 6 楼 · 6F, 98 Yanping Road, Shanghai".to_owned();
    config.provider.phone = "400-820-0110".to_owned();
    config.rules.tag_prefix = "HB-".to_owned();
    Ok(config)
}

/// Every demo has a secret of its own: there is none to be found in the code.
fn own_secret(dir: &Path) -> Result<std::path::PathBuf> {
    let path = dir.join("secret");
    if !path.exists() {
        let random: [u8; 48] = secrets::random()?;
        let digits: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        write_private(&path, &digits).with_context(|| format!("can't write {}", path.display()))?;
    }
    Ok(path)
}

/// Writes a file that only its owner may read.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}

fn greet(config: &Config, rows: usize) {
    let address = &config.public_url;
    if rows > 0 {
        println!("A demo provider was made: {rows} records.");
    } else {
        println!("The demo provider is as you left it.");
    }
    println!("\n  {address}\n");
    println!("Logins, all with the password  {PASSWORD}");
    for (name, email, role, _) in STAFF {
        println!("  {:<11} {email:<28} {name}", role.name());
    }
    println!("\nTry");
    println!("  {address}/docs                     every operation, readable");
    println!("  {address}/openapi.json             the same for programs");
    println!("  cargo xtask demo --day                        a technician's offline day, told step by step");
    println!(
        "  curl -s {address}/v1/login -H 'Content-Type: application/json' -d '{{\"email\":\"{}\",\"password\":\
         \"{PASSWORD}\",\"device\":{{\"name\":\"curl\",\"platform\":\"shell\"}}}}'",
        STAFF[2].1
    );
    match &config.mail {
        Some(mail) => println!("\nMails go to {}:{}.", mail.host, mail.port),
        None => println!("\nNo mail server: mails stay in the outbox, GET {address}/v1/notifications"),
    }
    println!("Stop with Ctrl-C.\n");
}
