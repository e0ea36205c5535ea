package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/facts"
)

// filledStore is a store with four facts, asked 1, 2, 4 and 20 hours before now, all fresh
func filledStore(t *testing.T) (path string, now time.Time) {
	t.Helper()
	path, now = filepath.Join(t.TempDir(), "facts.db"), time.Now().Truncate(time.Second).UTC()
	s, err := facts.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for i, hours := range []time.Duration{1, 2, 4, 20} {
		status := validate.NXDomain
		if i == 0 {
			status = validate.HasMX
		}
		s.Put(fmt.Sprintf("%d.example", i), validate.Mail{Status: status, TTL: 2 * time.Hour, Asked: now.Add(-hours * time.Hour)})
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path, now
}

// runCache runs the command and returns what it said.
func runCache(t *testing.T, wantCode int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	if code := run(t.Context(), append([]string{"cache"}, args...), strings.NewReader(""), &out, &errs); code != wantCode {
		t.Fatalf("cache %v: exit %d, want %d: %s%s", args, code, wantCode, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

func TestCacheInfo(t *testing.T) {
	path, now := filledStore(t)
	if err := os.WriteFile(path+".aside-x\x1b[31m", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr := runCache(t, exitDone, "info", "--store", path)
	want := fmt.Sprintf(`store            %s
bytes            N
domains          4
  mx             1
  nxdomain       3
fresh            4
oldest           %s
newest           %s
set aside        %[1]s.aside-x\u001b[31m
`, path, now.Add(-20*time.Hour).Format(time.RFC3339), now.Add(-time.Hour).Format(time.RFC3339))
	if got := regexp.MustCompile(`(?m)^(bytes +)\d+$`).ReplaceAllString(stdout, "${1}N"); got != want || stderr != "" {
		t.Errorf("got\n%s\nwant\n%s\nand on stderr %q", got, want, stderr)
	}
}

func TestCachePurge(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want int
	}{
		{"older than hours", []string{"--older", "3h"}, 2},
		{"older than days", []string{"--older", "1d"}, 0},
		{"older than no time at all", []string{"--older", "0h"}, 4},
		{"an address about which nothing is held", []string{"--address", "ana@0.example"}, 0},
		{"everything", []string{"--all"}, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path, _ := filledStore(t)
			stdout, stderr := runCache(t, exitDone, append([]string{"purge", "--store", path}, tt.args...)...)
			if want := fmt.Sprintf("prebounce: cache: facts removed: %d\n", tt.want); stderr != want || stdout != "" {
				t.Errorf("got %q, want %q", stderr+stdout, want)
			}
			if stdout, _ := runCache(t, exitDone, "info", "--store", path); !strings.Contains(stdout, fmt.Sprintf("domains          %d\n", 4-tt.want)) {
				t.Errorf("left:\n%s", stdout)
			}
		})
	}
}

func TestParseAge(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"12h": 12 * time.Hour, "30d": 30 * day, "2w": 14 * day, "0d": 0, "36500d": 36500 * day,
		"": -1, "d": -1, "30": -1, "30m": -1, "-1d": -1, "1.5d": -1, " 1d": -1, "1d ": -1, "36501d": -1, "99999999999999999999w": -1, "4294967295w": -1, "ü": -1,
	} {
		got, err := parseAge(text)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("%q: got %v, want %v (%v)", text, got, want, err)
		}
	}
}
