package main

// The bundle on a stick (FORMATS §9): a strict reading of a tar, and the index that closes it.

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"regexp"
	"sort"
	"strings"
)

var kinds = []string{"checkpoint", "charter", "declaration", "tile", "entries", "package", "content", "receipt"}

const (
	hashPattern = `[0-9a-f]{64}`
	tilePattern = `(x\d{3}/)*\d{3}(\.p/([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5]))?`
)

var (
	namePattern = regexp.MustCompile(`^(checkpoint/` + hashPattern + `|charter/dialogue-charter--[0-9a-f-]{36}|declaration/` +
		hashPattern + `\.(0|[1-9]\d*)|tile/` + hashPattern + `/(0|[1-9]\d?)/` + tilePattern + `|(entries|package)/` +
		hashPattern + `/` + tilePattern + `|content/` + hashPattern + `/` + hashPattern + `|receipt/` + hashPattern + `/(0|[1-9]\d*))$`)
	madePattern = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`)
)

type file struct {
	name string
	raw  []byte
}

type bundle struct {
	list  []file
	files map[string][]byte
	index object
}

func readBundle(raw []byte) *bundle {
	b := &bundle{list: readTar(raw), files: map[string][]byte{}}
	n := len(b.list) - 1
	need(n >= 0 && b.list[n].name == "index", "bundle does not end with its index")
	index := parseJSON(b.list[n].raw, "index")
	b.list = b.list[:n]
	kind := 0
	for _, f := range b.list {
		_, twice := b.files[f.name]
		need(!twice, "bundle has a file twice")
		need(namePattern.MatchString(f.name), "bundle has a file %.200s, which has no meaning", f.name)
		for kinds[kind] != strings.SplitN(f.name, "/", 2)[0] {
			kind++
			need(kind < len(kinds), "bundle is not in order")
		}
		b.files[f.name] = f.raw
	}
	b.checkIndex(index)
	return b
}

func (b *bundle) checkIndex(index any) {
	b.index = members(index, "index", "v", "bundle", "dialogue", "from", "to", "made", "files")
	v, isInteger := integer(b.index["v"])
	files, isList := b.index["files"].(list)
	_, isText := b.index["dialogue"].(string)
	_, isHost := b.index["from"].(string)
	made, isTime := b.index["made"].(string)
	need(isInteger && isList && isText && isHost && isTime, "index has a malformed member")
	need(v == 1 && b.index["bundle"] == "chancery/bundle/v1", "index is not of chancery/bundle/v1")
	need(madePattern.MatchString(made), "index.made is not a UTC time with six fractional digits")
	_, areHosts := texts(b.index["to"])
	need(areHosts, "index.to is malformed")
	need(len(files) == len(b.list), "index lists %d files, the bundle has %d", len(files), len(b.list))
	for i, f := range b.list {
		digest := sha256.Sum256(f.raw)
		line := object{"name": f.name, "bytes": len(f.raw), "sha256": b64(digest[:])}
		need(bytes.Equal(write(files[i]), write(line)), "index does not match %s", f.name)
	}
}

// file returns one file that must be there.
func (b *bundle) file(name string) []byte {
	raw, there := b.files[name]
	need(there, "bundle lacks %s", name)
	return raw
}

// under returns the files below a prefix, named without it.
func (b *bundle) under(prefix string) []file {
	var under []file
	for _, f := range b.list {
		if name, below := strings.CutPrefix(f.name, prefix); below {
			under = append(under, file{name, f.raw})
		}
	}
	return under
}

// logs returns the hex SHA-256 of every origin in the bundle, in order.
func (b *bundle) logs() []string {
	seen, logs := map[string]bool{}, []string{}
	for _, f := range b.list {
		kind, rest, _ := strings.Cut(f.name, "/")
		if kind != "charter" && !seen[rest[:64]] {
			seen[rest[:64]] = true
			logs = append(logs, rest[:64])
		}
	}
	sort.Strings(logs)
	return logs
}

// checkpoint opens the checkpoint of a log by the hex SHA-256 of its origin.
func (b *bundle) checkpoint(log string, p *policy) opened {
	c := p.open(b.file("checkpoint/"+log), false)
	digest := sha256.Sum256([]byte(c.origin))
	need(hex.EncodeToString(digest[:]) == log, "checkpoint/%s is of %s", log, c.origin)
	return c
}

// readTar reads only what FORMATS §9 allows: ustar, regular files, mode 0644, mtime 0.
func readTar(raw []byte) []file {
	source := bytes.NewReader(raw)
	archive := tar.NewReader(source)
	var files []file
	for {
		header, err := archive.Next()
		if err == io.EOF {
			break
		}
		need(err != io.ErrUnexpectedEOF, "bundle is cut short")
		need(err == nil, "bundle is not a tar: %v", err)
		need(header.Format == tar.FormatUSTAR, "bundle is not ustar")
		need(header.Typeflag == tar.TypeReg, "bundle has something that is not a regular file")
		need(header.Mode == 0o644, "bundle has a file whose mode is not 0644")
		need(header.ModTime.Unix() == 0, "bundle has a file whose mtime is not 0")
		content, err := io.ReadAll(archive)
		need(err == nil, "bundle is cut short")
		files = append(files, file{header.Name, content})
	}
	rest, _ := io.ReadAll(source)
	need(len(bytes.Trim(rest, "\x00")) == 0, "bundle has bytes after its end")
	return files
}
