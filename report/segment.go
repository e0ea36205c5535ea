package report

import (
	"strings"

	"github.com/prebounce/prebounce/validate/segments"
)

// SegmentWords says what a segment is, for people.
func SegmentWords(s segments.Segment) string {
	what, value, _ := strings.Cut(string(s), "=")
	if what == "age" {
		return sayAge(value)
	}
	return say(value)
}
