package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/prebounce/prebounce/validate/limits"
)

// Status is a fleet at one moment. Times are of this machine's clock.
type Status struct {
	Workers  []Info        `json:"workers"`
	Queues   []Queue       `json:"queues"`
	Limits   []Used        `json:"limits"`
	Cooling  []Cooling     `json:"cool_downs"`
	TimeLeft time.Duration `json:"time_left_ns"` // at the pace so far; 0: unknown, or there is nothing to do
}

// Queue is the batches of one operator, or of all without a row in the table.
type Queue struct {
	Name    string `json:"name"`
	Waiting int    `json:"waiting"`
	AtWork  int    `json:"at_work"` // with a worker, or given back for a while
}

// Used is what the fleet has asked of an operator.
type Used struct {
	Operator string `json:"operator"`
	Hour     int    `json:"last_hour"`
	Day      int    `json:"last_day"`
	MostHour int    `json:"most_hour"`
	MostDay  int    `json:"most_day"`
}

// Cooling is an operator that is left alone.
type Cooling struct {
	Operator string    `json:"operator"` // empty: all of them
	From     string    `json:"from"`     // the sending address that is stopped; empty: all of them
	Until    time.Time `json:"until"`
	Why      string    `json:"why"`
}

// Status asks the server how the fleet is.
func (c *Conn) Status(ctx context.Context) (s Status, err error) {
	if err = c.dialled(); err != nil {
		return s, err
	}
	if err = c.setClock(ctx, c.config, "clock", nil); err != nil {
		return s, err
	}
	if s.Queues, err = c.queues(ctx); err != nil {
		return s, err
	}
	err = each(ctx, c.workers, ">", func(entry jetstream.KeyValueEntry) {
		if info, ok := readInfo(entry); ok {
			info.Since, info.Seen = c.clock.here(info.Since), c.clock.here(info.Seen)
			s.Workers = append(s.Workers, info)
		}
	})
	if err == nil {
		err = c.used(ctx, &s)
	}
	if err == nil {
		err = each(ctx, c.state, "rest.>", func(entry jetstream.KeyValueEntry) { s.cooling(c, entry.Value()) })
	}
	s.estimate()
	return s, err
}

func (s *Status) cooling(c *Conn, text []byte) {
	var is cooling
	if json.Unmarshal(text, &is) == nil && is.Until.After(c.clock.now()) {
		s.Cooling = append(s.Cooling, Cooling{is.Operator, is.From, c.clock.here(is.Until), is.Why})
	}
}

// each reads the values of a bucket under some keys.
func each(ctx context.Context, bucket jetstream.KeyValue, keys string, do func(jetstream.KeyValueEntry)) error {
	watch, err := bucket.Watch(ctx, keys, jetstream.IgnoreDeletes())
	if err != nil {
		return err
	}
	defer watch.Stop()
	for {
		select {
		case entry := <-watch.Updates():
			if entry == nil {
				return nil
			}
			do(entry)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (c *Conn) queues(ctx context.Context) (all []Queue, err error) {
	stream, err := c.js.Stream(ctx, askStream)
	if err != nil {
		return nil, err
	}
	list := stream.ListConsumers(ctx)
	for info := range list.Info() {
		if n := int(info.NumPending) + info.NumAckPending; n > 0 {
			name := strings.TrimPrefix(info.Name, "ask_")
			all = append(all, Queue{name, int(info.NumPending), info.NumAckPending})
		}
	}
	slices.SortFunc(all, func(a, b Queue) int { return strings.Compare(a.Name, b.Name) })
	return all, list.Err()
}

// used finds the operators that were asked of late by their leases, which name them.
func (c *Conn) used(ctx context.Context, s *Status) error {
	names := make(map[string]bool)
	err := each(ctx, c.state, "lease.>", func(entry jetstream.KeyValueEntry) {
		var l leased
		if json.Unmarshal(entry.Value(), &l) == nil {
			names[l.Operator] = true
		}
	})
	now := c.clock.now()
	for name := range names {
		rule := c.rules.Of(name)
		u := Used{Operator: name, MostHour: int(float64(rule.Hour) * c.pace), MostDay: int(float64(rule.Day) * c.pace)}
		entry, err := c.state.Get(ctx, shared("spent", name))
		if errors.Is(err, jetstream.ErrKeyNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		was := readSpent(entry.Value())
		u.Hour = was.within(limits.Cap{Within: time.Hour}, now).N
		if u.Day = was.within(limits.Cap{Within: 24 * time.Hour}, now).N; u.Day > 0 {
			s.Limits = append(s.Limits, u)
		}
	}
	slices.SortFunc(s.Limits, func(a, b Used) int { return strings.Compare(a.Operator, b.Operator) })
	return err
}

// estimate goes by how many batches the workers have done since they began.
func (s *Status) estimate() {
	left, perSecond := 0, 0.0
	for _, q := range s.Queues {
		left += q.Waiting + q.AtWork
	}
	for _, w := range s.Workers {
		if up := time.Since(w.Since).Seconds(); up > 0 {
			perSecond += float64(w.Finished) / up
		}
	}
	if perSecond > 0 {
		s.TimeLeft = time.Duration(float64(left) / perSecond * float64(time.Second))
	}
}

// Drain has a worker take no more questions, and end once those that it holds are answered.
func (c *Conn) Drain(ctx context.Context, worker string) error {
	if !workerName.MatchString(worker) {
		return fmt.Errorf("invalid name of a worker %.40q: want letters a to z, digits and hyphens", worker)
	}
	if err := c.dialled(); err != nil {
		return err
	}
	entry, err := c.workers.Get(ctx, worker)
	if err == nil {
		if _, ok := readInfo(entry); ok {
			_, err = c.config.Put(ctx, "drain."+worker, nil)
			return err
		}
	}
	return fmt.Errorf("worker %s not found: it is not running, or has another name (prebounce fleet status)", worker)
}
