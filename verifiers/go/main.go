// Command chancery-verify checks what a Chancery node exports, without Chancery's code (docs/FORMATS.md).
//
// It stands on golang.org/x/mod/sumdb/{note,tlog} and the standard library's Ed25519 and ML-DSA.
// Exit code 0: all holds, and one line of JSON says what is proved. 1: refused, and one line says why.
// 2: usage.
package main

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

const usage = `usage: chancery-verify COMMAND FILE --policy POLICY
  checkpoint NOTE
  proof FILE.tlog-proof [--content FILE]
  tree BUNDLE
  charter BUNDLE
  consistency BUNDLE --old N --new M --log HASH
  absence FILE
  fork FILE`

// A refusal says that the input was read and does not hold.
type refusal struct{ reason string }

// refuse ends the check. It is caught in run; nothing else recovers.
func refuse(format string, args ...any) {
	panic(refusal{fmt.Sprintf(format, args...)})
}

// need refuses unless holds.
func need(holds bool, format string, args ...any) {
	if !holds {
		refuse(format, args...)
	}
}

type arguments struct {
	file  []byte
	flags map[string]string
}

var commands = map[string]struct {
	flags []string // beside --policy; those in upper case are required
	run   func(arguments, *policy) any
}{
	"checkpoint": {nil, func(a arguments, p *policy) any {
		o := p.open(a.file, true)
		return object{"proved": "checkpoint", "log": o.origin, "size": o.size, "root": b64(o.root[:]), "signed": o.signed}
	}},
	"proof":       {[]string{"content"}, verifyProof},
	"tree":        {nil, verifyTree},
	"charter":     {nil, verifyCharter},
	"consistency": {[]string{"OLD", "NEW", "LOG"}, verifyConsistency},
	"absence":     {nil, verifyAbsence},
	"fork":        {nil, verifyFork},
}

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(args []string) (code int) {
	if len(args) < 2 {
		return misused("a command and a file are needed")
	}
	command, known := commands[args[0]]
	if !known {
		return misused("there is no command " + args[0])
	}
	a, problem := parse(args[1:], append([]string{"POLICY"}, command.flags...))
	if problem != "" {
		return misused(problem)
	}
	raw, err := os.ReadFile(a.flags["policy"])
	if err != nil {
		return misused(err.Error())
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case refusal:
			fmt.Fprintln(os.Stderr, "refused: "+oneLine(r.reason))
			code = 1
		default:
			panic(r)
		}
	}()
	proved := command.run(a, parsePolicy(raw))
	fmt.Println(string(write(proved)))
	return 0
}

func parse(args, flags []string) (a arguments, problem string) {
	a.flags = map[string]string{}
	path := ""
	for len(args) > 0 {
		name, isFlag := strings.CutPrefix(args[0], "--")
		switch {
		case !isFlag && path == "":
			path, args = args[0], args[1:]
		case isFlag && len(args) > 1 && (has(flags, name) || has(flags, strings.ToUpper(name))):
			a.flags[name], args = args[1], args[2:]
		default:
			return a, "unexpected " + args[0]
		}
	}
	for _, flag := range flags {
		if _, given := a.flags[strings.ToLower(flag)]; !given && flag == strings.ToUpper(flag) {
			return a, "--" + strings.ToLower(flag) + " is needed"
		}
	}
	if problem = checkFlags(a.flags); problem != "" {
		return a, problem
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return a, err.Error()
	}
	a.file = file
	return a, ""
}

var (
	sizePattern = regexp.MustCompile(`^[1-9][0-9]{0,17}$`)
	logPattern  = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func checkFlags(flags map[string]string) string {
	for _, name := range []string{"old", "new"} {
		if text, given := flags[name]; given && !sizePattern.MatchString(text) {
			return text + " is not a size"
		}
	}
	if log, given := flags["log"]; given {
		if !logPattern.MatchString(log) {
			return log + " is not the hex SHA-256 of an origin"
		}
		if (arguments{flags: flags}).size("old") > (arguments{flags: flags}).size("new") {
			return "--old must not be larger than --new"
		}
	}
	if content, given := flags["content"]; given {
		if _, err := os.Stat(content); err != nil {
			return err.Error()
		}
	}
	return ""
}

// size returns a flag that checkFlags has found to be a size.
func (a arguments) size(name string) int64 {
	size, _ := strconv.ParseInt(a.flags[name], 10, 64)
	return size
}

func misused(problem string) int {
	fmt.Fprintln(os.Stderr, problem+"\n"+usage)
	return 2
}

func has(list []string, word string) bool {
	for _, each := range list {
		if each == word {
			return true
		}
	}
	return false
}

func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, text)
}
