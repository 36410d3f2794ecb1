package main

// Entries, heads, openings and packed items (FORMATS §2).

import (
	"crypto/sha256"
	"encoding/binary"
	"regexp"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	levelWithheld, levelClass, levelHead, levelContent = 0, 1, 2, 3

	entryBytes      = 33
	headBytesMax    = 64 << 10
	contentBytesMax = 16 << 20
	notHere         = 0xffffffff
)

var (
	levelNames = []string{"withheld", "class", "head", "content"}
	classNames = []string{
		"filler", "control", "information", "inquiry", "answer", "proposal or agreement", "meeting or readout",
		"notice", "sealed", "statement", "commitment", "step or attest", "ping or signal",
	}
	sentPattern = regexp.MustCompile(
		`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)\.\d{6}Z$`)
)

// A reader takes bytes from the front and refuses to run past the end.
type reader struct {
	left []byte
	what string
}

func (r *reader) take(count int64) []byte {
	need(int64(len(r.left)) >= count, "%s is cut short", r.what)
	taken := r.left[:count:count]
	r.left = r.left[count:]
	return taken
}

func (r *reader) u8() byte    { return r.take(1)[0] }
func (r *reader) u16() uint16 { return binary.BigEndian.Uint16(r.take(2)) }
func (r *reader) u32() uint32 { return binary.BigEndian.Uint32(r.take(4)) }

func (r *reader) end() {
	need(len(r.left) == 0, "%s has %d bytes after its end", r.what, len(r.left))
}

// An opening discloses an entry up to a level.
type opening struct {
	level byte
	class byte
	entry []byte // nil when withheld
	head  []byte
	saltC []byte
}

func parseOpening(raw []byte) opening {
	r := &reader{raw, "opening"}
	version := r.u8()
	o := opening{level: r.u8()}
	need(version == 1, "opening has version %d", version)
	need(o.level <= levelContent, "opening has level %d", o.level)
	if o.level == levelWithheld {
		r.end()
		return o
	}
	o.class = r.u8()
	need(int(o.class) < len(classNames), "class %d is unknown", o.class)
	saltE := r.take(32)
	var headC []byte
	if o.level == levelClass {
		headC = r.take(32)
	} else {
		saltH := r.take(32)
		length := r.u32()
		need(length <= headBytesMax, "head is %d bytes, the limit is %d", length, headBytesMax)
		o.head = r.take(int64(length))
		headC = sum("chancery/head/v1\x00", saltH, o.head)
	}
	if o.level == levelContent {
		o.saltC = r.take(32)
	}
	r.end()
	o.entry = entryOf(o.class, saltE, headC)
	return o
}

func sum(tag string, parts ...[]byte) []byte {
	h := sha256.New()
	h.Write([]byte(tag))
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

// entryOf returns the 33 bytes in the log.
func entryOf(class byte, saltE, headC []byte) []byte {
	return append([]byte{1}, sum("chancery/entry/v1\x00", saltE, []byte{class}, headC)...)
}

func leafOf(entry []byte) tlog.Hash { return tlog.RecordHash(entry) }

// packedItem reads the opening, and the content or nil when it is not here.
func packedItem(r *reader) (opening, []byte) {
	o := parseOpening(r.take(int64(r.u32())))
	length := r.u32()
	if length == notHere {
		return o, nil
	}
	need(o.level == levelContent, "content is here, but the opening is of level %d", o.level)
	need(length <= contentBytesMax, "content is %d bytes, the limit is %d", length, contentBytesMax)
	return o, r.take(int64(length))
}

// A head that says what it must, where it stands.
type head struct {
	members object
	content []byte // content_c
	bytes   int64
}

func checkHead(raw []byte, origin string, index int64) head {
	members, isObject := parseJSON(raw, "head").(object)
	need(isObject, "head is not an object")
	text := func(name string) string {
		t, isText := members[name].(string)
		need(isText, "head.%s is missing or malformed", name)
		return t
	}
	number := func(name string) int64 {
		n, isInteger := integer(members[name])
		need(isInteger, "head.%s is missing or malformed", name)
		return n
	}
	v, log, seq, size := number("v"), text("log"), number("seq"), number("bytes")
	text("media")
	need(v == 1, "head.v is %d", v)
	need(log == origin, "head.log is %s, the log is %s", log, origin)
	need(seq == index, "head.seq is %d, the index is %d", seq, index)
	h := head{members, unb64(text("content"), "head.content", 32), size}
	need(0 <= size && size <= contentBytesMax, "head.bytes is %d, the limit is %d", size, contentBytesMax)
	need(sentPattern.MatchString(text("sent")), "head.sent is not a UTC time with six fractional digits")
	for _, name := range []string{"lang", "office"} {
		if _, there := members[name]; there {
			text(name)
		}
	}
	if seen, there := members["seen"]; there {
		checkSeen(seen)
	}
	return h
}

func checkSeen(seen any) {
	points, _ := seen.(object)
	need(len(points) > 0, "head.seen is malformed")
	for _, point := range points {
		pair, _ := point.(list)
		need(len(pair) == 2, "head.seen is malformed")
		size, isInteger := integer(pair[0])
		root, isText := pair[1].(string)
		need(isInteger && size >= 0 && isText, "head.seen is malformed")
		unb64(root, "head.seen", 32)
	}
}

// checkContent checks content against the head that committed to it.
func checkContent(o opening, h head, content []byte) {
	need(int64(len(content)) == h.bytes, "content is %d bytes, head.bytes is %d", len(content), h.bytes)
	need(string(sum("chancery/content/v1\x00", o.saltC, content)) == string(h.content), "content is not what the head commits to")
}
