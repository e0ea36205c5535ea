package serve

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// places are paths of every kind, some of them spelt so that a check of the path would miss them.
var places = []string{
	"/", "/runs", "/static/style.css", "/check", "/inbox", "/runs/20261201-021010-ZRHSOLZV/events", "/%61pi/events",
	"/%72uns", "/r%75ns",
	"//runs", "/./runs", "/static/../runs", "/static/%2e%2e/runs", "/static//../../runs", "/runs/", "/RUNS",
	"/runs;x", "/runs?x", "/static%2f..%2fruns",
	"/favicon.ico", "/.well-known/x", "/nowhere", "/link", "/api/v1/check", "/api/v1/%63heck", "/api/v1/messages",
	"/api/v1/openapi.yaml", "/metrics", "/healthz",
}

// TestNobodyComesInWithoutTheToken: whatever the path and its spelling, and whatever is shown in place of the token.
func TestNobodyComesInWithoutTheToken(t *testing.T) {
	x := open(t, nil, nil)
	for _, header := range []string{
		"", "Authorization: Bearer", "Authorization: Bearer wrong", "Authorization: Bearer " + testToken[:10],
		"Authorization: Bearer " + testToken + "x",
		"Authorization: Basic dXNlcjp3cm9uZw==", "Authorization: " + testToken, "Cookie: prebounce=wrong",
		"Cookie: prebounce=", "Cookie: prebounce=" + testToken,
		"X-Forwarded-For: 127.0.0.1",
	} {
		for _, path := range places {
			for _, method := range []string{"GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"} {
				if got := raw(t, x.addr, method, path, x.addr, header); got != http.StatusUnauthorized {
					t.Errorf("%s %s with %q: %d", method, path, header, got)
				}
			}
		}
	}
}

// raw sends a request as it is written, which no client would, and returns the status.
func raw(t *testing.T, addr, method, path, host, header string) int {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if header != "" {
		header += "\r\n"
	}
	fmt.Fprintf(c, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n", method, path, host, header)
	a, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		if got := a.Header.Get(name); a.StatusCode != http.StatusBadRequest && got != value {
			t.Errorf("%s %s, %d: %s is %q", method, path, a.StatusCode, name, got)
		}
	}
	return a.StatusCode
}

// TestOnlyItsOwnNamesLeadHere: a page of another site whose name was made to lead here (DNS rebinding) sees
// nothing, whatever the method.
func TestOnlyItsOwnNamesLeadHere(t *testing.T) {
	x := open(t, func(o *Options) { o.Hosts = []string{"lists.example.com"} }, nil)
	_, port, _ := net.SplitHostPort(x.addr)
	for host, well := range map[string]bool{
		x.addr: true, "localhost:" + port: true, "LOCALHOST": true, "[::1]:" + port: true, "127.0.0.1": true,
		"lists.example.com": true, "Lists.Example.COM:443": true,
		"evil.example": false, "evil.example:" + port: false, "127.0.0.1.evil.example": false,
		"localhost.evil.example": false, "0.0.0.0": false,
		"192.0.2.1": false, "xlists.example.com": false, "[::2]": false, "localhost.": false,
		"127.0.0.1@evil.example": false,
	} {
		for _, method := range []string{"GET", "POST", "HEAD"} {
			got := raw(t, x.addr, method, "/check", host, "Authorization: Bearer "+testToken+"\r\nOrigin: http://"+host)
			if well != (got == http.StatusOK) && (well || (got != http.StatusMisdirectedRequest &&
				got != http.StatusBadRequest)) {
				t.Errorf("%s as %s: %d", method, host, got)
			}
		}
	}
}

// TestOtherSitesMakeBrowsersDoNothing: they can neither change anything here nor take a part of it into their pages.
func TestOtherSitesMakeBrowsersDoNothing(t *testing.T) {
	x := open(t, nil, nil)
	for _, c := range []struct {
		method, origin, site, mode string
		well                       bool
	}{
		{"POST", "http://" + x.addr, "same-origin", "navigate", true},
		{"POST", "", "", "", true}, // no browser
		{"POST", "http://evil.example", "", "", false},
		{"POST", "http://evil.example", "cross-site", "navigate", false},
		{"POST", "http://127.0.0.1:1", "same-site", "navigate", false},
		{"POST", "null", "", "", false},
		{"POST", "null", "cross-site", "cors", false},
		{"GET", "", "none", "navigate", true},
		{"GET", "", "cross-site", "navigate", true},
		{"GET", "http://evil.example", "cross-site", "cors", false},
		{"GET", "", "cross-site", "no-cors", false},
		{"GET", "", "same-site", "no-cors", false},
		{"GET", "", "same-site", "websocket", false},
	} {
		header := "Authorization: Bearer " + testToken
		for name, value := range map[string]string{"Origin": c.origin, "Sec-Fetch-Site": c.site,
			"Sec-Fetch-Mode": c.mode} {
			if value != "" {
				header += "\r\n" + name + ": " + value
			}
		}
		for _, path := range []string{"/check", "/%63heck"} {
			if got := raw(t, x.addr, c.method, path, x.addr, header); (got == http.StatusOK) != c.well {
				t.Errorf("%+v at %s: %d", c, path, got)
			}
		}
	}
}

// TestALinkWorksOnce: it is exchanged for a cookie that no script and no other site has the use of, without a script.
func TestALinkWorksOnce(t *testing.T) {
	x := open(t, nil, nil)
	link := x.Link()
	r, _ := http.NewRequestWithContext(t.Context(), "GET", "http://"+x.addr+"/check?"+link, nil)
	a, text := exchange(t, r)
	if len(a.Cookies()) != 1 || a.StatusCode != 200 || !strings.Contains(text, `content="0;url=/check"`) {
		t.Fatalf("%s: %v: %s", a.Status, a.Cookies(), text)
	}
	c := a.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("the cookie is %v", c)
	}
	if got := raw(t, x.addr, "GET", "/check?"+link, x.addr, ""); got != http.StatusUnauthorized {
		t.Errorf("the second time: %d", got)
	}
	if got := raw(t, x.addr, "GET", "/check", x.addr, "Cookie: "+c.Name+"="+c.Value); got != http.StatusOK {
		t.Errorf("with the cookie: %d", got)
	}
	if got := raw(t, x.addr, "POST", "/link", x.addr, "Cookie: "+c.Name+"="+c.Value); got != http.StatusForbidden {
		t.Errorf("a cookie gives another link: %d", got)
	}
	r, _ = http.NewRequestWithContext(t.Context(), "GET", "http://"+x.addr+"//evil.example/?"+x.Link(), nil)
	if _, text := exchange(t, r); !strings.Contains(text, `url=/evil.example/"`) {
		t.Errorf("it leads elsewhere: %s", text)
	}
	x.dropped(t, [2]string{"contacts.csv", "email\nann@acme.test\n"})
	for _, secret := range []string{testToken, strings.TrimPrefix(link, "link="), c.Value, "ann@", "contacts.csv"} {
		if strings.Contains(x.log.String(), secret) {
			t.Errorf("%q is in the log: %s", secret, x.log.String())
		}
	}
}

// TestHugeUploadsAreRefused: one that says its size at once, another one at the limit; nothing is left of either.
func TestHugeUploadsAreRefused(t *testing.T) {
	x := open(t, func(o *Options) { o.MaxUpload = 4 << 20 }, nil)
	for name, size := range map[string]int64{"said": 50 << 30, "not said": -1} {
		r := x.request(t, "POST", "/runs",
			&endless{head: "--x\r\nContent-Disposition: form-data; name=\"list\"; filename=\"a.csv\"\r\n\r\n"})
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.ContentLength = size
		r.Header.Set("Expect", "100-continue")
		c := http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Minute, DisableKeepAlives: true}}
		a, err := c.Do(r)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		a.Body.Close()
		if a.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %s", name, a.Status)
		}
	}
	if left, err := os.ReadDir(x.dir); err != nil || len(left) != 0 {
		t.Errorf("left are %v: %v", left, err)
	}
}

// endless is a body that never ends.
type endless struct{ head string }

func (e *endless) Read(b []byte) (int, error) {
	if n := copy(b, e.head); n > 0 {
		e.head = e.head[n:]
		return n, nil
	}
	return copy(b, bytes.Repeat([]byte("a@b.test\n"), 1+len(b)/9)), nil
}

// TestSlowClientsAreLeft: whoever sends a header, sends a body or takes an answer too slowly loses the connection.
func TestSlowClientsAreLeft(t *testing.T) {
	x := open(t, nil, func(s *Server) { s.patience = 300 * time.Millisecond })
	for name, begin := range map[string]string{
		"a header": "GET /check HTTP/1.1\r\nHost: " + x.addr + "\r\nX: ",
		"a body": "POST /runs HTTP/1.1\r\nHost: " + x.addr + "\r\nAuthorization: Bearer " + testToken +
			"\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: " +
			"1000000\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"list\"; filename=\"a\"\r\n\r\n",
	} {
		c, err := net.Dial("tcp", x.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := io.WriteString(c, begin); err != nil {
			t.Fatal(err)
		}
		c.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := io.Copy(io.Discard, c); err != nil && !isReset(err) {
			t.Errorf("%s is waited for: %v", name, err)
		}
	}
	if left, err := os.ReadDir(x.dir); err != nil || len(left) != 0 {
		t.Errorf("left are %v: %v", left, err)
	}
}

func isReset(err error) bool { return strings.Contains(err.Error(), "reset") }

// TestTooManyRequestsAreAskedToComeBack: none waits in memory.
func TestTooManyRequestsAreAskedToComeBack(t *testing.T) {
	inside, leave := make(chan struct{}), make(chan struct{})
	h := atMost(2, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside <- struct{}{}; <-leave }))
	ask := func() int {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		return w.Code
	}
	done := make(chan int)
	for range 2 {
		go func() { done <- ask() }()
		<-inside
	}
	if got := ask(); got != http.StatusServiceUnavailable {
		t.Errorf("the third: %d", got)
	}
	close(leave)
	if a, b := <-done, <-done; a != http.StatusOK || b != http.StatusOK {
		t.Errorf("the others: %d and %d", a, b)
	}
}
