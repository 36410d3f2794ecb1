"""A verifier of Chancery's record that shares no code with Chancery (docs/FORMATS.md)."""
