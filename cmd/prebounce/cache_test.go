package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/facts"
	"github.com/prebounce/prebounce/validate/limits"
)

// filledStore is a store with four DNS facts, asked 1, 2, 4 and 20 hours before now, all fresh, one of a domain's
// control, and an operator at rest.
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
		s.Put(fmt.Sprintf("%d.example", i), validate.Mail{Status: status, TTL: 2 * time.Hour,
			Asked: now.Add(-hours * time.Hour)})
	}
	err = errors.Join(
		s.PutControl(t.Context(), "0.example", validate.ControlAccepted, "mx.example", "250 2.1.5 Ok",
			now.Add(-30*time.Hour)),
		s.CoolDown(t.Context(), "operator.example", now.Add(time.Hour), "554 5.7.1 blocked\x1b[31m"),
		s.Close())
	if err != nil {
		t.Fatal(err)
	}
	return path, now
}

// runCache runs the command and returns what it said.
func runCache(t *testing.T, wantCode int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	if code := run(t.Context(), append([]string{"cache"}, args...), strings.NewReader(""), &out,
		&errs); code != wantCode {
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
answers          0
controls         1
resting          operator.example until %s: 554 5.7.1 blocked\u001b[31m
set aside        %[1]s.aside-x\u001b[31m
`, path, now.Add(-20*time.Hour).Format(time.RFC3339), now.Add(-time.Hour).Format(time.RFC3339), now.Add(time.Hour).Format(time.RFC3339))
	if got := regexp.MustCompile(`(?m)^(bytes +)\d+$`).ReplaceAllString(stdout, "${1}N"); got != want || stderr != "" {
		t.Errorf("got\n%s\nwant\n%s\nand on stderr %q", got, want, stderr)
	}
}

func TestCacheLimits(t *testing.T) {
	path, now := filledStore(t)
	s, err := facts.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	hourly := limits.Cap{Key: "operator acme.test", Most: 300, Within: time.Hour}
	_, _, err = s.Take(t.Context(), now, 7, hourly)
	_, err2 := s.Lease(t.Context(), "acme.test", now, now.Add(time.Hour))
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	stdout, stderr := runCache(t, exitDone, "limits", "--store", path)
	want := fmt.Sprintf(`counts                                       last minute last hour last day
  operator acme.test                                   7         7        7
leases
  acme.test until %s
cool-downs
  operator.example until %s: 554 5.7.1 blocked\u001b[31m
`, now.Add(limits.LeaseLife).Format(time.RFC3339), now.Add(time.Hour).Format(time.RFC3339))
	if stdout != want || stderr != "" {
		t.Errorf("got\n%s\nwant\n%s\nand on stderr %q", stdout, want, stderr)
	}
	stdout, _ = runCache(t, exitDone, "limits", "--store", path, "--json")
	if !strings.Contains(stdout, `"counts":[{"key":"operator acme.test","last_minute":7,`) || !strings.Contains(stdout,
		`"leases":[{"operator":"acme.test",`) {
		t.Errorf("JSON: %s", stdout)
	}
}

func TestCachePurge(t *testing.T) {
	tests := []struct {
		name     string
		args     []string
		domains  int
		controls int
	}{
		{"older than hours", []string{"--older", "3h"}, 2, 1},
		{"older than days", []string{"--older", "1d"}, 0, 1},
		{"older than weeks", []string{"--older", "1w"}, 0, 0},
		{"older than no time at all", []string{"--older", "0h"}, 4, 1},
		{"an address about which nothing is held", []string{"--address", "ana@0.example"}, 0, 0},
		{"everything", []string{"--all"}, 4, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path, _ := filledStore(t)
			stdout, stderr := runCache(t, exitDone, append([]string{"purge", "--store", path}, tt.args...)...)
			if want := fmt.Sprintf("prebounce: cache: facts removed: %d\n",
				tt.domains+tt.controls); stderr != want || stdout != "" {
				t.Errorf("got %q, want %q", stderr+stdout, want)
			}
			stdout, _ = runCache(t, exitDone, "info", "--store", path)
			for _, left := range []string{
				fmt.Sprintf("domains          %d\n", 4-tt.domains), fmt.Sprintf("controls         %d\n", 1-tt.controls),
				"resting          operator.example until ", // whatever is purged
			} {
				if !strings.Contains(stdout, left) {
					t.Errorf("left:\n%s\nwant %q", stdout, left)
				}
			}
		})
	}
}

func TestParseAge(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"12h": 12 * time.Hour, "30d": 30 * day, "2w": 14 * day, "0d": 0, "36500d": 36500 * day,
		"": -1, "d": -1, "30": -1, "30m": -1, "-1d": -1, "1.5d": -1, " 1d": -1, "1d ": -1, "36501d": -1,
		"99999999999999999999w": -1, "4294967295w": -1, "ü": -1,
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
