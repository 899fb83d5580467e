//! A JPEG file cut into its marker segments (ITU-T T.81, annex B), without decoding any of them.

/// Marker codes: the byte behind `FF`.
pub(super) mod marker {
    pub(crate) const TEM: u8 = 0x01;
    /// Start of frame of the baseline, extended sequential and progressive processes.
    pub(crate) const SOF0: u8 = 0xC0;
    pub(crate) const SOF1: u8 = 0xC1;
    pub(crate) const SOF2: u8 = 0xC2;
    pub(crate) const DHT: u8 = 0xC4;
    pub(crate) const JPG: u8 = 0xC8;
    pub(crate) const DAC: u8 = 0xCC;
    pub(crate) const RST0: u8 = 0xD0;
    pub(crate) const RST7: u8 = 0xD7;
    pub(crate) const SOI: u8 = 0xD8;
    pub(crate) const EOI: u8 = 0xD9;
    pub(crate) const SOS: u8 = 0xDA;
    pub(crate) const DQT: u8 = 0xDB;
    pub(crate) const DNL: u8 = 0xDC;
    pub(crate) const DRI: u8 = 0xDD;
    pub(crate) const APP0: u8 = 0xE0;
    pub(crate) const APP1: u8 = 0xE1;
    pub(crate) const APP2: u8 = 0xE2;
    pub(crate) const APP13: u8 = 0xED;
    pub(crate) const APP14: u8 = 0xEE;
    pub(crate) const COM: u8 = 0xFE;

    /// Whether `code` starts a frame, of whatever coding process.
    pub(crate) fn is_frame(code: u8) -> bool {
        matches!(code, SOF0..=0xCF) && !matches!(code, DHT | JPG | DAC)
    }

    pub(super) fn stands_alone(code: u8) -> bool {
        matches!(code, TEM | RST0..=EOI)
    }
}

/// A part of the file. The `raw` bytes of all pieces together are the file, as far as it is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A marker with what belongs to it; for a scan that includes the coded data behind its header.
    Segment {
        code: u8,
        payload: &'a [u8],
        raw: &'a [u8],
    },
    /// Bytes that no marker announces: between segments, or behind the end of the picture.
    Stray(&'a [u8]),
    /// The file ends here, before the picture does. Always the last piece.
    CutOff,
}

impl<'a> Piece<'a> {
    pub(super) fn raw(&self) -> &'a [u8] {
        match self {
            Self::Segment { raw, .. } | Self::Stray(raw) => raw,
            Self::CutOff => &[],
        }
    }
}

/// The pieces of `bytes` in order. Lazy, since a hostile file may hold millions of them.
pub(super) fn pieces(bytes: &[u8]) -> Pieces<'_> {
    Pieces {
        rest: bytes,
        ended: false,
    }
}

#[derive(Debug)]
pub(super) struct Pieces<'a> {
    rest: &'a [u8],
    /// The end of the picture was seen, or was found to be missing.
    ended: bool,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.ended {
            let trailing = self.take(self.rest.len());
            return (!trailing.is_empty()).then_some(Piece::Stray(trailing));
        }
        if self.rest.is_empty() {
            return Some(self.cut_off());
        }
        let stray = self
            .rest
            .iter()
            .position(|&byte| byte == 0xFF)
            .unwrap_or(self.rest.len());
        if stray > 0 {
            return Some(Piece::Stray(self.take(stray)));
        }
        // Any number of FF may stand before the code.
        let Some(at) = self.rest.iter().position(|&byte| byte != 0xFF) else {
            return Some(self.cut_off());
        };
        let code = self.rest[at];
        match code {
            0x00 => Some(Piece::Stray(self.take(at + 1))),
            code if marker::stands_alone(code) => {
                self.ended = code == marker::EOI;
                Some(Piece::Segment {
                    code,
                    payload: &[],
                    raw: self.take(at + 1),
                })
            }
            code => Some(self.segment(code, at + 1)),
        }
    }
}

impl<'a> Pieces<'a> {
    /// A segment whose length field, which counts itself, lies `at` bytes ahead.
    fn segment(&mut self, code: u8, at: usize) -> Piece<'a> {
        let length = self
            .rest
            .get(at..at + 2)
            .map(|bytes| usize::from(bytes[0]) << 8 | usize::from(bytes[1]));
        let payload = length.and_then(|length| self.rest.get(at + 2..at + length));
        let Some(payload) = payload else {
            return self.cut_off();
        };
        let mut end = at + 2 + payload.len();
        if code == marker::SOS {
            end += coded_data(&self.rest[end..]);
        }
        Piece::Segment {
            code,
            payload,
            raw: self.take(end),
        }
    }

    fn cut_off(&mut self) -> Piece<'a> {
        self.rest = &[];
        self.ended = true;
        Piece::CutOff
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }
}

/// The length of the coded data that starts here: in it, only a zero byte or a restart marker
/// follows `FF`.
fn coded_data(bytes: &[u8]) -> usize {
    let mut from = 0;
    while let Some(found) = bytes[from..].iter().position(|&byte| byte == 0xFF) {
        let at = from + found;
        match bytes.get(at + 1) {
            Some(0x00 | marker::RST0..=marker::RST7) => from = at + 2,
            Some(_) => return at,
            None => break,
        }
    }
    bytes.len()
}
