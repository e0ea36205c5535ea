package fleet

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"github.com/prebounce/prebounce/validate/reply"
)

// cooling is an operator that is left alone, by one address or by all.
type cooling struct {
	Operator string    `json:"operator"` // empty: all of them
	From     string    `json:"from"`     // the address that is stopped; empty: all of them
	Until    time.Time `json:"until"`    // by the server's clock
	Why      string    `json:"why"`
}

// named is who named a block list, and until when that counts.
type named map[string]time.Time

// CoolDown is [probe.Store.CoolDown]. What an operator says of our address stops that address; what it says of a name,
// or of nothing that we can tell, stops all. Two operators that name one list stop all addresses everywhere.
func (s *store) CoolDown(ctx context.Context, operator string, until time.Time, why string) error {
	end := s.conn.clock.server(until)
	said := reply.Classify(reply.Parse(why), reply.Context{Operator: operator})
	key, from := shared("rest", operator), ""
	if s.ofAddress(why, said) {
		key, from = s.own("rest", operator), s.from
	}
	if err := s.cool(ctx, key, cooling{operator, from, end, why}); err != nil || said.List == "" {
		return err
	}
	all := false
	err := alter(ctx, s.cells, shared("list", said.List), func(by *named) bool {
		if *by == nil {
			*by = make(named)
		}
		for name, ends := range *by {
			if !ends.After(s.conn.clock.now()) {
				delete(*by, name)
			}
		}
		(*by)[operator] = end
		all = len(*by) > 1
		return true
	})
	if err != nil || !all {
		return err
	}
	return s.cool(ctx, shared("rest"), cooling{"", "", end, "several operators name the block list " + said.List})
}

// cool leaves an operator alone; a longer rest stays.
func (s *store) cool(ctx context.Context, key string, is cooling) error {
	return alter(ctx, s.cells, key, func(c *cooling) bool {
		longer := is.Until.After(c.Until)
		*c = is
		return longer
	})
}

// ofAddress reports whether a refusal speaks of the address that we ask from, and not of a name, which all addresses
// of the fleet may have.
func (s *store) ofAddress(why string, said reply.Finding) bool {
	text := strings.ToLower(why)
	for _, name := range s.names {
		if name != "" && strings.Contains(text, strings.ToLower(name)) {
			return false
		}
	}
	return strings.Contains(text, s.from) || namesAddress(text)
}

// namesAddress reports whether a text has an IP address in it.
func namesAddress(text string) bool {
	for word := range strings.FieldsFuncSeq(text, func(c rune) bool { return strings.ContainsRune(" \t\r\n[]()<>,;'\"=?/", c) }) {
		if _, err := netip.ParseAddr(strings.TrimPrefix(strings.TrimRight(word, ".:!"), "ipv6:")); err == nil {
			return true
		}
	}
	return false
}

// CoolingDown is [probe.Store.CoolingDown].
func (s *store) CoolingDown(ctx context.Context, operator string, _ time.Time) (until time.Time, why string, err error) {
	for _, key := range []string{shared("rest"), shared("rest", operator), s.own("rest", operator)} {
		c, err := load[cooling](ctx, s.cells, key)
		if err != nil {
			return time.Time{}, "", err
		}
		if c.Until.After(s.conn.clock.now()) {
			return s.conn.clock.here(c.Until), c.Why, nil
		}
	}
	return time.Time{}, "", nil
}
