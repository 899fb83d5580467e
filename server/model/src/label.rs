//! Label 服务标签: what is printed with an asset's tag and stuck on it.
words! {
    /// What labels are printed on.
    LabelStock {
        /// A4, 21 labels of 63.5 × 38.1 mm.
        AveryL7160 = "avery_l7160";
        /// A4, 16 labels of 99.1 × 33.9 mm.
        AveryL7162 = "avery_l7162";
        /// A4, 14 labels of 99.1 × 38.1 mm.
        AveryL7163 = "avery_l7163";
        /// Tape of 24 mm, one label of 60 mm after the other.
        Brother24 = "brother_24mm";
        /// One label of 89 × 28 mm after the other.
        Dymo30252 = "dymo_30252";
    }
}

/// Longest address of a label's QR code in bytes, so that its modules stay large enough for a phone.
pub const MAX_ADDRESS: usize = 106;
