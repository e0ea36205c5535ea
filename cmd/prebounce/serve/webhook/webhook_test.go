package webhook

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

func mustSecrets(t *testing.T, text string) []Secret {
	t.Helper()
	all, err := ParseSecrets(text)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestSignIsThatOfStandardWebhooks: the example of its specification and libraries.
func TestSignIsThatOfStandardWebhooks(t *testing.T) {
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	got := sign(mustSecrets(t, secret), "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0),
		[]byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	two := sign(mustSecrets(t, "# the next\n"+secret+"\r\n\nwhsec_"+strings.Repeat("A", 32)+"\n"), "id", time.Unix(1, 0),
		nil)
	if one, other, ok := strings.Cut(two, " "); !ok || one == other || !strings.HasPrefix(other, "v1,") {
		t.Errorf("of two secrets: %s", two)
	}
}

func TestSecretsThatAreNone(t *testing.T) {
	long := base64.StdEncoding.EncodeToString(make([]byte, 65))
	for _, text := range []string{"", "# nothing\n", "secret", "whsec_", "whsec_AAAA", "whsec_" + long,
		"whsec_not base64 at all, but long enough", strings.Repeat("whsec_"+strings.Repeat("A", 32)+"\n", 6)} {
		if all, err := ParseSecrets(text); err == nil {
			t.Errorf("%.20q is read as %d", text, len(all))
		}
	}
}

func TestURLsThatAreNone(t *testing.T) {
	secrets := mustSecrets(t, "whsec_"+strings.Repeat("A", 32))
	for _, at := range []string{"", "example.com", "/hook", "ftp://example.com", "http://example.com/hook",
		"https://", "https://:443/", "file:///etc/passwd", "https://a b/?key=very-secret"} {
		if _, err := New(at, Options{Secrets: secrets}); err == nil || strings.Contains(err.Error(), "very-secret") {
			t.Errorf("%q: %v", at, err)
		}
	}
	if _, err := New("https://example.com/", Options{}); err == nil {
		t.Error("nothing signs it")
	}
}

// TestWhereMessagesMayGo: the address counts that is dialled.
func TestWhereMessagesMayGo(t *testing.T) {
	for _, c := range []struct {
		address, scheme string
		private, want   bool
	}{
		{"8.8.8.8:443", "https", false, true}, {"[2620:fe::fe]:443", "https", false, true},
		{"8.8.8.8:80", "http", true, false}, {"8.8.8.8:443", "https", true, true},
		{"127.0.0.1:443", "https", false, false}, {"127.0.0.1:80", "http", true, true},
		{"10.1.2.3:443", "https", false, false}, {"169.254.169.254:80", "https", false, false},
		{"100.64.0.1:443", "https", false, false}, {"[::1]:443", "https", false, false},
		{"[::ffff:127.0.0.1]:443", "https", false, false}, {"[::ffff:10.0.0.1]:443", "https", false, false},
		{"[fd00::1]:443", "https", false, false}, {"[fe80::1%eth0]:443", "https", false, false},
		{"[64:ff9b::7f00:1]:443", "https", false, false}, {"0.0.0.0:443", "https", false, false},
		{"nonsense", "https", true, false},
	} {
		if err := allowed(c.address, c.scheme, c.private); (err == nil) != c.want {
			t.Errorf("%s by %s, private %v: %v", c.address, c.scheme, c.private, err)
		}
	}
}

// TestSend sends to a real server of loopback, which looks at what came.
func TestSend(t *testing.T) {
	secrets := mustSecrets(t, "whsec_"+strings.Repeat("A", 32))
	status := http.StatusNoContent
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		at, err2 := strconv.ParseInt(r.Header.Get("webhook-timestamp"), 10, 64)
		if want := sign(secrets, "one", time.Unix(at, 0), b); err2 != nil || time.Since(time.Unix(at, 0)) > time.Hour ||
			r.Header.Get("webhook-signature") != want {
			t.Errorf("it is signed %v, want %s", r.Header, want)
		}
		if err != nil || string(b) != `{"a":1}` || r.Method != http.MethodPost || r.URL.Path != "/hook" ||
			r.Header.Get("webhook-id") != "one" {
			t.Errorf("%s %s: %s, %v", r.Method, r.URL, b, r.Header)
		}
		w.Header().Set("Location", "http://127.0.0.1:1/elsewhere")
		w.WriteHeader(status)
	}))
	defer s.Close()
	private, err := New(s.URL+"/hook?token=very-secret", Options{Secrets: secrets, Private: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, status = range []int{200, 204, 302, 410, 500} {
		err := private.Send(t.Context(), "one", []byte(`{"a":1}`))
		var refused *Refused
		if (err == nil) != (status < 300) || (errors.As(err, &refused) && (refused.Status != status ||
			refused.Gone() != (status == 410))) {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// TestNoWayAroundThePublicInternet: neither a name, nor a proxy of the environment leads into a private network.
func TestNoWayAroundThePublicInternet(t *testing.T) {
	asked := false
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer s.Close()
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "ALL_PROXY"} {
		t.Setenv(name, s.URL)
	}
	for _, host := range []string{"localhost", "127.0.0.1", "[::ffff:127.0.0.1]"} {
		x, err := New("https://"+host+":"+at.Port()+"/?token=very-secret", Options{Secrets: mustSecrets(t,
			"whsec_"+strings.Repeat("A", 32))})
		if err != nil {
			t.Fatal(err)
		}
		err = x.Send(t.Context(), "one", nil)
		if !errors.Is(err, errPrivate) || strings.Contains(err.Error(), "very-secret") {
			t.Errorf("%s: %v", host, err)
		}
	}
	if asked {
		t.Error("it was asked all the same")
	}
}
