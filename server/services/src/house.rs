//! What one installation is configured with, as far as its rules need it.
use crate::secrets::Secrets;
use chrono::TimeDelta;
use onsite_mail::Person;
use onsite_model::sheet_content::Provider;
use std::sync::Arc;

/// The provider's own settings.
#[derive(Debug, Clone)]
pub struct House {
    pub provider: Provider,
    /// Where the server is reached from outside, without a slash at the end; links are made from this and from
    /// nothing a request says.
    pub public_url: String,
    /// Whom mails are from.
    pub sender: Person,
    /// How long before and after a visit its technician holds its site.
    pub window: TimeDelta,
    /// A callback falls due this long after the visit's sheet has its outcome.
    pub callback_after: TimeDelta,
    /// How long after its last change a closed ticket or visit leaves the phones for the archive.
    pub archive_after: TimeDelta,
    /// Prefix of the tags on the provider's labels.
    pub tag_prefix: String,
    pub secrets: Arc<Secrets>,
}

impl House {
    /// An absolute link to a path of ours.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}
