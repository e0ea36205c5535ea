package sandbox_test

import (
	"fmt"
	"net/smtp"
	"regexp"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/samples"
)

// attempt sends a mail with the given names and says at which command it failed, and with what.
func attempt(t *testing.T, at, helo, from, to string) string {
	t.Helper()
	c, err := smtp.Dial(at)
	if err != nil {
		return "connect: " + err.Error()
	}
	defer c.Close()
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"ehlo", func() error { return c.Hello(helo) }}, {"mail", func() error { return c.Mail(from) }},
		{"rcpt", func() error { return c.Rcpt(to) }},
		{"data", func() error {
			w, err := c.Data()
			if err != nil {
				return err
			}
			w.Write([]byte("Subject: x\r\n\r\nx\r\n"))
			if err := w.Close(); err != nil {
				return &endError{err}
			}
			return nil
		}},
	} {
		if err := step.do(); err != nil {
			return step.name + ": " + err.Error()
		}
	}
	return "accepted"
}

type endError struct{ error }

func (e *endError) Error() string { return "end: " + e.error.Error() }

func TestDemandsAtEachStage(t *testing.T) {
	t.Parallel()
	at := places(startLab(t, sandbox.Options{}))["* everything"]
	const helo, from, to = "client.test", "a@wellsent.test", "ada@acme.test"
	for _, tt := range []struct{ helo, from, to, want string }{
		{helo, from, to, "accepted"},
		{"550-5.7.1.reply.acme.test", from, to, "ehlo: 550"},
		{helo, "550-5.7.1@reply.acme.test", to, "mail: 550"},
		{helo, from, "550-5.7.1-listed@reply.acme.test", "rcpt: 550"},
		{helo, from, "451-4.3.0.cmd@reply.acme.test", "data: 451"},
		{helo, from, "550-5.7.26.data@reply.acme.test", "data: end: 550"},
		{helo, from, "451-4.3.0.x2@reply.acme.test", "rcpt: 451"},
		{helo, from, "451-4.3.0.x2@reply.acme.test", "rcpt: 451"},
		{helo, from, "451-4.3.0.x2@reply.acme.test", "accepted"},
		{helo, from, "550-5.1.1.p100@reply.acme.test", "rcpt: 550"},
		{helo, from, "450-4.2.1.10ms@reply.acme.test", "rcpt: 450"},
		{helo, from, "hangup@reply.acme.test", "rcpt: EOF"},
		{helo, from, "hangup.data@reply.acme.test", "data: end: EOF"},
		{"550-5.7.1-content.reply.acme.test", from, to, "ehlo: 504"},
		{"550-5.7.1.mail.reply.acme.test", from, to, "mail: 550"},
		{"mail.reply.elsewhere.invalid", from, to, "accepted"},
		{helo, "550-5.7.1-content@reply.acme.test", to, "mail: 504"},
		{helo, "550-5.7.1.rcpt@reply.acme.test", to, "rcpt: 550"},
		{helo, "550-5.7.1.data@reply.acme.test", to, "data: end: 550"},
		{helo, from, "550-5.1.1.often@reply.acme.test", "rcpt: 504"},
		{helo, from, "550-5.1.1.x0@reply.acme.test", "rcpt: 504"},
		{helo, from, "550-4.1.1@reply.acme.test", "rcpt: 504"},
		{helo, from, "postmaster@reply.acme.test", "rcpt: 550"},
	} {
		if got := attempt(t, at, tt.helo, tt.from, tt.to); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s %s %s: %q, want %q", tt.helo, tt.from, tt.to, got, tt.want)
		}
	}
}

func TestDemandsByChance(t *testing.T) {
	t.Parallel()
	at := places(startLab(t, sandbox.Options{}))["* everything"]
	counts := map[string]int{}
	for range 60 {
		got, _, _ := strings.Cut(attempt(t, at, "client.test", "a@wellsent.test", "451-4.3.0.p50@reply.acme.test"), " ")
		counts[got]++
	}
	if counts["accepted"] == 0 || counts["rcpt:"] == 0 { // each is missing once in 2^60
		t.Errorf("of 60 demands with a chance of one half: %v", counts)
	}
}

func TestSettingsOfThePorts(t *testing.T) {
	t.Parallel()
	for set, want := range map[string]string{
		"greeting=421 4.7.0 busy": "connect: 421", "hangup=data": "data: EOF", "rcpt-rate=1/60s": "accepted",
		"size=10": "data: end: 552",
	} {
		at := places(startLab(t, sandbox.Options{Set: []string{set}}))["* everything"]
		if got := attempt(t, at, "client.test", "a@wellsent.test", "ada@acme.test"); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", set, got, want)
		}
	}
}

// corpusRow is a row of samples/replies.
type corpusRow struct{ id, text, class string }

func corpusRows(t *testing.T) (all []corpusRow) {
	t.Helper()
	for _, file := range []string{"seen", "produced", "made"} {
		rows, err := samples.Replies.ReadFile("replies/" + file + ".tsv")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for row := range strings.Lines(string(rows)) {
			if row[0] != '#' {
				n++
				columns := strings.Split(strings.TrimSpace(row), "\t")
				text := strings.ReplaceAll(columns[0], `\n`, "\n")
				all = append(all, corpusRow{fmt.Sprintf("%s-%d", file, n), text, columns[len(columns)-1]})
			}
		}
	}
	if len(all) < 800 {
		t.Fatalf("the corpus has %d replies", len(all))
	}
	return all
}

// TestEveryReplyOfTheCorpusCanBeDemanded: what comes over the connection is the text of the corpus.
func TestEveryReplyOfTheCorpusCanBeDemanded(t *testing.T) {
	t.Parallel()
	at := places(startLab(t, sandbox.Options{}))["* everything"]
	for _, row := range corpusRows(t) {
		if got := received(t, at, row.id+"@reply.acme.test"); plainReply(got) != plainReply(row.text) {
			t.Errorf("%s: got %q, want %q", row.id, got, row.text)
		}
	}
}

// received is the reply to RCPT as it comes, of whatever form; the end of the session is not an error.
func received(t *testing.T, at, to string) string {
	t.Helper()
	c, err := smtp.Dial(at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Mail("a@wellsent.test"); err != nil {
		t.Fatal(err)
	}
	c.Text.PrintfLine("RCPT TO:<%s>", to)
	var lines []string
	for {
		line, err := c.Text.ReadLine()
		if err != nil {
			t.Fatalf("%s: after %q: %v", to, lines, err)
		}
		lines = append(lines, line)
		if len(line) < 4 || line[3] != '-' {
			return strings.Join(lines, "\n")
		}
	}
}

var codeBefore = regexp.MustCompile(`(^|\s)([2-5]\d\d)-`)

// plainReply leaves out of a reply how its lines are broken and marked, and the code that a text without one gets.
func plainReply(text string) string {
	text = codeBefore.ReplaceAllString(text, "$1$2 ")
	return strings.TrimPrefix(strings.Join(strings.Fields(text), " "), "550 ")
}

// TestWhatCanBeDemanded: everything that is listed, and by class, code and number as well.
func TestWhatCanBeDemanded(t *testing.T) {
	t.Parallel()
	at := places(startLab(t, sandbox.Options{}))["* everything"]
	listed := map[string]string{}
	for _, d := range sandbox.Demands() {
		listed[d[0]] = d[1]
	}
	asked := map[string]bool{}
	for _, row := range corpusRows(t) {
		if asked[row.class] {
			continue
		}
		asked[row.class] = true
		got := received(t, at, row.class+"@reply.acme.test")
		if got != listed[row.class] || plainReply(got) != plainReply(row.text) {
			t.Errorf("%s: got %q, want %q, listed is %q", row.class, got, row.text, listed[row.class])
		}
	}
	if len(asked) < 12 {
		t.Errorf("the corpus has %d classes", len(asked))
	}
	for _, ask := range []string{"550-5.1.1-1", "550-5.1.1-7", "550-3", "421-1", "mailbox_full-2"} {
		if got := received(t, at, ask+"@reply.acme.test"); strings.HasPrefix(got, "504") {
			t.Errorf("%s: %q", ask, got)
		}
	}
	for _, ask := range []string{
		"550-5.7.1-content", "550-5.3.4-size", "550-4.1.1", "650", "550-5.1.1-9999", "550-5.1.1-0", "seen-0",
		"seen-9999", "mailbox_lost",
		"mailbox_full-999", "hangup.bounce", "550.later", "550.mail", "550-5.1.1.connect", "451.x0", "451.p101",
		"450.9h",
	} {
		if got := received(t, at, ask+"@reply.acme.test"); !strings.HasPrefix(got, "504 5.5.4") ||
			!strings.Contains(got, "demands") {
			t.Errorf("%s: %q, want 504 and where the vocabulary is", ask, got)
		}
	}
}

// TestDemandsOfTheHost: a setting demands for everybody, also in place of the greeting.
func TestDemandsOfTheHost(t *testing.T) {
	t.Parallel()
	const helo, from, to = "client.test", "a@wellsent.test", "ada@acme.test"
	for demand, want := range map[string][]string{
		"421-4.7.0.connect.x1": {"connect: 421", "accepted"}, "554-5.7.1-listed.connect": {"connect: 554",
			"connect: 554"},
		"550-5.7.1.ehlo": {"ehlo: 550"}, "451-4.3.0.mail": {"mail: 451"}, "mailbox_full.x1": {"rcpt: 452", "accepted"},
		"451-4.3.0.cmd": {"data: 451"}, "550-5.7.26.data.x1": {"data: end: 550", "accepted"},
		"hangup.connect": {"connect: EOF"},
	} {
		at := places(startLab(t, sandbox.Options{Set: []string{"demand=" + demand}}))["* everything"]
		for i, want := range want {
			if got := attempt(t, at, helo, from, to); !strings.HasPrefix(got, want) {
				t.Errorf("%s, attempt %d: %q, want %q", demand, i+1, got, want)
			}
		}
	}
	w, err := sandbox.Parse(samples.World)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := sandbox.Start(t.Context(), w, sandbox.Options{SMTP: "127.0.0.1:0",
		Set: []string{"demand=550-5.7.1-content"}}); err == nil {
		s.Close()
		t.Error("an unknown demand was set")
	}
}
