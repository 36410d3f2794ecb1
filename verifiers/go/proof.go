package main

// `proof`: one item shown to an outsider (FORMATS §8, C2SP tlog-proof).

import (
	"bytes"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	proofBytesMax              = 1 << 20
	proofInlineContentBytesMax = 256 << 10
)

func verifyProof(a arguments, p *policy) any {
	need(len(a.file) <= proofBytesMax, "proof is %d bytes, the limit is %d", len(a.file), proofBytesMax)
	text, note, found := bytes.Cut(a.file, []byte("\n\n"))
	need(found, "proof has no checkpoint")
	lines := strings.Split(string(text), "\n")
	need(lines[0] == "c2sp.org/tlog-proof@v1", "proof is not of c2sp.org/tlog-proof@v1")
	need(len(lines) > 1 && strings.HasPrefix(lines[1], "extra "), "proof has no extra")
	extra := &reader{unb64(lines[1][6:], "extra", -1), "extra"}
	need(len(lines) > 2 && strings.HasPrefix(lines[2], "index "), "proof has no index")
	index := decimal(lines[2][6:], "index")
	var path tlog.RecordProof
	for _, line := range lines[3:] {
		path = append(path, tlog.Hash(unb64(line, "inclusion path", 32)))
	}

	c := p.open(note, true)
	o, content := packedItem(extra)
	extra.end()
	need(o.level != levelWithheld, "proof opens nothing, so there is no leaf to prove")
	need(index < c.size, "index %d is not below the size %d", index, c.size)
	err := tlog.CheckRecord(path, c.size, c.root, index, leafOf(o.entry))
	need(err == nil, "inclusion path does not lead to the root")

	proved := object{
		"proved": "inclusion", "log": c.origin, "index": index, "size": c.size, "root": b64(c.root[:]),
		"signed": c.signed, "level": levelNames[o.level], "class": classNames[o.class],
	}
	beside, given := a.flags["content"]
	need(!given || o.level == levelContent, "content cannot be checked, the opening is of level %d", o.level)
	if o.level >= levelHead {
		h := checkHead(o.head, c.origin, index)
		proved["head"] = h.members
		if o.level == levelContent {
			checkContent(o, h, contentOf(content, beside))
		}
	}
	return proved
}

// contentOf returns the content in the proof, or beside it.
func contentOf(inline []byte, beside string) []byte {
	limit := proofInlineContentBytesMax
	need(len(inline) <= limit, "content in the proof is %d bytes, the limit is %d", len(inline), limit)
	if beside == "" {
		need(inline != nil, "content is in a file beside the proof, which was not given")
		return inline
	}
	content, err := os.ReadFile(beside)
	need(err == nil, "content cannot be read: %v", err)
	need(inline == nil || bytes.Equal(inline, content), "content is not what the proof carries")
	return content
}
