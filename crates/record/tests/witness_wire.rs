//! What witnesses and mirrors are sent: bytes there and back, and every refusal.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use proptest::prelude::*;
use record::entry::Entry;
use record::hash::{Hash, SizeError, TREE_SIZE_MAX, TreeSize};
use record::name::{NameError, Origin};
use record::note::NoteError;
use record::witness_wire::{
    ADD_CHECKPOINT_BYTES_MAX, AddCheckpoint, AddCheckpointError, AddEntriesError, AddEntriesHeader,
    EntriesPackage, MirrorInfo, PackageRange, TICKET_BYTES_MAX, package_ranges, parse_size,
    size_to_text,
};

/// The request in tlog-witness, "add-checkpoint".
const EXAMPLE: &str = "old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u{2014} example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
";

fn size(size: u64) -> TreeSize {
    TreeSize::new(size).unwrap()
}

fn origin() -> Origin {
    Origin::new(&"a.example".parse().unwrap(), [7; 8])
}

#[test]
fn the_example_of_tlog_witness() {
    let request = AddCheckpoint::parse(EXAMPLE.as_bytes()).unwrap();
    assert_eq!(request.old, size(20_852_014));
    assert_eq!(request.proof.len(), 4);
    assert_eq!(request.note.lines().len(), 2);
    assert_eq!(request.to_text(), EXAMPLE);
}

#[test]
fn add_checkpoint_refusals() {
    let refused = |body: &str| AddCheckpoint::parse(body.as_bytes()).unwrap_err();
    let large = "x".repeat(ADD_CHECKPOINT_BYTES_MAX + 1);
    assert_eq!(
        refused(&large),
        AddCheckpointError::TooLarge { bytes: large.len() }
    );
    assert_eq!(refused(""), AddCheckpointError::NoBlankLine);
    assert_eq!(refused("old 1\n"), AddCheckpointError::NoBlankLine);
    for old in [
        "old  1", "Old 1", "old 01", "old ", "old", "old -1", "old 1 ", "", "old 1\r",
    ] {
        let body = EXAMPLE.replacen("old 20852014", old, 1);
        assert_eq!(refused(&body), AddCheckpointError::OldSize, "{old:?}");
    }
    assert_eq!(
        refused(&EXAMPLE.replacen("20852014", "1099511627777", 1)),
        AddCheckpointError::Size(SizeError(TREE_SIZE_MAX + 1))
    );
    assert_eq!(
        refused(&EXAMPLE.replacen("jrJZ", "jrJZ ", 1)),
        AddCheckpointError::Hash(1)
    );
    let hash = "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n";
    let proof = |count| EXAMPLE.replacen(hash, &hash.repeat(count), 1);
    AddCheckpoint::parse(proof(60).as_bytes()).unwrap();
    assert_eq!(refused(&proof(61)), AddCheckpointError::TooManyHashes);
    let not_text = [&b"old 0\n\n\xff"[..], EXAMPLE.as_bytes()].concat();
    assert_eq!(
        AddCheckpoint::parse(&not_text),
        Err(AddCheckpointError::NotUtf8)
    );
    assert_eq!(
        refused("old 0\n\ntext\n"),
        AddCheckpointError::Note(NoteError::NoBlankLine)
    );
}

#[test]
fn the_size_of_a_conflict() {
    assert_eq!(size_to_text(size(0)), "0\n");
    assert_eq!(parse_size(b"20852163\n"), Some(size(20_852_163)));
    for body in [
        "",
        "1",
        "01\n",
        "1\n\n",
        "1 \n",
        "\u{661}\n",
        "1099511627777\n",
    ] {
        assert_eq!(parse_size(body.as_bytes()), None, "{body:?}");
    }
}

fn header(start: u64, end: u64) -> AddEntriesHeader {
    AddEntriesHeader {
        origin: origin(),
        start: size(start),
        end: size(end),
        ticket: b"ticket".to_vec(),
    }
}

fn ranges(start: u64, end: u64) -> Vec<PackageRange> {
    package_ranges(size(start), size(end)).collect()
}

#[test]
fn the_canonical_sequence_is_cut_at_multiples_of_256() {
    let packages = |start, end| -> Vec<(u64, u64, u64)> {
        let parts = |it: PackageRange| (it.subtree_start.get(), it.start.get(), it.end.get());
        ranges(start, end).into_iter().map(parts).collect()
    };
    assert_eq!(packages(5, 5), []);
    assert_eq!(packages(256, 256), []);
    assert_eq!(packages(0, 1), [(0, 0, 1)]);
    assert_eq!(packages(0, 256), [(0, 0, 256)]);
    assert_eq!(packages(255, 257), [(0, 255, 256), (256, 256, 257)]);
    assert_eq!(
        packages(300, 1000),
        [(256, 300, 512), (512, 512, 768), (768, 768, 1000)]
    );
    let end = TREE_SIZE_MAX;
    assert_eq!(packages(end - 1, end), [(end - 256, end - 1, end)]);
}

#[test]
fn a_header_is_asked_for_until_it_is_whole() {
    let bytes = header(3, 700).encode().unwrap();
    for cut in 0..bytes.len() {
        let mut rest = &bytes[..cut];
        let refused = AddEntriesHeader::take(&mut rest);
        assert_eq!(refused, Err(AddEntriesError::Short), "{cut}");
        assert_eq!(rest.len(), cut, "nothing is taken");
    }
    let body = [&bytes[..], b"packages"].concat();
    let mut rest = body.as_slice();
    assert_eq!(AddEntriesHeader::take(&mut rest), Ok(header(3, 700)));
    assert_eq!(rest, b"packages");
}

#[test]
fn header_refusals() {
    let bytes = header(3, 700).encode().unwrap();
    let changed = |at: usize, with: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[at..at + with.len()].copy_from_slice(with);
        AddEntriesHeader::take(&mut bytes.as_slice()).unwrap_err()
    };
    assert_eq!(changed(2, &[0xff]), AddEntriesError::NotUtf8);
    assert!(matches!(
        changed(2, b"A"),
        AddEntriesError::Origin(NameError::NotAnOrigin(_))
    ));
    let start = 2 + origin().as_str().len();
    let beyond = TREE_SIZE_MAX + 1;
    assert_eq!(
        changed(start + 8, &beyond.to_be_bytes()),
        AddEntriesError::Size(SizeError(beyond))
    );
    assert_eq!(
        changed(start, &701u64.to_be_bytes()),
        AddEntriesError::Backwards {
            start: 701,
            end: 700
        }
    );
    let long = AddEntriesError::Ticket {
        bytes: TICKET_BYTES_MAX + 1,
    };
    assert_eq!(changed(start + 16, &1025u16.to_be_bytes()), long);
    let mut header = header(0, 0);
    header.ticket = vec![0; TICKET_BYTES_MAX + 1];
    assert_eq!(header.encode(), Err(long));
}

fn entry(byte: u8) -> Entry {
    let mut bytes = [byte; 33];
    bytes[0] = 1;
    Entry::parse(&bytes).unwrap()
}

fn package(hashes: usize) -> EntriesPackage {
    EntriesPackage {
        entries: vec![entry(0), entry(1), entry(2)],
        proof: vec![Hash::of(b"proof"); hashes],
    }
}

fn encoded(package: &EntriesPackage) -> Vec<u8> {
    let mut bytes = Vec::new();
    package.encode_into(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_package_is_asked_for_until_it_is_whole() {
    let range = ranges(2, 5)[0];
    let bytes = encoded(&package(2));
    for cut in 0..bytes.len() {
        let mut rest = &bytes[..cut];
        let refused = EntriesPackage::take(&mut rest, range);
        assert_eq!(refused, Err(AddEntriesError::Short), "{cut}");
        assert_eq!(rest.len(), cut, "nothing is taken");
    }
    let body = [&bytes[..], b"next"].concat();
    let mut rest = body.as_slice();
    assert_eq!(EntriesPackage::take(&mut rest, range), Ok(package(2)));
    assert_eq!(rest, b"next");
}

#[test]
fn package_refusals() {
    let bytes = encoded(&package(2));
    let changed = |at: usize, with: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = with;
        EntriesPackage::take(&mut bytes.as_slice(), ranges(2, 5)[0]).unwrap_err()
    };
    let length = |index, bytes| AddEntriesError::EntryLength { index, bytes };
    assert_eq!(changed(1, 32), length(2, 32));
    assert_eq!(changed(35, 1), length(3, 256 + 33));
    assert!(matches!(
        changed(37, 2),
        AddEntriesError::Entry { index: 3, .. }
    ));
    assert_eq!(changed(3 * 35, 64), AddEntriesError::TooManyHashes(64));
    assert_eq!(
        package(64).encode_into(&mut Vec::new()),
        Err(AddEntriesError::TooManyHashes(64))
    );
}

#[test]
fn a_mirrors_answer_has_one_spelling() {
    let info = MirrorInfo {
        pending: size(700),
        next: size(256),
        ticket: b"t".to_vec(),
    };
    assert_eq!(info.to_text(), "700\n256\ndA==\n");
    assert_eq!(MirrorInfo::parse(b"700\n256\ndA==\n"), Some(info));
    assert_eq!(MirrorInfo::parse(b"0\n0\n\n").unwrap().ticket, b"");
    let long = format!("1\n1\n{}\n", "A".repeat(1368));
    for body in [
        "",
        "1\n1\n",
        "1\n1\n\n\n",
        "1\n1\n",
        "01\n1\n\n",
        "1\n1\ndB==\n",
        "1\n1\ndA==",
        "1\n1099511627777\n\n",
        &long,
    ] {
        assert_eq!(MirrorInfo::parse(body.as_bytes()), None, "{body:?}");
    }
}

proptest! {
    #[test]
    fn requests_round_trip(
        old in 0..=TREE_SIZE_MAX,
        hashes in prop::collection::vec(any::<[u8; 32]>(), 0..63),
        start in 0..1000u64,
        more in 0..1000u64,
        ticket in prop::collection::vec(any::<u8>(), 0..TICKET_BYTES_MAX),
    ) {
        let mut request = AddCheckpoint::parse(EXAMPLE.as_bytes()).unwrap();
        request.old = size(old);
        request.proof = hashes.into_iter().map(Hash::from).collect();
        prop_assert_eq!(AddCheckpoint::parse(request.to_text().as_bytes()), Ok(request));
        let covered: u64 = ranges(start, start + more)
            .into_iter()
            .map(|it| it.end.get() - it.start.get())
            .sum();
        prop_assert_eq!(covered, more);
        let header = AddEntriesHeader { ticket, ..header(start, start + more) };
        let bytes = header.encode().unwrap();
        prop_assert_eq!(AddEntriesHeader::take(&mut bytes.as_slice()), Ok(header));
    }

    #[test]
    fn readers_take_all_or_nothing(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut rest = bytes.as_slice();
        let header = AddEntriesHeader::take(&mut rest);
        prop_assert_eq!(header.is_err(), rest.len() == bytes.len());
        let mut rest = bytes.as_slice();
        let package = EntriesPackage::take(&mut rest, ranges(0, 4)[0]);
        prop_assert_eq!(package.is_err(), rest.len() == bytes.len());
    }
}
