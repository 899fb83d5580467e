//! What every page carries beside its content: a running head from the second page on, and a foot.
use crate::dictionary::{Label, page_of};
use crate::error::DocumentError;
use crate::page::{Link, Page};
use crate::qr_code;
use crate::style::{INK, LEFT, PAGE_HEIGHT, RIGHT, SMALL, WIDTH};
use crate::text::{set, set_line};
use crate::typeface::Typefaces;
use fast_qr::QRCode;
use krilla::geom::Rect;
use onsite_model::language::Language;

/// From the foot's rule to the text below it.
const FOOT_GAP: f32 = 7.0;
/// Below the foot, to the edge of the paper.
const MARGIN: f32 = 26.0;
const HEAD_TOP: f32 = 32.0;

/// The running head and foot of one document.
#[derive(Debug)]
pub(crate) struct Furniture {
    language: Language,
    head: (String, String),
    /// At the left of the foot, below the page number.
    provider: String,
    seal: Option<Seal>,
    /// At the right of the foot.
    fingerprint: Option<String>,
}

#[derive(Debug)]
struct Seal {
    code: QRCode,
    url: String,
}

impl Furniture {
    /// `head` stands at the left and right of the running head.
    pub(crate) fn new(language: Language, provider: &str, head: (String, String)) -> Self {
        Furniture {
            language,
            head,
            provider: provider.to_owned(),
            seal: None,
            fingerprint: None,
        }
    }

    /// Adds the document's shortened hash and, if there is one, the QR code of the page that verifies it.
    ///
    /// # Errors
    /// [`DocumentError::VerifyUrl`] if the address is too long.
    pub(crate) fn sealed(self, fingerprint: String, verify_url: Option<&str>) -> Result<Self, DocumentError> {
        let seal = match verify_url {
            Some(url) => Some(Seal {
                code: qr_code::encode(url)?,
                url: url.to_owned(),
            }),
            None => None,
        };
        Ok(Furniture {
            fingerprint: Some(fingerprint),
            seal,
            ..self
        })
    }

    /// Where content must end.
    pub(crate) fn content_bottom(&self) -> f32 {
        self.foot_top() - 10.0
    }

    fn foot_top(&self) -> f32 {
        let height = if self.seal.is_some() {
            qr_code::SIDE
        } else {
            2.0 * SMALL.leading
        };
        PAGE_HEIGHT - MARGIN - height - FOOT_GAP
    }

    /// Adds head and foot to all pages.
    pub(crate) fn dress(&self, typefaces: &Typefaces, pages: &mut [Page]) {
        let count = pages.len();
        for (i, page) in pages.iter_mut().enumerate() {
            if i > 0 {
                self.add_head(typefaces, page);
            }
            self.add_foot(typefaces, page, &page_of(i + 1, count, self.language));
        }
    }

    fn add_head(&self, typefaces: &Typefaces, page: &mut Page) {
        let half = WIDTH / 2.0 - 6.0;
        page.text(LEFT, HEAD_TOP, set_line(typefaces, &self.head.0, SMALL, half));
        page.text_ending(RIGHT, HEAD_TOP, set_line(typefaces, &self.head.1, SMALL, half));
        page.rule(LEFT, RIGHT, HEAD_TOP + SMALL.leading + 5.0);
    }

    fn add_foot(&self, typefaces: &Typefaces, page: &mut Page, number: &str) {
        let top = self.foot_top();
        page.rule(LEFT, RIGHT, top);
        let top = top + FOOT_GAP;
        let left_width = WIDTH * 0.36;
        page.text(
            LEFT,
            top,
            set_line(typefaces, number, SMALL.in_colour(INK), left_width),
        );
        page.text(
            LEFT,
            top + SMALL.leading,
            set_line(typefaces, &self.provider, SMALL, left_width),
        );

        let mut right = RIGHT;
        let mut lines = Vec::new();
        if let Some(seal) = &self.seal {
            page.fill(qr_code::path(&seal.code, RIGHT - qr_code::SIDE, top), INK);
            right -= qr_code::SIDE + 10.0;
            let purpose = Label::ScanToVerify.text(self.language);
            if let Some(area) = Rect::from_xywh(RIGHT - qr_code::SIDE, top, qr_code::SIDE, qr_code::SIDE) {
                page.links.push(Link {
                    area,
                    url: seal.url.clone(),
                    purpose: purpose.to_owned(),
                });
            }
            lines.push(set_line(typefaces, purpose, SMALL.in_colour(INK), WIDTH * 0.5));
            // Half an address helps nobody.
            let address = set(typefaces, &seal.url, SMALL, WIDTH * 0.5);
            lines.extend(if address.len() <= 2 { address } else { Vec::new() });
        }
        if let Some(fingerprint) = &self.fingerprint {
            let text = format!("{}: {fingerprint}", Label::Fingerprint.text(self.language));
            lines.insert(lines.len().min(1), set_line(typefaces, &text, SMALL, WIDTH * 0.5));
        }
        for (i, line) in lines.into_iter().enumerate() {
            page.text_ending(right, top + i as f32 * SMALL.leading, line);
        }
    }
}
