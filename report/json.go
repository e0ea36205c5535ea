package report

import (
	"encoding/json"
	"io"
	"reflect"
)

// JSON writes the whole result in the form of report.json.
func JSON(w io.Writer, r *Result) error {
	r.Version = schemaVersion
	noNulls(reflect.ValueOf(r))
	return indented(w, r)
}

// Addresses writes addresses as one JSON array.
func Addresses(w io.Writer, all []Address) error { return indented(w, all) }

func indented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
