//! One request as it comes in: its head, its body read once and within limits, and which of its query parameters
//! somebody asked for.
use crate::app::App;
use crate::inflate::Coding;
use crate::problem::Problem;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use actix_web::web::{self, Bytes, BytesMut};
use actix_web::{HttpMessage, HttpRequest};
use futures_util::StreamExt;
use onsite_model::attachment::MAX_BYTES;
use std::borrow::Cow;
use std::net::IpAddr;
use std::time::Duration;
use sync_protocol::codes::ErrorCode;
use tokio::time::{Instant, timeout, timeout_at};

/// A body that is too large is read on up to this many bytes and thrown away, so that its sender gets to read the
/// refusal instead of a broken connection.
const DRAINED: usize = 8 * 1024 * 1024;

/// The id of a request, under which the log knows it.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Most parameters of a query.
const MAX_PARAMETERS: usize = 32;

/// A request on its way to a handler.
#[allow(missing_debug_implementations)]
pub struct Incoming {
    request: HttpRequest,
    app: App,
    /// Absent once somebody reads it as it comes.
    payload: Option<web::Payload>,
    body: Option<Bytes>,
    body_limit: usize,
    query: Vec<(String, String)>,
    /// Names of query parameters that an input knows.
    known: Vec<String>,
}

impl Incoming {
    /// # Errors
    /// The query isn't a query, or names a parameter twice, and is not to be ignored.
    pub(crate) fn new(
        request: HttpRequest,
        app: App,
        payload: web::Payload,
        body_limit: usize,
        ignores_query: bool,
    ) -> Result<Incoming, Problem> {
        let query = if ignores_query { "" } else { request.query_string() };
        let query: Vec<(String, String)> = serde_urlencoded::from_str(query)
            .map_err(|error| Problem::malformed(format!("the query can't be read: {error}")))?;
        if query.len() > MAX_PARAMETERS {
            return Err(Problem::malformed(format!("at most {MAX_PARAMETERS} parameters")));
        }
        if query
            .iter()
            .any(|(name, value)| name.contains('\0') || value.contains('\0'))
        {
            return Err(Problem::malformed(
                "the query contains NUL, which no text can hold",
            ));
        }
        for (at, (name, _)) in query.iter().enumerate() {
            if query[..at].iter().any(|(earlier, _)| earlier == name) {
                return Err(Problem::malformed("this parameter is given twice").field(name));
            }
        }
        Ok(Incoming {
            request,
            app,
            payload: Some(payload),
            body: None,
            body_limit,
            query,
            known: Vec::new(),
        })
    }

    /// The shared state.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The head of the request.
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// A header's text, absent where it is missing or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    }

    /// A part of the path, decoded.
    pub fn segment(&self, name: &str) -> Option<Cow<'_, str>> {
        self.request.match_info().get(name).map(Cow::Borrowed)
    }

    /// The query, of which an input knows these parameters.
    pub fn query(&mut self, known: impl IntoIterator<Item = String>) -> &str {
        self.known.extend(known);
        self.request.query_string()
    }

    /// Where the request comes from; see [`crate::app::Limits::trusted_proxies`].
    pub fn address(&self) -> IpAddr {
        let peer = self
            .request
            .peer_addr()
            .map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
        let lines: Vec<&str> = self
            .request
            .headers()
            .get_all("X-Forwarded-For")
            .map(|line| line.to_str().unwrap_or("unreadable"))
            .collect();
        let hops = lines.iter().flat_map(|line| line.split(','));
        self.app.limits.trusted_proxies.client(peer, hops)
    }

    /// The body's exact bytes, unpacked where it came compressed.
    ///
    /// # Errors
    /// It is larger than the route allows, compressed as we can't read, or did not arrive in time.
    pub async fn body(&mut self) -> Result<Bytes, Problem> {
        if let Some(body) = &self.body {
            return Ok(body.clone());
        }
        let coding = Coding::read(self.header(CONTENT_ENCODING.as_str()))?;
        let packed = self.read().await?;
        let body = match coding {
            Some(coding) => coding.unpack(&packed, self.body_limit)?,
            None => packed,
        };
        self.body = Some(body.clone());
        Ok(body)
    }

    /// The body as it comes, for whoever keeps it piece by piece; the route's limit does not count for it.
    ///
    /// # Errors
    /// It is compressed, or was read already.
    pub(crate) fn stream(&mut self) -> Result<BodyStream, Problem> {
        // An offset counts bytes as they are kept; compressed ones could not be resumed.
        if Coding::read(self.header(CONTENT_ENCODING.as_str()))?.is_some() {
            let detail = "a file is sent as it is, without Content-Encoding";
            return Err(Problem::new(ErrorCode::UnsupportedMedia, detail));
        }
        let payload = self.payload.take().ok_or_else(Problem::internal)?;
        let pause = self.app.limits.body_pause;
        Ok(BodyStream { payload, pause })
    }

    /// Whether everything that was sent was asked for.
    ///
    /// # Errors
    /// A query parameter that no input knows.
    pub(crate) fn finish(&self) -> Result<(), Problem> {
        match self.query.iter().find(|(name, _)| !self.known.contains(name)) {
            Some((name, _)) => {
                Err(Problem::new(ErrorCode::UnknownField, "there is no such parameter here").field(name))
            }
            None => Ok(()),
        }
    }

    async fn read(&mut self) -> Result<Bytes, Problem> {
        let limit = self.body_limit;
        let too_large = || {
            Problem::new(
                ErrorCode::TooLarge,
                format!("the body may have at most {limit} bytes"),
            )
        };
        let announced = self
            .header(CONTENT_LENGTH.as_str())
            .and_then(|length| length.parse::<usize>().ok());
        if announced.is_some_and(|length| length > limit.saturating_add(DRAINED)) {
            return Err(too_large());
        }
        let deadline = Instant::now() + self.app.limits.body;
        let pause = self.app.limits.body_pause;
        let (mut body, mut length) = (BytesMut::new(), 0_usize);
        let payload = self.payload.as_mut().ok_or_else(Problem::internal)?;
        while let Some(chunk) = next(payload, deadline, pause).await? {
            length += chunk.len();
            if length <= limit {
                body.extend_from_slice(&chunk);
            } else if length > limit.saturating_add(DRAINED) {
                break;
            }
        }
        if length > limit {
            Err(too_large())
        } else {
            Ok(body.freeze())
        }
    }
}

/// A body that is read as it comes.
pub(crate) struct BodyStream {
    payload: web::Payload,
    /// How long it may pause.
    pause: Duration,
}

impl std::fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BodyStream").finish_non_exhaustive()
    }
}

impl BodyStream {
    /// The next piece; `None` at the end. Nothing is lost where waiting for it is given up.
    ///
    /// # Errors
    /// The body broke off, or paused for too long.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        // The whole may take as long as it takes: each piece that comes is kept.
        next(&mut self.payload, Instant::now() + self.pause, self.pause).await
    }

    /// Reads on and throws away, up to what any body of ours has.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub(crate) async fn drain(&mut self) -> Result<(), Problem> {
        let mut length = 0;
        while let Some(piece) = self.next().await? {
            length += piece.len();
            if length > MAX_BYTES as usize {
                break;
            }
        }
        Ok(())
    }
}

async fn next(
    payload: &mut web::Payload,
    deadline: Instant,
    pause: Duration,
) -> Result<Option<Bytes>, Problem> {
    let late = || Problem::malformed("the body did not arrive in time");
    let chunk = timeout_at(deadline, timeout(pause, payload.next()))
        .await
        .map_err(|_| late())?;
    match chunk.map_err(|_| late())? {
        Some(Ok(bytes)) => Ok(Some(bytes)),
        Some(Err(_)) => Err(Problem::malformed("the body broke off")),
        None => Ok(None),
    }
}

/// The id the request was given when it came.
pub(crate) fn request_id(request: &HttpRequest) -> String {
    request
        .extensions()
        .get::<RequestId>()
        .map(|RequestId(id)| id.clone())
        .unwrap_or_default()
}
