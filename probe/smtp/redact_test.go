package smtp

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate/reply"
)

const ourSender = "ann@example.net"

func TestRedact(t *testing.T) {
	tests := []struct{ name, text, recipient, want string }{
		{"as Postfix has it", "550 5.1.1 <bob@x.org>: Recipient address rejected: User unknown", "bob@x.org",
			"550 5.1.1 <recipient@redacted.invalid>: Recipient address rejected: User unknown"},
		{"in capitals, and before dots", "550 No such user BOB@X.ORG...", "bob@x.org",
			"550 No such user recipient@redacted.invalid..."},
		{"in quotes", `550 "bob@x.org" is unknown`, "bob@x.org", `550 "recipient@redacted.invalid" is unknown`},
		{"in brackets, and after a colon", "550 5.7.504 [bob@x.org]: to:bob@x.org", "bob@x.org",
			"550 5.7.504 [recipient@redacted.invalid]: to:recipient@redacted.invalid"},
		{"the bare local part", "550 5.1.1 User bob, /var/mail/bob unknown", "bob@x.org",
			"550 5.1.1 User redacted, /var/mail/redacted unknown"},
		{"the local part of two words", "550 mailbox Bob.Smith: no such user", "bob.smith@x.org",
			"550 mailbox redacted.redacted: no such user"},
		{"what stands before a plus", "550 no mailbox bob here", "bob+news@x.org", "550 no mailbox redacted here"},
		{"part of another word", "550 No such user at bobcat.example, bob.cat or bobs", "bob@x.org",
			"550 No such user at bobcat.example, bob.cat or bobs"},
		{"a local part that the reply needs", "550 5.1.1 <user@x.org>: User unknown", "user@x.org",
			"550 5.1.1 <recipient@redacted.invalid>: User unknown"},
		{"a local part that is a code", "550 5.1.1 <550@x.org>: User unknown", "550@x.org",
			"550 5.1.1 <recipient@redacted.invalid>: User unknown"},
		{"other people", "550 5.1.6 User has moved to eve@y.org", "bob@x.org",
			"550 5.1.6 User has moved to another@redacted.invalid"},
		{"our sender", "550-Verification failed for <Ann@example.net>\n550 Sender verify failed", "bob@x.org",
			"550 Verification failed for <Ann@example.net> Sender verify failed"},
		{"our sender's local part is the recipient's",
			"550-Verification failed for <ann@example.net>\n550 ann is no sender", "ann@x.org",
			"550 Verification failed for <ann@example.net> redacted is no sender"},
		{"our sender beside the recipient", "550 5.1.1 <bob@x.org> from <ann@example.net>: User unknown (bob)",
			"bob@x.org",
			"550 5.1.1 <recipient@redacted.invalid> from <another@redacted.invalid>: User unknown (redacted)"},
		{"a domain behind an @", "550 5.7.1 relaying to @x.org denied", "bob@x.org",
			"550 5.7.1 relaying to @x.org denied"},
		{"in a link", "450 Greylisted, see http://x.org/?to=bob%40x.org&more", "bob@x.org",
			"450 Greylisted, see http://x.org/?to=recipient@redacted.invalid&more"},
		{"encoded throughout", "450 Greylisted, see http://x.org/%3F%62%6F%62%40x%2eorg", "bob@x.org",
			"450 Greylisted, see http://x.org/%3Frecipient@redacted.invalid"},
		{"quoted-printable", "550 bob=40x.org unknown", "bob@x.org", "550 recipient@redacted.invalid unknown"},
		{"VERP", "550 <bounce+bob=x.org@lists.y.org> unknown", "bob@x.org",
			"550 <bounce+recipient@redacted.invalid> unknown"},
		{"the percent hack", "550 bob%x.org@relay.y.org: no", "bob@x.org", "550 another@redacted.invalid: no"},
		{"the percent hack, without an @", "550 bob%x.org: no such user", "bob@x.org",
			"550 recipient@redacted.invalid: no such user"},
		{"a bang path", "550 x.org!bob: no such user", "bob@x.org", "550 recipient@redacted.invalid: no such user"},
		{"for people", "550 bob at x.org, bob(at)x.org and bob&#64;x.org", "bob@x.org",
			"550 recipient@redacted.invalid, recipient@redacted.invalid and recipient@redacted.invalid"},
		{"parted by a line break after the @", "550-no such user bob@\n550 x.org here", "bob@x.org",
			"550 no such user recipient@redacted.invalid here"},
		{"parted by a line break before it", "550-no such user bob\n550 @x.org here", "bob@x.org",
			"550 no such user recipient@redacted.invalid here"},
		{"parted by a line break inside", "550-no such user <robert.the.gr\n550 eat@x.org>", "robert.the.great@x.org",
			"550 no such user <recipient@redacted.invalid>"},
		{"a quoted local part", `550 <"bob b"@x.org>: User unknown, bob b`, `"bob b"@x.org`,
			"550 <recipient@redacted.invalid>: User unknown, redacted redacted"},
		{"letters beyond ASCII", "550 5.1.1 <jürgen@x.org>: jürgen unknown", "jürgen@x.org",
			"550 5.1.1 <recipient@redacted.invalid>: redacted unknown"},
		{"the recipient's domain stays", "550 5.7.1 relaying to x.org denied", "bob@x.org",
			"550 5.7.1 relaying to x.org denied"},
		{"no recipient is known, as in a greeting", "554 <bob@x.org> you again, bob", "",
			"554 <another@redacted.invalid> you again, bob"},
		{"nothing to take out", "250 2.1.5 Ok", "bob@x.org", "250 2.1.5 Ok"},
		{"control characters", "550 5.1.1 no\u009b31m such\u0085 user\x1b[0m here", "bob@x.org",
			"550 5.1.1 no 31m such  user [0m here"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := redact(t, tt.text, reply.Context{Stage: reply.RCPT, Sender: ourSender, Recipient: tt.recipient},
				inSubstance)
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestRedactEveryEncoding: no decoding of what is left gives the address back.
func TestRedactEveryEncoding(t *testing.T) {
	const address = "robert.the.great@x.org"
	url := base64.URLEncoding.EncodeToString([]byte("to=" + strings.ToUpper(address) + "&why=unknown"))
	percent, quoted := "", ""
	for _, c := range []byte(address) {
		percent += fmt.Sprintf("%%%02x", c)
		quoted += fmt.Sprintf("=%02X", c)
	}
	forms := map[string]string{
		"base64":                  base64.StdEncoding.EncodeToString([]byte(address)),
		"base64 without padding":  base64.RawStdEncoding.EncodeToString([]byte(address)),
		"base64 of more":          base64.StdEncoding.EncodeToString([]byte("rcpt <" + address + "> at noon")),
		"base64 for links":        url,
		"base64 behind a word":    "id-" + base64.RawURLEncoding.EncodeToString([]byte(address)),
		"hexadecimal":             hex.EncodeToString([]byte(address)),
		"hexadecimal in capitals": strings.ToUpper(hex.EncodeToString([]byte("<" + address + ">"))),
		"percent":                 percent, "percent twice": strings.ReplaceAll(percent, "%", "%25"), "quoted-printable": quoted,
	}
	for name, form := range forms {
		for shape, text := range map[string]string{
			"in one piece": "550 5.1.1 User unknown: http://x.org/?id=" + form + " (see there)",
			"folded": "550-5.1.1 User unknown: http://x.org/?id=" + form[:len(form)/2] +
				"\n550 5.1.1 " + form[len(form)/2:] + " (see there)",
			"folded in the thirds": "550-5.1.1 User unknown: " + form[:len(form)/3] + "\n550-5.1.1 " +
				form[len(form)/3:len(form)*2/3] + "\n550 5.1.1 " + form[len(form)*2/3:],
			"a soft line break": "550-5.1.1 User unknown: " + form[:len(form)/2] + "=\n550 5.1.1 " +
				form[len(form)/2:],
		} {
			t.Run(name+", "+shape, func(t *testing.T) {
				if shape == "a soft line break" && name != "quoted-printable" {
					t.Skip("only quoted-printable has them")
				}
				c := reply.Context{Stage: reply.RCPT, Recipient: address}
				got := redact(t, text, c, inSubstance)
				if left := (redaction{Context: c}).disguised(got); len(left) > 0 || !strings.Contains(got, "unknown") {
					t.Errorf("left in %q", got)
				}
				if strings.Contains(got, form[:len(form)/4]) {
					t.Errorf("a part is left: %q of %q", got, form)
				}
			})
		}
	}
}

func TestRedactADomainAsPeopleWriteIt(t *testing.T) {
	c := reply.Context{Stage: reply.RCPT, Recipient: "bob@xn--bcher-kva.example"}
	for _, text := range []string{"550 5.1.1 bob@bücher.example unknown", "550 5.1.1 unknown: " +
		base64.StdEncoding.EncodeToString([]byte("bob@bücher.example"))} {
		if got := redact(t, text, c, inSubstance); strings.Contains(got, "bücher") ||
			len((redaction{Context: c}).disguised(got)) > 0 {
			t.Errorf("%q", got)
		}
	}
}

// redact redacts a reply, and makes sure of what holds for each.
func redact(t *testing.T, text string, c reply.Context, alike func(a, b reply.Finding) bool) string {
	t.Helper()
	r := reply.Parse(text)
	out := Redact(r, c)
	if c.Recipient != "" && strings.Contains(strings.ToLower(out), strings.ToLower(c.Recipient)) {
		t.Errorf("%q holds the recipient", out)
	}
	later := c
	later.Recipient = ""
	if was, is := reply.Classify(reply.Parse(r.String()), c), reply.Classify(reply.Parse(out), later); !alike(was, is) {
		t.Errorf("%q\n%+v\n%q\n%+v", text, was, out, is)
	}
	return out
}

func TestARedactedReplyIsBounded(t *testing.T) {
	r := reply.Parse("550 " + strings.Repeat("a@b ", 4<<10))
	if out := Redact(r, reply.Context{}); len(out) > maxRedacted+10 || !strings.HasPrefix(out, "550 "+redactedOther) {
		t.Errorf("%d octets", len(out))
	}
}

// sample is a row of the corpus.
type sample struct{ text, operator, stage string }

func corpus(t testing.TB) (all []sample) {
	t.Helper()
	files, err := filepath.Glob("../../samples/replies/*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if f := strings.Split(strings.TrimRight(line, "\n"), "\t"); len(f) == 6 && line[0] != '#' {
				all = append(all, sample{strings.ReplaceAll(f[0], `\n`, "\n"), f[3], f[4]})
			}
		}
	}
	return all
}

var addressIn = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]*[A-Za-z0-9]`)

// TestRedactingChangesNoFinding takes each reply of the corpus as said to each of the addresses in it, and
// to some that are hard to take out.
func TestRedactingChangesNoFinding(t *testing.T) {
	t.Parallel()
	stages := map[string]reply.Stage{"": reply.RCPT, "rcpt": reply.RCPT, "mail": reply.MAIL, "ehlo": reply.EHLO,
		"greeting": reply.Greeting, "data": reply.DATA}
	for _, s := range corpus(t) {
		c := reply.Context{Stage: stages[s.stage], Operator: s.operator, Sender: ourSender}
		for _, c.Recipient = range hardToTakeOut {
			redact(t, s.text, c, inAll)
		}
		for _, c.Recipient = range addressIn.FindAllString(s.text, -1) {
			for _, c.Sender = range []string{ourSender, "ann@example.com", "nosuch@local.example.org"} {
				if !strings.EqualFold(c.Sender, c.Recipient) {
					redact(t, s.text, c, inAll)
				}
			}
		}
	}
}

// hardToTakeOut are recipients whose local parts are words of replies.
var hardToTakeOut = []string{"bob@example.org", "user@example.org", "mailbox.unknown@example.org",
	"5.1.1@example.org", "550@example.org",
	"no@example.org", "spam@example.org", "your.ip@example.org"}

// orHarmless bears with texts in which the words that decide are a part of an address, as long as nobody is
// removed for what is left.
func orHarmless(was, is reply.Finding) bool { return inSubstance(was, is) || !is.Class.Removes() }

func FuzzRedact(f *testing.F) {
	for _, s := range corpus(f) {
		f.Add(s.text, "bob@example.org")
	}
	f.Add("5User u.2 ``````@User unknown", "bob@example.org")
	f.Add("500 2.0.0 \"@00000@000", "0@000")
	f.Fuzz(func(t *testing.T, text, recipient string) {
		if len(recipient) > 254 || checkMailbox(recipient, true) != nil || strings.EqualFold(recipient, ourSender) ||
			strings.HasSuffix(strings.ToLower(recipient), "redacted.invalid") {
			t.Skip()
		}
		redact(t, text, reply.Context{Stage: reply.RCPT, Sender: ourSender, Recipient: recipient}, orHarmless)
	})
}

func BenchmarkRedact(b *testing.B) {
	all := corpus(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Redact(reply.Parse(all[i%len(all)].text), reply.Context{Stage: reply.RCPT, Sender: ourSender,
			Recipient: "bob@example.org"})
	}
}
