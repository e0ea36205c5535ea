package main

import (
	"regexp"
	"strings"
	"testing"
)

const nightly = "../../samples/nightly/"

// TestNightlyExamplesFitTogether: each names files and variables of the others. testdata/script/nightly.txtar runs the
// script.
func TestNightlyExamplesFitTogether(t *testing.T) {
	script, env := read(t, nightly+"prebounce-nightly"), read(t, nightly+"nightly.env")
	for _, variable := range regexp.MustCompile(`\$\{([A-Z_]+):`).FindAllStringSubmatch(script, -1) {
		if !strings.Contains(env, "\n"+variable[1]+"=") {
			t.Errorf("nightly.env does not say %s", variable[1])
		}
		if !strings.Contains(script, "\n#   "+variable[1]+" ") {
			t.Errorf("the script does not explain %s", variable[1])
		}
	}
	for name, wants := range map[string][]string{
		"crontab": {"30 3 * * *  prebounce  ", "/etc/prebounce/nightly.env",
			"/usr/local/bin/prebounce-nightly\n"},
		"prebounce-nightly.service": {"\nEnvironmentFile=/etc/prebounce/nightly.env\n",
			"\nExecStart=/usr/local/bin/prebounce-nightly\n", "\nType=oneshot\n", "\nUser="},
		"prebounce-nightly.timer": {"\nOnCalendar=", "\nWantedBy=timers.target"},
	} {
		text := read(t, nightly+name)
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
	}
	for _, dir := range regexp.MustCompile(`(?m)^(?:OUT|XDG_CACHE_HOME)=(/var/(?:lib|cache))`).FindAllStringSubmatch(env,
		-1) {
		setting := map[string]string{"/var/lib": "StateDirectory", "/var/cache": "CacheDirectory"}[dir[1]]
		if !strings.Contains(read(t, nightly+"prebounce-nightly.service"), "\n"+setting+"=prebounce\n") {
			t.Errorf("the service may not write to %s/prebounce", dir[1])
		}
	}
}
