package main

// C2SP tlog-policy, and what it takes for a checkpoint to hold (FORMATS §3, §8): one `log` line for each key of
// a log, every key of the checkpoint's origin has signed, with both algorithms, and the quorum is met.

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

type group struct {
	threshold int
	members   []string
}

type policy struct {
	logs      []*key
	witnesses []*key
	byName    map[string]*key
	groups    map[string]group
	member    map[string]bool
	quorum    string
}

var thresholdPattern = regexp.MustCompile(`^[1-9][0-9]{0,8}$`)

func parsePolicy(raw []byte) *policy {
	for _, c := range raw {
		need(c == '\t' || c == '\n' || c >= 0x20 && c != 0x7f, "policy has a control character")
	}
	need(bytes.HasSuffix(raw, []byte("\n")), "policy does not end with a newline")
	p := &policy{byName: map[string]*key{}, groups: map[string]group{}, member: map[string]bool{}}
	for _, line := range strings.Split(string(raw), "\n") {
		words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
		if len(words) > 0 && !strings.HasPrefix(words[0], "#") {
			p.line(words[0], words[1:])
		}
	}
	need(p.quorum != "", "policy has no quorum")
	seen := map[string]bool{}
	for _, k := range p.keys() {
		need(!seen[string(k.public)], "policy has the same key twice")
		seen[string(k.public)] = true
	}
	return p
}

func (p *policy) line(kind string, words []string) {
	switch {
	case kind == "log" && (len(words) == 1 || len(words) == 2):
		p.logs = append(p.logs, keyOf("log", words[0], typeEd25519Note))
	case kind == "witness" && (len(words) == 2 || len(words) == 3):
		p.checkNew(words[0])
		k := keyOf("witness", words[1], typeEd25519Cosignature)
		p.byName[words[0]], p.witnesses = k, append(p.witnesses, k)
	case kind == "group" && len(words) >= 3:
		name, members := words[0], words[2:]
		p.checkNew(name)
		for _, m := range members {
			need(p.defined(m), "policy group %s has an unknown member %s", name, m)
			need(!p.member[m], "policy lists %s twice as a member", m)
			p.member[m] = true
		}
		p.groups[name] = group{threshold(words[1], len(members), name), members}
	case kind == "quorum" && len(words) == 1:
		need(p.quorum == "", "policy has two quorum lines")
		need(words[0] == "none" || p.defined(words[0]), "policy has an unknown quorum %s", words[0])
		p.quorum = words[0]
	default:
		refuse("policy has a malformed %s line", kind)
	}
}

func keyOf(role, vkey string, ed25519Type byte) *key {
	k := parseKey(vkey)
	need(k.kind == ed25519Type || k.kind == typeMLDSACosignature, "vkey of %s has a signature type that is not a %s's", k.name, role)
	return k
}

func threshold(word string, count int, name string) int {
	switch word {
	case "all":
		return count
	case "any":
		return 1
	}
	k, _ := strconv.Atoi(word)
	need(thresholdPattern.MatchString(word) && k <= count, "policy group %s has a malformed threshold", name)
	return k
}

func (p *policy) defined(name string) bool {
	_, isGroup := p.groups[name]
	return isGroup || p.byName[name] != nil
}

func (p *policy) checkNew(name string) {
	need(name != "none" && !p.defined(name), "policy defines %s twice", name)
}

func (p *policy) keys() []*key { return append(append([]*key{}, p.logs...), p.witnesses...) }

// An opened checkpoint is one whose log signed it.
type opened struct {
	*checkpoint
	signed list // who, in the order of the policy, and when
	met    bool // whether the quorum is
}

// open verifies a checkpoint note; quorum says whether the quorum must be met.
func (p *policy) open(raw []byte, quorum bool) opened {
	c := parseCheckpoint(noteText(raw))
	times := verifyLines(raw, p.keys(), c)
	kinds := map[byte]bool{}
	for _, k := range p.logs {
		kinds[k.kind] = kinds[k.kind] || k.name == c.origin
	}
	need(kinds[typeEd25519Note] || kinds[typeMLDSACosignature], "policy names no log %s", c.origin)
	for _, kind := range []byte{typeEd25519Note, typeMLDSACosignature} {
		need(kinds[kind], "policy has no %s key of %s", typeNames[kind], c.origin)
	}
	for _, k := range p.logs {
		_, signed := times[k]
		need(signed || k.name != c.origin, "log line of %s is missing", k.label())
	}
	o := opened{checkpoint: c, signed: list{}, met: p.meets(p.quorum, times)}
	need(o.met || !quorum, "quorum %s is not met", p.quorum)
	for _, k := range p.keys() {
		if time, signed := times[k]; signed {
			line := object{"key": k.label(), "type": typeNames[k.kind]}
			if k.kind != typeEd25519Note {
				line["time"] = time
			}
			o.signed = append(o.signed, line)
		}
	}
	return o
}

func (p *policy) meets(name string, times map[*key]int64) bool {
	if name == "none" {
		return true
	}
	if k := p.byName[name]; k != nil {
		_, signed := times[k]
		return signed
	}
	count := 0
	for _, m := range p.groups[name].members {
		if p.meets(m, times) {
			count++
		}
	}
	return count >= p.groups[name].threshold
}
