package main

// Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint; FORMATS §3).

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	noteBytesMax      = 64 << 10
	noteSignaturesMax = 16
	treeSizeMax       = 1 << 40
)

var emptyRoot = tlog.Hash(sha256.Sum256(nil))

// A checkpoint is an origin, a size and a root: three lines and no extension.
type checkpoint struct {
	origin string
	size   int64
	root   tlog.Hash
}

func parseCheckpoint(text string) *checkpoint {
	lines := strings.Split(text, "\n")
	need(len(lines) == 4 && lines[3] == "", "checkpoint has %d lines, three are needed", len(lines)-1)
	need(lines[0] != "" && len(lines[0]) <= nameBytesMax, "checkpoint has no valid origin")
	c := &checkpoint{origin: lines[0], size: decimal(lines[1], "checkpoint size")}
	need(c.size <= treeSizeMax, "checkpoint size is %d, the limit is %d", c.size, int64(treeSizeMax))
	copy(c.root[:], unb64(lines[2], "checkpoint root", 32))
	need(c.size > 0 || c.root == emptyRoot, "checkpoint of size 0 has not the root of the empty tree")
	return c
}

// noteText returns the text of a note, unverified.
func noteText(raw []byte) string {
	need(len(raw) <= noteBytesMax, "note is %d bytes, the limit is %d", len(raw), noteBytesMax)
	var unverified *note.UnverifiedNoteError
	_, err := note.Open(raw, note.VerifierList())
	if !errors.As(err, &unverified) {
		refuse("note is malformed: %v", err)
	}
	return unverified.Note.Text
}

// verifyLines verifies every line of a known key and returns the times (0 for a line without one) of the keys
// that signed. The checkpoint is nil for another note.
func verifyLines(raw []byte, keys []*key, c *checkpoint) map[*key]int64 {
	verifiers := make([]note.Verifier, len(keys))
	for i, k := range keys {
		verifiers[i] = lineVerifier{k, c}
	}
	var invalid *note.InvalidSignatureError
	var unverified *note.UnverifiedNoteError
	_, err := note.Open(raw, note.VerifierList(verifiers...))
	if errors.As(err, &invalid) {
		refuse("signature of %s+%08x does not verify", invalid.Name, invalid.Hash)
	}
	if err != nil && !errors.As(err, &unverified) {
		refuse("note is malformed: %v", err)
	}
	return lineTimes(raw, verifiers)
}

// lineTimes reads the lines once more, because x/mod passes over the second line of one key unverified and
// reads base64 that is not canonical.
func lineTimes(raw []byte, verifiers []note.Verifier) map[*key]int64 {
	at := strings.LastIndex(string(raw), "\n\n")
	text, lines := raw[:at+1], strings.Split(strings.TrimSuffix(string(raw[at+2:]), "\n"), "\n")
	times, count := map[*key]int64{}, 0
	for _, line := range lines {
		name, blob, _ := strings.Cut(strings.TrimPrefix(line, "— "), " ")
		signature, err := base64.StdEncoding.DecodeString(blob)
		need(err == nil && b64(signature) == blob, "signature of %s is not canonical base64", name)
		need(validName(name), "note has a malformed signature line")
		for _, v := range verifiers {
			if v.Name() != name || v.KeyHash() != binary.BigEndian.Uint32(signature) {
				continue
			}
			count++
			k := v.(lineVerifier).key
			need(v.Verify(text, signature[4:]), "signature of %s does not verify", k.label())
			if _, before := times[k]; !before {
				times[k] = 0
				if k.kind == typeEd25519Cosignature || k.kind == typeMLDSACosignature {
					times[k], _, _ = splitTime(signature[4:])
				}
			}
		}
	}
	need(count <= noteSignaturesMax, "note has %d signatures of known keys, the limit is %d", count, noteSignaturesMax)
	return times
}
