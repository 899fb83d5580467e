//! The real binary in a process of its own.
use anyhow::{Context, Result, bail};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long a server may take to answer for the first time, in tenths of a second. It only bounds a hang.
const START_TENTHS: u32 = 600;

/// A running `onsite`; it ends with this value.
#[derive(Debug)]
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts `onsite` with these arguments, listening on a free port, and waits until it answers. Its log goes to
    /// a file.
    ///
    /// # Errors
    /// The binary is missing, or ends before it answers; the end of its log is told.
    pub fn start(arguments: &[&str], environment: &[(&str, &str)], log: &Path) -> Result<Server> {
        Server::start_at(free_address()?, arguments, environment, log)
    }

    /// The same at an address that is known already: phones go on with a server where they found it.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn start_at(
        address: SocketAddr,
        arguments: &[&str],
        environment: &[(&str, &str)],
        log: &Path,
    ) -> Result<Server> {
        let binary = binary("onsite")?;
        // The demo works it out by itself.
        let own = format!("http://{address}");
        let public_url = ["--public-url", own.as_str()];
        let public_url = if arguments.first() == Some(&"demo") {
            &[]
        } else {
            &public_url[..]
        };
        let child = Command::new(&binary)
            .args(arguments)
            .args(["--listen", &address.to_string()])
            .args(public_url)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(log)?)
            .spawn()
            .with_context(|| format!("can't start {}", binary.display()))?;
        let mut server = Server { child, address };
        server.wait_until_it_answers(log)?;
        Ok(server)
    }

    fn wait_until_it_answers(&mut self, log: &Path) -> Result<()> {
        let health = format!("{}/v1/health", self.url());
        for _ in 0..START_TENTHS {
            if ureq::get(&health).call().is_ok() {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                let said = std::fs::read_to_string(log).unwrap_or_default();
                bail!("the server ended with {status} before it answered:\n{said}");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("the server did not answer")
    }

    /// Where it is reached.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its resident memory in KiB, as Linux counts it.
    ///
    /// # Errors
    /// This system has no `/proc`.
    pub fn resident_kib(&self) -> Result<u64> {
        self.kib_of("VmRSS:")
    }

    fn kib_of(&self, name: &str) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let words = line.and_then(|line| line.split_whitespace().next());
        let words = words.with_context(|| format!("no {name}"))?;
        words.parse().with_context(|| format!("{name} is no number"))
    }

    /// Most memory it has had resident since [`Server::forget_peak`], in KiB.
    ///
    /// # Errors
    /// This system has no `/proc`.
    pub fn peak_kib(&self) -> Result<u64> {
        self.kib_of("VmHWM:")
    }

    /// Counts the peak of its memory from now on.
    ///
    /// # Errors
    /// This system has no `/proc`.
    pub fn forget_peak(&self) -> Result<()> {
        let clear = format!("/proc/{}/clear_refs", self.child.id());
        std::fs::write(&clear, "5").with_context(|| format!("can't write {clear}"))
    }

    /// Seconds of processor time it has used, in its own code and in the system's for it.
    ///
    /// # Errors
    /// This system has no `/proc`.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name in brackets may hold anything; the times are the 12th and 13th word behind it, in hundredths.
        let (_, words) = stat.rsplit_once(')').context("a strange stat")?;
        let ticks = words.split_whitespace().skip(11).take(2);
        let ticks: u64 = ticks.map(|word| word.parse().unwrap_or(0)).sum();
        Ok(ticks as f64 / 100.0)
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that was free a moment ago.
///
/// # Errors
/// There is none.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// A program built beside the running one.
///
/// # Errors
/// It isn't there: `cargo build --workspace` makes it.
pub fn binary(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let found = own
        .ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join(&name))
        .find(|path| path.exists());
    found.with_context(|| format!("{name} is not built; run `cargo build --workspace` first"))
}
