package batch

import (
	"slices"

	"github.com/prebounce/prebounce/validate"
)

// notQuiet is what a note holds where there is something to say of the row, beside its reason.
const notQuiet = reasonBits | answered | settled

// unremarkable goes over the rows from at on of which there is nothing to say but that they go to clean as
// they stand, and tells where another one comes. Most rows are quiet, so it does by itself what row does for
// them, and nothing else.
func (s *splitter) unremarkable(j *splitJob, at uint32) uint32 {
	if !s.passes {
		return at
	}
	first, rest := at, j.rest
	b, end := j.results[:cap(j.results)], len(j.results)
	for ; at < j.info.rows && j.links.At(at) == 0; at++ {
		n, p := j.trail.notes[at], j.trail.places[at]
		id := n.domain()
		if n&notQuiet != rowNote(validate.NotProbed) || id == 0 || p == 0 {
			break
		}
		m, address := s.known.marks[id-1], p.address(rest)
		if m&(quietMark|stateMask) != quietMark || !isPadded(address) {
			break
		}
		tail, chance := padded(s.known.words.text[s.known.tails[id-1]]), s.chance(n, m)
		if room := mostDigits + len(address) + len(quietColumns) + len(tail) + len(chance.text) + len(j.end) +
			2*padding; len(b)-end < room {
			b = slices.Grow(b[:end], room)
			b = b[:cap(b)]
		}
		end = j.number.put(b, end)
		b[end] = ','
		end = put(b, end+1, padded(view(address)))
		if n&lookAgain != 0 {
			lower(b[:end])
		}
		end = put(b, put(b, put(b, put(b, end, quietColumns), tail), chance.text), j.end)
		j.group.date(n, soundState)
		if j.parts[coreOutput] != nil {
			j.some.Raw = rest[:p.size()]
			j.divide(&j.some, chance)
		}
		rest = rest[p.size():]
		j.number.next()
	}
	j.results, j.run, j.rest = b[:end], j.run+len(j.rest)-len(rest), rest
	j.tally.quiet(int64(at - first))
	j.group.count(soundState, int64(at-first))
	return at
}

// quietColumns are the columns from status to suggestion of a quiet row.
var quietColumns = pad(verdictColumns[validate.Clean][validate.NotProbed] + ",,")

// chance is that of a sound row.
func (s *splitter) chance(n rowNote, m domainMark) *rowChance {
	if s.forecast == nil {
		return &unknownChance
	}
	return &s.forecast.chances[s.forecast.numbers[soundKeys+keyOf(n, m)]]
}
