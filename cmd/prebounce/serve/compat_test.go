package serve

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/cmd/prebounce/serve/compat"
)

// withServices opens a server for all services, with tokens for checks, for runs and for metrics.
func withServices(t *testing.T) *site {
	t.Helper()
	tokens, err := ParseTokens(checkToken + " check 50/h\n" + runsToken + " runs\n" + metricsToken + " metrics")
	if err != nil {
		t.Fatal(err)
	}
	return open(t, func(o *Options) {
		o.Tokens, o.Check, o.Compat = tokens, looks, compat.Services()
		o.Worker = func() *exec.Cmd { return exec.Command("/nonexistent") }
	}, nil)
}

// sendKey sends a request that shows a key in every way that there is.
func (x *site) sendKey(t *testing.T, method, path, key, body string) (*http.Response, map[string]any) {
	t.Helper()
	joint := "?"
	if strings.Contains(path, "?") {
		joint = "&"
	}
	if key != "" {
		path += joint + "apikey=" + key + "&api_key=" + key + "&key=" + key
		body = strings.ReplaceAll(body, "KEY", key)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+x.addr+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Reacher-Secret", key)
	if strings.HasPrefix(body, "--b") {
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	}
	a, text := exchange(t, r)
	v := map[string]any{}
	if json.Unmarshal([]byte(text), &v) != nil {
		t.Fatalf("%s %s: %s: %s", method, path, a.Status, text)
	}
	return a, v
}

const uploadForm = "--b\r\nContent-Disposition: form-data; name=\"email_address_column\"\r\n\r\n1\r\n" +
	"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"l.csv\"\r\n\r\nemail\na@b.de\n\r\n" +
	"--b\r\nContent-Disposition: form-data; name=\"api_key\"\r\n\r\nKEY\r\n--b--\r\n"

// TestNobodyComesInByARouteOfAService without a key that may do it, and no list of theirs stays.
func TestNobodyComesInByARouteOfAService(t *testing.T) {
	x := withServices(t)
	for _, route := range serviceRoutes {
		method, path, _ := strings.Cut(strings.ReplaceAll(route, "{id}", "7"), " ")
		for _, key := range []string{"", "wrong", metricsToken} {
			body := `{"key":"KEY","api_key":"KEY","input":["a@b.de"],"input_location":"supplied","to_email":"a@b.de"}`
			if strings.Contains(path, "sendfile") {
				body = uploadForm
			}
			a, v := x.sendKey(t, method, path, key, body)
			switch {
			case strings.HasPrefix(path, "/v4"):
				if a.StatusCode != 200 || v["status"] != "auth_failure" {
					t.Errorf("%s with %q: %s %v", route, key, a.Status, v)
				}
			case a.StatusCode != 401 && a.StatusCode != 403:
				t.Errorf("%s with %q: %s %v", route, key, a.Status, v)
			}
		}
	}
	if left, err := os.ReadDir(x.dir); err != nil || len(left) > 0 {
		t.Errorf("%d folders are left: %v", len(left), err)
	}
}

// TestServicesAreOffByDefault: then their routes are as unknown as any.
func TestServicesAreOffByDefault(t *testing.T) {
	x := open(t, nil, nil)
	for _, route := range serviceRoutes {
		method, path, _ := strings.Cut(strings.ReplaceAll(route, "{id}", "7"), " ")
		if got := raw(t, x.addr, method, path, x.addr, ""); got != http.StatusUnauthorized {
			t.Errorf("%s: %d", route, got)
		}
		got := raw(t, x.addr, method, path, x.addr, "Authorization: Bearer "+testToken)
		if got != http.StatusNotFound && got != http.StatusMethodNotAllowed {
			t.Errorf("%s with the token: %d", route, got)
		}
	}
}

// TestServicesAreRefusedInTheirWords: what can't be done is said as the service would.
func TestServicesAreRefusedInTheirWords(t *testing.T) {
	x := withServices(t)
	for request, want := range map[string]string{
		"GET /v2/verify":         `400 {"message":"an address is missing","success":false}`,
		"PUT /v2/verify-batch":   `200 {"id":`,
		"GET /v2/verify-batch/7": `404 {"message":"there is no such job","success":false}`,
		"GET /v2/validate?email=" + strings.Repeat("a", 3000): `400 {"error":"an address is too long",`,
		"GET /v2/getfile?file_id=x":                           `404 {"error":"there is no such job","message":"there is no such job","success":"False"}`,
		"GET /v2/activity":                                    `501 {"error":`,
		"POST /v1/bulk":                                       `400 {"error":"want {\"input\"`,
		"GET /v1/bulk/x":                                      `404 {"error":`,
		"POST /v4.2/jobs/status":                              `200 {"execution_time":0,"message":"there is no such job","status":"general_failure"}`,
		"POST /v4.2/jobs/create":                              `200 {"execution_time":0,"message":"invalid input_location`,
	} {
		method, path, _ := strings.Cut(request, " ")
		key, body := runsToken, `{"key":"KEY"}`
		if strings.HasPrefix(path, "/v2/v") && method == "GET" && !strings.Contains(path, "batch") ||
			strings.Contains(path, "activity") {
			key = checkToken
		}
		if method == "PUT" {
			body = "email\na@b.de\n"
		}
		a, v := x.sendKey(t, method, path, key, body)
		text, _ := json.Marshal(v)
		if got := a.Status[:4] + string(text); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", request, got, want)
		}
	}
}

// TestServicesAreBelowAPathOfTheirOwn, too, for those whose clients can have one.
func TestServicesAreBelowAPathOfTheirOwn(t *testing.T) {
	x := withServices(t)
	for _, path := range []string{"/compat/kickbox/v2/verify", "/compat/zerobounce/v2/validate", "/compat/neverbounce/v4.2/single/check"} {
		if a, v := x.sendKey(t, "GET", path+"?email=ann@gmial.com", checkToken, ""); a.StatusCode != 200 || len(v) < 4 {
			t.Errorf("%s: %s, %v", path, a.Status, v)
		}
	}
}

// TestServicesKeepToRates: each has its own way to say that a key is used up.
func TestServicesKeepToRates(t *testing.T) {
	x := withServices(t)
	for range 50 {
		if a, v := x.sendKey(t, "GET", "/v2/verify?email=a@b.de", checkToken, ""); a.StatusCode != 200 {
			t.Fatalf("%s: %v", a.Status, v)
		}
	}
	for path, status := range map[string]int{"GET /v2/verify?email=a@b.de": 429, "GET /v2/validate?email=a@b.de": 429,
		"POST /v0/check_email": 429, "GET /v4/single/check?email=a@b.de": 200} {
		method, path, _ := strings.Cut(path, " ")
		a, v := x.sendKey(t, method, path, checkToken, `{"to_email":"a@b.de"}`)
		if a.StatusCode != status || a.Header.Get("Retry-After") == "" ||
			(status == 200 && v["status"] != "throttle_triggered") {
			t.Errorf("%s: %s, %v", path, a.Status, v)
		}
	}
}

// TestWhatIsNotKnownInTimeIsUnknown in each vocabulary.
func TestWhatIsNotKnownInTimeIsUnknown(t *testing.T) {
	x := withServices(t)
	for path, field := range map[string]string{"/v2/verify?email=late@b.de&timeout=1": "result",
		"/v2/validate?email=late@b.de&timeout=0.001": "status", "/v4/single/check?email=late@b.de&timeout=0.001": "result"} {
		if a, v := x.sendKey(t, "GET", path, checkToken, ""); a.StatusCode != 200 || v[field] != "unknown" {
			t.Errorf("%s: %s, %v", path, a.Status, v)
		}
	}
}

// TestNothingIsCalledBack: a client names no address that the server then calls.
func TestNothingIsCalledBack(t *testing.T) {
	x := withServices(t)
	hook := `"http://127.0.0.1:1/"`
	file := strings.ReplaceAll(uploadForm, "--b--", "--b\r\nContent-Disposition: form-data; name=\"return_url\"\r\n\r\n"+
		"http://127.0.0.1:1/\r\n--b--")
	for path, body := range map[string]string{"/v1/bulk": `{"input":["a@b.de"],"webhook":{"url":` + hook + `}}`,
		"/v4.2/jobs/create": `{"key":"KEY","input":["a@b.de"],"input_location":"supplied","callback_url":` + hook + `}`,
		"/v4/jobs/create":   `{"key":"KEY","input":[` + hook + `],"input_location":"remote_url"}`,
		"/v2/sendfile":      file} {
		a, v := x.sendKey(t, "POST", path, runsToken, body)
		if v["status"] != "general_failure" && a.StatusCode != 400 {
			t.Errorf("%s: %s, %v", path, a.Status, v)
		}
	}
}

// TestAJobThatIsNotDoneHasNoResults, and its numbers are told.
func TestAJobThatIsNotDoneHasNoResults(t *testing.T) {
	x := withServices(t)
	_, v := x.sendKey(t, "POST", "/v4.2/jobs/create", runsToken,
		`{"key":"KEY","input":[{"email":"a@b.de"},{"email":"c@d.de"}],"input_location":"supplied","filename":"may.csv"}`)
	id, _ := json.Marshal(v["job_id"])
	_, v = x.sendKey(t, "POST", "/v4.2/jobs/status", runsToken, `{"key":"KEY","job_id":`+string(id)+`}`)
	total, _ := v["total"].(map[string]any)
	if v["job_status"] != "waiting" || v["filename"] != "may.csv" || total["records"] != 2.0 || total["processed"] != 0.0 {
		t.Errorf("the job is %v", v)
	}
	for _, what := range []string{"results", "download"} {
		_, v = x.sendKey(t, "POST", "/v4.2/jobs/"+what, runsToken, `{"key":"KEY","job_id":`+string(id)+`}`)
		if v["status"] != "general_failure" {
			t.Errorf("%s: %v", what, v)
		}
	}
	if _, v = x.sendKey(t, "GET", "/v1/bulk/"+string(id), runsToken, ""); v["error"] == nil {
		t.Errorf("another service's client sees the job: %v", v)
	}
}
