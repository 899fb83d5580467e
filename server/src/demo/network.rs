//! By what name and addresses this machine is reached in its local network.
use super::authority::is_private;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};

/// This machine's name, as far as it can stand in a certificate.
pub(super) fn host() -> String {
    let name = hostname::get()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    let label = name.split('.').next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if label.is_empty() || !label.chars().all(plain) {
        return "localhost".to_owned();
    }
    label.to_owned()
}

/// Its private addresses, the one that other devices most likely reach first; loopback last.
pub(super) fn addresses() -> Vec<Ipv4Addr> {
    let mut found: Vec<Ipv4Addr> = on_the_way_out().into_iter().collect();
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "this machine's network interfaces can't be listed");
        Vec::new()
    });
    for interface in interfaces {
        if let IpAddr::V4(address) = interface.ip() {
            found.push(address);
        }
    }
    found.retain(|address| is_private(*address) && !address.is_loopback());
    found.push(Ipv4Addr::LOCALHOST);
    let mut seen = std::collections::HashSet::new();
    found.retain(|address| seen.insert(*address));
    found
}

/// The address that packets to other networks come from. Connecting a UDP socket sends nothing.
fn on_the_way_out() -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}
