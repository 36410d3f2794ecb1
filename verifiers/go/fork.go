package main

// `fork`: one log signed two histories (FORMATS §8).

import "golang.org/x/mod/sumdb/tlog"

func verifyFork(a arguments, p *policy) any {
	value := parseJSON(a.file, "fork")
	o, _ := value.(object)
	_, hasRoot := o["root"]
	_, hasProof := o["consistency"]
	names := []string{"proof", "v", "older", "newer"}
	if hasRoot {
		names = append(names, "root")
	}
	if hasProof {
		names = append(names, "consistency")
	}
	members(value, "fork", names...)
	v, isInteger := integer(o["v"])
	need(isInteger && v == 1 && o["proof"] == "fork", "fork is not of version 1")
	olderNote, isOlder := o["older"].(string)
	newerNote, isNewer := o["newer"].(string)
	need(isOlder && isNewer, "fork has a malformed member")
	older, newer := p.open([]byte(olderNote), false), p.open([]byte(newerNote), false)
	need(older.origin == newer.origin, "fork is of two logs")
	need(older.size <= newer.size, "fork has its newer note before its older")
	if older.size == newer.size {
		need(!hasRoot && !hasProof, "fork at one size has a consistency proof")
		need(older.root != newer.root, "fork has one root, which is no fork")
	} else {
		need(hasRoot && hasProof, "fork at two sizes has no consistency proof")
		checkGrownFork(older, newer, o)
	}
	return object{"proved": "fork", "log": older.origin, "older": sideOf(older), "newer": sideOf(newer)}
}

// checkGrownFork checks that the newer history had another root at the older size.
func checkGrownFork(older, newer opened, o object) {
	text, isText := o["root"].(string)
	lines, areTexts := texts(o["consistency"])
	need(isText && areTexts, "fork has a malformed member")
	root := tlog.Hash(unb64(text, "fork root", 32))
	need(root != older.root, "fork has one root, which is no fork")
	var proof tlog.TreeProof
	for _, line := range lines {
		proof = append(proof, tlog.Hash(unb64(line, "consistency proof", 32)))
	}
	need(older.size > 0, "consistency from 0 to %d cannot be proved", newer.size)
	err := tlog.CheckTree(proof, newer.size, newer.root, older.size, root)
	need(err == nil, "consistency proof does not hold")
}
