package main

import (
	"bytes"
	"encoding/json"
	"net/smtp"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheInboxAsAGate: what a test of an application asks of the inbox.
func TestTheInboxAsAGate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "inbox")
	told, end := play(t, 3, "--smtp", "0", "--submission", "0", "--inbox", dir, "--accept-any-auth")
	defer end()
	at, submission := strings.Split(told[1], "\t")[0], strings.Split(told[2], "\t")[0]
	const reset = "From: app@wellsent.test\r\nTo: ada@acme.test\r\nSubject: =?utf-8?q?Reset_=C3=BCber?=\r\nDate: Mon, 30 Nov 2026 10:00:00 +0000\r\nMessage-ID: <a@wellsent.test>\r\n\r\nhttps://app.example/reset?t=1.\r\n"
	for _, to := range []string{"ada@acme.test", "nobody@acme.test", "550-5.7.1-spam.data@reply.acme.test"} {
		smtp.SendMail(at, nil, "app@wellsent.test", []string{to}, []byte(reset)) // two of them are refused
	}
	if err := smtp.SendMail(submission, smtp.PlainAuth("", "anybody", "at all", "127.0.0.1"), "app@wellsent.test", []string{"ada@acme.test"}, []byte("Subject: login\r\n\r\nx\r\n")); err != nil {
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
		{"--subject über --check bulk", exitGate, "fail"},
		{"--outcome accepted --from app@wellsent.test --since 1h --check size", exitDone, "login"},
		{"--since 2099-01-01T00:00:00Z", exitDone, "no attempts to show"},
		{"--wait 10ms --to never@acme.test", exitFailed, "no matching attempt came within 10ms"},
		{"--check pulse", exitUsage, "the checks are bulk, content"},
		{"--outcome perhaps", exitUsage, "--outcome accepted|refused|abandoned"},
		{"--since yesterday", exitUsage, "invalid --since"},
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
	if first.Content.Subject != "Reset über" || strings.Join(first.Content.Links, " ") != "https://app.example/reset?t=1" || first.Envelope.QueueID == "" || len(first.Content.Transcript) < 8 {
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
