//! Attachments come by tus 1.0, the protocol of resumable uploads. `words` reads its headers and decides by them, `turns`
//! lets a newer request cut an older one off, `receive` brings bytes to disk part by part, `keep` makes what is kept
//! of a whole, and `reply` answers.
pub(crate) mod keep;
pub(crate) mod receive;
pub(crate) mod reply;
pub(crate) mod turns;
pub(crate) mod words;
