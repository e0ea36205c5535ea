package report

import (
	"encoding/json"
	"io"

	"github.com/prebounce/prebounce/validate/batch"
)

// JSON writes the whole summary, the same as report.json holds.
func JSON(w io.Writer, s *batch.Summary) error { return indented(w, s) }

// Addresses writes addresses as one JSON array.
func Addresses(w io.Writer, all []Address) error { return indented(w, all) }

func indented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
