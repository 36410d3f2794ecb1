package main

// Canonical JSON (RFC 8785) and canonical base64 (FORMATS §1). Nothing here repairs: a text is accepted only
// if writing what was read gives the same bytes again.

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
)

const (
	depthMax   = 64
	integerMax = 1<<53 - 1
)

type (
	object = map[string]any
	list   = []any
)

func b64(raw []byte) string { return base64.StdEncoding.EncodeToString(raw) }

// unb64 decodes RFC 4648 §4 base64; size -1 means any.
func unb64(text, what string, size int) []byte {
	raw, err := base64.StdEncoding.DecodeString(text)
	need(err == nil, "%s is not base64", what)
	need(b64(raw) == text, "%s is not canonical base64", what)
	need(size < 0 || len(raw) == size, "%s is %d bytes, %d are needed", what, len(raw), size)
	return raw
}

// decimal reads an ASCII decimal without leading zeros.
func decimal(text, what string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	need(err == nil && n >= 0 && strconv.FormatInt(n, 10) == text, "%s is not a plain decimal", what)
	return n
}

// parseJSON reads canonical JSON.
func parseJSON(raw []byte, what string) any {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		refuse("%s is not JSON: %v", what, err)
	}
	checkDepth(value, 0, what)
	// encoding/json keeps the last of duplicate members and replaces bad UTF-8 and lone surrogates: each of
	// them changes the bytes written, so this comparison refuses them.
	need(bytes.Equal(write(value), raw), "%s is not canonical JSON", what)
	return value
}

func checkDepth(value any, depth int, what string) {
	switch v := value.(type) {
	case json.Number:
		_, ok := number(v)
		need(ok, "%s is not JSON: a number is beyond the limits", what)
	case list:
		need(depth < depthMax, "%s is deeper than %d", what, depthMax)
		for _, item := range v {
			checkDepth(item, depth+1, what)
		}
	case object:
		need(depth < depthMax, "%s is deeper than %d", what, depthMax)
		for _, item := range v {
			checkDepth(item, depth+1, what)
		}
	}
}

// write returns the canonical bytes.
func write(value any) []byte {
	var out bytes.Buffer
	writeTo(&out, value)
	return out.Bytes()
}

func writeTo(out *bytes.Buffer, value any) {
	switch v := value.(type) {
	case nil:
		out.WriteString("null")
	case bool:
		out.WriteString(strconv.FormatBool(v))
	case int:
		out.WriteString(strconv.Itoa(v))
	case int64:
		out.WriteString(strconv.FormatInt(v, 10))
	case json.Number:
		text, _ := number(v)
		out.WriteString(text)
	case string:
		writeString(out, v)
	case list:
		out.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				out.WriteByte(',')
			}
			writeTo(out, item)
		}
		out.WriteByte(']')
	case object:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		sort.Slice(names, func(i, j int) bool { return lessUTF16(names[i], names[j]) })
		out.WriteByte('{')
		for i, name := range names {
			if i > 0 {
				out.WriteByte(',')
			}
			writeString(out, name)
			out.WriteByte(':')
			writeTo(out, v[name])
		}
		out.WriteByte('}')
	}
}

// lessUTF16 is the order of RFC 8785 §3.2.3.
func lessUTF16(a, b string) bool {
	x, y := utf16.Encode([]rune(a)), utf16.Encode([]rune(b))
	for i := 0; i < len(x) && i < len(y); i++ {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return len(x) < len(y)
}

func writeString(out *bytes.Buffer, text string) {
	const short = "\b\t\n\f\r\"\\"
	out.WriteByte('"')
	for _, r := range text {
		if i := strings.IndexRune(short, r); i >= 0 {
			out.WriteByte('\\')
			out.WriteByte(`btnfr"\`[i])
		} else if r < ' ' {
			out.WriteString(`\u00` + string("0123456789abcdef"[r>>4]) + string("0123456789abcdef"[r&15]))
		} else {
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
}

// number writes a double as ECMAScript does (RFC 8785 §3.2.2.3); false if it is not finite or is an integer
// beyond ±(2^53-1).
func number(n json.Number) (string, bool) {
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return "", false
	}
	if f == 0 {
		return "0", true
	}
	format := byte('f')
	if magnitude := math.Abs(f); magnitude < 1e-6 || magnitude >= 1e21 {
		format = 'e'
	}
	text := strconv.FormatFloat(f, format, -1, 64)
	if format == 'e' {
		// Go writes at least two digits of exponent, ECMAScript as few as it takes.
		text = strings.Replace(strings.Replace(text, "e-0", "e-", 1), "e+0", "e+", 1)
	}
	return text, strings.ContainsAny(text, ".e") || math.Abs(f) <= integerMax
}

// integer returns a JSON integer.
func integer(value any) (int64, bool) {
	n, isNumber := value.(json.Number)
	if !isNumber {
		return 0, false
	}
	i, err := strconv.ParseInt(string(n), 10, 64)
	return i, err == nil
}

// texts returns a list that holds only strings.
func texts(value any) ([]string, bool) {
	items, isList := value.(list)
	out := make([]string, 0, len(items))
	for _, item := range items {
		text, isText := item.(string)
		if !isText {
			return nil, false
		}
		out = append(out, text)
	}
	return out, isList
}

// members refuses an object that has not exactly these members.
func members(value any, what string, names ...string) object {
	o, _ := value.(object)
	for _, name := range names {
		_, there := o[name]
		need(there, "%s has not its members", what)
	}
	need(len(o) == len(names), "%s has not its members", what)
	return o
}
