use std::time::Duration;

/// What a server may make a client hold. Everything beyond is refused with an error that names the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest answer, in bytes, after decompression.
    pub page_bytes_max: usize,
    /// Most objects, manifest records or versions on one page.
    pub page_objects_max: usize,
    /// Longest single object, in bytes.
    pub object_bytes_max: usize,
    /// Deepest nesting inside one object.
    pub depth_max: usize,
    /// Most pages of one crawl.
    pub pages_max: u64,
    /// Most pages in a row that have nothing on them and say `more`.
    pub empty_pages_max: u32,
    /// Longest body of a request, in bytes, whatever the server would take.
    pub request_bytes_max: usize,
    /// Most redirects of one request.
    pub redirects_max: u32,
}

impl Default for Limits {
    /// 64 MiB and 100,000 objects a page, 16 MiB and depth 64 an object, a million pages, 16 empty ones, 8 MiB a
    /// request, 5 redirects.
    fn default() -> Self {
        Self {
            page_bytes_max: 64 << 20,
            page_objects_max: 100_000,
            object_bytes_max: 16 << 20,
            depth_max: 64,
            pages_max: 1_000_000,
            empty_pages_max: 16,
            request_bytes_max: 8 << 20,
            redirects_max: 5,
        }
    }
}

/// How long a client waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// For a connection to come up.
    pub connect_max: Duration,
    /// For the next byte, once connected.
    pub silence_max: Duration,
    /// For one request and all of its answer: a server that sends a byte a second is cut off here.
    pub request_max: Duration,
}

impl Default for Times {
    /// 10 seconds, 60 seconds, 10 minutes.
    fn default() -> Self {
        Self {
            connect_max: Duration::from_secs(10),
            silence_max: Duration::from_secs(60),
            request_max: Duration::from_secs(600),
        }
    }
}
