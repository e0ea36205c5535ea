package batch

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/spool"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/known"
)

// Source is the list to clean. It can be read twice, and it can write rows in its own format.
type Source interface {
	contacts.Source
	NewSink(w io.Writer, extra []string) (*contacts.Sink, error)
}

// Run is one run over a list or over several lists. Only Dir and one of Source and Several are required.
type Run struct {
	Name   string // name of the list in the summary, or of all lists together
	Source Source
	// Several are lists to clean as one: duplicates are linked across them, there is one forecast and one
	// results.csv, and each has its own outputs, in a folder below Dir. They stand in the place of Source.
	// One alone is cleaned as Source is.
	Several []NamedSource

	Dir   string      // the folder of outputs; it appears whole or not at all
	Force bool        // an existing folder of outputs is replaced
	Mode  fs.FileMode // of the outputs, before the umask; 0: readable by everybody

	Tell func(note string) // receives notes about leftovers of killed runs; may be nil

	FixTypos bool // rows with a proven typo and its correction are written to corrected.csv
	Repair   bool // in clean and its parts, an address cell holds its address and nothing else
	// clean and its parts get the columns that review and removed have; they hold only the header and rows
	Annotate bool

	Lists      *known.Lists // nil: the embedded ones
	Policy     validate.Policy
	Suppressed *AddressSet
	Bounced    *AddressSet // addresses that bounced hard earlier

	Status StatusColumns

	Resolver  Resolver    // nil: DNS is not asked
	Store     Store       // nil: every domain is asked
	Asker     Asker       // nil: mail servers are not asked
	Sampler   Sampler     // nil, or no Forecaster: all undecided addresses are asked about
	Seed      uint64      // of the random choice of rows within a kind, for the Sampler, and of audited rows
	Answers   AnswerStore // nil: replies are not stored
	Audit     Audit       // of refusals
	YesRemove bool        // override the limits on removals: by DNS, and by a file of Suppressed or Bounced

	YesUnreadable bool // write lists even if many address cells hold no address
	AllowEmpty    bool // a list may have no rows

	Forecaster Forecaster // nil: no forecast is made
	Mailings   []Mailing  // earlier sends; the forecast counts their recipients as survived
	MaxRisk    float64    // clean rows with a higher bounce probability go to review; 0: no limit
	Now        time.Time  // time of the send, from which ages are counted back; zero: now

	Workers  int    // 0: one for each processor
	TempDir  string // for working data; empty: the system's
	Progress func(Phase, int64, int64)
	Finish   func(dir string, s *Summary) error // writes further files into the folder before it appears; may be nil

	temp *spool.Dir // of TempDir
}

// Phase is a part of a run that reports its progress.
type Phase uint8

const (
	Survey  Phase = iota // first read; progress in octets
	Resolve              // DNS; progress in domains
	Gather               // reading for addresses to ask about; progress in octets
	Split                // second read; progress in octets
)

var phaseNames = [...]string{"reading", "asking DNS", "reading", "writing"}

func (p Phase) String() string {
	if int(p) >= len(phaseNames) {
		return fmt.Sprintf("phase(%d)", uint8(p))
	}
	return phaseNames[p]
}

// temporary is where working data goes.
func (r *Run) temporary() *spool.Dir {
	if r.temp == nil {
		r.temp = &spool.Dir{Path: r.TempDir}
	}
	return r.temp
}

func (r *Run) workers() int {
	if r.Workers > 0 {
		return r.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// Do executes the run. It returns an error only if the run could not complete; bad addresses and unresponsive servers
// are reported in the Summary.
func (r *Run) Do(ctx context.Context) (*Summary, error) {
	if err := r.complete(); err != nil {
		return nil, err
	}
	run := *r // so that a Run can be used twice
	run.Progress, run.temp = meter(r.Progress, r.size()), &spool.Dir{Path: r.TempDir}
	defer run.temp.Wait()
	started := time.Now()
	out, err := newOutputs(&run)
	if err != nil {
		return nil, err
	}
	defer out.discard()
	defer out.proposals.close()
	s, err := run.surveyTables(ctx)
	if err != nil {
		return nil, err
	}
	defer s.close()
	if err := run.readable(s); err != nil {
		return nil, err
	}
	if err := run.fileBrake(s); err != nil {
		return nil, err
	}
	l, err := run.look(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := run.ask(ctx, l); err != nil {
		return nil, err
	}
	brake, err := run.brake(l)
	if err != nil {
		return nil, err
	}
	if err := run.audit(l, brake.Pulled); err != nil {
		return nil, err
	}
	f, err := run.forecast(l, brake.Pulled)
	if err == nil && f != nil && f.split {
		err = out.divide()
	}
	if err != nil {
		return nil, err
	}
	t, err := run.split(ctx, l, f, out)
	s.close()
	if err != nil {
		return nil, err
	}
	sum := run.summary(l, t, brake)
	sum.Lists = run.ofLists(t.lists, out.names)
	if sum.Corrected, err = run.correct(ctx, out, &out.proposals); err != nil {
		return nil, err
	}
	sum.Started, sum.Took = started, time.Since(started)
	return sum, out.finish(run.Finish, sum)
}

// meter adds up the steps of each phase; a list is read whole in both reads.
func meter(tell func(Phase, int64, int64), size int64) func(Phase, int64, int64) {
	if tell == nil {
		return func(Phase, int64, int64) {}
	}
	done := [len(phaseNames)]int64{}
	return func(p Phase, step, total int64) {
		done[p] += step
		if total == 0 {
			total = size
		}
		tell(p, done[p], total)
	}
}

func (r *Run) tell(note string) {
	if r.Tell != nil {
		r.Tell(note)
	}
}

// progress tells of another n octets read.
func (r *Run) progress(p Phase, n int64) { r.Progress(p, n, 0) }
