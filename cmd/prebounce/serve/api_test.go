package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate"
)

// ask sends a request to the API and reads the JSON of the answer.
func (x *site) ask(t *testing.T, method, path, kind, body string) (*http.Response, map[string]any) {
	t.Helper()
	r := x.request(t, method, apiRoot+path, strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return answered(t, r)
}

func answered(t *testing.T, r *http.Request) (*http.Response, map[string]any) {
	t.Helper()
	a, text := exchange(t, r)
	v := map[string]any{}
	if text != "" && json.Unmarshal([]byte(text), &v) != nil {
		t.Fatalf("%s %s: %s: %s", r.Method, r.URL, a.Status, text)
	}
	if want := "application/problem+json"; a.StatusCode >= 400 && (a.Header.Get("Content-Type") != want ||
		v["status"] != float64(a.StatusCode) || v["title"] == "") {
		t.Errorf("%s %s: %s is no problem: %v", r.Method, r.URL, a.Status, v)
	}
	return a, v
}

// looks is a check that asks nobody; what begins with late is not known in time.
func looks(ctx context.Context, input string) ([]report.Address, error) {
	if strings.HasPrefix(input, "late") {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	e := validate.Look(input, nil)
	return []report.Address{report.NewAddress(input, &e, validate.Policy{})}, nil
}

func TestCheckTakesWhatItSays(t *testing.T) {
	x := open(t, func(o *Options) { o.Check = looks }, nil)
	many := func(n int) string { return `{"addresses":["` + strings.Repeat(`a@b.de","`, n-1) + `a@b.de"]}` }
	for body, want := range map[string]int{
		`{"address":"ann@example.net"}`: 200, `{"addresses":["a@b.de","c@d.de"]}`: 200, many(1000): 200,
		many(1001): 413, `{"address":""}`: 200,
		`{}`: 400, `{"addresses":[]}`: 400, `{"address":"a@b.de","addresses":["a@b.de"]}`: 400,
		`{"adress":"a@b.de"}`: 400, `{"address":1}`: 400,
		`[]`: 400, ``: 400, `{"address":"a@b.de"}x`: 400, `{"address":"a@b.de","timeout":-1}`: 400,
		`{"address":"a@b.de","timeout":61}`:               400,
		`{"address":"` + strings.Repeat("a", 3000) + `"}`: 400, `{"address":"` + strings.Repeat("a", 2<<20) + `"}`: 413,
		`{"address":"late@b.de","timeout":0.01}`: 202, `{"address":"a@b.de","timeout":1e300}`: 400,
	} {
		if a, v := x.ask(t, "POST", "/check", "application/json", body); a.StatusCode != want {
			t.Errorf("%.60s: %d, want %d: %v", body, a.StatusCode, want, v)
		}
	}
	if log := x.log.String(); strings.Contains(log, "@") {
		t.Errorf("there is an address in the log: %s", log)
	}
}

// TestWhatIsNotKnownYetIsNotGuessed: it is pending, in its place among the others, and the client is told to ask again.
func TestWhatIsNotKnownYetIsNotGuessed(t *testing.T) {
	x := open(t, func(o *Options) { o.Check = looks }, nil)
	a, v := x.ask(t, "POST", "/check", "", `{"addresses":["ann@b.de","late@b.de","no address"],"timeout":0.05}`)
	all, _ := v["results"].([]any)
	if a.StatusCode != http.StatusAccepted || a.Header.Get("Retry-After") == "" || v["pending"] != 1.0 ||
		len(all) != 3 {
		t.Fatalf("%s: %v", a.Status, v)
	}
	late := all[1].(map[string]any)
	if _, guessed := late["status"]; guessed || late["pending"] != true || late["input"] != "late@b.de" {
		t.Errorf("what is not known yet: %v", late)
	}
	if first, last := all[0].(map[string]any), all[2].(map[string]any); first["input"] != "ann@b.de" ||
		last["status"] != "undeliverable" {
		t.Errorf("the others: %v, %v", first, last)
	}
}

func TestTheAPISaysWhatItDoesNotHave(t *testing.T) {
	x := open(t, nil, nil)
	for path, want := range map[string]int{
		"GET /nowhere": 404, "GET /check": 405, "PUT /runs": 405, "GET /runs/x": 404, "DELETE /runs/x": 404,
		"POST /runs/x/start": 404, "POST /runs/x/cancel": 404,
		"GET /runs/x/events": 404, "GET /runs/x/report.json": 404, "GET /runs/x/files/clean.csv": 404,
		"GET /runs?limit=0": 400, "GET /runs?limit=x": 400,
		"GET /explain": 400, "GET /doctor": 400, "GET /doctor?form=a@b.de": 400, "GET /doctor?from=a,b": 400,
		"POST /runs?esp=nobody": 400, "POST /runs?keep=opted_out": 400,
		"POST /runs?repair=maybe": 400, "POST /runs": 400, "POST /check": 400,
	} {
		method, path, _ := strings.Cut(path, " ")
		if a, v := x.ask(t, method, path, "", ""); a.StatusCode != want {
			t.Errorf("%s %s: %d, want %d: %v", method, path, a.StatusCode, want, v)
		}
	}
}

// TestARunOfTheAPI is made by an upload, listed, looked at and deleted.
func TestARunOfTheAPI(t *testing.T) {
	x := open(t, nil, nil)
	a, v := x.ask(t, "POST", "/runs?start=false&name=may.csv&repair=true&fix-typos=false", "text/csv",
		"email\nann@acme.test\n")
	id, _ := v["id"].(string)
	if a.StatusCode != http.StatusCreated || a.Header.Get("Location") != apiRoot+"/runs/"+id ||
		v["state"] != "open" || v["name"] != "may.csv" {
		t.Fatalf("%s: %v", a.Status, v)
	}
	run, err := x.runs.get(id)
	if err != nil || strings.Join(run.Choices.args(false), " ") != "--repair=true" {
		t.Errorf("the run's choices are %v: %v", run.Choices, err)
	}
	if err := os.Mkdir(run.out(), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(run.out(), "report.json"), []byte(`{"rows":1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, v = x.ask(t, "GET", "/runs/"+id, "", ""); v["state"] != "done" || len(v["files"].([]any)) != 1 {
		t.Errorf("the run is %v", v)
	}
	for _, path := range []string{"/report.json", "/files/report.json"} {
		if a, v = x.ask(t, "GET", "/runs/"+id+path, "", ""); a.StatusCode != 200 || v["rows"] != 1.0 {
			t.Errorf("%s: %s: %v", path, a.Status, v)
		}
	}
	if a, _ = x.ask(t, "DELETE", "/runs/"+id, "", ""); a.StatusCode != http.StatusNoContent {
		t.Errorf("deleting: %s", a.Status)
	}
	if a, _ = x.ask(t, "GET", "/runs/"+id, "", ""); a.StatusCode != http.StatusNotFound {
		t.Errorf("afterwards: %s", a.Status)
	}
}

// TestTheSameRequestMakesOneRun, also after a restart; with other choices it is refused.
func TestTheSameRequestMakesOneRun(t *testing.T) {
	x := open(t, nil, nil)
	send := func(x *site, key, query string) (*http.Response, map[string]any) {
		body, kind := upload(t, [2]string{"may.csv", "email\nann@acme.test\n"})
		r := x.request(t, "POST", apiRoot+"/runs?start=false"+query, body)
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Idempotency-Key", key)
		return answered(t, r)
	}
	_, first := send(x, "one", "")
	a, again := send(x, "one", "")
	if a.StatusCode != 200 || again["id"] != first["id"] {
		t.Errorf("%s: %v, not %v", a.Status, again, first)
	}
	later := open(t, func(o *Options) { o.Dir = x.dir }, nil)
	if _, again = send(later, "one", ""); again["id"] != first["id"] {
		t.Errorf("after a restart: %v, not %v", again, first)
	}
	if _, other := send(x, "two", ""); other["id"] == first["id"] {
		t.Error("another key made the same run")
	}
	if a, v := send(x, "one", "&repair=true"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("%s: %v", a.Status, v)
	}
	if a, v := send(x, strings.Repeat("x", 256), ""); a.StatusCode != http.StatusBadRequest {
		t.Errorf("%s: %v", a.Status, v)
	}
}

// TestPagesOfRuns: each run is on one of them.
func TestPagesOfRuns(t *testing.T) {
	x := open(t, nil, nil)
	want := map[string]bool{}
	for range 5 {
		want[x.dropped(t, [2]string{"may.csv", "email\nann@acme.test\n"}).ID] = true
	}
	after, pages := "", 0
	for ; pages == 0 || after != ""; pages++ {
		_, v := x.ask(t, "GET", "/runs?limit=2&after="+after, "", "")
		for _, run := range v["runs"].([]any) {
			id := run.(map[string]any)["id"].(string)
			if !want[id] {
				t.Errorf("%s is listed again, or is none", id)
			}
			delete(want, id)
		}
		after = v["next"].(string)
	}
	if len(want) > 0 || pages != 3 {
		t.Errorf("%d pages leave out %v", pages, want)
	}
}

// TestWordsOfCommandsComeThrough unchanged.
func TestWordsOfCommandsComeThrough(t *testing.T) {
	var args []string
	var asked bytes.Buffer
	x := open(t, func(o *Options) {
		o.Command = func(_ context.Context, a []string, in io.Reader, out, _ io.Writer) int {
			args = a
			_, _ = asked.ReadFrom(in)
			_, _ = io.WriteString(out, `{"reply":"550 no","own":1}`+"\n")
			return 4
		}
	}, nil)
	_, v := x.ask(t, "POST", "/explain", "", `{"text":"550 no"}`)
	if got, _ := json.Marshal(v); string(got) != `{"replies":[{"own":1,"reply":"550 no"}]}` ||
		asked.String() != "550 no\n" {
		t.Errorf("%s, asked for %q", got, asked.String())
	}
	_, v = x.ask(t, "GET", "/doctor?from=news@example.com", "", "")
	if v["own"] != 1.0 || args[len(args)-1] != "--from=news@example.com" {
		t.Errorf("%v, by %v", v, args)
	}
}
