//! The one thing about passwords that can't be seen from outside.
use super::{NOBODY, hash};

#[test]
fn nobodys_hash_costs_as_much_as_anybodys() {
    let cost = |phc: &str| phc.rsplitn(3, '$').last().map(str::to_owned);
    let real = hash("correct horse battery", "lin@example.com").unwrap();
    assert_eq!(
        cost(real.phc()).as_deref(),
        Some("$argon2id$v=19$m=47104,t=1,p=1")
    );
    assert_eq!(cost(NOBODY), cost(real.phc()));
    assert_eq!(NOBODY.len(), real.phc().len());
}
