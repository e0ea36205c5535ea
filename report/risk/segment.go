package risk

import (
	"fmt"
	"slices"

	"github.com/prebounce/prebounce/validate/segments"
)

// ageOf sorts a step of a quarter of a year into its range.
func ageOf(step int) segments.Age {
	if step == ageUnknown {
		return segments.UnknownAge
	}
	return segments.AgeOf(step)
}

// group is what is known of a row's mailbox beyond its segment.
type group uint8

const (
	open   group = iota // not asked, or told nothing about it
	dead                // refused as unknown or disabled
	live                // accepted by a host that refuses others, or full
	caught              // at a catch-all domain
	silent              // asked without a usable answer
	numGroups
)

var groupOf = [numReplies]group{
	notAsked:      open,
	policyReply:   open,
	liveReply:     live,
	fullReply:     live,
	deadReply:     dead,
	disabledReply: dead,
	catchAllReply: caught,
	silentReply:   silent,
}

// counts are numbers of rows by group.
type counts [numGroups]float64

func (c *counts) total() (n float64) {
	for _, x := range c {
		n += x
	}
	return n
}

// member is a kind of rows within a segment, with the prior chance of each.
type member struct {
	kind  kind
	count count
	prior float64
}

// segment is a set of rows that share a provider, a source, an age and what that counts from, and so a chance
// of being dead.
type segment struct {
	provider segments.Provider
	blind    bool
	sign     segments.Sign
	source   segments.Source
	mixed    bool // of several sources, each too small
	blurred  bool // of several signs
	from, to segments.Age
	members  []member

	rows     counts
	asked    float64 // rows whose host was asked, whatever it said
	disabled float64
	m        float64            // prior mean over all rows
	wait     [numGroups]float64 // mean chance to die between answer and send
}

// smallest is the number of rows under which a segment joins its neighbour.
const smallest = 20

// cutSegments cuts the sound rows into segments. Those with fewer than twenty rows merge along age and sign, then source.
func cutSegments(t *Tally, p *Params, x *mix) []*segment {
	byPlace := map[[5]uint8]*segment{}
	var all []*segment
	for _, k := range t.sorted() {
		c := *t.kinds[k]
		if c.rows == 0 {
			continue
		}
		s := &segment{provider: k.provider(), blind: k.blind(), source: k.source(), sign: k.sign(),
			from: ageOf(k.age()), to: ageOf(k.age())}
		place := s.order()
		if byPlace[place] == nil {
			byPlace[place] = s
			all = append(all, s)
		}
		byPlace[place].members = append(byPlace[place].members, member{k, c, 0})
	}
	slices.SortFunc(all, func(a, b *segment) int { x, y := a.order(), b.order(); return slices.Compare(x[:], y[:]) })
	all = pool(merge(all))
	for _, s := range all {
		s.sum(p, x)
	}
	return all
}

// order is the fixed place of a segment among the others.
func (s *segment) order() [5]uint8 {
	blind := uint8(0)
	if s.blind {
		blind = 1
	}
	return [5]uint8{uint8(s.provider), blind, uint8(s.source), uint8(s.sign), uint8(s.from)}
}

// size is the number of rows.
func (s *segment) size() (n int64) {
	for _, m := range s.members {
		n += m.count.rows
	}
	return n
}

// merge joins small neighbours in age of the same provider and source.
func merge(all []*segment) []*segment {
	var out []*segment
	for _, s := range all {
		last := len(out) - 1
		if last >= 0 && out[last].beside(s) && out[last].source == s.source && min(out[last].size(),
			s.size()) < smallest {
			out[last].absorb(s)
			continue
		}
		out = append(out, s)
	}
	return out
}

// pool joins what is still small, across the sources of a provider.
func pool(all []*segment) []*segment {
	var out []*segment
	var small *segment
	for _, s := range all {
		switch {
		case s.size() >= smallest:
			out = append(out, s)
		case small != nil && small.beside(s):
			small.absorb(s)
		default:
			small = s
			out = append(out, s)
		}
	}
	return out
}

func (s *segment) beside(o *segment) bool { return s.provider == o.provider && s.blind == o.blind }

func (s *segment) absorb(o *segment) {
	s.mixed = s.mixed || s.source != o.source
	s.blurred = s.blurred || s.sign != o.sign
	s.from, s.to = min(s.from, o.from), max(s.to, o.to)
	s.members = append(s.members, o.members...)
}

// sum fills in what follows from the members.
func (s *segment) sum(p *Params, x *mix) {
	var waits [numGroups]float64
	total := 0.0
	for i := range s.members {
		m := &s.members[i]
		m.prior = p.prior(x, m.kind)
		n := float64(m.count.rows)
		reply := m.kind.reply()
		g := groupOf[reply]
		s.rows[g] += n
		total += n * m.prior
		waits[g] += float64(m.count.wait)
		if reply != notAsked {
			s.asked += n
		}
		if reply == disabledReply {
			s.disabled += n
		}
	}
	s.m = clampRate(total / s.rows.total())
	for g, n := range s.rows {
		if n > 0 && group(g) != open {
			s.wait[g] = p.decay(s.provider, waits[g]/n)
		}
	}
}

// informative is how many of its rows had a usable answer, and how many of these said dead.
func (s *segment) informative() (n, y float64) { return s.rows[dead] + s.rows[live], s.rows[dead] }

// sourceName and ageName are how a segment is called; merged ones by what they span.
func (s *segment) sourceName() string {
	if s.mixed {
		return "mixed"
	}
	return s.source.String()
}

func (s *segment) ageName() string {
	if s.from == s.to {
		return s.from.String()
	}
	return fmt.Sprintf("%s to %s", s.from, s.to)
}

func (s *segment) signName() string {
	if s.blurred {
		return "mixed"
	}
	return s.sign.String()
}
