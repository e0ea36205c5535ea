package serve

import (
	"strings"
	"testing"
)

// TestMetricsTellOfNobody: they count what was asked, by few labels, whatever paths and addresses were asked for.
func TestMetricsTellOfNobody(t *testing.T) {
	x := open(t, func(o *Options) { o.Check = looks }, nil)
	x.dropped(t, [2]string{"may.csv", "email\nann@acme.test\n"})
	for _, name := range []string{"ann", "bea", "cal"} {
		x.ask(t, "POST", "/check", "", `{"addresses":["`+name+`@b.de","`+name+`"]}`)
		x.ask(t, "GET", "/"+name+"-secret", "", "")
		exchange(t, x.request(t, "GET", "/"+name+"-secret", nil))
	}
	x.ask(t, "POST", "/check", "", `{"address":"late@b.de","timeout":0.01}`)
	_, text := exchange(t, x.request(t, "GET", "/metrics", nil))
	for _, want := range []string{
		`prebounce_checks_total{reason="not_probed",status="unknown"} 3`,
		`prebounce_checks_total{reason="bad_syntax",status="undeliverable"} 3`, "prebounce_checks_pending_total 1",
		`prebounce_runs{state="open"} 1`, `prebounce_runs{state="done"} 0`,
		`prebounce_http_request_duration_seconds_count{code="2xx",route="POST /api/v1/check"} 4`,
		`prebounce_http_request_duration_seconds_count{code="4xx",route="/api/"} 3`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("there is no %s in\n%s", want, text)
		}
	}
	for _, never := range []string{"@", "secret", "may.csv", "b.de"} {
		if strings.Contains(text, never) {
			t.Errorf("there is %q in\n%s", never, text)
		}
	}
}

func TestReadyAsLongAsRunsAreTaken(t *testing.T) {
	x := open(t, nil, nil)
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200} {
		if a, text := exchange(t, x.request(t, "GET", path, nil)); a.StatusCode != want {
			t.Errorf("%s: %s: %s", path, a.Status, text)
		}
	}
	x.runs.close()
	if a, text := exchange(t, x.request(t, "GET", "/readyz", nil)); a.StatusCode != 503 || !strings.Contains(text,
		"about to end") {
		t.Errorf("closed, it says %s: %s", a.Status, text)
	}
}
