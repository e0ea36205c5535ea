package facts

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate/limits"
)

// No row reaches further than its longest life: one that does was written under a wrong clock, or by somebody else,
// and would bind us for years. Such rows are never believed, and dropped: those about what we owe when the store is
// opened, facts when it is closed.
//
// A condition is one of SQL in which ?1 is the moment now, ?2 as much later as clocks may differ, both in the unit of
// the table: nanoseconds where moments are exact, else seconds.
type bound struct {
	table, what string // what stands in it, for people
	unit        time.Duration
	impossible  string
}

const (
	lateSpan  = int64(limits.Lateness)
	leaseSpan = int64(limits.LeaseLife)
	restSpan  = int64(limits.CoolDownLife)
	capSpan   = int64(limits.CapLife + limits.Lateness)
	againSpan = int64(limits.AgainLife)
)

// owed are the bounds of what we owe to operators, and of what is known of servers and domains.
var owed = []bound{
	{"spent", "counts", 1, "at > ?2 OR n < 1"},
	{"lease", "leases", 1, fmt.Sprintf("ends > ?2 + %d", leaseSpan)},
	{"rest", "cool-downs", 1, fmt.Sprintf("ends > ?2 + %d", restSpan)},
	{"control", "domains' controls", time.Second, learntBound(limits.ControlLife)},
	{"manners", "servers' profiles", time.Second, learntBound(limits.HostProfileLife)},
}

// heard are the bounds of what DNS and mail servers said, and of what is over.
var heard = []bound{
	// older ones are no news
	{"lease", "abandoned leases", 1, fmt.Sprintf("ends <= ?1 AND ends > ?1 - %d", int64(30*time.Minute))},
	{"spent", "expired counts", 1, fmt.Sprintf("at < ?1 - %d AND until > ?1 / %d", capSpan, int64(time.Second))},
	{"domain", "DNS facts", time.Second, learntBound(day)},
	{"answer", "answers", 1, fmt.Sprintf("at > ?2 OR again > ?2 + %d OR (until - asked) * %d > %d",
		againSpan, int64(time.Second), int64(longestAnswer))},
}

// learntBound is the condition for a fact that lives so long at most.
func learntBound(life time.Duration) string {
	return fmt.Sprintf("asked > ?2 OR until > asked + %d", int64(life/time.Second))
}

// longestAnswer is as long as an answer is kept: an unknown mailbox.
const longestAnswer = 30*day + 2*time.Second

// params are the values of ?1 and ?2.
func (b *bound) params(now time.Time) (int64, int64) {
	return nanos(now) / int64(b.unit), nanos(now.Add(limits.Lateness)) / int64(b.unit)
}

// dropImpossible drops the rows beyond some bounds, and tells the person. Where it can't, such rows are still not
// believed.
func (s *Store) dropImpossible(ctx context.Context, now time.Time, bounds []bound) {
	var dropped []string
	for i := range bounds {
		if n, err := s.dropBeyond(ctx, now, &bounds[i]); err == nil && n > 0 {
			dropped = append(dropped, fmt.Sprintf("%d %s", n, bounds[i].what))
		}
	}
	if len(dropped) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes = append(s.notes, fmt.Sprintf("store of facts: %s: deleted abandoned or impossible entries: %s", s.path,
		strings.Join(dropped, ", ")))
}

// dropBeyond looks before it writes, as there hardly ever is anything to drop.
func (s *Store) dropBeyond(ctx context.Context, now time.Time, b *bound) (n int64, err error) {
	at, late := b.params(now)
	query := fmt.Sprintf("SELECT 1 FROM %s WHERE ?1 = ?1 AND ?2 = ?2 AND (%s) LIMIT 1", b.table, b.impossible)
	found := 0
	if err := s.db.QueryRowContext(ctx, query, at, late).Scan(&found); err != nil {
		return 0, err
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		gone, err := tx.ExecContext(ctx, fmt.Sprintf("DELETE FROM %s WHERE ?1 = ?1 AND ?2 = ?2 AND (%s)", b.table,
			b.impossible), at, late)
		if err != nil {
			return err
		}
		n, err = gone.RowsAffected()
		return err
	})
	return n, err
}
