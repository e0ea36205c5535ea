//go:build unix

package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// overHTTP are what a program needs to ask a server.
type overHTTP struct{ at, token string }

// send sends a request and returns the body of the answer, which has to be a good one.
func (o overHTTP) send(t *testing.T, method, path, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, o.at+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+o.token)
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

// delivery is what a webhook got.
type delivery struct {
	id, signature, signed string
	body                  string
}

// hookServer takes webhooks at loopback. The first one gets no answer as long as its sender lives.
func hookServer(t *testing.T) (at string, got <-chan delivery) {
	t.Helper()
	took, first := make(chan delivery, 10), make(chan struct{}, 1)
	first <- struct{}{}
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		id, stamp := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
		took <- delivery{id, r.Header.Get("webhook-signature"), id + "." + stamp + "." + string(b), string(b)}
		select {
		case <-first:
			<-r.Context().Done()
		default:
		}
	}))
	t.Cleanup(s.Close)
	return s.URL + "/hook?key=very-secret", took
}

// TestAnEndIsToldAfterAKill: the server is killed after a run has ended and before the webhook has heard of it; the next
// start tells, in the same words and by the same id.
func TestAnEndIsToldAfterAKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const key = "a key that is 24 octets."
	secret := "whsec_" + base64.StdEncoding.EncodeToString([]byte(key))
	o := overHTTP{token: "a token that is long enough"}
	write(t, dir, "token", o.token)
	write(t, dir, "secret", secret+"\n")
	hook, got := hookServer(t)
	args := []string{"--sandbox", "--token-file", filepath.Join(dir, "token"), "--webhook", hook, "--webhook-private",
		"--webhook-secret-file", filepath.Join(dir, "secret"), "--log-format", "json"}

	killed, link := startServe(t, dir, args...)
	o.at = "http://" + parsed(t, link).Host
	o.send(t, "POST", "/api/v1/runs?name=ada@acme.test.csv", "email\nada@acme.test\nnot an address\n")
	first := <-got
	killed.Process.Kill()
	<-killed.ended
	next, link := startServe(t, dir, args...)
	o.at = "http://" + parsed(t, link).Host
	second := <-got

	m := hmac.New(sha256.New, []byte(key))
	io.WriteString(m, second.signed)
	if want := "v1," + base64.StdEncoding.EncodeToString(m.Sum(nil)); second.signature != want {
		t.Errorf("it is signed %s, want %s", second.signature, want)
	}
	var ended struct {
		Type string
		Data struct {
			Run, Status string
			Rows        struct{ Read, Clean, Removed int }
			Links       map[string]string
		}
	}
	decodeJSON(t, second.body, &ended)
	if d := ended.Data; first.id != second.id || ended.Type != "run.ended" || d.Status != "done" || d.Rows.Read != 2 ||
		d.Rows.Clean != 1 || d.Rows.Removed != 1 || !strings.HasPrefix(d.Links["report"], o.at) {
		t.Errorf("first %+v, then %+v", first, second)
	}
	until(t, "the metrics count it", func() bool {
		return strings.Contains(o.send(t, "GET", "/metrics", ""), `prebounce_webhooks_total{outcome="delivered"} 1`)
	})
	next.Process.Kill()
	<-next.ended
	log := killed.stderr.String() + next.stderr.String()
	for _, said := range []string{`"msg":"run ended"`, `"msg":"webhook delivered"`, ended.Data.Run} {
		if !strings.Contains(log, said) {
			t.Errorf("the log does not say %s: %s", said, log)
		}
	}
	for _, text := range []string{log, second.body} {
		if strings.Contains(text, "@") || strings.Contains(text, "very-secret") {
			t.Errorf("there is an address, or a secret, in %s", text)
		}
	}
}

// TestNoWebhookIntoAPrivateNetwork unless a flag allows it.
func TestNoWebhookIntoAPrivateNetwork(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	asked := make(chan struct{}, 10)
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked <- struct{}{} }))
	defer s.Close()
	o := overHTTP{token: "a token that is long enough"}
	write(t, dir, "token", o.token)
	write(t, dir, "secret", "whsec_"+strings.Repeat("A", 32))
	p, link := startServe(t, dir, "--sandbox", "--token-file", filepath.Join(dir, "token"), "--webhook",
		strings.Replace(s.URL, "127.0.0.1", "localhost", 1), "--webhook-secret-file", filepath.Join(dir, "secret"),
		"--log-format", "text")
	o.at = "http://" + parsed(t, link).Host
	o.send(t, "POST", "/api/v1/runs", "email\nada@acme.test\n")
	until(t, "it is refused", func() bool {
		return strings.Contains(o.send(t, "GET", "/metrics", ""), `prebounce_webhooks_total{outcome="failed"} 1`)
	})
	p.Process.Kill()
	<-p.ended
	if len(asked) > 0 || !strings.Contains(p.stderr.String(), "private or loopback") {
		t.Errorf("it was asked %d times: %s", len(asked), p.stderr.String())
	}
}
