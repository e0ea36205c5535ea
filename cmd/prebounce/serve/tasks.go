package serve

import (
	"errors"
	"path/filepath"
	"slices"
	"time"
)

// start has a run done, or planned, as soon as there is a place.
func (r *runs) start(id string, plan bool) error {
	run, err := r.get(id)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
		return errors.New("prebounce is about to end")
	case r.at[id] != nil:
		return errBusy
	case run.State() == Done:
		return errors.New("this run is done")
	}
	if !plan {
		run.Began, run.Ended, run.Hooks = time.Now(), nil, keysOf(r.o.Webhooks)
	}
	if err := run.save(); err != nil {
		return err
	}
	t := &task{id: id, plan: plan}
	r.at[id] = t
	r.waiting = append(r.waiting, t)
	r.next()
	return nil
}

// next starts what waits, as far as there are places.
func (r *runs) next() {
	for len(r.waiting) > 0 && len(r.at)-len(r.waiting) < r.o.AtOnce {
		t := r.waiting[0]
		r.waiting = r.waiting[1:]
		if err := r.work(t); err != nil {
			delete(r.at, t.id)
			r.keep(t, ended{Exit: 1, Said: []string{err.Error()}})
			r.tellEnd(t)
		}
		r.live.changed(t.id)
	}
}

func (r *runs) work(t *task) error {
	run, err := loadRun(filepath.Join(r.o.Dir, t.id))
	if err != nil {
		return err
	}
	r.o.Log.Info("run started", "run", t.id, "plan", t.plan, "lists", len(run.Lists), "octets", run.Size())
	r.all.Add(1)
	t.work, err = start(r.o.Worker(), run.job(t.plan, &r.o), func(m Message) { r.heard(t, m) }, func(e ended) {
		defer r.all.Done()
		r.ended(t, e)
		r.tellEnd(t)
	})
	if err != nil {
		r.all.Done()
	}
	return err
}

// heard takes what a worker tells.
func (r *runs) heard(t *task, m Message) {
	if r.count != nil {
		r.count(m.Counts)
	}
	if m.Phase != "" {
		m.Counts = nil
		r.live.tell(t.id, m)
	}
}

// tellEnd tells that a run has ended.
func (r *runs) tellEnd(t *task) {
	run, err := loadRun(filepath.Join(r.o.Dir, t.id))
	if err != nil || t.plan {
		return
	}
	for _, tell := range r.ran {
		tell(run)
	}
}

func (r *runs) ended(t *task, e ended) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.Canceled = t.canceled
	r.keep(t, e)
	delete(r.at, t.id)
	r.live.forget(t.id)
	r.next()
}

// keep writes down how a job ended.
func (r *runs) keep(t *task, e ended) {
	run, err := loadRun(filepath.Join(r.o.Dir, t.id))
	if err != nil {
		return
	}
	if t.plan {
		run.Plan = &e
	} else {
		run.Ended = &e
	}
	if err := run.save(); err != nil {
		r.o.Log.Error("keeping a run", "run", t.id, "error", err)
	}
}

// cancel ends what a run does. What was found out until then is kept.
func (r *runs) cancel(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.at[id]
	switch {
	case t == nil:
	case t.work != nil:
		t.canceled = true
		t.work.stop()
	default:
		if !t.plan {
			r.keep(t, ended{Exit: interrupted, Canceled: true})
		}
		delete(r.at, id)
		r.waiting = slices.DeleteFunc(r.waiting, func(w *task) bool { return w == t })
		r.live.forget(id)
	}
}

// resume has the jobs of other services go on that were stopped with the program, the oldest first: their clients
// only ask how far they are.
func (r *runs) resume() error {
	all, err := r.list(time.Now())
	for _, run := range slices.Backward(all) {
		canceled := run.Ended != nil && run.Ended.Canceled
		if run.Service != "" && run.State() == Stopped && !canceled {
			err = errors.Join(err, r.start(run.ID, false))
		}
	}
	return err
}

// close cancels everything and waits.
func (r *runs) close() {
	r.mu.Lock()
	r.closed = true
	r.waiting = nil
	for _, t := range r.at {
		if t.work != nil {
			t.work.stop()
		}
	}
	r.mu.Unlock()
	r.all.Wait()
}
