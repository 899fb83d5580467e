//! The lives of the server between restores, and what somebody who has seen one of them has seen of the present one.
use sync_protocol::version::Version;

/// Every life the present one knows of, each with the version it went on from.
#[derive(Debug, Clone)]
pub struct Lives(Vec<(u32, u64)>);

impl Default for Lives {
    fn default() -> Self {
        Lives(vec![(1, 0)])
    }
}

impl Lives {
    /// The present one's number.
    pub fn epoch(&self) -> u32 {
        self.0.last().map_or(0, |(epoch, _)| *epoch)
    }

    /// A new life goes on from a version.
    pub fn begin(&mut self, epoch: u32, from: u64) {
        self.0.push((epoch, from));
    }

    /// The version of the present life, which stands at `head`, up to which an author who saw `base` knows everything.
    pub fn seen(&self, base: Version, head: u64) -> u64 {
        if base.epoch == self.epoch() {
            return if base.number <= head { base.number } else { 0 };
        }
        if !self.0.iter().any(|(epoch, _)| *epoch == base.epoch) {
            return 0;
        }
        self.0
            .iter()
            .filter(|(epoch, _)| *epoch > base.epoch)
            .fold(base.number, |least, (_, from)| least.min(*from))
    }
}
