//! Second opinions: other crates read what we write, and we what they write.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use fips204::traits::{KeyGen, SerDes, Signer as _, Verifier as _};
use proptest::prelude::*;
use record::append::{Edge, append_leaf_hashes};
use record::hash::Hash;
use record::key::{Algorithm, PrivateKey, Seed, SignatureType, Vkey};
use record::note::SignedNote;
use record::tree::{
    consistency_proof, inclusion_proof, leaf_hash, verify_consistency, verify_inclusion,
};
use tlog_tiles::{HashReader, check_record, check_tree, prove_record, prove_tree, stored_hashes};

use crate::world::{at, index, key, log_signer, party_signer, size};

/// The stored hashes of Cloudflare's port of Go's tlog.
#[derive(Default)]
struct Stored(Vec<tlog_tiles::Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|&at| self.0[at as usize]).collect())
    }
}

struct Tiles(std::collections::HashMap<record::tile::TileId, Vec<u8>>);

impl record::tree::TileReader for Tiles {
    type Error = record::tile::TileId;

    fn tile(&self, id: record::tile::TileId) -> Result<Vec<u8>, Self::Error> {
        self.0.get(&id).cloned().ok_or(id)
    }
}

fn ours(hashes: &[tlog_tiles::Hash]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash::new(hash.0)).collect()
}

#[test]
fn trees_like_tlog_tiles_and_ct_merkle() {
    let n_max = 300u64;
    let mut stored = Stored::default();
    let mut theirs = MemoryBackedTree::<sha2::Sha256, Vec<u8>>::new();
    let mut edge = Edge::new();
    let mut tiles = Tiles(Default::default());
    for n in 1..=n_max {
        let data = (n - 1).to_be_bytes().to_vec();
        let hashes = stored_hashes(n - 1, &data, &stored).unwrap();
        stored.0.extend(hashes);
        theirs.push(data.clone());
        let appended = append_leaf_hashes(&edge, [leaf_hash(&data)]).unwrap();
        edge = appended.edge;
        tiles
            .0
            .extend(appended.tiles.into_iter().map(|tile| (tile.id, tile.bytes)));
        let root = appended.root;
        assert_eq!(
            root.as_bytes().as_slice(),
            theirs.root().as_bytes().as_slice()
        );
        assert_eq!(
            root,
            Hash::new(tlog_tiles::tree_hash(n, &stored).unwrap().0)
        );
        if n % 37 > 2 && n < 250 {
            continue;
        }
        for m in 1..=n {
            let proof = inclusion_proof(&tiles, index(m - 1), size(n)).unwrap();
            let leaf = leaf_hash(&(m - 1).to_be_bytes());
            assert_eq!(proof, ours(&prove_record(n, m - 1, &stored).unwrap()));
            let bytes: Vec<u8> = proof.iter().flat_map(|hash| *hash.as_bytes()).collect();
            assert_eq!(bytes, theirs.prove_inclusion((m - 1) as usize).as_bytes());
            let hashes = proof
                .iter()
                .map(|hash| tlog_tiles::Hash(*hash.as_bytes()))
                .collect();
            let (their_root, their_leaf) = (
                tlog_tiles::Hash(*root.as_bytes()),
                tlog_tiles::Hash(*leaf.as_bytes()),
            );
            assert!(check_record(&hashes, n, their_root, m - 1, their_leaf).is_ok());
            assert!(verify_inclusion(&leaf, index(m - 1), size(n), &proof, &root).is_ok());

            let consistency = consistency_proof(&tiles, size(m), size(n)).unwrap();
            assert_eq!(consistency, ours(&prove_tree(n, m, &stored).unwrap()));
            let old = Hash::new(tlog_tiles::tree_hash(m, &stored).unwrap().0);
            let hashes = consistency
                .iter()
                .map(|hash| tlog_tiles::Hash(*hash.as_bytes()))
                .collect();
            let their_old = tlog_tiles::Hash(*old.as_bytes());
            assert!(check_tree(&hashes, n, their_root, m, their_old).is_ok());
            assert!(verify_consistency(size(m), size(n), &consistency, &old, &root).is_ok());
            if m < n {
                let bytes: Vec<u8> = consistency
                    .iter()
                    .flat_map(|hash| *hash.as_bytes())
                    .collect();
                assert_eq!(bytes, theirs.prove_consistency((n - m) as usize).as_bytes());
            }
        }
    }
}

#[test]
fn signed_note_believes_our_notes() {
    use signed_note::{Note, StandardVerifier, VerifierList};
    let note = party_signer()
        .sign("a text\n\nof two paragraphs\n".to_owned())
        .unwrap();
    let [ed25519, _] = party_signer().vkeys();
    let theirs = Note::from_bytes(note.as_bytes()).unwrap();
    assert_eq!(theirs.text(), note.text().as_bytes());
    let verifier = StandardVerifier::new(&ed25519.to_string()).unwrap();
    let known = VerifierList::new(vec![Box::new(verifier)]);
    let (verified, unverified) = theirs.verify(&known).unwrap();
    // Our ML-DSA-44 line is of a key that they do not know, and ignored.
    assert_eq!((verified.len(), unverified.len()), (1, 1));
}

#[test]
fn ml_dsa_44_like_fips204_and_ml_dsa() {
    let seed = [7; 32];
    let name = "a.example/chancery/party".parse().unwrap();
    let ours = PrivateKey::from_seed(name, Algorithm::MlDsa44, Seed::new(seed)).unwrap();
    let (public, secret) = fips204::ml_dsa_44::KG::keygen_from_seed(&seed);
    assert_eq!(ours.vkey().public_key(), public.clone().into_bytes());
    let rustcrypto = ml_dsa::SigningKey::<ml_dsa::MlDsa44>::from_seed(&seed.into());
    let verifying = ml_dsa::Keypair::verifying_key(&rustcrypto);
    assert_eq!(ours.vkey().public_key(), verifying.encode().as_slice());

    // What they sign, we believe.
    let text = "text\n";
    let message = [b"chancery/note/v1\0", text.as_bytes()].concat();
    let signature = secret.try_sign(&message, &[]).unwrap();
    assert_eq!(ours.vkey().verify(text, &signature), Ok(None));
    let with_context = secret.try_sign(&message, b"context").unwrap();
    assert!(ours.vkey().verify(text, &with_context).is_err());

    // What we sign, they believe.
    let signer = party_signer();
    let note = signer.sign(text.to_owned()).unwrap();
    let [_, vkey] = signer.vkeys();
    let line = note.lines().iter().find(|line| line.is_by(&vkey)).unwrap();
    let bytes: [u8; 1312] = vkey.public_key().try_into().unwrap();
    let public = fips204::ml_dsa_44::PublicKey::try_from_bytes(bytes).unwrap();
    let signature: [u8; 2420] = line.signature().try_into().unwrap();
    assert!(public.verify(&message, &signature, &[]));
    let decoded = ml_dsa::VerifyingKey::<ml_dsa::MlDsa44>::decode(&bytes.into());
    let signature = ml_dsa::Signature::<ml_dsa::MlDsa44>::decode(&signature.into()).unwrap();
    assert!(decoded.verify_with_context(&message, &[], &signature));
}

#[test]
fn a_checkpoint_is_signed_over_the_bytes_of_the_specification() {
    let signer = log_signer();
    let mut log = crate::world::Log::of(3);
    let note = log.sign(1_679_315_147).note().clone();
    let [_, vkey] = signer.vkeys();
    let line = note.lines().iter().find(|line| line.is_by(&vkey)).unwrap();
    let name = crate::world::LOG.as_bytes();
    let message = [
        b"subtree/v1\n\0".as_slice(),
        &[name.len() as u8],
        name,
        &1_679_315_147u64.to_be_bytes(),
        &[name.len() as u8],
        name,
        &0u64.to_be_bytes(),
        &3u64.to_be_bytes(),
        log.edge.root().as_bytes(),
    ]
    .concat();
    let public: [u8; 1312] = vkey.public_key().try_into().unwrap();
    let public = fips204::ml_dsa_44::PublicKey::try_from_bytes(public).unwrap();
    assert_eq!(line.signature()[..8], 1_679_315_147u64.to_be_bytes());
    let signature: [u8; 2420] = line.signature()[8..].try_into().unwrap();
    assert!(public.verify(&message, &signature, &[]));

    let receipt = crate::world::receipt_signer().lines(&log.checkpoint(), at(5));
    let ed25519 = key("b.example/chancery/receipt", Algorithm::Ed25519);
    let message = format!("cosignature/v1\ntime 5\n{}", note.text());
    let public = aws_lc_rs::signature::UnparsedPublicKey::new(
        &aws_lc_rs::signature::ED25519,
        ed25519.vkey().public_key(),
    );
    assert!(
        public
            .verify(message.as_bytes(), &receipt[0].signature()[8..])
            .is_ok()
    );
}

proptest! {
    /// Whatever both take for a note, both take apart alike; and we take no more than they do.
    #[test]
    fn notes_like_signed_note(text in "[ab\n]{0,12}", lines in "(— [ab]{1,2} [A-Da-d=]{0,12}\n){0,3}", at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = format!("{text}\n{lines}").into_bytes();
        if byte % 4 == 0 {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(ours) = SignedNote::parse(&bytes) {
            let theirs = signed_note::Note::from_bytes(&bytes).unwrap();
            prop_assert_eq!(theirs.text(), ours.text().as_bytes());
            prop_assert_eq!(theirs.to_bytes(), ours.as_bytes());
        }
    }

    #[test]
    fn vkeys_round_trip(seed in any::<[u8; 32]>(), role in 0usize..4) {
        let name = ["a.example/chancery/party", "a.example/chancery/receipt", "a.example/chancery/witness", crate::world::LOG][role];
        for algorithm in [Algorithm::Ed25519, Algorithm::MlDsa44] {
            let key = PrivateKey::from_seed(name.parse().unwrap(), algorithm, Seed::new(seed)).unwrap();
            let vkey = key.vkey();
            prop_assert_eq!(&vkey.to_string().parse::<Vkey>().unwrap(), vkey);
            let back: PrivateKey = key.to_file().parse().unwrap();
            prop_assert_eq!(back.vkey(), vkey);
            if vkey.kind() == SignatureType::Ed25519 {
                let theirs = signed_note::StandardVerifier::new(&vkey.to_string()).unwrap();
                prop_assert_eq!(signed_note::Verifier::key_id(&theirs).to_be_bytes(), *vkey.id().as_bytes());
            }
        }
    }
}
