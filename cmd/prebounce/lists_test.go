package main

import (
	"strings"
	"testing"
)

func TestOldListsAreTold(t *testing.T) {
	var b strings.Builder
	tellAge(&b, oldLists)
	if b.Len() > 0 {
		t.Errorf("half a year is no age, but: %s", b.String())
	}
	tellAge(&b, oldLists+oldLists)
	if want := "prebounce: the built-in lists are 360 days old; a newer version of prebounce has newer " +
		"lists\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
