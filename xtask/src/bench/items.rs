//! What is passed: STIX 2.1 relationships in their canonical bytes, made from a seed. Sizes and wording are those of
//! the relationships of ATT&CK, so that they compress as real ones do; ids are random, as real ones are.

use std::fmt::Write as _;

use node::sequencer::{Draft, ObjectVersion};
use record::{entry::Class, head::MEDIA_STIX};

/// A generator that gives the same items for the same seed (SplitMix64).
#[derive(Debug)]
pub(crate) struct Items {
    state: u64,
}

impl Items {
    /// Another seed makes other items.
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next `count` of them, as the sequencer takes them.
    pub(crate) fn drafts(&mut self, count: usize) -> Vec<Draft> {
        (0..count).map(|_| self.draft()).collect()
    }

    fn draft(&mut self) -> Draft {
        let id = format!("relationship--{}", self.uuid());
        let modified = format!(
            "2024-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            1 + self.below(12),
            1 + self.below(28),
            self.below(24),
            self.below(60),
            self.below(60),
            self.below(1_000)
        );
        let (source, target) = (self.uuid(), self.uuid());
        let mut text = String::new();
        for _ in 0..8 + self.below(10) {
            let word = WORDS[usize::try_from(self.below(WORDS.len() as u64)).unwrap_or(0)];
            let _ = write!(text, "{word} ");
        }
        // Members in canonical order.
        let content = format!(
            r#"{{"created":"2023-09-28T18:46:10.000Z","created_by_ref":"identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5","description":"{}","id":"{id}","modified":"{modified}","relationship_type":"uses","source_ref":"intrusion-set--{source}","spec_version":"2.1","target_ref":"attack-pattern--{target}","type":"relationship"}}"#,
            text.trim_end()
        );
        Draft {
            class: Class::Information,
            media: MEDIA_STIX,
            content: content.into(),
            object: Some(ObjectVersion {
                stix_id: id,
                order: modified
                    .trim_end_matches('Z')
                    .trim_end_matches('0')
                    .trim_end_matches('.')
                    .to_owned(),
                version: modified,
                spec: 21,
            }),
            lang: None,
            office: None,
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// A version 4 UUID.
    fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 48 & 0x3fff | 0x8000,
            low & 0xffff_ffff_ffff
        )
    }
}

const WORDS: [&str; 48] = [
    "has",
    "used",
    "a",
    "the",
    "PowerShell",
    "script",
    "to",
    "download",
    "and",
    "execute",
    "additional",
    "payloads",
    "from",
    "command",
    "control",
    "servers",
    "over",
    "HTTPS",
    "with",
    "encoded",
    "registry",
    "run",
    "keys",
    "for",
    "persistence",
    "credentials",
    "LSASS",
    "memory",
    "dumped",
    "via",
    "Mimikatz",
    "spearphishing",
    "attachment",
    "containing",
    "malicious",
    "macro",
    "lateral",
    "movement",
    "through",
    "remote",
    "desktop",
    "services",
    "on",
    "compromised",
    "hosts",
    "of",
    "industrial",
    "networks",
];

/// Bytes of the contents.
pub(crate) fn content_bytes(drafts: &[Draft]) -> u64 {
    drafts.iter().map(|draft| draft.content.len() as u64).sum()
}
