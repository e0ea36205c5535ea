//go:build unix

package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const samplesServe = "../../samples/serve/"

// TestServeExamplesWork: the commands of the unit and of the container run as they are, but for places and ports, and
// answer to the name that the proxies' files have.
func TestServeExamplesWork(t *testing.T) {
	t.Parallel()
	unit := strings.ReplaceAll(read(t, samplesServe+"prebounce.service"), "\\\n", " ")
	container := strings.ReplaceAll(read(t, samplesServe+"Containerfile"), "\\\n", " ")
	for name, line := range map[string]string{
		"unit":      regexp.MustCompile(`(?m)^ExecStart=/usr/local/bin/prebounce (.*)$`).FindStringSubmatch(unit)[1],
		"container": regexp.MustCompile(`(?m)^CMD \[(.*)\]$`).FindStringSubmatch(container)[1],
	} {
		args := strings.Fields(strings.NewReplacer(`"`, "", ",", " ").Replace(line))
		if args[0] != "serve" {
			t.Fatalf("the %s runs %s", name, args)
		}
		dir := t.TempDir()
		token := "a-token-that-is-long-enough"
		write(t, dir, "tokens", token+"\n")
		places := map[string]string{"--listen": "127.0.0.1:0", "--dir": filepath.Join(dir, "runs"),
			"--token-file": filepath.Join(dir, "tokens")}
		for i := range args[1:] {
			if place, ok := places[args[i]]; ok {
				args[i+1] = place
			}
		}
		_, link := startServe(t, dir, args[1:]...)
		if !strings.HasPrefix(link, "https://lists.example.com/") {
			t.Errorf("the %s is at %s", name, link)
		}
	}
	for _, proxy := range []string{"nginx.conf", "Caddyfile"} {
		if text := read(t, samplesServe+proxy); !strings.Contains(text, "lists.example.com") ||
			!strings.Contains(text, "127.0.0.1:8080") {
			t.Errorf("%s leads elsewhere", proxy)
		}
	}
}

// TestTokensOfTheExampleAreRefused, so that nobody runs with what everybody knows.
func TestTokensOfTheExampleAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var tokens []string
	for line := range strings.Lines(read(t, samplesServe+"tokens")) {
		if !strings.HasPrefix(line, "#") {
			tokens = append(tokens, line)
		}
	}
	if len(tokens) < 3 {
		t.Fatalf("there are %d tokens", len(tokens))
	}
	for _, line := range tokens {
		write(t, dir, "tokens", strings.Fields(line)[0]+"\n")
		p := begin(t, dir, nil, "serve", "--no-open", "--token-file", filepath.Join(dir, "tokens"))
		if status := p.status(t).ExitStatus(); status != exitUsage {
			t.Errorf("%s: exit %d: %s", line, status, p.stderr.String())
		}
	}
}
