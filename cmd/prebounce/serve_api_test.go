//go:build unix

package main

import (
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// TestARunOverHTTP: a list is uploaded, watched until it has ended, downloaded and counted.
func TestARunOverHTTP(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const token = "a token that is long enough"
	write(t, dir, "token", token+"\n")
	_, link := startServe(t, dir, "--sandbox", "--token-file", filepath.Join(dir, "token"))
	at := "http://" + parsed(t, link).Host
	send := func(method, path, body string) string {
		r, err := http.NewRequestWithContext(t.Context(), method, at+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		b, err := io.ReadAll(a.Body)
		if err != nil || a.StatusCode >= 300 {
			t.Fatalf("%s %s: %s: %s, %v", method, path, a.Status, b, err)
		}
		return string(b)
	}
	var run struct{ ID, State string }
	decodeJSON(t, send("POST", "/api/v1/runs?name=may.csv", "email\nada@acme.test\nnot an address\n"), &run)
	if told := send("GET", "/api/v1/runs/"+run.ID+"/events", ""); !strings.Contains(told, "event: ended") {
		t.Errorf("the events are %s", told)
	}
	until(t, "the run is done", func() bool {
		decodeJSON(t, send("GET", "/api/v1/runs/"+run.ID, ""), &run)
		return run.State == "done"
	})
	if clean := send("GET", "/api/v1/runs/"+run.ID+"/files/clean.csv", ""); clean != "email\nada@acme.test\n" {
		t.Errorf("clean.csv is %q", clean)
	}
	until(t, "the run is counted", func() bool {
		return strings.Contains(send("GET", "/metrics", ""), `prebounce_rows_total{list="clean"} 1`)
	})
	if checked := send("POST", "/api/v1/check", `{"address":"ann@gmial.com"}`); !strings.Contains(checked,
		`"suggestion":"ann@gmail.com"`) {
		t.Errorf("the check says %s", checked)
	}
}

func decodeJSON(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}
