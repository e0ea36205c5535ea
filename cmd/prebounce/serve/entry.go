package serve

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// entry decides who comes in: who shows the token, or the cookie of a browser that came by a link.
type entry struct {
	tokens []*visitor
	key    string // as good as a token that may do everything, and new at each start
	cookie string
	secure bool

	mu       sync.Mutex
	links    [][sha256.Size]byte // unused
	sessions [][sha256.Size]byte // of browsers, the latest last
}

// Bounds of what is remembered; the oldest is forgotten first.
const (
	mostLinks    = 16
	mostSessions = 64
)

// linkKey is the query of a link that works once.
const linkKey = "link"

func newEntry(tokens []Token, secure bool) *entry {
	e := &entry{key: rand.Text(), cookie: "prebounce", secure: secure}
	for _, t := range tokens {
		e.tokens = append(e.tokens, visitorOf(t))
	}
	e.tokens = append(e.tokens, visitorOf(tokenFor(e.key)))
	if secure {
		e.cookie = "__Host-prebounce"
	}
	return e
}

// Key is as good as the token while the server lives, for other programs of the same person.
func (s *Server) Key() string { return s.entry.key }

// Link returns the query of a link that lets one browser in, once.
func (s *Server) Link() string { return linkKey + "=" + s.entry.link() }

func (e *entry) link() string {
	secret := rand.Text()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.links = lastOf(append(e.links, sha256.Sum256([]byte(secret))), mostLinks)
	return secret
}

func lastOf[T any](all []T, n int) []T { return all[max(0, len(all)-n):] }

// required lets h answer only those who may come in. A link is exchanged for a cookie and goes from the
// address bar; no script is needed.
func (e *entry) required(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secret := ""
		if r.URL.RawQuery != "" && r.Method == http.MethodGet {
			secret = r.URL.Query().Get(linkKey)
		}
		if secret != "" && e.exchange(w, secret) {
			opened(w, r.URL.Path)
			return
		}
		v := e.visitor(r)
		if v == nil {
			w.Header().Set("WWW-Authenticate", `Bearer realm="prebounce"`)
			turnAway(w, r, http.StatusUnauthorized, "this page opens from a link that works once. "+
				"Start prebounce again, or press Enter in the window where it runs, for a new link")
			return
		}
		welcome(r)
		h.ServeHTTP(w, withVisitor(r, v))
	})
}

// opened goes on to the page by a step of our own: a browser that came from another site would not show the
// cookie to a redirect.
func opened(w http.ResponseWriter, page string) {
	page = (&url.URL{Path: "/" + strings.TrimLeft(page, `/\`)}).EscapedPath() // never the address of another server
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	page = html.EscapeString(page)
	_, _ = io.WriteString(w, `<!doctype html><html lang="en"><head><title>prebounce</title><meta http-equiv="refresh" content="0;url=`+page+
		`"></head><body><p><a href="`+page+`">Open prebounce</a></p></body></html>`) // whoever has gone needs no answer
}

// exchange takes a link for a session, whose cookie no script and no other site can use.
func (e *entry) exchange(w http.ResponseWriter, secret string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	i := indexOf(e.links, sha256.Sum256([]byte(secret)))
	if i < 0 {
		return false
	}
	e.links = append(e.links[:i:i], e.links[i+1:]...)
	session := rand.Text()
	e.sessions = lastOf(append(e.sessions, sha256.Sum256([]byte(session))), mostSessions)
	http.SetCookie(w, &http.Cookie{Name: e.cookie, Value: session, Path: "/", HttpOnly: true, Secure: e.secure,
		SameSite: http.SameSiteStrictMode})
	return true
}

// visitor is who sends a request: whoever shows a token, or the person by the cookie of a session; nil if it is neither.
func (e *entry) visitor(r *http.Request) *visitor {
	if token, ok := tokenOf(r); ok {
		return e.byToken(token)
	}
	for _, c := range r.CookiesNamed(e.cookie) {
		e.mu.Lock()
		known := indexOf(e.sessions, sha256.Sum256([]byte(c.Value))) >= 0
		e.mu.Unlock()
		if known {
			return new(visitor)
		}
	}
	return nil
}

// byToken finds whose token it is, and takes as long whoever it is; nil if it is nobody's.
func (e *entry) byToken(token string) (found *visitor) {
	sum := sha256.Sum256([]byte(token))
	for _, v := range e.tokens {
		if subtle.ConstantTimeCompare(sum[:], v.digest[:]) == 1 {
			found = v
		}
	}
	return found
}

// tokenOf is what a request shows: a bearer token, or the password of Basic authentication.
func tokenOf(r *http.Request) (string, bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token), true
	}
	_, password, ok := r.BasicAuth()
	return password, ok
}

// indexOf finds a digest, and takes as long whether or not it is there.
func indexOf(all [][sha256.Size]byte, one [sha256.Size]byte) int {
	found := -1
	for i := range all {
		if subtle.ConstantTimeCompare(all[i][:], one[:]) == 1 {
			found = i
		}
	}
	return found
}
