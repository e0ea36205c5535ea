// Package serve shows runs in a browser: drop a list, watch, decide, download. The API speaks of the same runs.
//
// It speaks HTTP and wires; it decides nothing. A run is its folder below Options.Dir, a list streams into
// it, and the commands of prebounce itself do the work: long ones in a process of their own, short ones
// through Options.Command. So a page says what the terminal says, byte for byte, and a program that is killed
// loses nothing.
//
// A Server is an http.Handler. Its checks (Host, origin, token, limits) wrap every route and never look at the path.
package serve

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
	"os/exec"
	"sync"
	"time"

	"github.com/prebounce/prebounce/cmd/prebounce/serve/webhook"
	"github.com/prebounce/prebounce/report"
)

// Options say what to serve and to whom.
type Options struct {
	Dir     string   // of the runs; made if it is missing
	Tokens  []Token  // of programs; never empty
	Hosts   []string // names that requests may call the server by, beside those of loopback
	Secure  bool     // browsers reach it over TLS
	Version string   // of the program

	// Command runs a command of prebounce in this process, as if it had been typed, and returns its exit status.
	Command func(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int
	// Worker is the process that does a [Job]: it reads the job from its standard input and writes [Message] lines.
	Worker func() *exec.Cmd

	// Check looks at what is an address, or holds some, as the command check does. It returns ctx's error if
	// nothing is known by then; an answer that comes later is kept, so whoever asks again has it.
	Check func(ctx context.Context, input string) ([]report.Address, error)

	Counts func() []Count // what Check counted since the last call; nil: nothing

	Folders []string // absolute: below them programs name lists by path; empty: nowhere

	Compat []string // services whose clients are answered, of [compat.Services]; empty: none

	Quit func() // ends the program, for whoever has no terminal; nil: the pages can't

	Sandbox   bool          // runs ask the sandbox, and nothing real
	Inbox     string        // folder of mail that the sandbox took; empty: there is none
	Retain    time.Duration // how long a run is kept; zero: until somebody deletes it
	MaxUpload int64         // octets of one upload; zero: 16 GiB, as clean reads
	AtOnce    int           // runs that work at the same time; zero: 1
	Log       *slog.Logger  // gets no address and no token; nil: nothing is logged

	Webhooks []*webhook.Sender // are told when a run ends
	Address  string            // how others reach the server, for links: http://127.0.0.1:8080
}

// Server serves the pages. Close ends the runs that are at work; each goes on when it is asked to.
type Server struct {
	o       Options
	log     *slog.Logger
	guard   http.Handler
	entry   *entry
	runs    *runs
	pages   *pages
	live    *live
	metrics *metrics
	hooks   []*hook

	streams  chan struct{} // a place for each that is watched
	patience time.Duration // with whoever sends a header, sends a body or takes an answer
	indexes  indexes
	deciders deciders
	results  results
	telling  sync.Mutex // forecasts are told one by one
}

// New makes the folder of runs if need be, and takes up those that are there.
func New(o Options) (*Server, error) {
	o.MaxUpload = cmp.Or(o.MaxUpload, 16<<30)
	o.AtOnce = cmp.Or(o.AtOnce, 1)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{o: o, log: o.Log, entry: newEntry(o.Tokens, o.Secure), live: newLive(), streams: make(chan struct{},
		mostStreams), patience: 20 * time.Second}
	var err error
	if s.runs, err = openRuns(o, s.live); err != nil {
		return nil, err
	}
	if s.pages, err = newPages(); err != nil {
		return nil, err
	}
	s.metrics = newMetrics(s)
	s.runs.count = s.metrics.counts.add
	s.runs.ran = append(s.runs.ran, s.metrics.ran, s.logEnd)
	s.hooks = s.newHooks()
	s.guard = s.guarded(s.timed(s.routes()))
	if err := s.runs.resume(); err != nil {
		return nil, err
	}
	return s, s.beginHooks()
}

// ServeHTTP answers whoever passes the checks.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.guard.ServeHTTP(w, r) }

// Close interrupts the runs that are at work and waits for them. What they found out is kept.
func (s *Server) Close() error {
	s.runs.close()
	for _, h := range s.hooks {
		h.close()
	}
	return nil
}

// routes are the pages, which are the person's, and what is for programs with a right.
func (s *Server) routes() *http.ServeMux {
	pages, m := http.NewServeMux(), http.NewServeMux()
	s.routePages(pages)
	s.routeRuns(pages)
	s.routeWhatIf(pages)
	s.routeTools(pages)
	m.Handle("GET /view/{name}", needs(toInbox, http.HandlerFunc(s.viewMail)))
	m.Handle("/", needs(toOwner, pages))
	s.routeAPI(m)
	s.routeHealth(m)
	return m
}
