package serve

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/cmd/prebounce/serve/compat"
)

// serviceRoutes are the routes of the services' clients.
var serviceRoutes = []string{
	"GET /v2/verify", "PUT /v2/verify-batch", "GET /v2/verify-batch/{id}", "GET /v2/verify-batch/{id}/results.csv",
	"GET /v2/balance", "GET /v2/validate", "GET /v2/getcredits", "POST /v2/validatebatch", "POST /v2/sendfile",
	"GET /v2/filestatus", "GET /v2/getfile", "GET /v2/deletefile", "POST /v0/check_email", "POST /v1/bulk",
	"GET /v1/bulk/{id}", "GET /v1/bulk/{id}/results", "POST /v4.2/single/check", "POST /v4.2/account/info",
	"POST /v4.2/jobs/create", "POST /v4.2/jobs/parse", "POST /v4.2/jobs/start", "POST /v4.2/jobs/status",
	"POST /v4.2/jobs/results", "POST /v4.2/jobs/download", "POST /v4.2/jobs/search", "POST /v4.2/jobs/delete",
	"GET /v4/single/check", "POST /v4.2/poe/confirm",
}

// FuzzEndpoints: whatever is sent to whatever endpoint, the answer is no failure of ours, and JSON is JSON.
func FuzzEndpoints(f *testing.F) {
	dir := f.TempDir()
	s, err := New(Options{Dir: dir, Tokens: []Token{tokenFor(testToken)}, Command: nothing, Check: looks,
		Compat: compat.Services(), Inbox: dir, Worker: func() *exec.Cmd { return exec.Command("/nonexistent") }})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close() })
	routes := append([]string{"POST /check", "GET /explain", "GET /doctor", "GET /compare"}, serviceRoutes...)
	for _, e := range s.endpoints() {
		routes = append(routes, e.method+" "+apiRoot+e.path)
	}
	key := url.QueryEscape(testToken)
	for i := range routes {
		f.Add(uint8(i), "1", "api_key="+key+"&apikey="+key+"&email=a@b.de&file_id=x&timeout=3&limit=2", "application/json",
			`{"key":"`+testToken+`","api_key":"`+testToken+`","email":"a@b.de","to_email":"a@b.de","input":["a@b.de"],`+
				`"input_location":"supplied","email_batch":[{"email_address":"a@b.de"}],"job_id":7}`)
		f.Add(uint8(i), "x", "name=a.csv&start=false&query=to:a", "multipart/form-data; boundary=b",
			"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"l.csv\"\r\n\r\nemail\na@b.de\n\r\n--b\r\n"+
				"Content-Disposition: form-data; name=\"api_key\"\r\n\r\n"+testToken+"\r\n--b--\r\n")
	}
	f.Fuzz(func(t *testing.T, route uint8, id, query, kind, body string) {
		method, path, _ := strings.Cut(routes[int(route)%len(routes)], " ")
		for _, name := range []string{"{id}", "{name...}", "{name}"} {
			path = strings.ReplaceAll(path, name, url.PathEscape(id))
		}
		r, err := http.NewRequest(method, "http://localhost"+path+"?"+query, strings.NewReader(body))
		if err != nil {
			return
		}
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Authorization", "Bearer "+testToken)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code == http.StatusInternalServerError || w.Code < 200 {
			t.Errorf("%s %s: %d: %s", method, path, w.Code, w.Body)
		}
		if strings.HasSuffix(w.Header().Get("Content-Type"), "json") && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %s: this is not JSON: %q", method, path, w.Body)
		}
		tidy(t, s)
	})
}

// tidy deletes the runs, so that the next request finds as many as this one.
func tidy(t *testing.T, s *Server) {
	all, err := os.ReadDir(s.runs.o.Dir)
	for _, e := range all {
		if err == nil {
			err = os.RemoveAll(s.runs.o.Dir + "/" + e.Name())
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}
