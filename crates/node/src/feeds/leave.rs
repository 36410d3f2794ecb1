//! What a push feed sends, and what it keeps back.

use std::collections::BTreeMap;

use bytes::Bytes;
use dialogue::Ceiling;
use stix::{marking::TlpLevel, tree::Arena};
use store::{Store, StoreError, TrackId, VersionsWanted, WANTED_MAX, Wanted};

use crate::intake::{Marks, level, level_name, said_by};

/// Most bytes of marking definitions that are looked up at a time.
const DEFINITIONS_BYTES_MAX: u64 = 16 << 20;
/// What acts of a dialogue begin with; they are said to the parties of it.
const ACT_PREFIX: &str = "dialogue-";

/// What a feed lets go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gate {
    pub(super) ceiling: Ceiling,
    pub(super) unmarked: bool,
}

/// Whether an object goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Leaves {
    /// It does.
    Yes,
    /// It does not, for a reason that a person wants to know.
    No(String),
    /// It does not, which is too ordinary to be noted for each: an act; an object that came from there.
    Never,
}

/// What the objects of a batch refer to, and what the definitions held here say.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    said: BTreeMap<String, Option<TlpLevel>>,
}

impl Definitions {
    /// Looks up the definitions that these objects are marked with.
    pub(super) async fn of(
        store: &dyn Store,
        track: TrackId,
        objects: &[(String, Bytes)],
    ) -> Result<Self, StoreError> {
        let mut wanted: Vec<String> = Vec::new();
        let mut arena = Arena::default();
        for (_, content) in objects {
            if let Ok(tree) = arena.parse(content) {
                wanted.extend(Marks::of(tree.root()).others().iter().cloned());
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        let mut definitions = Self::default();
        for ids in wanted.chunks(WANTED_MAX) {
            let wanted = Wanted {
                ids: ids.to_vec(),
                versions: VersionsWanted {
                    all: true,
                    ..VersionsWanted::default()
                },
                specs: vec![20, 21],
                ..Wanted::default()
            };
            let mut after = 0;
            loop {
                let page = store
                    .list_contents(
                        track,
                        wanted.clone(),
                        after,
                        WANTED_MAX,
                        DEFINITIONS_BYTES_MAX,
                    )
                    .await?;
                for (listed, content) in &page.rows {
                    definitions.learn(&listed.key.stix_id, content);
                    after = listed.arrival;
                }
                if !page.more {
                    break;
                }
            }
        }
        Ok(definitions)
    }

    /// Keeps the strictest of what versions of a definition say.
    fn learn(&mut self, id: &str, content: &[u8]) {
        if let Ok(tree) = Arena::default().parse(content) {
            let said = self.said.entry(id.to_ascii_lowercase()).or_default();
            *said = (*said).max(said_by(tree.root()));
        }
    }
}

impl Gate {
    /// Whether an object goes. Parts that are marked stricter count for the whole: nothing is cut out.
    pub(super) fn lets(&self, id: &str, content: &[u8], definitions: &Definitions) -> Leaves {
        if id.starts_with(ACT_PREFIX) {
            return Leaves::Never;
        }
        let mut arena = Arena::default();
        let Ok(tree) = arena.parse(content) else {
            return Leaves::No("it cannot be read, so its markings are not known".to_owned());
        };
        let marks = Marks::of(tree.root());
        let mut said = BTreeMap::new();
        for other in marks.others() {
            match definitions.said.get(other) {
                Some(Some(level)) => {
                    said.insert(other.clone(), *level);
                }
                Some(None) => {}
                None => {
                    return Leaves::No(format!(
                        "it is marked with {other}, whose definition is not in the collection: what that allows is not known"
                    ));
                }
            }
        }
        // What defines a level of the Traffic Light Protocol is public, whatever the level is.
        let strictest = marks
            .strictest(&said)
            .max(said_by(tree.root()).map(|_| TlpLevel::Clear));
        match strictest {
            Some(found) if found > level(self.ceiling) => Leaves::No(format!(
                "it is marked {}, the feed's ceiling is {}",
                level_name(found),
                level_name(level(self.ceiling))
            )),
            Some(_) => Leaves::Yes,
            None if self.unmarked || id.starts_with("marking-definition--") => Leaves::Yes,
            None => Leaves::No(
                "it has no marking of the Traffic Light Protocol, and the feed does not send such objects".to_owned(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use stix::marking::Tlp;

    use super::*;

    const GREEN: Gate = Gate {
        ceiling: Ceiling::Green,
        unmarked: false,
    };
    const OWN: &str = "marking-definition--11111111-1111-4111-8111-111111111111";

    fn object(marks: &str) -> String {
        format!(r#"{{"type":"indicator","id":"indicator--1",{marks}"name":"x"}}"#)
    }

    fn refs(id: &str) -> String {
        object(&format!(r#""object_marking_refs":["{id}"],"#))
    }

    fn lets(gate: Gate, content: &str, definitions: &Definitions) -> Leaves {
        gate.lets("indicator--1", content.as_bytes(), definitions)
    }

    fn why(leaves: Leaves) -> String {
        match leaves {
            Leaves::No(why) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nothing_above_the_ceiling_leaves() {
        let none = Definitions::default();
        for (tlp, leaves) in [
            (Tlp::White1, true),
            (Tlp::Clear2, true),
            (Tlp::Green1, true),
            (Tlp::Green2, true),
            (Tlp::Amber1, false),
            (Tlp::Amber2, false),
            (Tlp::AmberStrict2, false),
            (Tlp::Red1, false),
            (Tlp::Red2, false),
        ] {
            let found = lets(GREEN, &refs(tlp.id()), &none);
            assert_eq!(found == Leaves::Yes, leaves, "{tlp:?}: {found:?}");
        }
        let upper = Tlp::Red1.id().to_ascii_uppercase();
        assert!(why(lets(GREEN, &refs(&upper), &none)).contains("TLP:RED"));
    }

    #[test]
    fn a_part_that_may_not_leave_keeps_the_whole() {
        let part = object(&format!(
            r#""object_marking_refs":["{}"],"granular_markings":[{{"marking_ref":"{}","selectors":["name"]}}],"#,
            Tlp::Clear2.id(),
            Tlp::Red2.id()
        ));
        let found = why(lets(GREEN, &part, &Definitions::default()));
        assert!(
            found.contains("TLP:RED") && found.contains("TLP:GREEN"),
            "{found}"
        );
    }

    #[test]
    fn what_has_no_marking_leaves_only_if_told_so() {
        let none = Definitions::default();
        assert!(why(lets(GREEN, &object(""), &none)).contains("no marking"));
        let open = Gate {
            unmarked: true,
            ..GREEN
        };
        assert_eq!(lets(open, &object(""), &none), Leaves::Yes);
        assert_eq!(
            open.lets("dialogue-inquiry--1", b"{}", &none),
            Leaves::Never
        );
        assert!(why(open.lets("x--1", b"{", &none)).contains("cannot be read"));
    }

    #[test]
    fn a_marking_of_ones_own_means_what_its_definition_says() {
        let open = Gate {
            unmarked: true,
            ..GREEN
        };
        let mut definitions = Definitions::default();
        assert!(why(lets(open, &refs(OWN), &definitions)).contains("is not known"));
        definitions.learn(
            OWN,
            br#"{"type":"marking-definition","definition":{"statement":"(c)"}}"#,
        );
        assert_eq!(lets(open, &refs(OWN), &definitions), Leaves::Yes);
        assert!(why(lets(GREEN, &refs(OWN), &definitions)).contains("no marking"));
        definitions.learn(
            OWN,
            br#"{"type":"marking-definition","definition":{"tlp":"amber"}}"#,
        );
        assert!(why(lets(open, &refs(OWN), &definitions)).contains("TLP:AMBER"));
    }
}
