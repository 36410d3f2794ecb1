package main

// `tree`: every log of a bundle, from entries to the signed root (FORMATS §9).

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

// tilePath is `<L>/<N>[.p/<W>]`; x/mod prints `tile/8/` before it.
func tilePath(t tlog.Tile) string { return strings.TrimPrefix(t.Path(), "tile/8/") }

// tilesOf returns every tile of a tree (C2SP tlog-tiles). tlog.NewTiles of some releases adds every narrower
// partial tile, so it is not used.
func tilesOf(size int64) (tiles []tlog.Tile) {
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		hashes := size >> (tileHeight * level)
		for n := int64(0); n<<tileHeight < hashes; n++ {
			width := min(hashes-n<<tileHeight, 1<<tileHeight)
			tiles = append(tiles, tlog.Tile{H: tileHeight, L: level, N: n, W: int(width)})
		}
	}
	return tiles
}

func verifyTree(a arguments, p *policy) any {
	b := readBundle(a.file)
	proved, charters := list{}, map[string][]byte{}
	for _, hash := range b.logs() {
		l := &log{bundle: b, hash: hash}
		proved = append(proved, l.verify(p))
		charters[l.origin] = l.charter
	}
	need(len(proved) > 0, "bundle has no log")
	b.checkCharter(charters)
	return object{"proved": "tree", "dialogue": b.index["dialogue"], "from": b.index["from"], "logs": proved}
}

// checkCharter obeys FORMATS §6: entry 0 of every log is the charter, the same bytes in every party's log.
func (b *bundle) checkCharter(firsts map[string][]byte) {
	for _, f := range b.under("charter/") {
		charter, _ := parseJSON(f.raw, "charter").(object)
		need(charter["id"] == f.name && b.index["dialogue"] == f.name, "charter is of another dialogue")
		for origin, first := range firsts {
			need(bytes.Equal(first, f.raw), "entry 0 of %s is not the charter", origin)
		}
	}
}

// A log is one log of a bundle while it is verified.
type log struct {
	opened
	bundle  *bundle
	hash    string // hex SHA-256 of the origin
	entries [][]byte
	leaves  int64
	stored  []tlog.Hash // as x/mod stores a tree
	charter []byte      // the content of entry 0, when opened
}

// ReadHashes makes a log a tlog.HashReader over its recomputed tree.
func (l *log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(l.stored)) {
			return nil, fmt.Errorf("hash %d is beyond the tree", index)
		}
		hashes[i] = l.stored[index]
	}
	return hashes, nil
}

func (l *log) appendLeaf(leaf tlog.Hash) {
	hashes, err := tlog.StoredHashesForRecordHash(l.leaves, leaf, l)
	need(err == nil, "tree: %v", err)
	l.stored = append(l.stored, hashes...)
	l.leaves++
}

func (l *log) verify(p *policy) any {
	l.opened = l.bundle.checkpoint(l.hash, p)
	tiles := tilesOf(l.size)
	l.readEntries(tiles)
	need(l.rootAt(l.size) == l.root, "entries of %s do not lead to the root", l.origin)
	l.checkTiles(tiles)
	levels := l.checkPackages(tiles)
	receipts, countersigned := l.checkReceipts(p)
	if l.met {
		countersigned = l.size
	}
	proved := object{
		"log": l.origin, "size": l.size, "root": b64(l.root[:]), "signed": l.signed, "receipts": receipts, "countersigned": countersigned,
	}
	counts := object{}
	for level, name := range levelNames {
		counts[name] = levels[level]
	}
	proved["opened"] = counts
	return proved
}

// rootAt returns the recomputed root at a size up to the checkpoint's.
func (l *log) rootAt(size int64) tlog.Hash {
	if size == 0 {
		return emptyRoot // x/mod returns zeros
	}
	root, err := tlog.TreeHash(size, l)
	need(err == nil, "tree: %v", err)
	return root
}

func (l *log) readEntries(tiles []tlog.Tile) {
	expected := map[string]bool{}
	for _, t := range tiles {
		if t.L != 0 {
			continue
		}
		path := strings.TrimPrefix(tilePath(t), "0/")
		expected[path] = true
		name := "entries/" + l.hash + "/" + path
		r := &reader{l.bundle.file(name), name}
		for range t.W {
			length := r.u16()
			need(length == entryBytes, "%s has an entry of %d bytes", name, length)
			entry := r.take(entryBytes)
			need(entry[0] == 1, "%s has an entry of version %d", name, entry[0])
			l.appendLeaf(leafOf(entry))
			l.entries = append(l.entries, entry)
		}
		r.end()
	}
	l.only("entries", expected)
}

func (l *log) checkTiles(tiles []tlog.Tile) {
	expected := map[string]bool{}
	for _, t := range tiles {
		path := tilePath(t)
		expected[path] = true
		made, err := tlog.ReadTileData(t, l)
		need(err == nil, "tree: %v", err)
		need(bytes.Equal(l.bundle.file("tile/"+l.hash+"/"+path), made), "tile %s is not what the entries make", path)
	}
	l.only("tile", expected)
}

func (l *log) checkPackages(tiles []tlog.Tile) (levels [4]int) {
	contents := map[string][]byte{}
	for _, f := range l.bundle.under("content/" + l.hash + "/") {
		contents[f.name] = f.raw
	}
	expected, i := map[string]bool{}, int64(0)
	for _, t := range tiles {
		if t.L != 0 {
			continue
		}
		path := strings.TrimPrefix(tilePath(t), "0/")
		expected[path] = true
		name := "package/" + l.hash + "/" + path
		for _, item := range readPackage(l.bundle.file(name), t.W, name) {
			levels[item.level]++
			l.checkItem(i, item, contents)
			i++
		}
	}
	need(len(contents) == 0, "bundle has a content that no opening commits to")
	l.only("package", expected)
	return levels
}

// checkItem checks one packed item and takes its content, if that lies alone, from contents.
func (l *log) checkItem(i int64, item packed, contents map[string][]byte) {
	if item.level == levelWithheld {
		return
	}
	need(bytes.Equal(item.entry, l.entries[i]), "opening of index %d does not open its entry", i)
	if item.level == levelClass {
		return
	}
	h := checkHead(item.head, l.origin, i)
	if item.level == levelHead {
		return
	}
	if item.content == nil {
		name := hex.EncodeToString(h.content)
		content, there := contents[name]
		need(there, "content of index %d is missing", i)
		delete(contents, name)
		item.content = content
	}
	checkContent(item.opening, h, item.content)
	if i == 0 {
		l.charter = item.content
	}
}

// checkReceipts returns the receipted sizes, and the largest that meets the quorum or nil.
func (l *log) checkReceipts(p *policy) (list, any) {
	sizes, countersigned := []int64{}, int64(-1)
	for _, f := range l.bundle.under("receipt/" + l.hash + "/") {
		r := p.open(f.raw, false)
		need(r.origin == l.origin, "receipt %s is of another log", f.name)
		need(strconv.FormatInt(r.size, 10) == f.name, "receipt %s is of size %d", f.name, r.size)
		need(r.size <= l.size, "receipt %s is beyond the checkpoint", f.name)
		need(r.root == l.rootAt(r.size), "receipt %s has another root than the entries make", f.name)
		sizes = append(sizes, r.size)
		if r.met && r.size > countersigned {
			countersigned = r.size
		}
	}
	sort.Slice(sizes, func(i, j int) bool { return sizes[i] < sizes[j] })
	out := list{}
	for _, size := range sizes {
		out = append(out, size)
	}
	if countersigned < 0 {
		return out, nil
	}
	return out, countersigned
}

func (l *log) only(kind string, expected map[string]bool) {
	for _, f := range l.bundle.under(kind + "/" + l.hash + "/") {
		need(expected[f.name], "bundle has %s %s, which the tree has not", kind, f.name)
	}
}
