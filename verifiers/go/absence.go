package main

// `absence`: no entry of some classes between two receipted checkpoints (FORMATS §8).

import (
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

func verifyAbsence(a arguments, p *policy) any {
	o := members(parseJSON(a.file, "absence"), "absence", "proof", "v", "absent", "start", "end", "frontier", "entries")
	v, isInteger := integer(o["v"])
	startNote, isStart := o["start"].(string)
	endNote, isEnd := o["end"].(string)
	frontier, isFrontier := texts(o["frontier"])
	entries, isEntries := texts(o["entries"])
	need(isInteger && isStart && isEnd && isFrontier && isEntries, "absence has a malformed member")
	need(v == 1 && o["proof"] == "absence", "absence is not of version 1")
	absent, names := absentClasses(o["absent"])

	start, end := p.open([]byte(startNote), true), p.open([]byte(endNote), true)
	need(start.origin == end.origin, "absence starts and ends in different logs")
	need(start.size <= end.size, "absence ends before it starts")
	tree := newFrontier(start.size, frontier)
	need(tree.root(start.size) == start.root, "frontier does not lead to the start's root")
	need(int64(len(entries)) == end.size-start.size, "absence has %d entries, %d are needed", len(entries), end.size-start.size)
	counts := map[string]int{}
	for i, text := range entries {
		index, raw := start.size+int64(i), unb64(text, "absence entry", 65)
		class := raw[0]
		need(int(class) < len(classNames), "class %d is unknown", class)
		tree.append(index, leafOf(entryOf(class, raw[1:33], raw[33:])))
		need(!absent[class], "index %d is of class %d, which is claimed absent", index, class)
		counts[classNames[class]]++
	}
	need(tree.root(end.size) == end.root, "entries do not lead to the end's root")
	present := object{}
	for name, count := range counts {
		present[name] = count
	}
	return object{"proved": "absence", "log": start.origin, "absent": names, "start": sideOf(start), "end": sideOf(end), "present": present}
}

// sideOf describes one end of a window, or one side of a fork.
func sideOf(o opened) object {
	return object{"size": o.size, "root": b64(o.root[:]), "signed": o.signed}
}

func absentClasses(value any) (map[byte]bool, list) {
	classes, isList := value.(list)
	need(isList, "absence has a malformed member")
	absent, names := map[byte]bool{}, list{}
	for _, each := range classes {
		class, isInteger := integer(each)
		need(isInteger && class >= 0 && int(class) < len(classNames), "absence claims an unknown class")
		need(!absent[byte(class)], "absence claims a class twice")
		absent[byte(class)] = true
		names = append(names, classNames[class])
	}
	need(len(names) > 0, "absence claims an unknown class")
	return absent, names
}

// A frontier is as much of a stored tree as appending needs.
type frontierTree map[int64]tlog.Hash

// newFrontier places the roots of the perfect subtrees, largest first.
func newFrontier(size int64, roots []string) frontierTree {
	count := bits.OnesCount64(uint64(size))
	need(len(roots) == count, "frontier has %d hashes, a tree of %d has %d", len(roots), size, count)
	tree, before := frontierTree{}, int64(0)
	for level := 62; level >= 0; level-- {
		if size>>level&1 == 1 {
			hash := tlog.Hash(unb64(roots[0], "frontier", 32))
			tree[tlog.StoredHashIndex(level, before>>level)] = hash
			roots, before = roots[1:], before+1<<level
		}
	}
	return tree
}

func (t frontierTree) append(index int64, leaf tlog.Hash) {
	hashes, err := tlog.StoredHashesForRecordHash(index, leaf, t)
	need(err == nil, "tree: %v", err)
	for i, hash := range hashes {
		t[tlog.StoredHashIndex(0, index)+int64(i)] = hash
	}
}

func (t frontierTree) root(size int64) tlog.Hash {
	if size == 0 {
		return emptyRoot // x/mod returns zeros
	}
	root, err := tlog.TreeHash(size, t)
	need(err == nil, "tree: %v", err)
	return root
}

// ReadHashes makes a frontier a tlog.HashReader.
func (t frontierTree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hash, there := t[index]
		if !there {
			return nil, fmt.Errorf("the frontier lacks hash %d", index)
		}
		hashes[i] = hash
	}
	return hashes, nil
}
