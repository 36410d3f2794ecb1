//! The view as the promises have it, by looking at every row: what the backend is compared with.

use store::{Hash, Wanted};

/// An object row.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) arrival: u64,
    pub(super) added: i64,
    pub(super) id: String,
    pub(super) version: String,
    pub(super) order: String,
    pub(super) spec: u8,
    pub(super) hash: Hash,
    pub(super) content: String,
    pub(super) listed: bool,
}

/// A track.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) rows: Vec<Row>,
}

impl Model {
    /// Takes the next row, its number and time aside.
    pub(super) fn arrive(&mut self, row: Row, held: bool, at: i64) {
        let last = self.rows.last();
        let (arrival, added) = last.map_or((0, 0), |last| (last.arrival, last.added));
        let listed = held && !self.is_listed(&row.id, &row.order);
        self.rows.push(Row {
            arrival: arrival + 1,
            added: at.max(added + 1),
            listed,
            ..row
        });
    }

    pub(super) fn is_listed(&self, id: &str, order: &str) -> bool {
        self.listed().any(|row| row.id == id && row.order == order)
    }

    fn listed(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.listed)
    }

    /// The wanted rows, in order of arrival (TAXII 2.1 §3.4).
    pub(super) fn wanted(&self, wanted: &Wanted) -> Vec<&Row> {
        let of_version = |row: &Row| {
            let same = |other: &&Row| other.id == row.id && other.spec == row.spec;
            let versions = &wanted.versions;
            versions.all
                || versions.exact.contains(&row.order)
                || (versions.first && self.listed().filter(same).all(|o| o.order >= row.order))
                || (versions.last && self.listed().filter(same).all(|o| o.order <= row.order))
        };
        let matching: Vec<&Row> = self
            .listed()
            .filter(|row| wanted.ids.is_empty() || wanted.ids.contains(&row.id))
            .filter(|row| {
                let of_type = |name: &String| row.id.starts_with(&format!("{name}--"));
                wanted.types.is_empty() || wanted.types.iter().any(of_type)
            })
            .filter(|row| of_version(row))
            .collect();
        let of_spec = |row: &Row| match wanted.specs.is_empty() {
            true => matching
                .iter()
                .all(|other| other.id != row.id || other.spec <= row.spec),
            false => wanted.specs.contains(&row.spec),
        };
        let of_time = |row: &Row| wanted.added_after.is_none_or(|after| row.added > after);
        let rows = matching.iter().copied();
        rows.filter(|row| of_spec(row) && of_time(row)).collect()
    }

    /// Takes the wanted rows out; how many they were.
    pub(super) fn unlist(&mut self, wanted: &Wanted) -> u64 {
        let gone: Vec<u64> = self.wanted(wanted).iter().map(|row| row.arrival).collect();
        for row in &mut self.rows {
            row.listed &= !gone.contains(&row.arrival);
        }
        gone.len() as u64
    }

    /// Puts a version back; whether it did.
    pub(super) fn relist(&mut self, id: &str, order: &str, hash: Hash, at: i64) -> bool {
        let held = self
            .rows
            .iter()
            .find(|row| row.id == id && row.order == order && row.hash == hash);
        let Some(row) = held.cloned().filter(|_| !self.is_listed(id, order)) else {
            return false;
        };
        self.arrive(row, true, at);
        true
    }
}
