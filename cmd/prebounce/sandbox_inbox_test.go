package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/smtp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// TestTheInboxAsAGate: what a test of an application asks of the inbox.
func TestTheInboxAsAGate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "inbox")
	told, end := play(t, 3, "--smtp", "0", "--submission", "0", "--inbox", dir, "--accept-any-auth")
	defer end()
	at, submission := strings.Split(told[1], "\t")[0], strings.Split(told[2], "\t")[0]
	const reset = "From: app@wellsent.test\r\nTo: ada@acme.test\r\nSubject: =?utf-8?q?Reset_=C3=BCber?=\r\nDate: " +
		"Mon, 30 Nov 2026 10:00:00 +0000\r\nMessage-ID: <a@wellsent.test>\r\n\r\nhttps://app.example/reset?t=1.\r\n"
	for _, to := range []string{"ada@acme.test", "nobody@acme.test", "550-5.7.1-spam.data@reply.acme.test"} {
		smtp.SendMail(at, nil, "app@wellsent.test", []string{to}, []byte(reset)) // two of them are refused
	}
	if err := smtp.SendMail(
		submission, smtp.PlainAuth("", "anybody", "at all", "127.0.0.1"), "app@wellsent.test",
		[]string{"ada@acme.test"}, []byte("Subject: login\r\n\r\nx\r\n"),
	); err != nil {
		t.Error(err)
	}
	ask := func(args ...string) (code int, stdout string) {
		var out, errs bytes.Buffer
		code = run(t.Context(), append([]string{"sandbox", "inbox", dir}, args...), nil, &out, &errs)
		return code, out.String() + errs.String()
	}
	for _, tt := range []struct {
		args string
		code int
		want string
	}{
		{"--wait 5s --to ada@acme.test --subject ~^Reset --check header,mime", exitDone, "Reset über"},
		{"--to nobody@acme.test", exitDone, "refused    <app@wellsent.test> -> nobody@acme.test  550 5.1.1"},
		{"--outcome refused", exitDone, "000003"},
		{"--fail-on refused,abandoned --check size", exitGate, "2 attempts were refused or abandoned"},
		{"--fail-on refused --to ada@acme.test --check size", exitDone, "login"},
		{"--fail-on lost", exitUsage, "--fail-on refused,abandoned"},
		{"--subject über --check bulk", exitGate, "fail"},
		{"--outcome accepted --from app@wellsent.test --since 1h --check size", exitDone, "login"},
		{"--since 2099-01-01T00:00:00Z", exitDone, "no attempts to show"},
		{"--until 2099-01-01T00:00:00Z --check size", exitDone, "login"},
		{"--until 1h", exitDone, "no attempts to show"},
		{"--since 1h --until 0s --check size", exitDone, "login"},
		{"--wait 10ms --to never@acme.test", exitFailed, "no attempt that fits came within 10ms; the last of 4 " +
			"attempts is 000004  "},
		{"000002", exitDone, "C: RCPT TO:<nobody@acme.test>"},
		{"--check pulse", exitUsage, "the checks are bulk, content"},
		{"--outcome perhaps", exitUsage, "--outcome accepted|refused|abandoned"},
		{"--since yesterday", exitUsage, "invalid --since"},
		{"--until tomorrow", exitUsage, "--until 2026-11-30T12:00:00Z or --until 10m"},
		{"--since 10m --until 1h", exitUsage, "--until 1h is before --since 10m"},
		{"--subject ~(", exitUsage, "invalid --subject"},
	} {
		if code, out := ask(strings.Fields(tt.args)...); code != tt.code || !strings.Contains(out, tt.want) {
			t.Errorf("%s: exit %d, want %d with %q:\n%s", tt.args, code, tt.code, tt.want, out)
		}
	}
	_, out := ask("--format", "json", "--check", "header")
	var d struct {
		Reports []struct {
			Envelope struct {
				Outcome string `json:"outcome"`
				QueueID string `json:"queue_id"`
				Auth    string `json:"auth"`
			}
			Content struct {
				Subject    string
				Links      []string
				Transcript []string
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &d); err != nil || len(d.Reports) != 4 {
		t.Fatalf("%v: %s", err, out)
	}
	first, last := d.Reports[0], d.Reports[3]
	if first.Content.Subject != "Reset über" ||
		strings.Join(first.Content.Links, " ") != "https://app.example/reset?t=1" ||
		first.Envelope.QueueID == "" ||
		len(first.Content.Transcript) < 8 {
		t.Errorf("%+v", first)
	}
	if last.Envelope.Auth != "PLAIN" || d.Reports[2].Envelope.Outcome != "refused" {
		t.Errorf("%+v", d.Reports)
	}
	if _, out = ask("--delete"); !strings.Contains(out, "000004") {
		t.Error(out)
	}
	if _, out = ask(); !strings.Contains(out, "no attempts to show") {
		t.Errorf("not deleted: %s", out)
	}
}

// TestTheInboxIsNoRecordOfBounces: of the sandbox's folder only the mails are read, and of these only bounces say who
// bounced.
func TestTheInboxIsNoRecordOfBounces(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "inbox")
	told, end := play(t, 2, "--smtp", "0", "--inbox", dir)
	defer end()
	at := strings.Split(told[1], "\t")[0]
	list := "email\n"
	for i := range 25 {
		text := fmt.Sprintf(
			"From: app@wellsent.test\r\nSubject: %d\r\n\r\nada@acme.test: 550 5.1.1 user unknown\r\n", i,
		)
		to := fmt.Sprintf("ada%d@catchall.test", i)
		if err := smtp.SendMail(at, nil, "app@wellsent.test", []string{to}, []byte(text)); err != nil {
			t.Fatal(err)
		}
		list += to + "\n"
	}
	smtp.SendMail(at, nil, "app@wellsent.test", []string{"nobody@acme.test"}, nil) // is refused
	if err := smtp.SendMail(
		at, nil, "", []string{"ada@acme.test"}, []byte(strings.ReplaceAll(returnedMail, "\n", "\r\n")),
	); err != nil {
		t.Fatal(err)
	}
	list += "nobody@acme.test\ngone@acme.test\n"
	beside := filepath.Dir(dir)
	for name, text := range map[string]string{
		filepath.Join(dir, "customers.csv"): "email,reason\nada1@catchall.test,550 5.1.1 user unknown\n",
		filepath.Join(dir, "list.txt"):      "ada2@catchall.test\n",
		filepath.Join(beside, "l.csv"):      list,
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(args ...string) string {
		var out, errs bytes.Buffer
		if code := run(t.Context(), args, nil, &out, &errs); code != exitDone {
			t.Errorf("%v: exit %d: %s", args, code, errs.String())
		}
		return out.String()
	}
	if out := ask("explain", "--mail", dir); strings.Count(out, "contact   remove it") != 1 ||
		!strings.Contains(out, "for       gone@acme.test") {
		t.Errorf("explain: %s", out)
	}
	ask(
		"clean", filepath.Join(beside, "l.csv"), "--no-dns", "--no-store", "--allow-private-networks", "--bounced", dir,
		"-o", filepath.Join(beside, "out"),
	)
	removed, err := os.ReadFile(filepath.Join(beside, "out", "removed.csv"))
	if err != nil || strings.Count(string(removed), "past_bounce") != 1 ||
		!strings.Contains(string(removed), "gone@acme.test") {
		t.Errorf("removed: %s, %v", removed, err)
	}
	if out := ask(
		"calibrate", "--sent", filepath.Join(beside, "l.csv"), "--bounces", dir, "--date", "2026-11-30", "--history",
		filepath.Join(beside, "h.tsv"),
	); !strings.Contains(out, "1 hard") {
		t.Errorf("calibrate: %s", out)
	}
}

// returnedMail is a bounce mail.
const returnedMail = `From: MAILER-DAEMON@acme.test
To: ada@acme.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.test

Final-Recipient: rfc822; gone@acme.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b--
`

// TestARefusalIsKeptAtOnce: a client may wait with the end of its session until it has looked into the inbox, and then
// go on.
func TestARefusalIsKeptAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "inbox")
	told, end := play(t, 2, "--smtp", "0", "--inbox", dir)
	defer end()
	c, err := smtp.Dial(strings.Split(told[1], "\t")[0])
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := errors.Join(c.Hello("client.test"), c.Mail("app@wellsent.test")); err != nil {
		t.Fatal(err)
	}
	kept := func() (all []string) {
		stored, err := sandbox.ReadInbox(dir)
		if err != nil {
			t.Error(err)
		}
		for _, s := range stored {
			all = append(all, fmt.Sprintf("%s %s %d", s.Name, s.Outcome, len(s.Recipients)))
		}
		return all
	}
	expect := func(want ...string) {
		t.Helper()
		if got := kept(); !slices.Equal(got, want) {
			t.Errorf("kept %q, want %q", got, want)
		}
	}
	c.Rcpt("nobody@acme.test") // is refused
	expect("000001 refused 1")
	c.Rcpt("none@acme.test")
	expect("000001 refused 2")
	if err := c.Rcpt("ada@acme.test"); err != nil {
		t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(w, "Subject: x\r\n\r\nx\r\n")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	expect("000001 accepted 3")
	// a recipient that was refused was refused, whatever became of the mail
	for filter, want := range map[sandbox.Filter]bool{
		{Outcome: sandbox.Refused, To: "nobody@acme.test"}: true, {Outcome: sandbox.Accepted,
			To: "nobody@acme.test"}: false,
		{Outcome: sandbox.Accepted, To: "ada@acme.test"}: true, {Outcome: sandbox.Refused,
			To: "ada@acme.test"}: false, {Outcome: sandbox.Refused}: true,
	} {
		stored, err := sandbox.ReadInbox(dir)
		fits, filterErr := filter.Matcher()
		if err != nil || filterErr != nil || fits(&stored[0]) != want {
			t.Errorf("%+v: %v, %v", filter, err, filterErr)
		}
	}
	c.Mail("app@wellsent.test")
	c.Rcpt("nobody@acme.test")
	expect("000001 accepted 3", "000002 refused 1")
	if err := sandbox.Delete(dir, "000002"); err != nil { // who has read it may delete it
		t.Fatal(err)
	}
	c.Quit()
	expect("000001 accepted 3")
}
