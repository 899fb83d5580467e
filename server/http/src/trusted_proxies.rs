//! Whose word on where a request comes from is believed: `X-Forwarded-For` says anything its sender likes, so only
//! what proxies of ours wrote into it counts.
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

/// The addresses of our proxies; none, unless configured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Network>);

impl TrustedProxies {
    pub fn new(networks: Vec<Network>) -> TrustedProxies {
        TrustedProxies(networks)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }

    /// Where a request comes from that arrived from `peer`: the last hop of `forwarded` (first sender first) that
    /// is no proxy of ours. A hop that is no address ends the trail at whoever passed it on.
    pub fn client<'a>(&self, peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'a str>) -> IpAddr {
        let mut client = peer;
        for hop in forwarded.rev() {
            if !self.trusts(client) {
                break;
            }
            match hop.trim().parse() {
                Ok(address) => client = address,
                Err(_) => break,
            }
        }
        client
    }
}

/// An address, or a range of them in CIDR form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// As IPv6, in which IPv4 addresses are mapped.
    first: u128,
    /// Leading bits that count, of 128.
    prefix: u32,
}

impl Network {
    fn holds(self, address: IpAddr) -> bool {
        let differing = bits(address) ^ self.first;
        differing.leading_zeros() >= self.prefix
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Network, String> {
        let wrong = || format!("{text} is neither an address nor a range such as 10.0.0.0/8");
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse::<u32>().map_err(|_| wrong())?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let own = if address.is_ipv4() {
            Ipv4Addr::BITS
        } else {
            u128::BITS
        };
        let length = length.unwrap_or(own);
        if length > own {
            return Err(wrong());
        }
        let network = Network {
            first: bits(address),
            prefix: u128::BITS - own + length,
        };
        let host = network.first.checked_shl(network.prefix).unwrap_or(0);
        if host != 0 {
            return Err(format!(
                "{text} names a host inside a range; write the range's first address"
            ));
        }
        Ok(network)
    }
}

#[cfg(test)]
#[path = "trusted_proxies_test.rs"]
mod tests;
