//! Objects as a graph: relationships, embedded references and sightings as edges, and bounded walks
//! along them (STIX 2.1 §5, §3.1).
//!
//! ```
//! use serde_json::json;
//! use stix::graph::{Direction, Edges, Graph, Walk};
//!
//! let objects = [
//!     json!({"type": "campaign", "id": "campaign--1", "created_by_ref": "identity--1"}),
//!     json!({"type": "malware", "id": "malware--1"}),
//!     json!({"type": "relationship", "id": "relationship--1", "relationship_type": "uses",
//!            "source_ref": "campaign--1", "target_ref": "malware--1"}),
//! ];
//! let graph = Graph::new(&objects);
//! let walk = Walk { direction: Direction::Outgoing, references: Edges::None, ..Walk::default() };
//! let reached = graph.walk("campaign--1", &walk)?;
//! assert_eq!(reached[0].id, "malware--1");
//! # Ok::<(), stix::graph::WalkError>(())
//! ```
//!
//! A graph borrows its objects. Of several versions of an object it keeps the latest. References to
//! objects that are not there are edges all the same: a dangling reference is legal.

mod walk;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::pattern::Moment;

pub use walk::{Direction, Edges, Reached, Walk, WalkError};

/// Depth of nesting in which references are looked for; deeper ones are not found.
pub const REFERENCE_DEPTH_MAX: usize = 16;

/// What an edge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind<'v> {
    /// A relationship object, with its `relationship_type`.
    Relationship(&'v str),
    /// A reference in the source, with the property's name.
    Reference(&'v str),
    /// A sighting: from who or where it was seen to what was seen.
    Sighting,
}

/// A directed connection of two identifiers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge<'v> {
    source: &'v str,
    target: &'v str,
    kind: EdgeKind<'v>,
    object: &'v Value,
}

impl<'v> Edge<'v> {
    /// Returns the identifier it leads from.
    #[must_use]
    pub fn source(&self) -> &'v str {
        self.source
    }

    /// Returns the identifier it leads to.
    #[must_use]
    pub fn target(&self) -> &'v str {
        self.target
    }

    /// Returns what it says.
    #[must_use]
    pub fn kind(&self) -> EdgeKind<'v> {
        self.kind
    }

    /// Returns the object that says so: the relationship, the sighting, or the source itself.
    #[must_use]
    pub fn object(&self) -> &'v Value {
        self.object
    }
}

/// Objects and the edges between them.
#[derive(Clone, Debug, Default)]
pub struct Graph<'v> {
    objects: BTreeMap<&'v str, &'v Value>,
    edges: Vec<Edge<'v>>,
    /// Positions in `edges`, by source and by target.
    outgoing: BTreeMap<&'v str, Vec<usize>>,
    incoming: BTreeMap<&'v str, Vec<usize>>,
}

impl<'v> Graph<'v> {
    /// Builds a graph. What has no identifier takes no part.
    #[must_use]
    pub fn new(objects: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut graph = Self::default();
        for object in objects {
            let Some(id) = text(object, "id") else {
                continue;
            };
            let known = graph.objects.entry(id).or_insert(object);
            if modified(object) > modified(known) {
                *known = object;
            }
        }
        let objects: Vec<_> = graph
            .objects
            .iter()
            .map(|(id, object)| (*id, *object))
            .collect();
        for (id, object) in objects {
            graph.add_edges(id, object);
        }
        for (position, edge) in graph.edges.iter().enumerate() {
            graph
                .outgoing
                .entry(edge.source)
                .or_default()
                .push(position);
            graph
                .incoming
                .entry(edge.target)
                .or_default()
                .push(position);
        }
        graph
    }

    /// Returns the latest version of an object.
    #[must_use]
    pub fn object(&self, id: &str) -> Option<&'v Value> {
        self.objects.get(id).copied()
    }

    /// Returns every edge; those of one object lie together.
    #[must_use]
    pub fn edges(&self) -> &[Edge<'v>] {
        &self.edges
    }

    /// Returns the edges from an identifier.
    pub fn edges_from(&self, id: &str) -> impl Iterator<Item = &Edge<'v>> {
        self.outgoing
            .get(id)
            .into_iter()
            .flatten()
            .map(|&position| &self.edges[position])
    }

    /// Returns the edges to an identifier.
    pub fn edges_to(&self, id: &str) -> impl Iterator<Item = &Edge<'v>> {
        self.incoming
            .get(id)
            .into_iter()
            .flatten()
            .map(|&position| &self.edges[position])
    }

    fn add_edges(&mut self, id: &'v str, object: &'v Value) {
        let object_type = text(object, "type").unwrap_or_default();
        let is_relationship = object_type == "relationship";
        if let (true, Some(source), Some(target), Some(kind)) = (
            is_relationship,
            text(object, "source_ref"),
            text(object, "target_ref"),
            text(object, "relationship_type"),
        ) {
            self.edges.push(Edge {
                source,
                target,
                kind: EdgeKind::Relationship(kind),
                object,
            });
        }
        if let ("sighting", Some(target)) = (object_type, text(object, "sighting_of_ref")) {
            let places = object.get("where_sighted_refs").and_then(Value::as_array);
            for source in places.into_iter().flatten().filter_map(Value::as_str) {
                self.edges.push(Edge {
                    source,
                    target,
                    kind: EdgeKind::Sighting,
                    object,
                });
            }
        }
        if let Value::Object(properties) = object {
            // The two ends of a relationship are its edge, not references of their own.
            let is_end = |key: &str| is_relationship && matches!(key, "source_ref" | "target_ref");
            for (key, value) in properties.iter().filter(|(key, _)| !is_end(key)) {
                self.add_references(id, object, key, value, 0);
            }
        }
    }

    fn add_references(
        &mut self,
        source: &'v str,
        object: &'v Value,
        key: &'v str,
        value: &'v Value,
        depth: usize,
    ) {
        let mut add = |target: &'v str| {
            // The local keys of the deprecated container are no identifiers.
            if target.contains("--") {
                self.edges.push(Edge {
                    source,
                    target,
                    kind: EdgeKind::Reference(key),
                    object,
                });
            }
        };
        match value {
            Value::String(target) if key.ends_with("_ref") => add(target),
            Value::Array(targets) if key.ends_with("_refs") => {
                targets.iter().filter_map(Value::as_str).for_each(add);
            }
            _ if depth == REFERENCE_DEPTH_MAX => {}
            Value::Array(elements) => {
                for element in elements {
                    self.add_references(source, object, key, element, depth + 1);
                }
            }
            Value::Object(properties) => {
                for (key, value) in properties {
                    self.add_references(source, object, key, value, depth + 1);
                }
            }
            _ => {}
        }
    }
}

fn text<'v>(object: &'v Value, property: &str) -> Option<&'v str> {
    object
        .as_object()
        .and_then(|object: &Map<_, _>| object.get(property))?
        .as_str()
}

fn modified(object: &Value) -> Option<Moment> {
    text(object, "modified")?.parse().ok()
}
