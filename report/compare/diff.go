package compare

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// The changes of an address between two runs.
const (
	Dead = "dead" // undeliverable now, and was not before
	// undeliverable now by what the newer run did not believe itself: its brake held the row back
	Held      = "held"
	Recovered = "recovered" // was undeliverable, and what was found since says otherwise
	Unsettled = "unsettled" // was undeliverable, and the newer run found nothing that says so or otherwise
	Moved     = "moved"     // another operator runs its mail hosts, and nothing of the above
)

// Change is the change of one address between two runs.
type Change struct {
	Address     string `json:"address"` // as the newer list spells it
	Change      string `json:"change"`
	Row         int    `json:"row"` // of the newer list, from 1
	OldStatus   string `json:"old_status"`
	OldReason   string `json:"old_reason"`
	OldOperator string `json:"old_operator"`
	NewStatus   string `json:"new_status"`
	NewReason   string `json:"new_reason"`
	NewOperator string `json:"new_operator"`
	File        string `json:"file,omitempty"` // the row's list, if the newer run was over several
}

// Diff compares the results of two runs, mailbox by mailbox, whatever the order of the lists; rows without an
// address are left out, and where a list has one several times, its first row speaks. What the brake of a run
// held back (see [Braked]) counts as not dead. Changes are handed to emit in the order of the addresses.
// Memory is that of [Sorted], however long the lists are. The error is that of a list, emit's or ctx's.
func Diff(ctx context.Context, older, newer iter.Seq2[batch.Result, error], emit func(Change) error) (*Difference,
	error) {
	was, stopOlder := mailboxes(older)
	defer stopOlder()
	is, stopNewer := mailboxes(newer)
	defer stopNewer()
	d := &Difference{emit: emit}
	a, b := was(), is()
	for !a.over() || !b.over() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		switch {
		case a.err != nil:
			return nil, a.err
		case b.err != nil:
			return nil, b.err
		case b.end || (!a.end && a.mailbox < b.mailbox):
			d.OnlyOld++
			a = was()
		case a.end || b.mailbox < a.mailbox:
			d.added(&b.Result)
			b = is()
		default:
			if err := d.both(&a.Result, &b.Result); err != nil {
				return nil, err
			}
			a, b = was(), is()
		}
	}
	return d.done(), nil
}

// speaker is the row that speaks for a mailbox.
type speaker struct {
	batch.Result
	mailbox string
	err     error
	end     bool
}

func (s *speaker) over() bool { return s.end && s.err == nil }

// mailboxes goes through the mailboxes of a list in order, each once.
func mailboxes(list iter.Seq2[batch.Result, error]) (next func() speaker, stop func()) {
	pull, stop := iter.Pull2(Sorted(compared(list)))
	last := ""
	return func() speaker {
		for {
			r, err, more := pull()
			m := Mailbox(r.Address)
			switch {
			case !more:
				return speaker{end: true}
			case err != nil:
				return speaker{err: err}
			case m != last:
				last = m
				return speaker{Result: r, mailbox: m}
			}
		}
	}, stop
}

// compared is what of a list is compared.
func compared(list iter.Seq2[batch.Result, error]) iter.Seq2[batch.Result, error] {
	return func(yield func(batch.Result, error) bool) {
		for r, err := range list {
			if err == nil && !strings.Contains(r.Address, "@") {
				continue
			}
			if !yield(batch.Result{File: r.File, Row: r.Row, Address: r.Address, Status: r.Status, Reason: r.Reason,
				Operator: r.Operator, MX: r.MX, Braked: r.Braked}, err) {
				return
			}
		}
	}
}

// Reasons that only a mail host can take back, and reasons that show that it did.
var (
	saidByHosts = names(validate.PastBounce, validate.DomainRefused, validate.MailboxUnknown,
		validate.MailboxDisabled, validate.MailboxMoved)
	takenBack = names(validate.Accepted, validate.MailboxFull)
	saidByDNS = names(validate.NoDomain, validate.NullMX, validate.NoMailHost, validate.MXUnresolvable)
	passing   = names(slices.DeleteFunc(validate.AllReasons(),
		func(r validate.Reason) bool { return !r.Curable() })...)
)

func names(reasons ...validate.Reason) map[string]bool {
	set := map[string]bool{}
	for _, r := range reasons {
		set[r.String()] = true
	}
	return set
}

func dead(r *batch.Result) bool { return r.Status == validate.Undeliverable.String() && !r.Braked }

// change is what became of an address, or nothing. That nobody knows any more is not a recovery.
func change(older, newer *batch.Result) string {
	switch {
	case newer.Braked && dead(older):
		return ""
	case newer.Braked:
		return Held
	case !dead(older) && dead(newer):
		return Dead
	case dead(older) && !dead(newer) && disproved(older, newer):
		return Recovered
	case dead(older) && !dead(newer):
		return Unsettled
	case older.Operator != newer.Operator && older.Operator != "" && newer.Operator != "":
		return Moved
	}
	return ""
}

// disproved reports whether the newer run contradicts the older one's reason. What was judged
// from the address or from the person's own lists is judged again in every run; what DNS or a mail host said
// must have been said otherwise.
func disproved(older, newer *batch.Result) bool {
	switch {
	case saidByHosts[older.Reason]:
		return takenBack[newer.Reason]
	case saidByDNS[older.Reason]:
		return newer.MX != ""
	}
	return !passing[newer.Reason]
}
