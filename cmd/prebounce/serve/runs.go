package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// runs are the runs of a folder, and what each does at present.
type runs struct {
	o    Options
	live *live
	ran  []func(*Run) // are told of each run that has ended

	count func([]Count) // is told what workers count; nil: nobody is

	mu      sync.Mutex
	at      map[string]*task
	waiting []*task
	closed  bool
	making  map[string]bool // keys by which runs are being made
	all     sync.WaitGroup
}

// task is a job that waits or works.
type task struct {
	id   string
	plan bool
	work *working // nil: it waits

	canceled bool
}

// errGone says that a run is not there, perhaps any more.
var errGone = errors.New("this run does not exist: it may have been deleted in another window")

// errBusy says that a run is at work already.
var errBusy = errors.New("this run is at work already")

func openRuns(o Options, l *live) (*runs, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	o.Dir = dir
	r := &runs{o: o, live: l, at: map[string]*task{}, making: map[string]bool{}}
	left, err := os.ReadDir(dir)
	for _, e := range left {
		if strings.HasPrefix(e.Name(), unfinished) {
			_ = os.RemoveAll(filepath.Join(dir, e.Name())) // it is tried again at the next start
		}
	}
	return r, err
}

// unfinished begins the names of folders that are being made or deleted. One that is left was so when the
// program was killed.
const unfinished = ".part-"

// get finds a run. No text from outside becomes a path unless it has the form of a run's name.
func (r *runs) get(id string) (*Run, error) {
	if !isRunID(id) {
		return nil, errGone
	}
	run, err := loadRun(filepath.Join(r.o.Dir, id))
	if missing(err) {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.at[id]; t != nil {
		run.live = string(Working)
		if t.work == nil {
			run.live = string(Waiting)
		}
	}
	return run, nil
}

// list returns the runs, the latest first, and deletes what is older than the person wants to keep.
func (r *runs) list(now time.Time) ([]*Run, error) {
	return r.those(now, func(string) bool { return true })
}

// those returns the runs whose IDs are wanted, likewise.
func (r *runs) those(now time.Time, wanted func(id string) bool) ([]*Run, error) {
	entries, err := os.ReadDir(r.o.Dir)
	if err != nil {
		return nil, err
	}
	var all []*Run
	for _, e := range slices.Backward(entries) {
		if !wanted(e.Name()) {
			continue
		}
		run, err := r.get(e.Name())
		if err != nil || (r.expired(run, now) && r.delete(run.ID) == nil) { // what stays is tried again at the next call
			continue
		}
		all = append(all, run)
	}
	return all, nil
}

// expired reports whether a run is older than the person wants to keep. Without --retain none is.
func (r *runs) expired(run *Run, now time.Time) bool {
	return r.o.Retain > 0 && run.live == "" && now.Sub(run.Made) > r.o.Retain
}

// delete takes a run away. Of two who delete the same run one does, and the other is told that it is gone.
func (r *runs) delete(id string) error {
	if _, err := r.get(id); err != nil {
		return err
	}
	r.mu.Lock()
	busy := r.at[id] != nil
	away := filepath.Join(r.o.Dir, unfinished+id)
	err := errBusy
	if !busy {
		err = os.Rename(filepath.Join(r.o.Dir, id), away)
	}
	r.mu.Unlock()
	if missing(err) {
		return errGone
	}
	if err != nil {
		return err
	}
	return os.RemoveAll(away)
}

// choose keeps what the person chose for a run that was not started, and what the doctor says to that.
func (r *runs) choose(id string, c Choices, fit []finding) error {
	run, err := r.get(id)
	if err != nil {
		return err
	}
	if s := run.State(); s == Done || s == Working || s == Waiting {
		return fmt.Errorf("this run is %s: its choices stay as they are", s)
	}
	run.Choices, run.Plan, run.Fit = c, nil, fit
	return run.save()
}

// decode reads one JSON value, which is bounded.
func decode(r io.Reader, v any) error { return json.NewDecoder(io.LimitReader(r, 4*mostJob)).Decode(v) }
