//! Where the record rests: one trait of whole operations, SQLite behind it.
