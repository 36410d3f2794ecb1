//! Finds where the objects of a bundle begin and end, in chunks of any size.

use super::scan::{KeyWatch, Scan};
use super::{BundleError, BundleLimits, Container, Piece, Place};
use crate::tree::{Arena, Kind, Value};

/// Splits the text of a bundle into its objects, fed in chunks of any size.
#[derive(Debug)]
pub struct Splitter {
    limits: BundleLimits,
    state: State,
    /// What stands around the list of objects, the list emptied; or a bare object.
    head: Vec<u8>,
    /// The object being read.
    piece: Vec<u8>,
    piece_place: Place,
    /// Where the head begins.
    head_place: Place,
    scan: Scan,
    key: KeyWatch,
    index: u64,
    /// Where the next byte stands.
    place: Place,
    /// Where in the head the list of objects was emptied, and where its end stood in the input.
    emptied: Option<(usize, Place)>,
    kind: Shape,
}

/// What the outermost value turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Unknown,
    Object,
    Container,
    List,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the outermost value.
    Start,
    /// In the outermost object, outside a list of objects.
    Head,
    /// In a list of objects, where one may begin or, if `first`, the list may end.
    Element { first: bool },
    /// In an object of the list.
    Piece,
    /// After an object of the list.
    Comma,
    /// After the outermost value.
    End,
}

impl Splitter {
    /// Begins.
    #[must_use]
    pub fn new(limits: BundleLimits) -> Self {
        Self {
            limits,
            state: State::Start,
            head: Vec::new(),
            piece: Vec::new(),
            piece_place: Place::START,
            head_place: Place::START,
            scan: Scan::default(),
            key: KeyWatch::default(),
            index: 0,
            place: Place::START,
            emptied: None,
            kind: Shape::Unknown,
        }
    }

    /// Takes the next bytes of the input and gives out every object that ends in them.
    ///
    /// # Errors
    /// [`BundleError`] at the first byte that cannot be, or that crosses a limit. After an error
    /// the splitter is of no further use.
    pub fn push(&mut self, chunk: &[u8], mut give: impl FnMut(Piece)) -> Result<(), BundleError> {
        let mut rest = chunk;
        while !rest.is_empty() {
            if self.state == State::Piece {
                let taken = self.take_piece(rest)?;
                if self.state == State::Comma {
                    give(self.complete_piece());
                }
                self.place.advance(&rest[..taken]);
                rest = &rest[taken..];
            } else {
                self.step(rest[0])?;
                self.place.advance(&rest[..1]);
                rest = &rest[1..];
            }
            if self.place.offset > self.limits.total_bytes_max {
                return Err(BundleError::TooLong {
                    limit: self.limits.total_bytes_max,
                });
            }
        }
        Ok(())
    }

    /// Ends the input: gives out a bare object, if it was one, and what the objects stood in.
    ///
    /// # Errors
    /// [`BundleError`] if the input is cut off, or what stands around the objects is not an
    /// admissible JSON object or not a container.
    pub fn finish(&mut self, arena: &mut Arena) -> Result<(Option<Piece>, Container), BundleError> {
        if self.state != State::End {
            return Err(BundleError::Truncated(self.index));
        }
        match self.kind {
            Shape::List => Ok((None, Container::List)),
            Shape::Container => {
                let tree = arena.parse(&self.head).map_err(BundleError::Head)?;
                match tree.root().get("type") {
                    Some(value) if value.as_str() != Some("bundle") => {
                        let found = value.as_str().unwrap_or(value.kind().word());
                        Err(BundleError::NotABundle(found.to_owned()))
                    }
                    _ => Ok((None, Container::Head(self.head.clone()))),
                }
            }
            Shape::Object | Shape::Unknown => {
                // An empty bundle is a container too, though no list was seen.
                let tree = arena.parse(&self.head).map_err(BundleError::Head)?;
                let root = tree.root();
                let is_bundle = root.get("type").and_then(Value::as_str) == Some("bundle");
                if is_bundle
                    && root
                        .get("objects")
                        .is_none_or(|list| list.kind() == Kind::Array)
                {
                    return Ok((None, Container::Head(self.head.clone())));
                }
                let piece = Piece {
                    index: 0,
                    place: self.head_place,
                    bytes: std::mem::take(&mut self.head),
                };
                Ok((Some(piece), Container::Bare))
            }
        }
    }

    fn expected(&self, wanted: &'static str) -> BundleError {
        BundleError::Expected {
            wanted,
            offset: self.place.offset,
        }
    }

    /// Where the next byte stands; after an error, where the reading stopped.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// The text of what is read so far outside the list of objects: of a bare object, or of one
    /// that is cut off, its own.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The JSON path, in the whole input, of the object at `index`.
    #[must_use]
    pub fn path_of(&self, index: u64) -> String {
        match self.kind {
            Shape::Unknown | Shape::Object => "$".to_owned(),
            Shape::List => format!("$[{index}]"),
            Shape::Container => format!("$.objects[{index}]"),
        }
    }

    /// Whether the input is one object, by itself, as far as it was read.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.kind == Shape::Object
    }

    /// Whether it says, in what was read so far, that it is a bundle of STIX 2.0.
    #[must_use]
    pub fn is_version_20(&self) -> bool {
        self.kind == Shape::Container && self.key.version_20
    }

    /// Where in the input the byte at `offset` of [`head`](Self::head) stands.
    #[must_use]
    pub fn place_in_head(&self, offset: usize) -> Place {
        let (mut place, from) = match self.emptied {
            Some((at, end)) if offset >= at => (end, at),
            _ => (self.head_place, 0),
        };
        place.advance(self.head.get(from..offset).unwrap_or_default());
        place
    }

    fn step(&mut self, byte: u8) -> Result<(), BundleError> {
        let space = matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
        match self.state {
            State::Head => self.head_byte(byte),
            _ if space => Ok(()),
            State::Start => self.start(byte),
            State::Element { first } => self.element(byte, first),
            State::Comma => match byte {
                b',' => {
                    self.state = State::Element { first: false };
                    Ok(())
                }
                b']' => self.end_list(),
                _ => Err(self.expected("a comma or the end of the list")),
            },
            State::End => Err(self.expected("nothing after the bundle")),
            // Bytes of an object are taken by `take_piece`.
            State::Piece => Ok(()),
        }
    }

    fn start(&mut self, byte: u8) -> Result<(), BundleError> {
        match byte {
            b'{' => {
                self.kind = Shape::Object;
                self.head_place = self.place;
                self.head.push(byte);
                self.scan.depth = 1;
                self.state = State::Head;
                Ok(())
            }
            b'[' => {
                self.kind = Shape::List;
                self.state = State::Element { first: true };
                Ok(())
            }
            0xEF => Err(self.expected("an object or a list, and no byte-order mark before it")),
            _ => Err(self.expected("an object or a list")),
        }
    }

    fn element(&mut self, byte: u8, first: bool) -> Result<(), BundleError> {
        match byte {
            b'{' => {
                if self.index >= self.limits.objects_max {
                    return Err(BundleError::TooManyObjects {
                        limit: self.limits.objects_max,
                    });
                }
                self.piece.push(byte);
                self.piece_place = self.place;
                self.scan = Scan {
                    depth: 1,
                    ..Scan::default()
                };
                self.state = State::Piece;
                Ok(())
            }
            b']' if first => self.end_list(),
            b']' => Err(self.expected("an object after the comma")),
            _ => Err(BundleError::NotAnObject { index: self.index }),
        }
    }

    fn end_list(&mut self) -> Result<(), BundleError> {
        if self.kind == Shape::List {
            self.state = State::End;
        } else {
            self.emptied = Some((self.head.len(), self.place));
            self.head.push(b']');
            self.scan = Scan {
                depth: 1,
                ..Scan::default()
            };
            self.state = State::Head;
        }
        Ok(())
    }

    /// Takes bytes of the current object up to its end or the end of the chunk.
    fn take_piece(&mut self, chunk: &[u8]) -> Result<usize, BundleError> {
        let taken = match self.scan.run(chunk, self.limits.depth_max) {
            Ok(taken) => taken,
            Err(at) => {
                self.place.advance(&chunk[..at]);
                return Err(BundleError::TooDeep {
                    index: self.index,
                    limit: self.limits.depth_max,
                });
            }
        };
        let limit = self.limits.object_bytes_max;
        if self.piece.len() + taken > limit {
            return Err(BundleError::ObjectTooLong {
                index: self.index,
                limit,
            });
        }
        self.piece.extend_from_slice(&chunk[..taken]);
        if self.scan.depth == 0 {
            self.state = State::Comma;
        }
        Ok(taken)
    }

    fn complete_piece(&mut self) -> Piece {
        let bytes = std::mem::take(&mut self.piece);
        let piece = Piece {
            index: self.index,
            place: self.piece_place,
            bytes,
        };
        self.index += 1;
        piece
    }

    /// One byte of the outermost object, outside its list of objects.
    fn head_byte(&mut self, byte: u8) -> Result<(), BundleError> {
        let limit = self.limits.object_bytes_max;
        if self.head.len() >= limit {
            return Err(BundleError::ObjectTooLong {
                index: self.index,
                limit,
            });
        }
        let begins_string = byte == b'"' && !self.scan.in_string;
        self.head.push(byte);
        let depth_before = self.scan.depth;
        let deep = self.scan.run(&[byte], self.limits.depth_max).is_err();
        if deep {
            let limit = self.limits.depth_max;
            return Err(BundleError::TooDeep {
                index: self.index,
                limit,
            });
        }
        if depth_before == 1 {
            let opens_list = byte == b'[' && !self.scan.in_string;
            if opens_list && self.key.expect_value && self.is_list_of_objects() {
                self.kind = Shape::Container;
                self.state = State::Element { first: true };
                return Ok(());
            }
            self.key
                .watch(byte, begins_string, self.scan.in_string, &self.head);
        }
        if self.scan.depth == 0 {
            self.state = State::End;
        }
        Ok(())
    }

    fn is_list_of_objects(&self) -> bool {
        self.key.key == Some("objects")
            && match &self.key.type_name {
                // What says that it is a bundle is one, under whatever identifier.
                Some(name) => name == b"bundle",
                None => !self.key.other_id,
            }
    }
}
