//! Versions of one object: which is the latest, and what its creator may not do (STIX 2.1 §3.6).
//!
//! A version is told by identifier and `modified`. Several versions side by side are legal, and
//! the latest counts. Two different objects that claim to be the same version are a conflict,
//! which is named and not resolved: the standard says that it is not defined what to do.

use thiserror::Error;

use crate::{Id, Object, Timestamp};

/// How one object stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// They are different objects.
    Unrelated,
    /// The same object, in the same version, with the same content.
    Same,
    /// The first is an earlier version.
    Earlier,
    /// The first is a later version.
    Later,
    /// The same object in the same version, with other content.
    Conflict,
}

/// Something that the versions of an object may not do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VersionFault {
    /// Two versions have the same `modified` and different content.
    #[error("{id} has two versions of {modified} that differ")]
    Conflict {
        /// The object.
        id: Id,
        /// The version.
        modified: String,
    },
    /// `created` was changed (§3.2).
    #[error("{id}: created was changed from {from} to {to}")]
    Created {
        /// The object.
        id: Id,
        /// In the earlier version.
        from: String,
        /// In the later version.
        to: String,
    },
    /// `created_by_ref` was changed: only the creator may make versions (§3.6).
    #[error("{id}: created_by_ref was changed in the version of {modified}")]
    Creator {
        /// The object.
        id: Id,
        /// The later version.
        modified: String,
    },
    /// A version was made after the object had been revoked (§3.6).
    #[error("{id} was revoked and has a later version of {modified}")]
    AfterRevocation {
        /// The object.
        id: Id,
        /// The later version.
        modified: String,
    },
}

/// How `a` stands to `b`.
#[must_use]
pub fn relation(a: &Object, b: &Object) -> Relation {
    if a.id() != b.id() {
        return Relation::Unrelated;
    }
    match a.version().cmp(&b.version()) {
        std::cmp::Ordering::Less => Relation::Earlier,
        std::cmp::Ordering::Greater => Relation::Later,
        std::cmp::Ordering::Equal if a.bytes() == b.bytes() => Relation::Same,
        std::cmp::Ordering::Equal => Relation::Conflict,
    }
}

/// The latest version of an object among versions of it; of a conflict, the one that came first.
///
/// What is not versioned, an observable for example, has one version.
#[must_use]
pub fn latest<'o>(versions: impl IntoIterator<Item = &'o Object>) -> Option<&'o Object> {
    versions.into_iter().reduce(|latest, object| {
        if object.version() > latest.version() {
            object
        } else {
            latest
        }
    })
}

/// What is wrong with the versions of one object, in their order; objects of other identifiers
/// than the first are passed over.
#[must_use]
pub fn faults(versions: &[Object]) -> Vec<VersionFault> {
    let Some(first) = versions.first() else {
        return Vec::new();
    };
    let mut ordered: Vec<&Object> = versions.iter().filter(|o| o.id() == first.id()).collect();
    ordered.sort_by(|a, b| a.version().cmp(&b.version()));
    let mut faults = Vec::new();
    for pair in ordered.windows(2) {
        let (earlier, later) = (pair[0], pair[1]);
        let id = || later.id().clone();
        let modified = text(later.version());
        match relation(earlier, later) {
            Relation::Conflict => {
                faults.push(VersionFault::Conflict {
                    id: id(),
                    modified: modified.clone(),
                });
            }
            Relation::Earlier if earlier.revoked() => {
                let modified = modified.clone();
                faults.push(VersionFault::AfterRevocation { id: id(), modified });
            }
            _ => {}
        }
        if earlier.created() != later.created() {
            let (from, to) = (text(earlier.created()), text(later.created()));
            faults.push(VersionFault::Created { id: id(), from, to });
        }
        if earlier.created_by_ref() != later.created_by_ref() {
            faults.push(VersionFault::Creator { id: id(), modified });
        }
    }
    faults
}

fn text(timestamp: Option<&Timestamp>) -> String {
    timestamp.map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(second: &str, rest: &str) -> Object {
        let text = format!(
            r#"{{"created":"2016-05-01T06:13:14.000Z","id":"campaign--12a111f0-b824-4baf-a224-83b80237a094","modified":"2016-05-08T03:43:{second}Z","spec_version":"2.1","type":"campaign"{rest}}}"#
        );
        Object::from_canonical(text.into_bytes()).expect("an object")
    }

    #[test]
    fn the_latest_is_told_by_instant() {
        let versions = [
            object("44.000", ""),
            object("44.5", ""),
            object("44.49999", ""),
        ];
        assert_eq!(
            latest(&versions).map(Object::bytes),
            Some(versions[1].bytes())
        );
        assert_eq!(relation(&versions[0], &versions[1]), Relation::Earlier);
        assert_eq!(relation(&versions[1], &versions[2]), Relation::Later);
        assert_eq!(relation(&versions[0], &versions[0].clone()), Relation::Same);
        assert_eq!(latest([]).map(Object::bytes), None);
        assert_eq!(faults(&versions), []);
    }

    #[test]
    fn a_conflict_is_named_and_the_first_stays() {
        let versions = [
            object("44.000", r#","name":"a""#),
            object("44.000", r#","name":"b""#),
        ];
        assert_eq!(relation(&versions[0], &versions[1]), Relation::Conflict);
        assert!(matches!(
            faults(&versions)[..],
            [VersionFault::Conflict { .. }]
        ));
        assert_eq!(
            latest(&versions).map(Object::bytes),
            Some(versions[0].bytes())
        );
    }

    #[test]
    fn what_a_creator_may_not_do() {
        let revoked = object("44.000", r#","revoked":true"#);
        let after = faults(&[object("45.000", ""), revoked]);
        assert!(
            matches!(after[..], [VersionFault::AfterRevocation { .. }]),
            "{after:?}"
        );
        let taken = r#","created_by_ref":"identity--f431f809-377b-45e0-aa1c-6a4751cae5ff""#;
        let taken = faults(&[object("44.000", ""), object("45.000", taken)]);
        assert!(
            matches!(taken[..], [VersionFault::Creator { .. }]),
            "{taken:?}"
        );
        let other = String::from_utf8(object("45.000", "").into_bytes()).expect("text");
        let other = Object::from_canonical(other.replace("05-01T", "05-02T").into_bytes());
        let moved = faults(&[object("44.000", ""), other.expect("an object")]);
        assert!(
            matches!(moved[..], [VersionFault::Created { .. }]),
            "{moved:?}"
        );
    }
}
