package main

// `charter`: whose logs the logs of a bundle are (FORMATS §4, §6). The cards verify with the keys they carry; what
// makes a card its party's is the fingerprint, which is printed to be compared with what that party reads out.

import (
	"crypto/sha256"
	"encoding/hex"
	"sort"
	"strconv"
	"strings"
)

func verifyCharter(a arguments, p *policy) any {
	b := readBundle(a.file)
	charters := b.under("charter/")
	need(len(charters) == 1, "bundle has %d charters, one is needed", len(charters))
	dialogue := charters[0].name
	charter, _ := parseJSON(charters[0].raw, "charter").(object)
	need(charter["type"] == "dialogue-charter", "charter is not a dialogue-charter")
	need(charter["id"] == dialogue && b.index["dialogue"] == dialogue, "charter is of another dialogue")

	parties, hosts := map[string]*party{}, []string{}
	for _, each := range objectsIn(charter, "parties") {
		one := parseCard(textIn(each, "host"), textIn(each, "card"))
		parties[one.host], hosts = one, append(hosts, one.host)
	}
	needSorted(hosts, "charter.parties")
	var accepted []string
	for _, each := range objectsIn(charter, "acceptances") {
		accepted = append(accepted, textIn(each, "party"))
	}
	needSorted(accepted, "charter.acceptances")
	need(strings.Join(accepted, "\n") == strings.Join(hosts, "\n"), "charter is not accepted by every party")
	terms := termsOf(charter)
	for _, each := range objectsIn(charter, "acceptances") {
		parties[textIn(each, "party")].accept(each, charter, dialogue, terms)
	}
	b.checkDeclarations(dialogue, parties)
	b.checkDeclaredKeys(parties, p)

	out := list{}
	for _, host := range hosts {
		logs := list{}
		for _, origin := range parties[host].origins() {
			logs = append(logs, origin)
		}
		out = append(out, object{"host": host, "fingerprint": parties[host].fingerprint, "logs": logs})
	}
	return object{"proved": "charter", "dialogue": dialogue, "version": charter["version"], "parties": out}
}

// termsOf hashes the charter without its acceptances.
func termsOf(charter object) string {
	terms := object{}
	for name, value := range charter {
		if name != "acceptances" {
			terms[name] = value
		}
	}
	digest := sha256.Sum256(write(terms))
	return b64(digest[:])
}

func (b *bundle) checkDeclarations(dialogue string, parties map[string]*party) {
	for _, f := range b.under("declaration/") {
		hash, serialText, _ := strings.Cut(f.name, ".")
		origin, _ := partyJSON(f.raw, "chancery/log/v1")["origin"].(string)
		digest := sha256.Sum256([]byte(origin))
		need(hex.EncodeToString(digest[:]) == hash, "declaration/%s is of %s", f.name, origin)
		match := originPattern.FindStringSubmatch(origin)
		need(match != nil && parties[match[1]] != nil, "declaration of %s is of another party", origin)
		serial, err := strconv.ParseInt(serialText, 10, 64)
		need(err == nil, "declaration/%s has no serial", f.name)
		parties[match[1]].declare(string(f.raw), dialogue, serial)
	}
}

// checkDeclaredKeys refuses a log nobody declared, or declared with other keys than the policy's.
func (b *bundle) checkDeclaredKeys(parties map[string]*party, p *policy) {
	declared := map[string][]*key{}
	for _, one := range parties {
		for origin, d := range one.logs {
			declared[origin] = d.keys
		}
	}
	for _, hash := range b.logs() {
		origin, _, _ := strings.Cut(noteText(b.file("checkpoint/"+hash)), "\n")
		need(declared[origin] != nil, "log %s is not declared", origin)
		var trusted, said []string
		for _, k := range p.logs {
			if k.name == origin {
				trusted = append(trusted, k.label())
			}
		}
		for _, k := range declared[origin] {
			said = append(said, k.label())
		}
		sort.Strings(trusted)
		sort.Strings(said)
		same := strings.Join(trusted, "\n") == strings.Join(said, "\n")
		need(len(trusted) == 0 || same, "log %s is declared with other keys than the policy's", origin)
	}
}

func objectsIn(value object, name string) (objects []object) {
	items, isList := value[name].(list)
	need(isList, "charter.%s is malformed", name)
	for _, item := range items {
		o, isObject := item.(object)
		need(isObject, "charter.%s is malformed", name)
		objects = append(objects, o)
	}
	return objects
}

func textIn(value object, name string) string {
	text, isText := value[name].(string)
	need(isText, "charter has a malformed %s", name)
	return text
}

func needSorted(names []string, what string) {
	for i := 1; i < len(names); i++ {
		need(names[i-1] < names[i], "%s are not sorted", what)
	}
}
