package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/validate/bounces"
)

const eventWorld = `
mx.later.test SMTP postfix verify=bounce bounce-after=1ms
mx.later.test A 192.0.2.31
later.test MX 10 mx.later.test
later.test MAILBOX ann full=full
`

// request is what a webhook got.
type request struct {
	header http.Header
	body   []byte
}

// hook is an HTTP server that hands on what it gets.
func hook(t *testing.T) (url string, got chan request) {
	t.Helper()
	got = make(chan request, 16)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- request{r.Header, body}
	}))
	t.Cleanup(server.Close)
	return server.URL, got
}

// eventLab is a sandbox that posts events.
func eventLab(t *testing.T, to, as string) string {
	t.Helper()
	w, err := sandbox.Parse(eventWorld)
	if err != nil {
		t.Fatal(err)
	}
	o := sandbox.Options{SMTP: "127.0.0.1:0"}
	c := &cobra.Command{}
	c.SetErr(t.Output())
	e := &eventSettings{to: to, as: as}
	if err := errors.Join(e.apply(c, &o), e.start("")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.close)
	s, err := sandbox.Start(t.Context(), w, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s.Listening()[0].Listen
}

// TestEventsAreRead: what is posted for a bounce and a delivery is what the reader of that service's events
// understands.
func TestEventsAreRead(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ as, format, delivery string }{
		{"ses", "ses", "ses-delivery"}, {"sendgrid", "sendgrid-events", "sendgrid-events"},
		{"mailgun", "mailgun-events", "mailgun-events"},
		{"postmark", "postmark", ""},
	} {
		t.Run(tt.as, func(t *testing.T) {
			t.Parallel()
			url, got := hook(t)
			at := eventLab(t, url, tt.as)
			for _, c := range []struct {
				to, format string
				fate       bounces.Fate
			}{
				{"nobody@later.test", tt.format, bounces.Dead}, {"full@later.test", tt.format, bounces.Alive},
				{"550-5.7.1-listed.bounce@reply.later.test", tt.format, bounces.Untold},
				{"ann@later.test", tt.delivery, bounces.Alive},
			} {
				if err := smtp.SendMail(at, nil, "news@wellsent.test", []string{c.to},
					[]byte("Subject: x\r\n\r\nx\r\n")); err != nil {
					t.Fatal(err)
				}
				var r request
				select {
				case r = <-got:
				case <-time.After(time.Minute):
					t.Fatalf("%s: no event came within a minute", c.to)
				}
				if c.format == "" { // the reader has no use for it
					continue
				}
				var count bounces.Count
				var events []bounces.Event
				for e, err := range bounces.ReadCounted(bytes.NewReader(r.body), nil, &count) {
					if err != nil {
						t.Fatalf("%s: %v\n%s", c.to, err, r.body)
					}
					events = append(events, e)
				}
				if count.Format != c.format || len(events) != 1 || events[0].Address != c.to ||
					events[0].Fate != c.fate {
					t.Errorf("%s: read as %s %+v, want %s %v\n%s", c.to, count.Format, events, c.format, c.fate, r.body)
				}
			}
		})
	}
}

func TestMailgunSigns(t *testing.T) {
	t.Parallel()
	var e struct {
		Signature struct{ Timestamp, Token, Signature string }
	}
	body := asJSON(mailgunEvent(sandbox.Fate{Recipient: "ann@acme.test", Reply: "250 ok"}))
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte(e.Signature.Timestamp + e.Signature.Token))
	if want := hex.EncodeToString(mac.Sum(nil)); e.Signature.Signature != want || len(e.Signature.Token) != 50 {
		t.Errorf("%s, want the signature %s", body, want)
	}
}

func TestEventsStayOnLoopback(t *testing.T) {
	t.Parallel()
	for url, ok := range map[string]bool{
		"http://127.0.0.1:8080/hook": true, "http://[::1]:8080/": true, "http://localhost/": true,
		"http://192.0.2.1/":    false,
		"http://example.test/": false, "https://127.0.0.1/": false, "ftp://127.0.0.1/": false,
		"http://a:b@127.0.0.1/":          false,
		"http://127.0.0.1.example.test/": false, "http://localhost.example.test/": false, "": false,
	} {
		if err := checkLoopbackURL(url); (err == nil) != ok {
			t.Errorf("%q: %v, want it accepted: %v", url, err, ok)
		}
	}
	if _, err := dialLoopback(t.Context(), "tcp", "192.0.2.1:80"); err == nil {
		t.Error("an address that is not of loopback was dialled")
	}
}

// TestBouncesComeFullCircle: what the sandbox returns is what explain, clean and calibrate read.
func TestBouncesComeFullCircle(t *testing.T) {
	dir := t.TempDir()
	inbox, list, world := filepath.Join(dir, "inbox"), filepath.Join(dir, "list.csv"), filepath.Join(dir, "world.txt")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(list, "email\nann@later.test\nnobody@later.test\nfull@later.test\n")
	write(world, eventWorld)
	url, events := hook(t)
	told, end := play(t, 2, "--world", world, "--smtp", "0", "--inbox", inbox, "--bounce-after", "1ms", "--events-to",
		url, "--events-as", "ses")
	defer end()
	at := strings.Split(told[1], "\t")[0]
	cli := func(args ...string) string {
		var out, errs bytes.Buffer
		code := run(t.Context(), args, nil, &out, &errs)
		return fmt.Sprintf("exit %d\n%s%s", code, &out, &errs)
	}
	for _, to := range []string{"ann@later.test", "nobody@later.test", "full@later.test"} {
		text := "From: news@wellsent.test\r\nTo: " + to + "\r\nSubject: Spring\r\n\r\nSpring is here.\r\n"
		if err := smtp.SendMail(at, nil, "news@wellsent.test", []string{to}, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 { // an event comes when its bounce is in the inbox
		select {
		case <-events:
		case <-time.After(time.Minute):
			t.Fatal("no event came within a minute")
		}
	}
	for _, tt := range []struct {
		args []string
		want []string
	}{
		{[]string{"explain", "--mail", inbox}, []string{
			"nobody@later.test", "mailbox_unknown", "full@later.test", "mailbox_full", "from      mx.later.test",
		}},
		{[]string{"clean", list, "--no-dns", "--bounced", inbox, "-o", filepath.Join(dir, "out")},
			[]string{"read 1 hard bounce, 1 soft"}},
		{
			[]string{"calibrate", "--sent", list, "--bounces", inbox, "--date", "2026-11-30", "--history",
				filepath.Join(dir, "history")},
			[]string{"exit 0"},
		},
	} {
		got := cli(tt.args...)
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: want %q in\n%s", tt.args, want, got)
			}
		}
	}
}
