package serve

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestAWhatIfOfTheAPI comes to what the page says, refuses what means nothing, and is carried out by a new run.
func TestAWhatIfOfTheAPI(t *testing.T) {
	x := open(t, func(o *Options) { o.Worker = func() *exec.Cmd { return exec.Command("/nonexistent") } }, nil)
	run := x.decided(t, judgedResult(t, 19_200))
	at := "/runs/" + run.ID + "/what-if"
	a, own := x.ask(t, "GET", at, "", "")
	if a.StatusCode != 200 {
		t.Fatalf("%s: %v", a.Status, own)
	}
	sent := func(v map[string]any, when string) float64 { return v[when].(map[string]any)["clean"].(float64) }
	a, v := x.ask(t, "GET", at+"?reason.role=clean", "", "")
	if a.StatusCode != 200 || sent(v, "now") <= sent(own, "now") || sent(v, "before") != sent(own, "now") {
		t.Errorf("%s: %v, before %v", a.Status, v, own)
	}
	for _, query := range []string{"?reason.rolle=clean", "?reason.role=dirty", "?reasons=role", "?max-risk=x",
		"?reason.opted_out=clean"} {
		for _, method := range []string{"GET", "POST"} {
			if a, v := x.ask(t, method, at+query, "", ""); a.StatusCode != 400 {
				t.Errorf("%s %s: %s: %v", method, query, a.Status, v)
			}
		}
	}
	a, v = x.ask(t, "POST", at+"?reason.role=clean", "", "")
	next, err := x.runs.get(v["id"].(string))
	if a.StatusCode != http.StatusCreated || err != nil || next.From != run.ID || next.Decision == nil {
		t.Errorf("%s: %v, %v", a.Status, v, err)
	}
}

// TestListsAreNamedByPath below folders of the person only, whatever the spelling, and no link leads out.
func TestListsAreNamedByPath(t *testing.T) {
	dir := t.TempDir()
	below, beside := filepath.Join(dir, "lists"), filepath.Join(dir, "lists-of-others")
	for path, text := range map[string]string{filepath.Join(below, "in", "may.csv"): "email\na@b.de\n",
		filepath.Join(beside, "june.csv"): "email\nc@d.de\n"} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(beside, "june.csv"), filepath.Join(below, "link.csv")); err != nil {
		t.Skip("no links here: ", err)
	}
	x := open(t, func(o *Options) { o.Folders = []string{below} }, nil)
	a, v := x.ask(t, "POST", "/runs?start=false&path="+filepath.Join(below, "in", "may.csv"), "", "")
	if a.StatusCode != http.StatusCreated || v["name"] != "may.csv" {
		t.Fatalf("%s: %v", a.Status, v)
	}
	run, err := x.runs.get(v["id"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(run.list(0)); err != nil || string(text) != "email\na@b.de\n" {
		t.Errorf("the list is %q, %v", text, err)
	}
	for _, path := range []string{"/etc/passwd", beside + "/june.csv", below + "/link.csv", below, below + "/none.csv",
		below + "/../lists-of-others/june.csv", "in/may.csv", below + "/in/../../lists-of-others/june.csv", "-", ""} {
		if a, v := x.ask(t, "POST", "/runs?start=false&path="+path, "", ""); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s: %v", path, a.Status, v)
		}
	}
	none := open(t, nil, nil)
	if a, _ := none.ask(t, "POST", "/runs?path="+below+"/in/may.csv", "", ""); a.StatusCode != http.StatusForbidden {
		t.Errorf("without a folder: %s", a.Status)
	}
	if left, err := none.runs.list(time.Now()); err != nil || len(left) > 0 {
		t.Errorf("%d runs are left: %v", len(left), err)
	}
}
