//! What the checks take for good.
use super::is_this_machine;

#[test]
fn only_a_host_that_is_this_machine_goes_without_https() {
    for url in [
        "http://127.0.0.1:8080",
        "http://localhost",
        "http://[::1]:8080/x",
        "http://127.9.9.9/",
    ] {
        assert!(is_this_machine(url), "{url}");
    }
    for url in [
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://example.com/localhost",
        "http://127.0.0.1@example.com",
        "http://example.com?127.0.0.1",
    ] {
        assert!(!is_this_machine(url), "{url}");
    }
}
