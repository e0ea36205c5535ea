package serve

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// right is something that a token may do.
type right string

// The rights. Pages take a token that has all of them.
const (
	toCheck   right = "check"   // check, explain and doctor
	toRun     right = "runs"    // runs, and bulk jobs of other services' clients
	toInbox   right = "inbox"   // the mail that the sandbox took
	toMetrics right = "metrics" // /metrics
	toAnybody right = ""        // whoever comes in
	toOwner   right = "all"
)

var allRights = []right{toCheck, toRun, toInbox, toMetrics}

// Token is a secret, and what a program may do that shows it. The zero value of all but the secret permits everything.
type Token struct {
	digest [sha256.Size]byte
	rights []right // nil: all
	limit  rate.Limit
	burst  int // 0: there is no limit
}

// NewToken returns a secret of 130 random bits that may do everything.
func NewToken() Token { return tokenFor(rand.Text()) }

func tokenFor(secret string) Token { return Token{digest: sha256.Sum256([]byte(secret))} }

// Bounds of a file of tokens.
const (
	shortestToken = 20
	longestLine   = 4096
	mostTokens    = 1000
)

// ParseTokens reads a file of tokens, one a line: the token, and after blanks its rights ("check,runs"; none: all)
// and its rate ("20/s", "600/m" or "5000/h"; none: no limit). Lines that begin with # are comments. A file of one line
// that is not of this form is a token with blanks in it. No error repeats a token.
func ParseTokens(text string) ([]Token, error) {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 || len(lines) > mostTokens {
		return nil, fmt.Errorf("%d tokens: want 1 to %d", len(lines), mostTokens)
	}
	var all []Token
	for i, line := range lines {
		t, err := parseToken(line)
		if err != nil && len(lines) == 1 && len(line) >= shortestToken && len(line) <= longestLine {
			t, err = tokenFor(line), nil
		}
		if err != nil {
			return nil, fmt.Errorf("token %d: %w", i+1, err)
		}
		if slices.ContainsFunc(all, func(o Token) bool { return o.digest == t.digest }) {
			return nil, fmt.Errorf("token %d is there twice", i+1)
		}
		all = append(all, t)
	}
	return all, nil
}

func parseToken(line string) (t Token, err error) {
	fields := strings.Fields(line)
	if len(fields[0]) < shortestToken || len(line) > longestLine {
		return t, fmt.Errorf("want %d characters or more", shortestToken)
	}
	t = tokenFor(fields[0])
	if len(fields) > 1 {
		t.rights, err = parseRights(fields[1])
	}
	if err == nil && len(fields) > 2 {
		t.limit, t.burst, err = parseRate(fields[2])
	}
	if err == nil && len(fields) > 3 {
		err = errors.New("want TOKEN RIGHTS RATE, without blanks in the token")
	}
	return t, err
}

func parseRights(text string) (rights []right, err error) {
	if text == "all" {
		return nil, nil
	}
	for name := range strings.SplitSeq(text, ",") {
		if !slices.Contains(allRights, right(name)) {
			return nil, errors.New("unknown right: want all, or some of check,runs,inbox,metrics")
		}
		rights = append(rights, right(name))
	}
	return rights, nil
}

// periods are the units of a rate.
var periods = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}

// parseRate reads a number per period; as many may come at once.
func parseRate(text string) (rate.Limit, int, error) {
	count, unit, _ := strings.Cut(text, "/")
	n, err := strconv.Atoi(count)
	period := periods[unit]
	if err != nil || n < 1 || n > 1_000_000 || period == 0 {
		return 0, 0, errors.New("invalid rate: want a number per second, minute or hour, such as 20/s, 600/m or 5000/h")
	}
	return rate.Limit(float64(n) / period.Seconds()), n, nil
}
