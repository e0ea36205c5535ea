package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestEverySettingHasKeysOfItsOwn(t *testing.T) {
	root := rootCommand()
	variables := map[string]string{}
	flags := map[string]bool{}
	for _, c := range everyCommand(root) {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) { flags[newSetting(c, f).keys[0]] = true })
	}
	for key := range oneOff {
		if !flags[key] {
			t.Errorf("%s is kept off the files, but there is no such flag", key)
		}
	}
	for key := range ofTheRun {
		if !flags[key] {
			t.Errorf("%s is the run's, but there is no such flag", key)
		}
	}
	for _, s := range settingsOf(root) {
		if oneOff[s.keys[0]] {
			t.Errorf("%s can be set", s.keys[0])
		}
		for _, key := range s.keys {
			if other, taken := variables[envName(key)]; taken && other != key {
				t.Errorf("%s stands for %s and for %s", envName(key), key, other)
			}
			variables[envName(key)] = key
		}
		if general := s.keys[len(s.keys)-1]; (perCommand[s.flag.Name] ||
			ofTheRun[s.keys[0]]) == (general == s.flag.Name) {
			t.Errorf("%v: %s", s.keys, general)
		}
	}
}

// TestFlagsOfOneNameMeanTheSame: what a key sets for all commands must be one thing.
func TestFlagsOfOneNameMeanTheSame(t *testing.T) {
	kinds := map[string]setting{}
	for _, s := range settingsOf(rootCommand()) {
		if perCommand[s.flag.Name] {
			continue
		}
		if other, ok := kinds[s.flag.Name]; ok && other.flag.Value.Type() != s.flag.Value.Type() {
			t.Errorf("%s is a %s, %s a %s", s.keys[0], s.flag.Value.Type(), other.keys[0], other.flag.Value.Type())
		}
		kinds[s.flag.Name] = s
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	var s probeSettings
	root, c := &cobra.Command{Use: "prebounce"}, &cobra.Command{Use: "clean", Run: func(*cobra.Command, []string) {}}
	root.AddCommand(c)
	s.register(c.Flags())
	t.Chdir(t.TempDir())
	zones := []string{"secret.zen.dq.spamhaus.net", "bl.spamcop.net"}
	t.Setenv("PREBOUNCE_BLOCKLIST", strings.Join(zones, ","))
	for proxy, want := range map[string]string{"socks5://me:secret@192.0.2.1:1080": "socks5://me:xxxxx@192.0.2.1:1080",
		"socks5://192.0.2.1:1080": "socks5://192.0.2.1:1080", ":secret\x00@": "set"} {
		c.Flags().Set("proxy", proxy)
		all, err := readSettings(root, &bytes.Buffer{})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := showText(&out, all); err != nil || strings.Contains(out.String(), "secret") {
			t.Errorf("%v\n%s", err, out.String())
		}
		for _, shown := range []string{"  zen.dq.spamhaus.net, bl.spamcop.net  ", "  " + want + "  "} {
			if !strings.Contains(out.String(), shown) {
				t.Errorf("%q is not in\n%s", shown, out.String())
			}
		}
	}
	if !slices.Equal(s.identity.blocklists, zones) {
		t.Errorf("the program itself got %q", s.identity.blocklists)
	}
}

func TestNearest(t *testing.T) {
	keys := []string{"blocklist", "helo", "clean.helo", "clean.strict"}
	for key, want := range map[string]string{"heloo": "helo", "hello": "helo", "claen.strict": "clean.strict",
		"block-list": "blocklist", "": "helo", strings.Repeat("helo.", 1<<20): "clean.helo"} {
		if got := nearest(key, keys); got != want {
			t.Errorf("nearest to %.20q is %q, want %q", key, got, want)
		}
	}
}

// FuzzConfig reads files as people write them, and worse: each is taken or refused with a line.
func FuzzConfig(f *testing.F) {
	f.Add("resolver = [\"192.0.2.1\"]\n[clean]\nstrict = true\n")
	f.Add("a = 1\na = 2\n[a.b]\n")
	f.Add("\ufeffdate = 2026-12-24T10:00:00Z\nx = {y = [[1], 2.5, {}]}\n")
	f.Add("[[clean]]\n= \x00")
	path := filepath.Join(f.TempDir(), configFile)
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		values, err := readConfig(path)
		if err != nil && !strings.HasPrefix(err.Error(), "line ") && len(text) <= mostConfig {
			t.Errorf("%v", err)
		}
		for _, v := range values {
			root := rootCommand()
			for _, s := range settingsOf(root) {
				assign(s.flag, v)
			}
		}
		checkKeys(values, []string{"clean.strict"})
	})
}
