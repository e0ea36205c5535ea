package main

import (
	"slices"
	"testing"
)

func TestADoubleClickOpensThePage(t *testing.T) {
	list := copySample(t, t.TempDir(), "contacts.csv")
	for _, c := range []struct{ args, want []string }{
		{nil, []string{"serve", "--"}},
		{[]string{list}, []string{"serve", "--", list}},
		{[]string{list, list}, []string{"serve", "--", list, list}},
		{[]string{"clean", list}, []string{"clean", list}},
		{[]string{"--version"}, []string{"--version"}},
	} {
		if got := opening(c.args); !slices.Equal(got, c.want) {
			t.Errorf("opening(%q) = %q, want %q", c.args, got, c.want)
		}
	}
}
