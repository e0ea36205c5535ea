package suppression

import (
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/prebounce/prebounce/report/compare"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// Choice says which addresses to suppress: those with one of the verdicts, and those with one of the reasons.
// Whoever chooses the undeliverable ones also chooses those who refuse mail.
type Choice struct {
	Verdicts []validate.Verdict
	Reasons  validate.Reasons
}

// Undeliverable chooses what will surely bounce, and who refuses mail.
var Undeliverable = Choice{Verdicts: []validate.Verdict{validate.Undeliverable}}

// Chosen is an address to suppress.
type Chosen struct {
	batch.Result
	Kind Kind
}

// Left counts the mailboxes that were chosen and are not exported all the same.
type Left struct {
	Held       int // by the brake of the run
	Review     int // undeliverable, but in review, and no reason was named that takes them from there
	Clean      int // a row with the address is in clean
	Repeat     int // only chosen as a duplicate, which says nothing about the address
	NeverAsked int // the row's "no" may mean that the person was never asked
	Odd        int // no address that a service would take
}

// Of goes through the chosen mailboxes of a run, each once, in order, and counts in left what it leaves out;
// left may be nil.
//
// Nothing that is sent to is exported: an address that any row has in clean is left out. Nor is what the
// brake of the run held back, whatever was chosen: see [report.Braked].
func (c Choice) Of(results iter.Seq2[batch.Result, error], left *Left) iter.Seq2[Chosen, error] {
	if left == nil {
		left = &Left{}
	}
	p := picker{wanted: c.reasons(), named: c.Reasons, left: left}
	return func(yield func(Chosen, error) bool) {
		m := mailbox{picker: &p}
		for r, err := range compare.Sorted(slim(results)) {
			if err != nil {
				yield(Chosen{}, err)
				return
			}
			if name := compare.Mailbox(r.Address); name != m.name {
				if !m.end(yield) {
					return
				}
				m = mailbox{picker: &p, name: name}
			}
			m.add(&r)
		}
		m.end(yield)
	}
}

// slim drops what says nothing about an export: rows without an address, and of rows in clean all but the address. A row
// in other words than results.csv has is an error, not a row that nobody chose.
func slim(results iter.Seq2[batch.Result, error]) iter.Seq2[batch.Result, error] {
	return func(yield func(batch.Result, error) bool) {
		for r, err := range results {
			if err == nil && r.Address == "" {
				continue
			}
			if err == nil {
				err = wordsOf(&r)
			}
			if r.List == validate.Clean.String() {
				r = batch.Result{Row: r.Row, Address: r.Address, List: r.List, Status: r.Status, Reason: r.Reason}
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// wordsOf checks the verdict, the reason and the list of a row.
func wordsOf(r *batch.Result) error {
	_, status := validate.ParseVerdict(r.Status)
	_, reason := validate.ParseReason(r.Reason)
	if err := errors.Join(status, reason, new(validate.List).UnmarshalText([]byte(r.List))); err != nil {
		return fmt.Errorf("row %d: %w", r.Row, err)
	}
	return nil
}

// reasons are those that were chosen, by name or by verdict.
func (c Choice) reasons() (set validate.Reasons) {
	set = c.Reasons
	for _, v := range c.Verdicts {
		for _, r := range validate.AllReasons() {
			if _, refusal := refusals[r]; r.Verdict() == v || (refusal && v == validate.Undeliverable) {
				set |= r.Set()
			}
		}
	}
	return set
}

// isAddress reports whether a text is what services call an address: neither a domain literal nor a domain
// without a dot.
func isAddress(text string) bool {
	a, err := validate.Parse(text)
	return err == nil && !a.Literal && strings.Contains(a.Domain, ".")
}
