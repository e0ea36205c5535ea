package batch

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/prebounce/prebounce/validate"
)

// Sampler chooses, round by round, how many rows of each kind mail servers are asked about. It receives kinds of rows
// and their counts, never the rows themselves.
type Sampler interface {
	Next(*Standing) (Draw, error)
}

// Standing is the state before a round of asking.
type Standing struct {
	Kinds []KindCount // all rows, with the replies of mail servers so far
	Signs *Signs      // other evidence about the list
	Open  []int64     // rows that may still be asked about, by kind
	RCPTs int64       // sent in this run
	Shut  int64       // rows that were not asked about because their operator refuses us
	Idle  bool        // the last rounds could ask about nobody
}

// Draw is the next choice of a Sampler.
type Draw struct {
	Take      []int64 // rows to ask about, by kind; nil: stop
	PerDomain int     // maximum per domain, except at domains where anybody can get a mailbox; 0: unlimited
}

// mostIdle is how many rounds in a row may pass without a single question put.
const mostIdle = 2

// sampling asks round by round.
type sampling struct {
	inquiry *inquiry
	keyer
	all   map[uint32]kindCount // rows by key, as if nobody had been asked
	signs Signs
	base  []uint32            // keys of the candidates, as if nobody had been asked
	queue map[uint32][]uint32 // candidates by key, in the order in which they are drawn
	of    map[uint32]int      // how many were drawn, by domain
	out   map[string]bool     // operators that can't be asked, or not any more; true: they refuse us
	rcpts int64
	shut  int64
	idle  int
}

func (q *inquiry) sample(ctx context.Context) error {
	q.run.markDomains(q.l, false)
	s := &sampling{inquiry: q, keyer: q.run.keyer(q.l), of: make(map[uint32]int), out: make(map[string]bool)}
	if err := s.count(); err != nil {
		return err
	}
	s.line()
	for {
		standing, keys := s.standing()
		draw, err := q.run.Sampler.Next(standing)
		if err != nil {
			return fmt.Errorf("choosing the addresses to ask about: %w", err)
		}
		round := s.draw(draw, keys)
		if len(round) == 0 {
			return nil
		}
		if err := s.round(ctx, round); err != nil {
			return err
		}
	}
}

// count counts the kinds before anybody is asked.
func (s *sampling) count() error {
	kinds, keys, err := s.tally(s.inquiry.l, s.inquiry.run.workers())
	s.signs = s.inquiry.run.signs(s.inquiry.l, false)
	s.all = make(map[uint32]kindCount, len(keys))
	for i, key := range keys {
		s.all[key] = kinds[i]
	}
	return err
}

// line puts the candidates of each kind in an order that has nothing to do with the list's, and is the same
// in every run.
func (s *sampling) line() {
	s.base = make([]uint32, len(s.inquiry.open))
	s.queue = make(map[uint32][]uint32)
	for i := range s.inquiry.open {
		s.base[i], _ = s.key(s.inquiry.open[i].note, 0)
		if s.domain(uint32(i))&blindMark == 0 && !s.inquiry.l.replies.said(uint32(i)) {
			s.queue[s.base[i]] = append(s.queue[s.base[i]], uint32(i))
		}
	}
	for _, queue := range s.queue {
		slices.SortFunc(queue, func(a, b uint32) int {
			return cmp.Or(cmp.Compare(s.place(a), s.place(b)), cmp.Compare(a, b))
		})
	}
}

// place is where a candidate stands among others.
func (s *sampling) place(id uint32) uint64 {
	return shuffled(s.inquiry.open[id].row, s.inquiry.run.Seed)
}

// shuffled is where a row stands in an order that has nothing to do with the list's: the 64 bits of SplitMix64.
func shuffled(row uint32, seed uint64) uint64 {
	x := (uint64(row) + seed<<32 + 1) * 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (s *sampling) domain(id uint32) domainMark {
	return s.inquiry.l.marks[s.inquiry.open[id].domain-1]
}

// standing is what is known now, with the key of each kind.
func (s *sampling) standing() (*Standing, []uint32) {
	now := maps.Clone(s.all)
	for i := range s.inquiry.open {
		if by := s.inquiry.l.replies.by[i]; by.status != validate.NoQuestion {
			n := s.inquiry.open[i].note
			key, _ := s.key(n.heard(by.reason, s.inquiry.run.Policy), 0)
			now[s.base[i]] = now[s.base[i]].plus(-1, n)
			now[key] = now[key].plus(1, n)
		}
	}
	st := &Standing{Signs: &s.signs, RCPTs: s.rcpts, Shut: s.shut, Idle: s.idle >= mostIdle}
	keys := slices.Sorted(maps.Keys(now))
	keys = slices.DeleteFunc(keys, func(key uint32) bool { return now[key].rows == 0 })
	for _, key := range keys {
		st.Kinds = append(st.Kinds, now[key].of(key))
		st.Open = append(st.Open, int64(len(s.queue[key])))
	}
	return st, keys
}

// plus counts a row in or out.
func (c kindCount) plus(rows int64, n rowNote) kindCount {
	return kindCount{c.rows + rows, c.days + rows*int64(n.days())}
}

// draw takes the candidates of a round out of the line. Where no domain may give more, each gives what it has.
func (s *sampling) draw(d Draw, keys []uint32) (round []uint32) {
	for _, most := range []int{d.PerDomain, 0} {
		for i, n := range d.Take {
			round = append(round, s.take(keys[i], n, most)...)
		}
		if len(round) > 0 {
			break
		}
	}
	slices.Sort(round)
	return round
}

// take takes n candidates of a kind, those apart whose domain has given enough: they keep their place.
func (s *sampling) take(key uint32, n int64, perDomain int) (taken []uint32) {
	queue := s.queue[key]
	var kept []uint32
	at := 0
	for ; at < len(queue) && int64(len(taken)) < n; at++ {
		domain := s.inquiry.open[queue[at]].domain
		if perDomain > 0 && s.of[domain] >= perDomain && !s.inquiry.l.facts[domain-1].consumer {
			kept = append(kept, queue[at])
			continue
		}
		s.of[domain]++
		taken = append(taken, queue[at])
	}
	at -= len(kept)
	copy(queue[at:], kept)
	s.queue[key] = queue[at:]
	return taken
}

// round asks about some candidates, and drops those whose operator turns out not to be asked.
func (s *sampling) round(ctx context.Context, ids []uint32) (err error) {
	questions := func(yield func(validate.Question) bool) {
		for _, id := range ids {
			if !yield(s.inquiry.questions[id]) {
				return
			}
		}
	}
	if s.inquiry.l.asking, err = s.inquiry.run.Asker.Ask(ctx, questions, s.inquiry.heard(ctx)); err != nil {
		return err
	}
	before, news := s.rcpts, false
	s.rcpts = 0
	for _, a := range s.inquiry.l.asking {
		s.rcpts += int64(a.Asked)
		if _, known := s.out[a.Operator]; !known && (a.Stopped != "" || a.Asked == 0) {
			s.out[a.Operator], news = a.Stopped != "", true
		}
	}
	if s.idle++; s.rcpts > before {
		s.idle = 0
	}
	if news {
		s.drop()
	}
	return nil
}

// drop takes the candidates out of the line whose operator isn't asked any more.
func (s *sampling) drop() {
	for key, queue := range s.queue {
		s.queue[key] = slices.DeleteFunc(queue, func(id uint32) bool {
			refused, out := s.out[s.inquiry.questions[id].Mail.Operator]
			if refused {
				s.shut++
			}
			return out
		})
	}
}
