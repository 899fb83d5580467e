//! `onsite demo`: seed once, then serve, and say what to try.
use super::authority::Authority;
use super::{PASSWORD, STAFF, network, seed, write_private};
use crate::config::{Config, Overrides};
use crate::serve::Server;
use anyhow::{Context, Result};
use fast_qr::QRBuilder;
use onsite_model::clock;
use onsite_services::secrets;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

const PORT: u16 = 8080;
const TLS_PORT: u16 = 8443;

/// A list of assets to try the import with; some of its rows are wrong on purpose.
const LIST: &str = include_str!("assets.csv");

/// Serves the demo kept in `dir`, making it first where there is none. It is open to the local network, by HTTPS too;
/// where an address is named, only there and as that says.
pub(crate) async fn run(overrides: &Overrides, dir: &Path, tls_listen: Option<SocketAddr>) -> Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("can't make the folder {}", dir.display()))?;
    let everywhere = IpAddr::from(Ipv4Addr::UNSPECIFIED);
    let free = overrides.listen.is_none() && overrides.config.is_none();
    let tls_listen = tls_listen.or(free.then_some(SocketAddr::new(everywhere, TLS_PORT)));
    let addresses = network::addresses();
    let mut config = configure(overrides, dir)?;
    if free {
        config.listen = SocketAddr::new(everywhere, PORT);
    }
    if overrides.public_url.is_none() && overrides.config.is_none() {
        config.public_url = public_url(config.listen, tls_listen, &addresses);
    }
    let now = (clock::system())();
    let mut server = Server::open(&config).await?;
    let rows = seed(&server.store, &server.house, now).await?;
    let list = dir.join("assets.csv");
    std::fs::write(&list, LIST).with_context(|| format!("can't write {}", list.display()))?;
    let mut trust = None;
    if let Some(listen) = tls_listen {
        let authority = Authority::open(dir, &network::host(), now)?;
        server.tls = Some(authority.certify(&addresses, now)?.listen(listen)?);
        trust = Some(Trust {
            page: format!("{}/trust", plain_url(config.listen, &addresses)),
            fingerprint: authority.fingerprint()?,
        });
        server.local_authority = Some(authority.certificate);
    }
    greet(&config, rows, &list, trust.as_ref())?;
    server.run(&config).await
}

/// Where people learn to trust the demo's authority, and what they compare.
struct Trust {
    page: String,
    fingerprint: String,
}

/// Where other devices reach the demo, best; on a machine without a network, where it reaches itself.
fn public_url(listen: SocketAddr, tls_listen: Option<SocketAddr>, addresses: &[Ipv4Addr]) -> String {
    match tls_listen {
        Some(tls) if !tls.ip().is_unspecified() || !reached_at(tls, addresses).is_loopback() => {
            format!(
                "https://{}",
                SocketAddr::new(reached_at(tls, addresses), tls.port())
            )
        }
        _ => plain_url(listen, &[]),
    }
}

fn plain_url(listen: SocketAddr, addresses: &[Ipv4Addr]) -> String {
    format!(
        "http://{}",
        SocketAddr::new(reached_at(listen, addresses), listen.port())
    )
}

/// The address under which others find what listens here.
fn reached_at(listen: SocketAddr, addresses: &[Ipv4Addr]) -> IpAddr {
    if listen.ip().is_unspecified() {
        addresses.first().copied().unwrap_or(Ipv4Addr::LOCALHOST).into()
    } else {
        listen.ip()
    }
}

fn configure(overrides: &Overrides, dir: &Path) -> Result<Config> {
    let mut config = Config::load(overrides)?;
    if overrides.database.is_none() && overrides.config.is_none() {
        config.database = format!("sqlite:{}", dir.join("onsite.db").display());
    }
    if overrides.files.is_none() && overrides.config.is_none() {
        config.files = dir.join("files");
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

fn greet(config: &Config, rows: usize, list: &Path, trust: Option<&Trust>) -> Result<()> {
    let address = &plain_url(config.listen, &[]);
    if rows > 0 {
        println!("A demo provider was made: {rows} records.");
    } else {
        println!("The demo provider is as you left it.");
    }
    println!("\n  {address:<28} on this machine");
    if let Some(trust) = trust.filter(|_| config.public_url != *address) {
        println!(
            "  {:<28} from a phone in the same network, once it trusts this demo:\n",
            config.public_url
        );
        println!("{}", QRBuilder::new(trust.page.as_str()).build()?.to_str());
        println!("  {}   says how. The certificate's SHA-256 is", trust.page);
        println!("  {}", trust.fingerprint);
    }
    println!("\nLogins, all with the password  {PASSWORD}");
    for (name, email, role, _) in STAFF {
        println!("  {:<11} {email:<28} {name}", role.name());
    }
    println!("\nTry");
    println!("  {address}/                         the technicians' app");
    println!("  {address}/console                  the office's console: board, tickets, clients, callbacks");
    println!("  {address}/docs                     every operation, readable");
    println!("  {address}/openapi.json             the same for programs");
    println!(
        "  {address}/console#/import          with {}, where some rows are wrong",
        list.display()
    );
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
    Ok(())
}
