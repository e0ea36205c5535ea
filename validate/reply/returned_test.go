package reply

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// returnedMails are the mails of testdata/returned with what is expected of each: kinds, and "address class" pairs.
func returnedMails(t *testing.T) (rows [][3]string) {
	t.Helper()
	text, err := os.ReadFile("testdata/returned/expected.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line[0] == '#' {
			continue
		}
		f := append(strings.Split(strings.TrimRight(line, "\n"), "\t"), "")
		rows = append(rows, [3]string{f[0], f[1], f[2]})
	}
	return rows
}

func TestReturnedMailsAreReadAsExpected(t *testing.T) {
	for _, row := range returnedMails(t) {
		t.Run(row[0], func(t *testing.T) {
			text, err := os.ReadFile("testdata/returned/" + row[0] + ".eml")
			if err != nil {
				t.Fatal(err)
			}
			kind, all := ReadLetter(text)
			if !slices.Contains(strings.Split(row[1], "|"), kind.String()) {
				t.Errorf("it is %s, want %s", kind, row[1])
			}
			var want []string
			if row[2] != "" {
				want = strings.Split(row[2], ",")
			}
			if len(all) != len(want) {
				t.Fatalf("%d recipients, want %d: %v", len(all), len(want), all)
			}
			for i, b := range all {
				to, class, _ := strings.Cut(want[i], " ")
				right := class == "*" || (class == "keep" && !b.Finding.Class.Removes()) ||
					class == b.Finding.Class.String()
				if b.Address != to || !right {
					t.Errorf("%s is %s by %s (%q), want %s", b.Address, b.Finding.Class, b.Finding.Rule, b.Text,
						want[i])
				}
			}
		})
	}
}

// A mail can come with any ends of lines, within another one, and in an mbox.
func TestReturnedMailsAreReadInEveryForm(t *testing.T) {
	for _, row := range returnedMails(t) {
		text, err := os.ReadFile("testdata/returned/" + row[0] + ".eml")
		if err != nil {
			t.Fatal(err)
		}
		unix := unixLines(text)
		_, want := ReadLetter([]byte(unix))
		for name, form := range map[string]string{
			"CRLF": strings.ReplaceAll(unix, "\n", "\r\n"), "CR": strings.ReplaceAll(unix, "\n", "\r"),
			"an mbox": "From MAILER-DAEMON Mon Nov  2 10:00:00 2026\n" + unix + "\n",
		} {
			var got []string
			for b, err := range ReadBounces(strings.NewReader(form), nil) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, fmt.Sprintf("%s %s", b.Address, b.Finding.Class))
			}
			var plain []string
			for _, b := range want {
				plain = append(plain, fmt.Sprintf("%s %s", b.Address, b.Finding.Class))
			}
			if !slices.Equal(got, plain) {
				t.Errorf("%s as %s: %v, want %v", row[0], name, got, plain)
			}
		}
	}
}

func TestIsNotice(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       bool
	}{
		{"the text of a bounce", "This is the mail system at host x.\n\nYour message could not be " +
			"delivered.\n\n<a@b.co>: host y said: 550 5.1.1 no\n", true},
		{"a single reply", "550 5.1.1 <a@b.co>: could not be delivered", false},
		{"replies line by line", "host x said: 550 5.1.1 <a@b.co> could not be delivered\nhost y said: 550 spam " +
			"<c@d.co>\nhost z said: 421 later\n", false},
		{"replies that begin with their codes", "550 could not be delivered a@b.co\n551 x\n552 y\n", false},
		{"lines of a log", "Mar  2 10:00:02 m postfix/smtp[1]: 4B: to=<a@b.co>, dsn=5.1.1, status=bounced (host x " +
			"said: 550 could not be delivered)\nx\ny\n", false},
		{"some text", "Dear Ann,\n\nthank you for writing to a@b.co.\n", false},
	} {
		if got := IsNotice([]byte(tt.text)); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func FuzzReadLetter(f *testing.F) {
	names, _ := os.ReadDir("testdata/returned")
	for _, n := range names {
		if text, err := os.ReadFile("testdata/returned/" + n.Name()); err == nil {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		kind, all := ReadLetter(text)
		if len(all) > 0 && (kind == NoBounce || kind == Away || kind == Complaint || kind == Unread) {
			t.Errorf("%s with %d recipients", kind, len(all))
		}
		for _, b := range all {
			if !strings.Contains(b.Address, "@") || strings.ContainsAny(b.Address, "\n\r") {
				t.Errorf("%q is no address", b.Address)
			}
		}
		IsMail(text)
		IsNotice(text)
	})
}

func FuzzLogLines(f *testing.F) {
	for _, line := range []string{"x: to=<a@b.c>, dsn=5.1.1, status=bounced (host x said: 550 no)",
		`{"MESSAGE":"rcpt=<a@b.c> reply=\"550 no\""}`, `1297099537@75/C7@00/00@B@a@b.c@x@550 no`} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, b := range LogLines(line) {
			if b.Address == "" {
				t.Errorf("%q has a recipient without an address", line)
			}
		}
	})
}
