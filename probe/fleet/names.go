package fleet

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"
)

// protocol is part of every name on the server: a worker of another protocol never sees a question that it can't read.
const protocol = "1"

// The streams of questions and answers, and the buckets of what is shared.
const (
	askStream    = "PB" + protocol + "_ASK"
	answerStream = "PB" + protocol + "_ANSWER"
	stateBucket  = "PB" + protocol + "_STATE"   // limits, leases, cool-downs, controls, host profiles
	runBucket    = "PB" + protocol + "_RUNS"    // keys of runs, who works on what, what is answered of it
	workerBucket = "PB" + protocol + "_WORKERS" // who is there
	configBucket = "PB" + protocol + "_CONFIG"  // the fleet's table of operators and pace
)

// How long what is on the server lives there if nobody takes it away.
const (
	stateLife  = 8 * 24 * time.Hour // longer than a control and a host profile
	runLife    = 3 * 24 * time.Hour // and of questions and answers
	workerLife = 35 * time.Second   // since its last sign of life
	configLife = 0                  // for ever
)

// rest is the class of the operators that have no row in the table.
const rest = "other"

// askSubject is where questions about an operator of a class are handed out, to any worker or to the one of that name.
func askSubject(class, worker, run string) string {
	if worker != "" {
		return strings.Join([]string{"pb" + protocol, "at", worker, run}, ".")
	}
	return strings.Join([]string{"pb" + protocol, "ask", token(class), run}, ".")
}

// allSubjects are those of all questions of a run.
func allSubjects(run string) string { return "pb" + protocol + ".*.*." + run }

func answerSubject(run string) string { return "pb" + protocol + ".answer." + run }

// consumerOf is the name of the queue of a class, or of a worker's own.
func consumerOf(class, worker string) string {
	if worker != "" {
		return "at_" + worker
	}
	return "ask_" + token(class)
}

// token makes a word for subjects and keys of any text: the text itself if it can be.
func token(text string) string {
	if text != "" && len(text) < 40 && strings.IndexFunc(text, unfit) < 0 {
		return text
	}
	return "h" + hashed(text)
}

func unfit(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

// hashed stands for a name that the server need not know.
func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:15]))
}
