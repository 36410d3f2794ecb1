package main

// Verifier keys (C2SP signed-note) and the signature types that Chancery uses (FORMATS §3).

import (
	"bytes"
	"crypto/ed25519"
	"crypto/mldsa"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	nameBytesMax = 255

	typeEd25519Note        = 0x01
	typeEd25519Cosignature = 0x04
	typeMLDSACosignature   = 0x06
	typeMLDSANote          = 0xff

	// What follows the byte 0xff, which says only that a longer identifier follows (FORMATS §3).
	mldsaNoteID = "chancery/ml-dsa-44/v1"
)

var typeNames = map[byte]string{
	typeEd25519Note:        "ed25519",
	typeEd25519Cosignature: "ed25519-cosignature",
	typeMLDSACosignature:   "ml-dsa-44-cosignature",
	typeMLDSANote:          "ml-dsa-44",
}

// A key is a vkey: `name+hex(key id)+base64(type || public key)`.
type key struct {
	name   string
	id     uint32
	kind   byte
	public []byte
	mldsa  *mldsa.PublicKey // of the two ML-DSA types only
}

func parseKey(vkey string) *key {
	parts := strings.SplitN(vkey, "+", 3)
	need(len(parts) == 3, "vkey does not have three parts")
	name := parts[0]
	need(validName(name), "vkey has no valid name")
	id, err := hex.DecodeString(parts[1])
	need(err == nil && len(id) == 4 && hex.EncodeToString(id) == parts[1], "vkey of %s has no key id of 8 hex digits", name)
	material := unb64(parts[2], "vkey of "+name, -1)
	need(len(material) > 0 && typeNames[material[0]] != "", "vkey of %s has an unknown signature type", name)
	k := &key{name: name, id: binary.BigEndian.Uint32(id), kind: material[0], public: material[1:]}
	digest := sha256.Sum256([]byte(name + "\n" + string(material)))
	if k.kind == typeMLDSANote {
		need(bytes.HasPrefix(k.public, []byte(mldsaNoteID)), "vkey of %s has an unknown signature type", name)
		k.public = k.public[len(mldsaNoteID):]
	}
	if k.isMLDSA() {
		k.mldsa, err = mldsa.NewPublicKey(mldsa.MLDSA44(), k.public)
		need(err == nil, "vkey of %s has a key of a wrong length", name)
	} else {
		need(len(k.public) == ed25519.PublicKeySize, "vkey of %s has a key of a wrong length", name)
	}
	need(binary.BigEndian.Uint32(digest[:4]) == k.id, "vkey of %s has a key id that is not its own", name)
	if !k.isMLDSA() {
		checkPoint(k.public, name)
	}
	return k
}

func validName(name string) bool {
	return name != "" && len(name) <= nameBytesMax && utf8.ValidString(name) &&
		!strings.Contains(name, "+") && strings.IndexFunc(name, unicode.IsSpace) < 0
}

// The y coordinates of the eight points whose order divides 8, and p = 2^255-19.
var (
	p           = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	smallOrderY = []*big.Int{
		big.NewInt(0), big.NewInt(1), new(big.Int).Sub(p, big.NewInt(1)),
		fromHex("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826"),
		fromHex("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7"),
	}
)

func fromHex(digits string) *big.Int {
	n, _ := new(big.Int).SetString(digits, 16)
	return n
}

// checkPoint refuses what FORMATS §3 calls not strict.
func checkPoint(public []byte, name string) {
	bigEndian := make([]byte, 32)
	for i, b := range public {
		bigEndian[31-i] = b
	}
	bigEndian[0] &= 0x7f
	y := new(big.Int).SetBytes(bigEndian)
	need(y.Cmp(p) < 0, "vkey of %s is not a canonical Ed25519 point", name)
	for _, small := range smallOrderY {
		need(y.Cmp(small) != 0, "vkey of %s is an Ed25519 point of small order", name)
	}
}

func (k *key) isMLDSA() bool { return k.kind == typeMLDSACosignature || k.kind == typeMLDSANote }

func (k *key) label() string { return fmt.Sprintf("%s+%08x", k.name, k.id) }

// A lineVerifier is a note.Verifier of one key over one checkpoint, which an ML-DSA-44 cosignature signs by
// its parts and not by its text.
type lineVerifier struct {
	*key
	of *checkpoint // nil for a note that is not a checkpoint
}

func (v lineVerifier) Name() string    { return v.name }
func (v lineVerifier) KeyHash() uint32 { return v.id }

func (v lineVerifier) Verify(text, signature []byte) bool {
	if v.kind == typeEd25519Note {
		return len(signature) == ed25519.SignatureSize && ed25519.Verify(v.public, text, signature)
	}
	if v.kind == typeMLDSANote {
		return mldsa.Verify(v.mldsa, append([]byte("chancery/note/v1\x00"), text...), signature, nil) == nil
	}
	time, signature, ok := splitTime(signature)
	if !ok {
		return false
	}
	if v.kind == typeEd25519Cosignature {
		message := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", time)), text...)
		return len(signature) == ed25519.SignatureSize && ed25519.Verify(v.public, message, signature)
	}
	message := []byte("subtree/v1\n\x00")
	message = append(append(message, byte(len(v.name))), v.name...)
	message = binary.BigEndian.AppendUint64(message, uint64(time))
	message = append(append(message, byte(len(v.of.origin))), v.of.origin...)
	message = binary.BigEndian.AppendUint64(message, 0)
	message = binary.BigEndian.AppendUint64(message, uint64(v.of.size))
	message = append(message, v.of.root[:]...)
	return mldsa.Verify(v.mldsa, message, signature, nil) == nil
}

// splitTime takes the time off a cosignature. A time above 2^63-1 is malformed (tlog-cosignature); zero says
// nothing about the largest tree seen, which is what a log and a receipt sign for.
func splitTime(signature []byte) (time int64, rest []byte, ok bool) {
	if len(signature) < 8 {
		return 0, nil, false
	}
	time = int64(binary.BigEndian.Uint64(signature))
	return time, signature[8:], time > 0
}
