package serve

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/prebounce/prebounce/report"
)

// Run is one run, as its folder has it: lists/1, lists/2 and so on as they were uploaded, run.json, and what
// clean makes of them in out.
type Run struct {
	ID      string     `json:"id"`
	Made    time.Time  `json:"made"`
	Lists   []Uploaded `json:"lists"`
	Choices Choices    `json:"choices"`
	Key     string     `json:"key,omitempty"`  // SHA-256 of the Idempotency-Key that made it
	Began   time.Time  `json:"began,omitzero"` // when it was last started
	Plan    *ended     `json:"plan,omitempty"` // what asking mail hosts would take, by these choices
	Fit     []finding  `json:"fit,omitempty"`  // the findings of doctor against asking from here
	Ended   *ended     `json:"ended,omitempty"`
	Hooks   []string   `json:"hooks,omitempty"` // keys of the webhooks that are told of its end

	Service string `json:"service,omitempty"` // whose client made it as a bulk job
	Rows    int    `json:"rows,omitempty"`    // of such a job
	Once    bool   `json:"once,omitempty"`    // such a job leaves out rows that repeat an earlier one

	From     string           `json:"from,omitempty"`     // the run whose lists it took over
	Decision *report.Decision `json:"decision,omitempty"` // what it carries out

	dir  string
	live string // what it does at present: waiting or working; empty: nothing
}

// Uploaded is one list. Its name is shown, and never becomes a path.
type Uploaded struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
}

// State is where a run stands.
type State string

// The states of a run.
const (
	Open    State = "open"    // it was not started yet
	Waiting State = "waiting" // another run works
	Working State = "working"
	Stopped State = "stopped" // it goes on when it is asked to
	Failed  State = "failed"
	Done    State = "done"
)

// State is told from what is in the folder, so it holds after the program was killed, too.
func (r *Run) State() State {
	switch {
	case r.live != "":
		return State(r.live)
	case isFile(filepath.Join(r.out(), "report.json")):
		return Done
	case r.Began.IsZero():
		return Open
	case r.Ended == nil || r.Ended.Exit == interrupted || r.Ended.Exit < 0:
		return Stopped
	}
	return Failed
}

// interrupted is the exit status of a command that was interrupted.
const interrupted = 130

func (r *Run) out() string { return filepath.Join(r.dir, "out") }

// list is the path of a list by number.
func (r *Run) list(i int) string { return filepath.Join(r.dir, "lists", strconv.Itoa(i+1)) }

// Name is what people call the run.
func (r *Run) Name() string {
	switch n := len(r.Lists); n {
	case 0:
		return r.ID
	case 1:
		return r.Lists[0].Name
	case 2:
		return r.Lists[0].Name + " and " + r.Lists[1].Name
	default:
		return r.Lists[0].Name + " and " + strconv.Itoa(n-1) + " lists more"
	}
}

// Size is that of all lists in octets.
func (r *Run) Size() (n int64) {
	for _, l := range r.Lists {
		n += l.Size
	}
	return n
}

// job is the command for the run.
func (r *Run) job(plan bool, o *Options) Job {
	j := Job{Names: map[string]string{r.out(): "the run's folder"}}
	j.Args = append([]string{"clean", "--quiet", "--out=" + r.out()}, r.Choices.args(plan)...)
	if r.Decision != nil {
		j.Args = append(j.Args, r.Decision.Flags()...)
	}
	if o.Sandbox {
		j.Args = append(j.Args, "--sandbox")
	}
	if h := historyIn(o.Dir); isFile(h) {
		j.Args = append(j.Args, "--history="+h)
	}
	j.Args = append(j.Args, "--")
	for i, l := range r.Lists {
		j.Args = append(j.Args, r.list(i))
		j.Names[r.list(i)] = l.Name
	}
	return j
}

// historyIn is what earlier sends taught, for all runs of a folder.
func historyIn(dir string) string { return filepath.Join(dir, "prebounce-history.tsv") }

// runID is the form of the names of runs: when it was made, and a few letters that nobody can guess.
const runID = "20060102-150405-"

const runLetters = 8

func newRunID(now time.Time) string { return now.UTC().Format(runID) + rand.Text()[:runLetters] }

// isRunID reports whether a text has that form.
func isRunID(id string) bool {
	if len(id) != len(runID)+runLetters {
		return false
	}
	_, err := time.Parse(runID, id[:len(runID)])
	return err == nil && strings.Trim(id[len(runID):], "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// save writes run.json.
func (r *Run) save() error { return r.write("run.json", r) }

// write writes a file of the run's folder whole or not at all.
func (r *Run) write(name string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(r.dir, ".run-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(r.dir, name))
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// loadRun reads the run of a folder.
func loadRun(dir string) (*Run, error) {
	f, err := os.Open(filepath.Join(dir, "run.json"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := &Run{}
	if err := decode(f, r); err != nil {
		return nil, err
	}
	if r.ID != filepath.Base(dir) {
		return nil, errors.New(dir + ": it holds another run")
	}
	r.dir = dir
	return r, nil
}

// listNameOf makes the name of an uploaded file fit to be shown: its last part, no controls, not too long.
func listNameOf(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	for len(name) > 200 {
		_, name = name[0], name[1:]
		name = strings.ToValidUTF8(name, "")
	}
	if strings.Trim(name, ". ") == "" {
		return "list"
	}
	return name
}

func isFile(path string) bool {
	at, err := os.Stat(path)
	return err == nil && at.Mode().IsRegular()
}

func madeAt(path string) (time.Time, error) {
	at, err := os.Stat(path)
	if err != nil {
		return time.Time{}, err
	}
	return at.ModTime(), nil
}

func missing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
