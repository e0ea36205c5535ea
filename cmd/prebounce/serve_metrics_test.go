//go:build unix

package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestMetricsOfWhatWasAsked: who was asked how often and what they said, by operators of our own table; what the store
// holds; and never a name of a list.
func TestMetricsOfWhatWasAsked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	resolver := startServer(t, giants+"acme.test MX 1 mx.giant.test\n").DNSAddr()
	write(t, dir, "list.csv", "email\nada@acme.test\n")
	clean := begin(t, dir, nil, "clean", "list.csv", "--quiet", "--resolver", resolver, "--allow-private-networks")
	if status := clean.status(t).ExitStatus(); status != exitDone {
		t.Fatalf("clean ends with %d: %s", status, clean.stderr.String())
	}
	o := overHTTP{token: "a token that is long enough"}
	write(t, dir, "token", o.token)
	_, link := startServe(t, dir, "--sandbox", "--token-file", filepath.Join(dir, "token"))
	o.at = "http://" + parsed(t, link).Host
	o.send(t, "POST", "/api/v1/runs?probe-all=true", "email\nada@acme.test\nghost@acme.test\nada@gmail.com\n")
	o.send(t, "POST", "/api/v1/check", `{"address":"ada@lighthouse.test"}`)
	text := ""
	until(t, "the run is counted", func() bool {
		text = o.send(t, "GET", "/metrics", "")
		return strings.Contains(text, `prebounce_runs_ended_total{state="done"} 1`)
	})
	for _, want := range []string{
		`prebounce_dns_answers_total\{outcome="found",type="MX"\} [1-9]`,
		`prebounce_domains_total\{operator="other",status="mx"\} 2`,
		`prebounce_rcpt_answers_total\{class="accepted",operator="other"\} [1-9]`,
		`prebounce_rcpt_answers_total\{class="mailbox_unknown",operator="other"\} 1`,
		`prebounce_rcpts_total\{operator="other"\} [3-9]`, `prebounce_smtp_sessions_total\{operator="other"\} [1-9]`,
		`prebounce_store_bytes [1-9]`, `prebounce_store_facts\{kind="domain"\} [1-9]`,
	} {
		if !regexp.MustCompile("(?m)^" + want).MatchString(text) {
			t.Errorf("there is no %s", want)
		}
	}
	if t.Failed() || regexp.MustCompile(`@|acme|lighthouse`).MatchString(text) {
		t.Errorf("the metrics are %s", text)
	}
}
