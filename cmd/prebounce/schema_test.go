package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// violations compares a value with a schema: types, what is required, and fields that nobody described.
func violations(at string, schema map[string]any, v any) (all []string) {
	if !ofType(schema["type"], v) {
		return []string{fmt.Sprintf("%s is %T, want %v", at, v, schema["type"])}
	}
	if want, ok := schema["const"]; ok && want != v {
		all = append(all, fmt.Sprintf("%s is %v, want %v", at, v, want))
	}
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			all = append(all, violations(fmt.Sprintf("%s[%d]", at, i), schemaAt(schema, "items"), item)...)
		}
	case map[string]any:
		properties := schemaAt(schema, "properties")
		for _, name := range listAt(schema, "required") {
			if _, ok := v[name.(string)]; !ok {
				all = append(all, fmt.Sprintf("%s has no %s", at, name))
			}
		}
		for name, value := range v {
			described, ok := properties[name].(map[string]any)
			if more, any := schema["additionalProperties"].(map[string]any); any && !ok {
				described, ok = more, true
			}
			if !ok && schema["type"] != nil {
				all = append(all, fmt.Sprintf("%s.%s is not described", at, name))
				continue
			}
			all = append(all, violations(at+"."+name, described, value)...)
		}
	}
	return all
}

func schemaAt(schema map[string]any, key string) map[string]any {
	s, _ := schema[key].(map[string]any)
	return s
}

func listAt(schema map[string]any, key string) []any {
	l, _ := schema[key].([]any)
	return l
}

func ofType(want, v any) bool {
	switch want := want.(type) {
	case nil:
		return true
	case []any:
		return ofType(want[0], v) || ofType(want[1], v)
	}
	number, isNumber := v.(float64)
	is := map[string]bool{"null": v == nil, "number": isNumber, "integer": isNumber && number == float64(int64(number))}
	_, is["string"] = v.(string)
	_, is["boolean"] = v.(bool)
	_, is["array"] = v.([]any)
	_, is["object"] = v.(map[string]any)
	return is[want.(string)]
}

// TestReportsKeepToTheirSchema looks at the reports of runs that have everything, and of some that have next to
// nothing.
func TestReportsKeepToTheirSchema(t *testing.T) {
	var text bytes.Buffer
	if code := run(t.Context(), []string{"report", "--schema"}, nil, &text, os.Stderr); code != exitDone {
		t.Fatal(code)
	}
	var schema map[string]any
	if err := json.Unmarshal(text.Bytes(), &schema); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	other, empty := filepath.Join(dir, "other.jsonl"), filepath.Join(dir, "empty.csv")
	for path, list := range map[string]string{other: `{"email":"ann@acme.test","source":"fair"}` + "\n",
		empty: "email\na@@b\n"} {
		if err := os.WriteFile(path, []byte(list), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, args := range [][]string{
		{"../../samples/contacts.csv", "--sandbox", "--probe-all", "--pace", "1000", "--audit", "50%"},
		{"../../samples/contacts.csv", other, "--no-dns"},
		{empty, "--no-dns", "--esp", "ses", "--sent-so-far", "10"},
	} {
		out := filepath.Join(dir, fmt.Sprint(i))
		var said bytes.Buffer
		if code := run(t.Context(), append([]string{"clean", "-q", "-o", out, "--no-store"}, args...), nil, os.Stderr,
			&said); code > exitGate || code == exitUsage || code == exitFailed {
			t.Fatalf("%v: exit %d: %s", args, code, said.String())
		}
		raw, err := os.ReadFile(filepath.Join(out, "report.json"))
		if err != nil {
			t.Fatal(err)
		}
		var report map[string]any
		if err := json.Unmarshal(raw, &report); err != nil {
			t.Fatal(err)
		}
		for _, v := range violations("report", schema, report) {
			t.Errorf("%v: %s", args, v)
		}
		outputs, _ := report["outputs"].([]any)
		if len(outputs) < 6 {
			t.Errorf("outputs are %v", outputs)
		}
		for _, name := range outputs {
			if _, err := os.Stat(filepath.Join(out, name.(string))); err != nil {
				t.Error(err)
			}
		}
	}
}
