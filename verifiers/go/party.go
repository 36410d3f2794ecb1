package main

// Parties, by their cards, and what they sign: acceptances and declarations (FORMATS §4).

import (
	"crypto/sha256"
	"math/big"
	"regexp"
	"sort"
	"strings"
)

const (
	cardBytesMax = 32 << 10
	crockford    = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

var originPattern = regexp.MustCompile(`^(.+)/chancery/[0-9a-f]{16}$`)

// A party is what its card says, and the logs it declared.
type party struct {
	host, fingerprint string
	keys              []*key
	logs              map[string]declared // by origin
}

type declared struct {
	serial int64
	keys   []*key
}

func parseCard(host, note string) *party {
	need(len(note) <= cardBytesMax, "card of %s is %d bytes, the limit is %d", host, len(note), cardBytesMax)
	card := partyJSON([]byte(note), "chancery/card/v1")
	needMembers(card, "chancery/card/v1", "v", "host", "name", "identity", "url", "tls", "party", "receipt", "witness", "offices", "issued")
	need(card["host"] == host, "card of %s is of %v", host, card["host"])
	c := &party{host: host, logs: map[string]declared{}}
	c.keys = c.roleKeys(card, "party", typeEd25519Note, typeMLDSANote)
	all := append([]*key{}, c.keys...)
	all = append(all, c.roleKeys(card, "receipt", typeEd25519Cosignature, typeMLDSACosignature)...)
	all = append(all, c.roleKeys(card, "witness", typeEd25519Cosignature, typeMLDSACosignature)...)
	seen := map[string]bool{}
	for _, k := range all {
		need(!seen[string(k.public)], "card of %s has one key in two roles", host)
		seen[string(k.public)] = true
	}
	c.open(note, "chancery/card/v1")
	vkeys, _ := texts(card["party"])
	digest := sha256.Sum256([]byte("chancery/fingerprint/v1\x00" + vkeys[0] + "\n" + vkeys[1] + "\n"))
	bits := new(big.Int).Rsh(new(big.Int).SetBytes(digest[:]), 256-125)
	for i := 24; i >= 0; i-- {
		five := new(big.Int).Rsh(bits, uint(5*i)).Uint64() & 31
		c.fingerprint += string(crockford[five])
		if i%5 == 0 && i > 0 {
			c.fingerprint += "-"
		}
	}
	return c
}

func (c *party) roleKeys(card object, role string, kinds ...byte) []*key {
	vkeys, ok := texts(card[role])
	need(ok, "card of %s has malformed keys", c.host)
	keys := parseKeys(vkeys, c.host+"/chancery/"+role, kinds)
	need(keys != nil, "card of %s has not its two %s keys", c.host, role)
	return keys
}

// parseKeys returns nil unless the keys have just this name and these types.
func parseKeys(vkeys []string, name string, kinds []byte) (keys []*key) {
	for i, vkey := range vkeys {
		k := parseKey(vkey)
		if i >= len(kinds) || k.name != name || k.kind != kinds[i] {
			return nil
		}
		keys = append(keys, k)
	}
	if len(keys) != len(kinds) {
		return nil
	}
	return keys
}

// open opens a note that both keys of the party must have signed.
func (c *party) open(note, format string) object {
	signed := verifyLines([]byte(note), c.keys, nil)
	for _, k := range c.keys {
		_, there := signed[k]
		need(there, "party line of %s is missing", k.label())
	}
	return partyJSON([]byte(note), format)
}

func (c *party) accept(acceptance, charter object, dialogue, terms string) {
	said := c.open(textIn(acceptance, "note"), "chancery/acceptance/v1")
	needMembers(said, "chancery/acceptance/v1", "v", "dialogue", "terms", "party", "time")
	need(said["party"] == c.host && said["dialogue"] == dialogue, "acceptance of %s is of another party or dialogue", c.host)
	need(said["terms"] == terms, "acceptance of %s is of other terms", c.host)
	var tracks, declared []string
	for _, track := range objectsIn(charter, "tracks") {
		name := textIn(track, "name")
		if among, _ := texts(track["parties"]); has(among, c.host) {
			tracks = append(tracks, name)
		}
	}
	logs, ok := texts(acceptance["logs"])
	need(ok, "logs of %s are malformed", c.host)
	for _, note := range logs {
		track, _ := c.declare(note, dialogue, 0)["track"].(string)
		declared = append(declared, track)
	}
	needSorted(declared, "logs of "+c.host)
	sort.Strings(tracks)
	need(strings.Join(declared, "\n") == strings.Join(tracks, "\n"), "logs of %s are not one for each of its tracks", c.host)
}

// declare verifies a declaration and keeps the newest keys of its origin.
func (c *party) declare(note, dialogue string, serial int64) object {
	said := c.open(note, "chancery/log/v1")
	names := []string{"v", "dialogue", "track", "party", "origin", "keys", "serial", "issued"}
	if _, successor := said["predecessor"]; successor {
		names = append(names, "predecessor")
	}
	needMembers(said, "chancery/log/v1", names...)
	origin, _ := said["origin"].(string)
	match := originPattern.FindStringSubmatch(origin)
	need(match != nil && match[1] == c.host && said["party"] == c.host, "declaration of %s is of another party", origin)
	need(said["dialogue"] == dialogue, "declaration of %s is of another dialogue", origin)
	has, isInteger := integer(said["serial"])
	need(isInteger && has == serial, "declaration of %s has serial %v, %d was expected", origin, said["serial"], serial)
	vkeys, ok := texts(said["keys"])
	need(ok, "declaration of %s has malformed keys", origin)
	keys := parseKeys(vkeys, origin, []byte{typeEd25519Note, typeMLDSACosignature})
	need(keys != nil, "declaration of %s has not its two log keys", origin)
	if before, known := c.logs[origin]; !known || before.serial < serial {
		c.logs[origin] = declared{serial, keys}
	}
	return said
}

func (c *party) origins() (origins []string) {
	for origin := range c.logs {
		origins = append(origins, origin)
	}
	sort.Strings(origins)
	return origins
}

// partyJSON returns the one line of JSON of a party note, unverified.
func partyJSON(note []byte, format string) object {
	lines := strings.Split(noteText(note), "\n")
	need(len(lines) == 3 && lines[0] == format && lines[2] == "", "note is not of %s", format)
	said, isObject := parseJSON([]byte(lines[1]), format).(object)
	need(isObject, "note is not of %s", format)
	return said
}

func needMembers(said object, format string, names ...string) {
	members(said, "note of "+format, names...)
	v, isInteger := integer(said["v"])
	need(isInteger && v == 1, "note of %s is not of version 1", format)
}
