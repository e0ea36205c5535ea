package probe

import (
	"context"
	"errors"
	"time"
)

// The shortest lease and time between renewals, at whatever pace: a busy machine takes as long.
const (
	leastLease   = time.Second
	leastRenewal = 100 * time.Millisecond
)

// lease makes an operator ours for a while, or tells until when it is another process's.
func (r *run) lease(ctx context.Context, op *operator, now time.Time) (other time.Time, err error) {
	if r.holds(op, now) {
		return time.Time{}, nil
	}
	until := now.Add(r.leaseTime())
	other, err = r.store.Lease(ctx, op.Operator, now, until)
	r.mu.Lock()
	defer r.mu.Unlock()
	op.leased, op.leasedUntil = err == nil && other.IsZero(), until
	return other, err
}

// holds reports whether an operator is ours for a good while yet: nobody can take it from us before the lease ends.
func (r *run) holds(op *operator, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return op.leased && now.Before(op.leasedUntil.Add(-r.leaseTime()/3))
}

// renew keeps the leases of operators that are not done with, until ctx ends. What it can't renew it leaves to whoever
// asks next.
func (r *run) renew(ctx context.Context) {
	tick := time.NewTicker(max(r.prober.shorter(leaseFor)/3, leastRenewal))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			for _, op := range r.leased() {
				if r.renewOne(ctx, op) != nil {
					return
				}
			}
		}
	}
}

// renewOne keeps one lease, unless it has been given up meanwhile.
func (r *run) renewOne(ctx context.Context, op *operator) error {
	now := time.Now()
	until := now.Add(r.leaseTime())
	other, err := r.store.Lease(ctx, op.Operator, now, until)
	r.mu.Lock()
	over := !op.leased
	op.leased, op.leasedUntil = !over && err == nil && other.IsZero(), until
	r.mu.Unlock()
	if over && err == nil {
		return r.store.Release(context.WithoutCancel(ctx), op.Operator)
	}
	return err
}

func (r *run) leaseTime() time.Duration { return max(r.prober.shorter(leaseFor), leastLease) }

func (r *run) leased() (all []*operator) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, op := range r.plan.series.operators {
		if op.leased {
			all = append(all, op)
		}
	}
	return all
}

// release ends the leases of this run.
func (r *run) release(ctx context.Context) (err error) {
	for _, op := range r.leased() {
		err = errors.Join(err, r.letGo(ctx, op))
	}
	return err
}

// letGo ends one lease.
func (r *run) letGo(ctx context.Context, op *operator) error {
	r.mu.Lock()
	op.leased = false
	r.mu.Unlock()
	return r.store.Release(context.WithoutCancel(ctx), op.Operator)
}
