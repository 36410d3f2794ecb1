//! tlog-witness and tlog-mirror requests.

use record::hash::Hash;
use record::note::SignatureLine;
use record::tree::{consistency_proof, subtree_consistency_proof};
use record::witness_wire::{
    AddCheckpoint, AddCheckpointError, AddEntriesError, AddEntriesHeader, EntriesPackage,
    MirrorInfo, PackageRange, TICKET_BYTES_MAX, package_ranges, parse_size, size_to_text,
};

use crate::world::{Log, at, index, origin, size, witness_signer};

#[test]
fn add_checkpoint() {
    let mut log = Log::of(10);
    let note = log.sign(5).note().clone();
    let proof = consistency_proof(&log, size(10), size(10)).unwrap();
    let request = AddCheckpoint {
        old: size(0),
        proof,
        note: note.clone(),
    };
    assert!(request.to_text().starts_with("old 0\n\na.example/"));
    assert_eq!(
        AddCheckpoint::parse(request.to_text().as_bytes()),
        Ok(request)
    );
    let proof = vec![Hash::of(b"a"), Hash::of(b"b")];
    let request = AddCheckpoint {
        old: size(7),
        proof,
        note: note.clone(),
    };
    let text = request.to_text();
    assert_eq!(AddCheckpoint::parse(text.as_bytes()), Ok(request));
    let check = |text: String, expected: AddCheckpointError| {
        assert_eq!(AddCheckpoint::parse(text.as_bytes()), Err(expected));
    };
    check(
        text.replacen("old 7", "old 07", 1),
        AddCheckpointError::OldSize,
    );
    check(
        text.replacen("old 7", "Old 7", 1),
        AddCheckpointError::OldSize,
    );
    check(
        text.replacen("old 7", "old  7", 1),
        AddCheckpointError::OldSize,
    );
    check(
        text.replacen("old 7\n", "old 7\nx\n", 1),
        AddCheckpointError::Hash(0),
    );
    let line = format!("{}\n", Hash::of(b""));
    let many = text.replacen("old 7\n", &format!("old 7\n{}", line.repeat(62)), 1);
    check(many, AddCheckpointError::TooManyHashes);
    let beyond = record::hash::SizeError((1 << 40) + 1);
    check(
        text.replacen("old 7", &format!("old {}", beyond.0), 1),
        beyond.into(),
    );
    check("old 7\n".to_owned(), AddCheckpointError::NoBlankLine);
    assert!(matches!(
        AddCheckpoint::parse(b"old 7\n\nx"),
        Err(AddCheckpointError::Note(_))
    ));
    assert_eq!(
        AddCheckpoint::parse(b"\xff"),
        Err(AddCheckpointError::NotUtf8)
    );
    let large = vec![b'x'; record::witness_wire::ADD_CHECKPOINT_BYTES_MAX + 1];
    assert!(matches!(
        AddCheckpoint::parse(&large),
        Err(AddCheckpointError::TooLarge { .. })
    ));

    let lines = witness_signer().lines(&log.checkpoint(), at(6));
    let answer: String = lines.iter().map(ToString::to_string).collect();
    assert_eq!(SignatureLine::parse_all(answer.as_bytes()).unwrap(), lines);
    assert!(SignatureLine::parse_all(b"").is_err());
    assert_eq!(
        parse_size(size_to_text(size(12)).as_bytes()),
        Some(size(12))
    );
    for body in ["12", "012\n", "12\n\n", "\n", "-1\n"] {
        assert_eq!(parse_size(body.as_bytes()), None);
    }
}

#[test]
fn the_canonical_sequence() {
    let ranges = |start, end| -> Vec<(u64, u64, u64)> {
        package_ranges(size(start), size(end))
            .map(|range| {
                (
                    range.subtree_start.get(),
                    range.start.get(),
                    range.end.get(),
                )
            })
            .collect()
    };
    assert_eq!(ranges(0, 0), []);
    assert_eq!(ranges(256, 256), []);
    assert_eq!(ranges(300, 300), []);
    assert_eq!(ranges(0, 256), [(0, 0, 256)]);
    assert_eq!(ranges(0, 257), [(0, 0, 256), (256, 256, 257)]);
    assert_eq!(
        ranges(255, 600),
        [(0, 255, 256), (256, 256, 512), (512, 512, 600)]
    );
    assert_eq!(ranges(300, 400), [(256, 300, 400)]);
}

fn upload(log: &Log, start: u64, end: u64) -> Vec<u8> {
    let header = AddEntriesHeader {
        origin: origin(),
        start: size(start),
        end: size(end),
        ticket: vec![1, 2],
    };
    let mut body = header.encode().unwrap();
    for range in package_ranges(size(start), size(end)) {
        package(log, range, end).encode_into(&mut body).unwrap();
    }
    body
}

fn package(log: &Log, range: PackageRange, end: u64) -> EntriesPackage {
    let entries = &log.items[range.start.get() as usize..range.end.get() as usize];
    EntriesPackage {
        entries: entries.iter().map(|(sealed, _)| sealed.entry).collect(),
        proof: subtree_consistency_proof(log, range.subtree_start, range.end, size(end)).unwrap(),
    }
}

#[test]
fn add_entries() {
    let log = Log::of(700);
    let pending = log.checkpoint();
    let body = upload(&log, 250, 700);
    let mut rest = body.as_slice();
    let header = AddEntriesHeader::take(&mut rest).unwrap();
    assert_eq!(
        (header.start, header.end, header.ticket.as_slice()),
        (size(250), size(700), [1, 2].as_slice())
    );
    assert_eq!(header.origin, origin());
    let mut next = 250;
    for range in package_ranges(header.start, header.end) {
        let package = EntriesPackage::take(&mut rest, range).unwrap();
        let before: Vec<Hash> = (range.subtree_start.get()..range.start.get())
            .map(|n| log.items[n as usize].0.entry.leaf_hash())
            .collect();
        let leaves = package.verify(range, &before, &pending).unwrap();
        next += leaves.len();
        let mut wrong = package.clone();
        wrong.entries.swap(0, 1);
        assert!(matches!(
            wrong.verify(range, &before, &pending),
            Err(AddEntriesError::Proof(_))
        ));
        let mut wrong = package.clone();
        wrong.proof.push(Hash::of(b""));
        assert!(matches!(
            wrong.verify(range, &before, &pending),
            Err(AddEntriesError::Proof(_))
        ));
        let mut wrong = package;
        let expected = range.end.get() - range.subtree_start.get();
        wrong.entries.pop();
        let refused = wrong.verify(range, &before, &pending);
        assert_eq!(
            refused,
            Err(AddEntriesError::Leaves {
                expected,
                found: expected - 1
            })
        );
    }
    assert_eq!((next, rest.len()), (700, 0));
}

#[test]
fn add_entries_refusals() {
    let log = Log::of(3);
    let body = upload(&log, 0, 3);
    let header_bytes = AddEntriesHeader::take(&mut body.as_slice())
        .unwrap()
        .encode()
        .unwrap()
        .len();
    for len in 0..header_bytes {
        // A part of a stream is left as it was.
        let mut rest = &body[..len];
        assert_eq!(
            AddEntriesHeader::take(&mut rest),
            Err(AddEntriesError::Short)
        );
        assert_eq!(rest.len(), len);
    }
    let range = package_ranges(size(0), size(3)).next().unwrap();
    for len in header_bytes..body.len() {
        let mut rest = &body[header_bytes..len];
        assert_eq!(
            EntriesPackage::take(&mut rest, range),
            Err(AddEntriesError::Short)
        );
    }
    let changed = |at: usize, byte: u8| {
        let mut body = body.clone();
        body[at] = byte;
        let mut rest = body.as_slice();
        AddEntriesHeader::take(&mut rest)
            .and_then(|_| EntriesPackage::take(&mut rest, range))
            .unwrap_err()
    };
    assert!(matches!(changed(2, b'A'), AddEntriesError::Origin(_)));
    assert_eq!(changed(2, 0xff), AddEntriesError::NotUtf8);
    let start = 2 + origin().as_str().len();
    assert_eq!(
        changed(start + 7, 4),
        AddEntriesError::Backwards { start: 4, end: 3 }
    );
    assert!(matches!(changed(start + 8, 1), AddEntriesError::Size(_)));
    assert_eq!(
        changed(start + 16, 0xff),
        AddEntriesError::Ticket { bytes: 0xff02 }
    );
    assert_eq!(
        changed(header_bytes + 1, 32),
        AddEntriesError::EntryLength {
            index: 0,
            bytes: 32
        }
    );
    assert!(matches!(
        changed(header_bytes + 37, 9),
        AddEntriesError::Entry { index: 1, .. }
    ));
    assert_eq!(
        changed(body.len() - 1, 64),
        AddEntriesError::TooManyHashes(64)
    );
    let ticket = vec![0; TICKET_BYTES_MAX + 1];
    let header = AddEntriesHeader {
        origin: origin(),
        start: size(0),
        end: size(3),
        ticket,
    };
    assert_eq!(
        header.encode(),
        Err(AddEntriesError::Ticket {
            bytes: TICKET_BYTES_MAX + 1
        })
    );
    assert_eq!(range.start, index(0));
}

#[test]
fn mirror_info() {
    let info = MirrorInfo {
        pending: size(700),
        next: size(512),
        ticket: b"t".to_vec(),
    };
    assert_eq!(info.to_text(), "700\n512\ndA==\n");
    assert_eq!(MirrorInfo::parse(info.to_text().as_bytes()), Some(info));
    let empty = MirrorInfo {
        pending: size(0),
        next: size(0),
        ticket: vec![],
    };
    assert_eq!(MirrorInfo::parse(b"0\n0\n\n"), Some(empty));
    for body in [
        "",
        "700\n512\n",
        "700\n512\ndA==",
        "0700\n512\n\n",
        "700\n512\nx\n",
        "700\n512\n\n\n",
    ] {
        assert_eq!(MirrorInfo::parse(body.as_bytes()), None, "{body:?}");
    }
}
