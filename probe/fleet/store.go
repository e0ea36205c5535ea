package fleet

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate/limits"
)

// store is what polite asking needs to know, kept for the whole fleet on the server: [probe.Store] for a worker. It
// waits for a server that is away.
type store struct {
	conn   *Conn
	cells  *cells
	holder string   // of leases: this worker's, as long as it lives
	from   string   // the address that we ask from
	names  []string // that a reply may call the sender by, of which all addresses are
	greets *limits.Memory
}

// own is the key of what holds for our sending address.
func (s *store) own(kind string, names ...string) string {
	return kind + ".at." + token(s.from) + suffix(names)
}

// shared is the key of what holds for the whole fleet.
func shared(kind string, names ...string) string { return kind + ".all" + suffix(names) }

func suffix(names []string) (s string) {
	for _, name := range names {
		s += "." + token(name)
	}
	return s
}

// operatorCap begins the keys of caps that hold for an operator, see [probe.Limiter].
const operatorCap = "operator "

// keyOf is where what was spent under a cap is counted: an operator's hours and days for the whole fleet, the rest for
// our address.
func (s *store) keyOf(c limits.Cap) string {
	if operator, ok := strings.CutPrefix(c.Key, operatorCap); ok {
		return shared("spent", operator)
	}
	return s.own("spent", c.Key)
}

// Take is [probe.Limiter.Take].
func (s *store) Take(ctx context.Context, _ time.Time, n int, caps ...limits.Cap) (granted int, again time.Time,
	err error) {
	granted = max(n, 0)
	var done []limits.Cap
	for _, same := range byKey(caps) {
		had := granted
		var soonest time.Time
		if granted, soonest, err = s.takeOne(ctx, had, same); err != nil {
			return 0, time.Time{}, err
		}
		if granted < had {
			again = s.conn.clock.here(soonest)
			if err = s.GiveBack(ctx, time.Now(), had-granted, done...); err != nil {
				return 0, time.Time{}, err
			}
		}
		done = append(done, same...)
	}
	return granted, again, nil
}

// byKey sorts caps into those of one key.
func byKey(caps []limits.Cap) (groups [][]limits.Cap) {
	for _, c := range caps {
		i := slices.IndexFunc(groups, func(g []limits.Cap) bool { return g[0].Key == c.Key })
		if i < 0 {
			i, groups = len(groups), append(groups, nil)
		}
		groups[i] = append(groups[i], c)
	}
	return groups
}

// takeOne takes from caps of one key.
func (s *store) takeOne(ctx context.Context, n int, caps []limits.Cap) (granted int, again time.Time, err error) {
	key, life := s.keyOf(caps[0]), time.Duration(0)
	caps = slices.Clone(caps)
	for i := range caps {
		if strings.HasPrefix(caps[i].Key, operatorCap) { // several machines count it
			caps[i].Within += loose
		}
		life = max(life, caps[i].Within)
	}
	err = patiently(ctx, s.cells.given, func(ctx context.Context) error {
		return s.cells.change(ctx, key, func(old []byte) ([]byte, bool) {
			now, was := s.conn.clock.now(), readSpent(old)
			counts := make([]limits.Spent, len(caps))
			for i, c := range caps {
				counts[i] = was.within(c, now)
			}
			if granted, again = limits.Grant(now, n, caps, counts); granted == 0 {
				return nil, false
			}
			return was.take(now, granted, life).append(nil), true
		})
	})
	return granted, again, err
}

// GiveBack is [probe.Limiter.GiveBack].
func (s *store) GiveBack(ctx context.Context, at time.Time, n int, caps ...limits.Cap) error {
	if n <= 0 {
		return nil
	}
	for _, same := range byKey(caps) {
		err := patiently(ctx, s.cells.given, func(ctx context.Context) error {
			return s.cells.change(ctx, s.keyOf(same[0]), func(old []byte) ([]byte, bool) {
				return readSpent(old).giveBack(s.conn.clock.server(at), n).append(nil), true
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
