//! The server: sequencer, sync between parties, endpoints, JSON API.
