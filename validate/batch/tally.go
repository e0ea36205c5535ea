package batch

import (
	"math/bits"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
)

const reasons = 64 // room for every validate.Reason

// tally counts what the second read does: one per job, added up in order.
type tally struct {
	rows      [reasons][3]int64 // rows by deciding reason and list
	addresses [reasons]int64    // addresses by reason
	repairs   [16]int64         // by the bits of contacts.Repair
	untidy    int64             // cells of clean that hold more than their address
	edited    int64             // those in place of which the outputs hold the address
	rejected  int64
	other     int64
	core      int64   // rows of clean that may be sent, if it is divided
	held      int64   // those to hold back
	audited   int64   // rows of clean whose mailbox was refused
	expected  float64 // bounces among these

	typos   map[TypoCount]int64
	judged  map[judgedKey]int64 // rows about which something speaks
	changed []domainRow         // of one job: which domain's row went elsewhere than to clean
	domains [][3]uint32         // of the whole: by domain number and list
	lists   []Counts            // of the whole: by the list that was read
}

type domainRow struct {
	domain uint32 // from 1
	list   validate.List
}

// newTally begins with every row of a domain in clean: most stay there.
func newTally(rows []uint32, lists int) *tally {
	t := &tally{domains: make([][3]uint32, len(rows)), lists: make([]Counts, lists), judged: map[judgedKey]int64{}}
	for id, n := range rows {
		t.domains[id][validate.Clean] = n
	}
	return t
}

func (t *tally) reset() {
	clear(t.typos)
	clear(t.judged)
	*t = tally{changed: t.changed[:0], typos: t.typos, judged: t.judged}
}

func (t *tally) row(r validate.Reason, list validate.List, domain uint32) {
	t.rows[r][list]++
	if domain != 0 && list != validate.Clean {
		t.changed = append(t.changed, domainRow{domain, list})
	}
}

// quiet counts rows of which there is nothing to say.
func (t *tally) quiet(n int64) {
	t.rows[validate.NotProbed][validate.Clean] += n
	t.addresses[validate.NotProbed] += n
}

func (t *tally) address(r validate.Reason) { t.addresses[r]++ }

func (t *tally) repaired(r contacts.Repair) {
	for ; r != 0; r &= r - 1 {
		t.repairs[bits.TrailingZeros16(uint16(r))]++
	}
}

// add adds one job's counts.
func (t *tally) add(job *tally) {
	for r := range t.rows {
		for list := range t.rows[r] {
			t.rows[r][list] += job.rows[r][list]
		}
		t.addresses[r] += job.addresses[r]
	}
	for i, n := range job.repairs {
		t.repairs[i] += n
	}
	t.untidy += job.untidy
	t.edited += job.edited
	for c, n := range job.typos {
		t.typo(c)
		t.typos[c] += n - 1
	}
	for k, n := range job.judged {
		t.judged[k] += n
	}
	t.rejected += job.rejected
	t.other += job.other
	t.core += job.core
	t.held += job.held
	t.audited += job.audited
	t.expected += job.expected
	for _, c := range job.changed {
		t.domains[c.domain-1][validate.Clean]--
		t.domains[c.domain-1][c.list]++
	}
}
