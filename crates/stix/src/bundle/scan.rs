//! Where in JSON a byte stands, as far as finding the ends of objects needs it.

/// Where in JSON's grammar a byte stands, as far as finding an end needs it.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) depth: usize,
    pub(super) in_string: bool,
    pub(super) escaped: bool,
}

/// Watches the members of the outermost object for `objects`, `type`, `id` and
/// `spec_version`.
#[derive(Debug, Default)]
pub(super) struct KeyWatch {
    /// Where the last string at depth 1 begins and ends in the head, without quotes.
    pub(super) string: (usize, usize),
    pub(super) expect_value: bool,
    pub(super) key: Option<&'static str>,
    pub(super) type_name: Option<Vec<u8>>,
    /// Whether the identifier, where it came first, is not that of a bundle.
    pub(super) other_id: bool,
    /// Whether `spec_version` is that of STIX 2.0.
    pub(super) version_20: bool,
}

impl Scan {
    /// Moves over `bytes` until depth 0 is reached, and says how many that were; where the nesting
    /// exceeds `depth_max`, how many stand before that.
    pub(super) fn run(&mut self, bytes: &[u8], depth_max: usize) -> Result<usize, usize> {
        let mut at = 0;
        loop {
            if self.in_string && !self.escaped {
                at += json::plain_len(&bytes[at..]);
            }
            let Some(&byte) = bytes.get(at) else {
                return Ok(at);
            };
            at += 1;
            if self.in_string {
                if self.escaped {
                    self.escaped = false;
                } else if byte == b'\\' {
                    self.escaped = true;
                } else if byte == b'"' {
                    self.in_string = false;
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    if self.depth > depth_max {
                        return Err(at - 1);
                    }
                }
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Ok(at);
                    }
                }
                _ => {}
            }
        }
    }
}

impl KeyWatch {
    pub(super) fn watch(&mut self, byte: u8, begins_string: bool, in_string: bool, head: &[u8]) {
        if begins_string {
            self.string.0 = head.len();
        } else if byte == b'"' && !in_string {
            self.string.1 = head.len() - 1;
            let text = &head[self.string.0..self.string.1];
            if self.expect_value && self.key == Some("type") {
                self.type_name = Some(text.to_vec());
            } else if self.expect_value && self.key == Some("id") {
                self.other_id = !text.starts_with(b"bundle--");
            } else if self.expect_value && self.key == Some("spec_version") {
                self.version_20 = text == b"2.0";
            }
        } else if in_string {
        } else if byte == b':' {
            self.expect_value = true;
            self.key = match &head[self.string.0..self.string.1] {
                b"objects" => Some("objects"),
                b"type" => Some("type"),
                b"id" => Some("id"),
                b"spec_version" => Some("spec_version"),
                _ => None,
            };
        } else if byte == b',' {
            self.expect_value = false;
            self.key = None;
        }
    }
}
