package smtp

import (
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/validate/reply"
)

// answer is a reply as it came.
type answer struct {
	code  int
	lines []string // with the codes
}

func (a answer) negative() bool { return a.code >= 400 }

// reply reads the words. The code is that of the wire: what a server quotes may hold others.
func (a answer) reply() reply.Reply {
	r := reply.Parse(strings.Join(a.lines, "\n"))
	r.Code = a.code
	return r
}

// text is what follows the code in a line.
func text(line string) string { return strings.TrimSpace(line[min(len(line), 4):]) }

// hear reads one reply, to its last line. The caller sets the time.
func (w *wire) hear() (a answer, err error) {
	for octets := 0; ; {
		line, n, err := w.line()
		if err != nil {
			return answer{}, err
		}
		if w.trace != nil {
			w.trace(false, line)
		}
		octets += n
		if octets > maxReply || len(a.lines) == maxLines {
			return answer{}, nonsense("a reply without an end")
		}
		last, err := a.take(line)
		if err != nil || last {
			return a, err
		}
	}
}

// take adds a line, which may be one without a code between others: servers quote text that has line ends of
// its own. By RFC 5321 §4.2.1 all codes of a reply are the same; where refusals are mixed, the gentlest
// counts.
func (a *answer) take(line string) (last bool, err error) {
	code, last := codeOf(line)
	a.lines = append(a.lines, line)
	switch {
	case code == 0 && a.code == 0:
		return false, nonsense("a line without a reply code")
	case code == 0:
		return false, nil
	case a.code == 0:
		a.code = code
	case (code/100 <= 3 && code != a.code) || (code/100 > 3 && a.code/100 <= 3):
		return false, nonsense("a reply with two codes")
	case code/100 < a.code/100:
		a.code = code
	}
	return last, nil
}

// codeOf reads the reply code of a line; 0 if it has none. The last line of a reply has a blank or nothing behind it.
func codeOf(line string) (code int, last bool) {
	if len(line) < 3 || (len(line) > 3 && strings.IndexByte(" -\t", line[3]) < 0) {
		return 0, false
	}
	code, err := strconv.Atoi(line[:3])
	if err != nil || code < 200 || code > 599 {
		return 0, false
	}
	return code, len(line) == 3 || line[3] != '-'
}
