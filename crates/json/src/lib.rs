//! Strict JSON in, RFC 8785 canonical bytes out.
