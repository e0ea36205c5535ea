package serve

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Limits of what is answered at the same time.
const (
	mostRequests = 256
	mostStreams  = 32
)

// headers go with every answer, also with refusals. Pages load nothing from elsewhere, run no script but
// ours, and are framed by nobody.
var headers = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
		"connect-src 'self'; " +
		"frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), microphone=(), geolocation=()",
	"Cache-Control":                "no-store",
}

// guarded wraps h in the checks. None of them looks at the path, so no spelling of a path goes around them. Only the
// routes of other services find their keys themselves.
func (s *Server) guarded(h http.Handler) http.Handler {
	h = s.entry.required(h)
	h = s.services(h)
	h = crossOrigin(h)
	h = s.known(h)
	h = atMost(mostRequests, h)
	h = s.limited(h)
	return withHeaders(h)
}

func withHeaders(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		h.ServeHTTP(w, r)
	})
}

// crossOrigin refuses what another site makes a browser send.
func crossOrigin(h http.Handler) http.Handler {
	var p http.CrossOriginProtection
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.Check(r) != nil || embedded(r) {
			turnAway(w, r, http.StatusForbidden, "this request comes from another site")
			return
		}
		h.ServeHTTP(w, r)
	})
}

// embedded reports whether a page of another site, or of another port of this machine, loads this as a part of its own.
func embedded(r *http.Request) bool {
	from := r.Header.Get("Sec-Fetch-Site")
	return (from == "cross-site" || from == "same-site") && r.Header.Get("Sec-Fetch-Mode") != "navigate"
}

// known refuses requests that call the server by a name that is not its own: a stranger's name may lead here
// (DNS rebinding).
func (s *Server) known(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !hostKnown(r.Host, s.o.Hosts) {
			turnAway(w, r, http.StatusMisdirectedRequest,
				"this server does not go by that name: open it at the address that prebounce printed")
			return
		}
		h.ServeHTTP(w, r)
	})
}

func hostKnown(host string, names []string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsLoopback() {
		return true
	}
	return host == "localhost" || slices.ContainsFunc(names, func(name string) bool {
		return strings.EqualFold(name,
			host)
	})
}

// atMost answers n requests at a time, and asks others to come back.
func atMost(n int, h http.Handler) http.Handler {
	places := make(chan struct{}, n)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
			h.ServeHTTP(w, r)
		default:
			w.Header().Set("Retry-After", "1")
			turnAway(w, r, http.StatusServiceUnavailable, "too many requests at once: try again in a moment")
		}
	})
}

// slowest is how many octets a second a body has to have, beside the server's patience.
const slowest = 1 << 10

// limited bounds how much is read and how slowly it may come or be taken.
func (s *Server) limited(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = http.MaxBytesReader(w, &paced{body: r.Body, control: c, until: time.Now().Add(s.patience)},
				s.o.MaxUpload)
		}
		h.ServeHTTP(&patient{ResponseWriter: w, control: c, patience: s.patience}, r)
	})
}

// turnAway answers who does not pass the checks: a browser with a sentence, a program with a problem.
func turnAway(w http.ResponseWriter, r *http.Request, status int, why string) {
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		refuse(w, status, why)
		return
	}
	problem(w, status, why)
}

// refuse answers with a sentence for people.
func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte("prebounce: " + why + "\n"))
}
