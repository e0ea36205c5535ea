package reply

import (
	"bufio"
	"bytes"
	"io"
	"iter"
	"strings"
)

// Bounce is one recipient of an earlier send, and what was said about it.
type Bounce struct {
	Address string // as the file has it, without angle brackets
	Text    string // the reply as the file has it; "" in a plain list
	Reply   Reply
	Finding Finding
	Line    int // where a row of a CSV or a list begins; 0 elsewhere
}

// Listed reports whether all that is known of the bounce is that a list has the address, without a word on why.
func (b *Bounce) Listed() bool { return strings.HasPrefix(b.Finding.Rule, listRule) }

// listRule begins the rules by which a list alone decides.
const listRule = "list"

const (
	sniffed = 64 << 10 // bytes looked at to tell what a file is
	maxLine = 64 << 10 // bytes kept of one line or record
	maxMail = 1 << 20  // bytes kept of one bounce mail
	maxName = 100      // bytes of a person's name before an address
)

// ReadBounces reads what is known of an earlier send: a plain list of addresses, a CSV with a column of
// addresses and, if it has one, a column of replies, a Postfix, Exim or Sendmail log, a bounce mail (RFC
// 3464), or an mbox of them. It tells which from the first 64 KiB. The addresses of a list that gives no
// replies count as unknown mailboxes: that is what such lists are kept for. Everything else goes through
// [Classify], so that a block or a full mailbox doesn't count; deliveries are among the bounces of a log, as
// [Accepted].
//
// The stream is read once, with bounded memory. An error ends the sequence. Lines of a list or a CSV that
// tell of nobody are passed over, and so is a mail without a report: passed, if there is one, is called with
// the number of its line, from 1. A log has other lines than those of deliveries by nature.
func ReadBounces(r io.Reader, passed func(line int)) iter.Seq2[Bounce, error] {
	return readAs(formatOf, r, passed)
}

// ReadMails reads what is a bounce mail, the text of one, or an mbox, as [ReadBounces] does. Anything else is
// passed over as a whole.
func ReadMails(r io.Reader, passed func(line int)) iter.Seq2[Bounce, error] {
	return readAs(mailFormatOf, r, passed)
}

// ReadLog reads the log of a mail server, as [ReadBounces] does. Lines of other things tell of nobody.
func ReadLog(r io.Reader, passed func(line int)) iter.Seq2[Bounce, error] {
	return readAs(func([]byte) format { return readLog }, r, passed)
}

// readAs reads a stream in the format that its first octets call for.
func readAs(formatFor func(head []byte) format, r io.Reader, passed func(line int)) iter.Seq2[Bounce, error] {
	if passed == nil {
		passed = func(int) {}
	}
	return func(yield func(Bounce, error) bool) {
		b := bufio.NewReaderSize(r, sniffed)
		head, err := b.Peek(sniffed)
		if err != nil && err != io.EOF {
			yield(Bounce{}, err)
			return
		}
		if bytes.HasPrefix(head, []byte("\ufeff")) {
			b.Discard(len("\ufeff"))
			head = head[len("\ufeff"):]
		}
		if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 { // lines of an old Mac
			head = bytes.ReplaceAll(head, []byte("\r"), []byte("\n"))
			b = bufio.NewReaderSize(macLines{b}, sniffed)
		}
		formatFor(head)(b, passed, yield)
	}
}

// macLines ends lines that end in "\r" alone in "\n".
type macLines struct{ r io.Reader }

func (m macLines) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

type format func(r *bufio.Reader, passed func(line int), yield func(Bounce, error) bool)

// formatOf tells what a file is from its first lines.
func formatOf(head []byte) format {
	text := strings.TrimLeft(string(head), "\r\n")
	first, rest, _ := strings.Cut(text, "\n")
	switch {
	case strings.HasPrefix(text, "From "):
		return readMbox
	case isHeaderField(first) && mailHeader(text):
		return readMail
	case logTime().MatchString(first), anyLine(text, isLogLine):
		return readLog
	}
	if _, ok := columnsOf(first, rest); ok {
		return readCSV
	}
	return readList
}

// mailFormatOf is formatOf for a file that has to be a mail to count.
func mailFormatOf(head []byte) format {
	switch {
	case bytes.HasPrefix(bytes.TrimLeft(head, "\r\n"), []byte("From ")):
		return readMbox
	case IsMail(head), IsNotice(head):
		return readMail
	}
	return readNothing
}

// readNothing passes over a file, unless it is empty.
func readNothing(r *bufio.Reader, passed func(line int), _ func(Bounce, error) bool) {
	if _, err := r.Peek(1); err == nil {
		passed(1)
	}
}

// logTime is how each line of a log begins: "Nov 22 10:00:00 ", "2026-11-22T10:00:00.123+01:00 ", "2026-11-22
// 10:00:00 ". A log may go on for long before it has its first delivery.
var logTime = lazily(`^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[-+.:Z\d]*) `)

// anyLine reports whether one of the lines in the first few kilobytes is so.
func anyLine(text string, is func(string) bool) bool {
	for line := range strings.Lines(text[:min(len(text), 16<<10)]) {
		if is(line) {
			return true
		}
	}
	return false
}

// lines yields each line without its end, and its number from 1; of a longer one the first 64 KiB. It passes
// on an error of the reader.
func lines(r *bufio.Reader, yield func(line string, n int, err error) bool) {
	for n := 1; ; n++ {
		var line []byte
		var err error
		for more := true; more && err == nil; {
			var part []byte
			part, more, err = r.ReadLine()
			line = append(line, part[:min(len(part), maxLine-len(line))]...)
		}
		if err == io.EOF {
			return
		}
		if !yield(string(line), n, err) || err != nil {
			return
		}
	}
}

func readList(r *bufio.Reader, passed func(line int), yield func(Bounce, error) bool) {
	lines(r, func(line string, n int, err error) bool {
		if err != nil {
			return yield(Bounce{}, err)
		}
		address := address(line)
		switch {
		case address != "" && aloneIn(line, address):
			b := listed(address)
			b.Line = n
			return yield(b, nil)
		case address != "" && startsWithCode(line): // a reply that names its recipient
			return yield(said(address, line, Enhanced{}), nil)
		case strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "#"):
			passed(n)
		}
		return true
	})
}

// aloneIn reports whether a line of a list holds the address and no more than signs and a person's name
// around it. Only then does its being there say that the address bounced: a line of text may name an address
// for any reason.
func aloneIn(line, address string) bool {
	name, rest, _ := strings.Cut(line, address)
	name = strings.TrimRight(name, "\"'<;, \t")
	return strings.Trim(rest, "\"'>;, \t\r") == "" && !strings.ContainsAny(address, " \t:=") &&
		len(name) <= maxName && !strings.ContainsAny(name, ":=@[]{}0123456789")
}

// listed is an address that a list of bounced ones has, without a word on why.
func listed(address string) Bounce {
	return Bounce{Address: address, Finding: Finding{Class: MailboxUnknown, Subject: Mailbox, Permanent: true,
		Rule: listRule}}
}

// address takes what stands around an address off, "" if there is no address.
func address(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, '<'); i >= 0 {
		if j := strings.IndexByte(s[i:], '>'); j > 0 {
			s = s[i+1 : i+j]
		}
	}
	s = strings.Trim(s, "\"'<>;, \t")
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 || strings.ContainsAny(s[at:], " \t,;") || strings.HasPrefix(s, "#") {
		return ""
	}
	return s
}

// said makes a bounce of a reply as a log or a mail has it. Where the text has no code, status stands in: it
// is the sending server's own word on what the text came to.
func said(address, text string, status Enhanced) Bounce {
	r := Parse(text)
	if r.Code == 0 && r.Enhanced.IsZero() {
		r.Enhanced = status
	}
	return Bounce{Address: address, Text: text, Reply: r, Finding: Classify(r, Context{Recipient: address})}
}
