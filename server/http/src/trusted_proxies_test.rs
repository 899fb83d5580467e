//! Ranges, and the trail of a forwarded request.
use super::{Network, TrustedProxies};
use std::net::IpAddr;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn trusting(networks: &[&str]) -> TrustedProxies {
    TrustedProxies::new(networks.iter().map(|text| text.parse().unwrap()).collect())
}

#[test]
fn a_range_holds_its_addresses_in_either_spelling() {
    let holds = |network: &str, address: &str| network.parse::<Network>().unwrap().holds(ip(address));
    assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
    assert!(holds("127.0.0.1", "127.0.0.1") && !holds("127.0.0.1", "127.0.0.2"));
    assert!(holds("127.0.0.1", "::ffff:127.0.0.1"));
    assert!(holds("2001:db8::/32", "2001:db8:1::9") && !holds("2001:db8::/32", "2001:db9::"));
    assert!(holds("0.0.0.0/0", "203.0.113.9") && !holds("0.0.0.0/0", "2001:db8::1"));
    assert!(holds("::/0", "203.0.113.9"));
}

#[test]
fn what_is_no_range_is_refused() {
    for text in [
        "",
        "proxy",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.1/8",
        "2001:db8::/129",
        "10.0.0.0/8/8",
    ] {
        assert!(text.parse::<Network>().is_err(), "{text}");
    }
}

#[test]
fn only_what_our_proxies_wrote_counts() {
    let seen = |proxies: &[&str], peer: &str, hops: &str| {
        trusting(proxies).client(ip(peer), hops.split(',').filter(|hop| !hop.is_empty()))
    };
    let ours = ["127.0.0.1", "10.0.0.0/8"];
    assert_eq!(
        seen(&[], "127.0.0.1", "203.0.113.9"),
        ip("127.0.0.1"),
        "nobody is trusted by default"
    );
    assert_eq!(
        seen(&ours, "198.51.100.1", "203.0.113.9"),
        ip("198.51.100.1"),
        "a stranger's word"
    );
    assert_eq!(seen(&ours, "127.0.0.1", ""), ip("127.0.0.1"));
    assert_eq!(
        seen(&ours, "127.0.0.1", "1.1.1.1, 203.0.113.9"),
        ip("203.0.113.9"),
        "the client's own entry"
    );
    assert_eq!(
        seen(&ours, "127.0.0.1", "1.1.1.1, 203.0.113.9, 10.1.2.3"),
        ip("203.0.113.9")
    );
    assert_eq!(seen(&ours, "127.0.0.1", "203.0.113.9, unknown"), ip("127.0.0.1"));
}
