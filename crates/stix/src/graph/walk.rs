//! Walking along edges, breadth first, within bounds.

use std::collections::{BTreeSet, VecDeque};

use serde_json::Value;
use thiserror::Error;

use super::{Edge, EdgeKind, Graph, text};
use crate::pattern::Moment;

/// Which way edges may be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Direction {
    /// From source to target.
    Outgoing,
    /// From target to source.
    Incoming,
    /// Either.
    #[default]
    Both,
}

/// Which edges of a kind may be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Edges<'w> {
    /// All.
    #[default]
    All,
    /// Those of these names: relationship types, or property names.
    Named(&'w [&'w str]),
    /// None.
    None,
}

impl Edges<'_> {
    fn has(self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.contains(&name),
            Self::None => false,
        }
    }
}

/// How to walk.
#[derive(Clone, Copy)]
pub struct Walk<'w> {
    /// Edges between the start and the farthest object.
    pub depth_max: u32,
    /// Objects that may be reached; one more is an error.
    pub objects_max: usize,
    /// Edges that may be looked at; one more is an error.
    pub edges_max: usize,
    /// Which way.
    pub direction: Direction,
    /// Which relationships.
    pub relationships: Edges<'w>,
    /// Which embedded references.
    pub references: Edges<'w>,
    /// Whether along sightings.
    pub sightings: bool,
    /// Only to objects of these types.
    pub object_types: Option<&'w [&'w str]>,
    /// Only along relationships in force (§5.1: from `start_time` to before `stop_time`) and things
    /// sighted (§5.2: from `first_seen` to `last_seen`) at a time. What gives no time always is.
    pub at: Option<&'w Moment>,
    /// Whether an object may be seen: neither it nor a relationship or sighting that may not be
    /// seen is followed. Here the caller's marking rules come in.
    pub visible: Option<&'w dyn Fn(&Value) -> bool>,
}

impl Default for Walk<'_> {
    fn default() -> Self {
        Self {
            depth_max: 1,
            objects_max: 10_000,
            edges_max: 1_000_000,
            direction: Direction::Both,
            relationships: Edges::All,
            references: Edges::All,
            sightings: true,
            object_types: None,
            at: None,
            visible: None,
        }
    }
}

/// An object that a walk reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reached<'v> {
    /// Its identifier.
    pub id: &'v str,
    /// The object, unless the graph has only references to it.
    pub object: Option<&'v Value>,
    /// How many edges away from the start.
    pub depth: u32,
    /// The edge by which it was first reached.
    pub edge: Edge<'v>,
}

/// Why a walk was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WalkError {
    /// Too many objects.
    #[error("the walk reached more than {limit} objects")]
    Objects {
        /// [`Walk::objects_max`].
        limit: usize,
    },
    /// Too many edges.
    #[error("the walk looked at more than {limit} edges")]
    Edges {
        /// [`Walk::edges_max`].
        limit: usize,
    },
}

impl<'v> Graph<'v> {
    /// Walks from an identifier; returns what was reached, nearest first, without the start.
    ///
    /// # Errors
    /// A bound was reached.
    pub fn walk(&self, start: &str, walk: &Walk<'_>) -> Result<Vec<Reached<'v>>, WalkError> {
        let mut reached: Vec<Reached<'v>> = Vec::new();
        let mut seen = BTreeSet::from([start.to_owned()]);
        let mut queue = VecDeque::from([(start.to_owned(), 0)]);
        let mut edges_seen = 0;
        while let Some((at, depth)) = queue.pop_front() {
            if depth == walk.depth_max {
                continue;
            }
            let outgoing = self.edges_from(&at).map(|edge| (edge, edge.target));
            let incoming = self.edges_to(&at).map(|edge| (edge, edge.source));
            let outgoing = outgoing.filter(|_| walk.direction != Direction::Incoming);
            let incoming = incoming.filter(|_| walk.direction != Direction::Outgoing);
            for (edge, id) in outgoing.chain(incoming) {
                edges_seen += 1;
                if edges_seen > walk.edges_max {
                    return Err(WalkError::Edges {
                        limit: walk.edges_max,
                    });
                }
                let object = self.object(id);
                if seen.contains(id) || !walk.may_follow(edge) || !walk.may_reach(id, object) {
                    continue;
                }
                if reached.len() == walk.objects_max {
                    return Err(WalkError::Objects {
                        limit: walk.objects_max,
                    });
                }
                seen.insert(id.to_owned());
                reached.push(Reached {
                    id,
                    object,
                    depth: depth + 1,
                    edge: *edge,
                });
                queue.push_back((id.to_owned(), depth + 1));
            }
        }
        Ok(reached)
    }
}

impl Walk<'_> {
    fn may_follow(&self, edge: &Edge<'_>) -> bool {
        let is_kind = match edge.kind {
            EdgeKind::Relationship(name) => self.relationships.has(name),
            EdgeKind::Reference(name) => self.references.has(name),
            EdgeKind::Sighting => self.sightings,
        };
        is_kind
            && self.at.is_none_or(|at| is_in_force(edge, at))
            && self.visible.is_none_or(|visible| visible(edge.object))
    }

    fn may_reach(&self, id: &str, object: Option<&Value>) -> bool {
        let object_type = id
            .split_once("--")
            .map_or(id, |(object_type, _)| object_type);
        self.object_types
            .is_none_or(|types| types.contains(&object_type))
            && object.is_none_or(|object| self.visible.is_none_or(|visible| visible(object)))
    }
}

fn is_in_force(edge: &Edge<'_>, at: &Moment) -> bool {
    let moment =
        |property| text(edge.object, property).and_then(|text| text.parse::<Moment>().ok());
    match edge.kind {
        EdgeKind::Relationship(_) => {
            moment("start_time").is_none_or(|start| start <= *at)
                && moment("stop_time").is_none_or(|stop| *at < stop)
        }
        EdgeKind::Sighting => {
            moment("first_seen").is_none_or(|first| first <= *at)
                && moment("last_seen").is_none_or(|last| *at <= last)
        }
        EdgeKind::Reference(_) => true,
    }
}
