//! What may happen in a world of phones, an office and a bad network, and how often.
use proptest::collection::vec;
use proptest::prelude::*;

pub(crate) const PHONES: u8 = 3;

/// What the network does with a request and its answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
    Arrives,
    /// The answer comes twice.
    Twice,
    /// The request never reaches the server, unless it is sent again later.
    RequestLost,
    /// The server acts, the phone does not learn of it, unless the answer comes late.
    AnswerLost,
    /// Only so many receipts come through.
    Cut(usize),
}

#[derive(Debug, Clone)]
pub(crate) enum Step {
    Create {
        phone: u8,
        bucket: u8,
    },
    Update {
        phone: u8,
        row: u8,
        fields: Vec<(u8, u8)>,
    },
    Delete {
        phone: u8,
        row: u8,
    },
    OfficeWrites {
        row: u8,
        field: u8,
        pick: u8,
    },
    OfficeCreates {
        bucket: u8,
    },
    OfficeMoves {
        row: u8,
        bucket: u8,
    },
    OfficeDeletes {
        row: u8,
    },
    Grant {
        phone: u8,
        bucket: u8,
    },
    Revoke {
        phone: u8,
        bucket: u8,
    },
    /// `stored`: the phone stores its state after the answer.
    Push {
        phone: u8,
        most: usize,
        fate: Fate,
        stored: bool,
    },
    Pull {
        phone: u8,
        limit: u32,
        fate: Fate,
        stored: bool,
    },
    /// An old answer comes, or comes once more.
    LateAnswer {
        phone: u8,
        exchange: u8,
    },
    /// An old request reaches the server, or reaches it once more, and is answered.
    LateRequest {
        phone: u8,
        exchange: u8,
    },
    /// The phone goes on from what it stored last.
    Kill {
        phone: u8,
    },
    /// A month later the phone forgets what is settled.
    Prune {
        phone: u8,
    },
    /// The server refuses the phone's cursor.
    CursorRefused {
        phone: u8,
    },
    CopyPhone {
        phone: u8,
    },
    RollBackPhone {
        phone: u8,
    },
    BackUp,
    Restore,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => Just(Fate::Arrives),
        1 => Just(Fate::Twice),
        1 => Just(Fate::RequestLost),
        2 => Just(Fate::AnswerLost),
        1 => (0..3usize).prop_map(Fate::Cut),
    ]
}

pub(crate) fn calm_step() -> impl Strategy<Value = Step> {
    let phone = || 0..PHONES;
    let at = any::<u8>;
    let picks = || vec((any::<u8>(), any::<u8>()), 1..4);
    prop_oneof![
        3 => (phone(), at()).prop_map(|(phone, bucket)| Step::Create { phone, bucket }),
        12 => (phone(), at(), picks()).prop_map(|(phone, row, fields)| Step::Update { phone, row, fields }),
        1 => (phone(), at()).prop_map(|(phone, row)| Step::Delete { phone, row }),
        4 => (at(), at(), any::<u8>()).prop_map(|(row, field, pick)| Step::OfficeWrites { row, field, pick }),
        3 => at().prop_map(|bucket| Step::OfficeCreates { bucket }),
        2 => (at(), at()).prop_map(|(row, bucket)| Step::OfficeMoves { row, bucket }),
        1 => at().prop_map(|row| Step::OfficeDeletes { row }),
        2 => (phone(), at()).prop_map(|(phone, bucket)| Step::Grant { phone, bucket }),
        2 => (phone(), at()).prop_map(|(phone, bucket)| Step::Revoke { phone, bucket }),
        10 => (phone(), 1..5usize, fate(), any::<bool>())
            .prop_map(|(phone, most, fate, stored)| Step::Push { phone, most, fate, stored }),
        14 => (phone(), 1..5u32, fate(), any::<bool>())
            .prop_map(|(phone, limit, fate, stored)| Step::Pull { phone, limit, fate, stored }),
        4 => (phone(), at()).prop_map(|(phone, exchange)| Step::LateAnswer { phone, exchange }),
        3 => (phone(), at()).prop_map(|(phone, exchange)| Step::LateRequest { phone, exchange }),
        2 => phone().prop_map(|phone| Step::Kill { phone }),
        1 => phone().prop_map(|phone| Step::Prune { phone }),
        1 => phone().prop_map(|phone| Step::CursorRefused { phone }),
    ]
}

pub(crate) fn stormy_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        40 => calm_step(),
        2 => (0..PHONES).prop_map(|phone| Step::CopyPhone { phone }),
        1 => (0..PHONES).prop_map(|phone| Step::RollBackPhone { phone }),
        2 => Just(Step::BackUp),
        1 => Just(Step::Restore),
    ]
}
