package serve

import (
	"net/http"
	"strings"
	"testing"
)

func TestTokensOfAFile(t *testing.T) {
	const a, b = "aaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbb"
	for text, want := range map[string]int{
		a: 1, a + "\n": 1, "a token that is long enough": 1, a + " check": 1, "# of the form\n\n" + a + "\tcheck,runs 20/s\r\n" + b: 2,
		a + " all 600/m\n" + b + " inbox,metrics": 2, a + " is one with blanks": 1,
		"": 0, "# none": 0, "short": 0, a + "\nshort": 0, a + " chek\n" + b: 0, a + "\n" + a: 0, a + " check 0/s\n" + b: 0,
		a + " check 20/d\n" + b: 0, a + " check 20\n" + b: 0, a + " check 1/s x\n" + b: 0, a + " check -1/s\n" + b: 0,
		strings.Repeat("x", longestLine+1): 0,
	} {
		all, err := ParseTokens(text)
		if len(all) != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %d tokens, %v", text, len(all), err)
		}
		if err != nil && (strings.Contains(err.Error(), a) || strings.Contains(err.Error(), b)) {
			t.Errorf("the error repeats a token: %v", err)
		}
	}
}

func FuzzTokens(f *testing.F) {
	f.Add("aaaaaaaaaaaaaaaaaaaaaaaa check,runs 20/s\nbbbbbbbbbbbbbbbbbbbbbbbb")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := ParseTokens(text)
		if (err == nil) != (len(all) > 0) {
			t.Errorf("%d tokens, %v", len(all), err)
		}
		for _, token := range all {
			if token.burst < 0 || (token.burst > 0) != (token.limit > 0) {
				t.Errorf("a rate of %v, %d at once", token.limit, token.burst)
			}
		}
	})
}

// tokensOf opens a server with the tokens of a file.
func tokensOf(t *testing.T, file string) *site {
	t.Helper()
	tokens, err := ParseTokens(file)
	if err != nil {
		t.Fatal(err)
	}
	return open(t, func(o *Options) { o.Tokens, o.Check = tokens, looks }, nil)
}

const (
	checkToken   = "token-that-may-check-only"
	runsToken    = "token-that-may-make-runs-only"
	inboxToken   = "token-that-may-read-the-inbox"
	metricsToken = "token-that-may-see-metrics"
	ownerToken   = "token-that-may-do-everything"
)

// TestATokenDoesWhatItHasTheRightFor, and nothing else; what it lacks is named.
func TestATokenDoesWhatItHasTheRightFor(t *testing.T) {
	x := tokensOf(t, checkToken+" check\n"+runsToken+" runs\n"+inboxToken+" inbox\n"+metricsToken+" metrics\n"+ownerToken)
	rights := map[string]string{checkToken: "check", runsToken: "runs", inboxToken: "inbox", metricsToken: "metrics",
		ownerToken: ""}
	for place, need := range map[string]string{
		"POST /api/v1/check": "check", "GET /api/v1/explain": "check", "GET /api/v1/doctor": "check",
		"GET /api/v1/runs": "runs", "POST /api/v1/runs": "runs", "GET /api/v1/runs/x/files/clean.csv": "runs",
		"GET /view/latest.txt": "inbox", "DELETE /api/v1/search": "inbox", "GET /api/v1/info": "inbox",
		"GET /api/v1/inbox": "inbox", "GET /api/v1/messages": "inbox", "GET /api/v1/search": "inbox",
		"GET /metrics": "metrics", "GET /healthz": "anybody", "GET /api/v1/openapi.yaml": "anybody",
		"GET /": "owner", "GET /runs": "owner", "GET /check": "owner", "POST /link": "owner", "POST /quit": "owner",
		"GET /static/style.css": "owner", "GET /inbox": "owner",
	} {
		method, path, _ := strings.Cut(place, " ")
		for token, right := range rights {
			r := x.request(t, method, path, nil)
			r.Header.Set("Authorization", "Bearer "+token)
			a, text := exchange(t, r)
			allowed := right == "" || need == "anybody" || right == need
			if allowed == (a.StatusCode == http.StatusForbidden) {
				t.Errorf("%s with the right %q: %s", place, right, a.Status)
			}
			if !allowed && need != "owner" && (!strings.Contains(text, need) ||
				a.Header.Get("Content-Type") != "application/problem+json") {
				t.Errorf("%s with the right %q: %s", place, right, text)
			}
		}
	}
	if strings.Contains(x.log.String(), checkToken) {
		t.Error("a token is in the log")
	}
}

// TestATokenHasARate: what is beyond it is told when to come back, and each address of a check counts.
func TestATokenHasARate(t *testing.T) {
	x := tokensOf(t, checkToken+" check 3/h\n"+ownerToken)
	check := func(token, body string) *http.Response {
		r := x.request(t, "POST", apiRoot+"/check", strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token)
		a, _ := answered(t, r)
		return a
	}
	if a := check(checkToken, `{"addresses":["a@b.de","c@d.de","e@f.de","g@h.de","i@j.de"]}`); a.StatusCode != 413 {
		t.Errorf("more than the rate at once: %s", a.Status)
	}
	if a := check(checkToken, `{"addresses":["a@b.de","c@d.de"]}`); a.StatusCode != 200 {
		t.Errorf("within the rate: %s", a.Status)
	}
	a := check(checkToken, `{"address":"a@b.de"}`)
	if a.StatusCode != 429 || a.Header.Get("Retry-After") == "" || a.Header.Get("Retry-After") == "0" {
		t.Errorf("beyond the rate: %s, Retry-After %q", a.Status, a.Header.Get("Retry-After"))
	}
	for range 5 {
		if a := check(ownerToken, `{"address":"a@b.de"}`); a.StatusCode != 200 {
			t.Errorf("another token: %s", a.Status)
		}
	}
}

// TestTheGuardSpeaksToProgramsInProblems, and to browsers in sentences.
func TestTheGuardSpeaksToProgramsInProblems(t *testing.T) {
	x := open(t, nil, nil)
	for accept, want := range map[string]string{"": "application/problem+json", "*/*": "application/problem+json",
		"text/html,application/xhtml+xml": "text/plain; charset=utf-8"} {
		r := x.request(t, "GET", "/api/v1/runs", nil)
		r.Header.Set("Authorization", "Bearer wrong")
		r.Header.Set("Accept", accept)
		if a, _ := exchange(t, r); a.StatusCode != 401 || a.Header.Get("Content-Type") != want {
			t.Errorf("Accept %q: %s, %s", accept, a.Status, a.Header.Get("Content-Type"))
		}
	}
}
