//! Acts and their states: every state is a pure function of the record and now.
