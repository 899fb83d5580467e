//! A bucket of an S3-compatible service as the place of the blobs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::path::Path as ObjectPath;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, RetryConfig};

use crate::FilesError;

/// How long one request may take; the largest object has 20 MB.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// A service that does not answer is given up after this, and the phone is told to come back.
const RETRY_FOR: Duration = Duration::from_secs(20);
const MAX_RETRIES: usize = 4;

/// Where the bucket is and who asks.
#[derive(Clone, PartialEq, Eq)]
pub struct S3Settings {
    pub bucket: String,
    /// The service, such as `https://minio.example.com`; absent for Amazon's own.
    pub endpoint: Option<String>,
    pub region: String,
    /// A folder in the bucket, so that it can hold other things too; may be empty.
    pub prefix: String,
    /// Key id and secret. Without them the usual `AWS_…` variables, or the machine's own role, are asked.
    pub key: Option<(String, String)>,
}

impl fmt::Debug for S3Settings {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Settings")
            .field("bucket", &self.bucket)
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("prefix", &self.prefix)
            .field("key_id", &self.key.as_ref().map(|(id, _)| id))
            .finish()
    }
}

impl S3Settings {
    pub(crate) fn open(&self) -> Result<Arc<dyn ObjectStore>, FilesError> {
        let mut builder = match self.key {
            Some(_) => AmazonS3Builder::new(),
            None => AmazonS3Builder::from_env(),
        };
        builder = builder
            .with_bucket_name(&self.bucket)
            .with_region(&self.region)
            .with_retry(RetryConfig {
                max_retries: MAX_RETRIES,
                retry_timeout: RETRY_FOR,
                ..RetryConfig::default()
            });
        let mut client = ClientOptions::new().with_timeout(REQUEST_TIMEOUT);
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_endpoint(endpoint);
            client = client.with_allow_http(endpoint.starts_with("http://"));
        }
        if let Some((id, secret)) = &self.key {
            builder = builder.with_access_key_id(id).with_secret_access_key(secret);
        }
        let bucket = builder.with_client_options(client).build()?;
        Ok(match self.prefix.trim_matches('/') {
            "" => Arc::new(bucket),
            prefix => Arc::new(PrefixStore::new(bucket, ObjectPath::from(prefix))),
        })
    }
}
