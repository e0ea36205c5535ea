package facts

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/limits"
)

// A batch is one transaction. It is committed when it is full, or when its oldest fact has waited maxWait.
const (
	batchRows = 20_000
	maxWait   = 200 * time.Millisecond
)

// Put passes a fact to the writer, which commits it within about 200 ms. An older fact never replaces a newer one.
//
// A domain's mail servers are kept for their TTL, but for at least an hour and at most a day; a definite negative
// answer is kept for a day. Other results (validate.NotAsked, validate.NoDNSAnswer) and domains with an @ are not
// stored. Times are kept to the second.
//
// Put blocks only while a full batch is pending: until it is committed, or for ten seconds if another process locks
// the file, which then turns the store off. Put does nothing once the store is off or closed.
func (s *Store) Put(domain string, m validate.Mail) {
	r, ok := toRow(domain, m)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.pending) == s.batch && !s.closed {
		s.room.Wait()
	}
	if s.closed || s.off != nil {
		return
	}
	s.pending = append(s.pending, r)
	if len(s.pending) == s.batch {
		select {
		case s.full <- struct{}{}:
		default: // told already
		}
	}
}

// write is the one writer of this process; it ends when closing is closed and nothing waits.
func (s *Store) write() {
	defer close(s.done)
	tick := time.NewTicker(maxWait)
	defer tick.Stop()
	spare := make([]row, 0)
	for open := true; open; {
		select {
		case <-s.full:
		case <-tick.C:
		case <-s.closing:
			open = false
		}
		batch := s.take(spare)
		s.commit(batch)
		clear(batch)
		spare = batch[:0]
	}
	s.releaseAll()
	s.forgetNoes()
	s.sweep()
}

// take exchanges what waits for an empty slice.
func (s *Store) take(empty []row) []row {
	s.mu.Lock()
	defer s.mu.Unlock()
	batch := s.pending
	s.pending = empty
	s.room.Broadcast()
	return batch
}

// commit writes a batch in one transaction, in the order of the keys, or turns the store off.
func (s *Store) commit(batch []row) {
	if len(batch) == 0 || s.whyOff() != nil {
		return
	}
	slices.SortStableFunc(batch, func(a, b row) int { return cmp.Compare(a.name, b.name) })
	if err := s.inTx(context.Background(), func(tx *sql.Tx) error { return insert(tx, batch) }); err != nil {
		s.turnOff(err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written += len(batch)
	s.room.Broadcast()
}

func insert(tx *sql.Tx, batch []row) error {
	stmt, err := tx.Prepare(`INSERT INTO domain VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE
		SET status=excluded.status, operator=excluded.operator, hosts=excluded.hosts, detail=excluded.detail,
			ttl=excluded.ttl, asked=excluded.asked, until=excluded.until
		WHERE excluded.asked >= domain.asked OR domain.asked > ?9`)
	if err != nil {
		return err
	}
	defer stmt.Close()
	late := time.Now().Add(limits.Lateness).Unix()
	for _, r := range batch {
		if _, err := stmt.Exec(r.name, r.status, r.operator, r.hosts, r.detail, r.ttl, r.asked, r.until,
			late); err != nil {
			return err
		}
	}
	return nil
}
