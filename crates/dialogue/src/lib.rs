//! Acts and their states: every state is a pure function of the record and now.
//!
//! ```text
//!  bytes of an item ── Content::read ──► Act: charter, inquiry, answer, step (one file each)
//!                                          │
//!  verified items, receipts, successors ── State::apply, receive, succeed ──► State
//!                                                                              │  now, party
//!       inquiry(): who asked whom, received, acknowledged, opened, answered ◄──┤
//!       status(now): open, pending, partly, …, overdue by                   ◄──┤
//!       due(now, party): what is due from us and from them, by when         ◄──┤
//!       irregular(): what is in the record and does not count, and why      ◄──┘
//! ```
//!
//! - An **act** is a STIX 2.1 object of a type `dialogue-…`. Its draft and its parser share one set
//!   of checks; a [`Refused`] says where and which [`Rule`]. Members that this version does not know
//!   are kept.
//! - A **charter** is in force as a value, [`CharterInForce`], that only its check makes. Signatures
//!   come in through [`Notes`].
//! - The **fold** takes each log in its order and the logs in any interleaving: an answer may arrive
//!   before the inquiry that it answers. Both nodes, and an auditor, end in the same [`State`]; there
//!   is no "us" in it. Only [`due()`] looks at it from one side.
//! - An item that breaks a rule of the dialogue is kept as [`Irregular`] with its [`Reason`]: never
//!   dropped, never counted.
//!
//! Pure: no I/O, no clock, no randomness. What is said here is said of the record; whether it is true
//! is not this crate's to know. Times are claims: `sent` and `at` are by the clock of who said them,
//! receipts by that of the receiver.
//!
//! Offices are not checked against the card when they take a step: a card in a charter ages, and an
//! acknowledgement by a new office is still one. The views show what the card says of an office.
//!
//! ```
//! use dialogue::{Act, Asked, InquiryDraft, Moment, Rule, Stamp, Texts};
//!
//! // Nothing is ambient: who writes an act brings the time and the chance.
//! let stamp = Stamp {
//!     uuid: uuid::uuid!("0b6f1f3e-6c0c-4a51-9c5b-0a8f3f1f8f11"),
//!     now: "2026-03-01T09:00:00Z".parse()?,
//!     author: "identity--5a1e4c1e-4f0d-4d0e-8a67-0a3a3a0d4a01".parse()?,
//! };
//! let inquiry = InquiryDraft {
//!     number: 1,
//!     question: Texts::one("en", "Is this address yours?")?,
//!     asked: Asked { party: "b.example".parse()?, office: "cert".parse()? },
//!     asks: vec![],
//!     due: Moment::new("2026-03-02T14:00:00Z".parse()?, 180)?,
//!     urgency: None,
//!     object_refs: vec![],
//!     in_reply_to: None,
//! }
//! .write(&stamp)?;
//! assert_eq!(inquiry.due().to_string(), "2026-03-02T17:00:00+03:00");
//!
//! // What it serialises to reads back as the same act, and says where it is wrong.
//! let mut object = serde_json::to_value(&inquiry)?;
//! assert_eq!(Act::read(object.clone())?, Act::Inquiry(inquiry));
//! object["question"][0]["authentic"] = false.into();
//! let refused = Act::read(object).unwrap_err();
//! assert_eq!((refused.path(), refused.rule()), ("question", &Rule::NothingAuthentic));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A whole small dialogue, with the fold and what is due, is in `tests/it/whole.rs`.

mod act;
mod due;
mod fold;
mod id;
mod in_force;
mod moment;
mod name;
mod office;
mod status;

pub use act::Act;
pub use act::answer::{Answer, AnswerDraft, AskAnswer, Outcome};
pub use act::charter::acceptance::{Acceptance, NOTE_BYTES_MAX};
pub use act::charter::terms::{
    ACKNOWLEDGE_SECS_DEFAULT, ACKNOWLEDGE_SECS_MAX, Access, CLEARANCE_OFFICERS_MAX, Ceiling,
    HEARTBEAT_SECS_MAX, NoCeiling, TrackTerms, WINDOW_DAYS_DEFAULT, WINDOW_DAYS_MAX,
    WINDOW_ITEMS_DEFAULT, WINDOW_ITEMS_MAX,
};
pub use act::charter::{
    AcceptError, CARD_BYTES_MAX, Charter, CharterDraft, CharterParty, NAME_BYTES_MAX, PARTIES_MAX,
    RECEIPT_STATEMENT, TRACKS_MAX,
};
pub use act::inquiry::{ASKS_MAX, Asked, Inquiry, InquiryDraft, Urgency};
pub use act::object::{Family, Object, Stamp};
pub use act::reference::{ItemRef, OBJECT_REFS_MAX};
pub use act::refused::{Refused, Rule};
pub use act::step::{PERSON_BYTES_MAX, Step, StepDraft, StepKind};
pub use act::text::{LANGUAGE_BYTES_MAX, LANGUAGES_MAX, TEXT_BYTES_MAX, Text, Texts};
pub use due::{Due, Side, What, due};
pub use fold::event::{Content, ItemAt, Passed, Receipt, Succession};
pub use fold::irregular::{Irregular, Reason};
pub use fold::log::Counts;
pub use fold::step::Taken;
pub use fold::{FoldError, State};
pub use id::{Id, IdError, TYPE_BYTES_MAX};
pub use in_force::{CharterInForce, NotInForce, NoteFormat, Notes};
pub use moment::{Moment, OFFSET_MINUTES_MAX, TimeError};
pub use name::{
    HOST_BYTES_MAX, HOST_LABEL_BYTES_MAX, NameError, OfficeId, Origin, PartyId, SLUG_BYTES_MAX,
    TrackName,
};
pub use office::{
    CARD_TEXT_BYTES_MAX, Card, OFFICE_LANGUAGES_MAX, OFFICES_MAX, Office, OfficeKind,
};
pub use record::entry::Class;
pub use status::{Answered, Delivery, InquiryView, Standing, Status};
