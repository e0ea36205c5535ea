package batch

import (
	"cmp"
	"math"
	"slices"

	"github.com/prebounce/prebounce/validate"
)

// Audit keeps some rows in clean although their mailboxes were refused, so that a send shows how often a refusal is
// true. The rows are drawn at random with Run.Seed. The zero value keeps none.
type Audit struct {
	Share float64 // share of the refused rows to keep, rounded up; at most fifty rows
	Most  float64 // maximum share of the list's rows; 0: unlimited
}

// Audited is the result of an audit.
type Audited struct {
	Share    float64 `json:"share"`
	Seed     uint64  `json:"seed"`
	Refused  int64   `json:"refused"` // rows that would have been removed only because of a refusal
	Kept     int64   `json:"kept"`    // of these, rows that stay in clean
	Expected float64 `json:"expected_bounces"`
}

// mostAudited is as many as it takes to tell a true refusal in two from nineteen in twenty; more would only bounce.
const mostAudited = 50

// auditDetail begins the detail of the rows that an audit leaves in clean.
const auditDetail = "kept for the audit"

var refusals = validate.Of(validate.MailboxUnknown, validate.MailboxDisabled, validate.MailboxMoved)

// auditable are the candidates whose mailbox was refused, and whom nothing else keeps out of clean.
func (q *inquiry) auditable() (ids []uint32) {
	if q.run.Audit.Share == 0 {
		return nil
	}
	for i := range q.open {
		by := q.l.replies.by[i]
		if by.status == validate.NoQuestion || !refusals.Has(by.reason) {
			continue
		}
		own := q.open[i].note.reason().Set() | q.l.facts[q.open[i].domain-1].reasons
		decides := q.run.Policy.Judge(own | by.reason.Set())
		if decides == by.reason && q.run.Policy.List(decides) == validate.Removed &&
			q.run.Policy.List(q.run.Policy.Judge(own)) == validate.Clean {
			ids = append(ids, uint32(i))
		}
	}
	return ids
}

// auditSeed keeps who is audited apart from who was asked about.
const auditSeed = 0x617564

// audit draws whom to leave in clean. Where the brake was pulled nobody is removed for a refusal, and so
// nobody is left.
func (r *Run) audit(l *lookedUp, pulled bool) error {
	if r.Audit.Share == 0 {
		return nil
	}
	l.audited = &Audited{Share: r.Audit.Share, Seed: r.Seed, Refused: int64(len(l.auditable))}
	if pulled || len(l.auditable) == 0 {
		return nil
	}
	slices.SortFunc(l.auditable, func(a, b uint32) int {
		x, y := l.replies.rows[a], l.replies.rows[b]
		return cmp.Or(cmp.Compare(shuffled(x, r.Seed^auditSeed), shuffled(y, r.Seed^auditSeed)), cmp.Compare(x, y))
	})
	return l.replies.keep(l, l.auditable[:r.Audit.size(len(l.auditable), l.survey.rows)])
}

// size is how many of the refused are audited.
func (a Audit) size(refused int, rows uint32) int {
	n := min(math.Ceil(a.Share*float64(refused)), float64(refused), mostAudited)
	if a.Most > 0 {
		n = min(n, math.Floor(a.Most*float64(rows)))
	}
	return int(n)
}

// keep marks the rows as audited, and takes the refusal out of the notes on them as the reason that decides.
func (a *replies) keep(l *lookedUp, ids []uint32) error {
	for _, i := range ids {
		a.by[i].audited = true
		if err := l.renote(a.rows[i], rowNote.unrefused); err != nil {
			return err
		}
	}
	return nil
}

// goesTo is where a row goes. Whom the audit keeps is expected to bounce, and stays all the same.
func (s *splitter) goesTo(v *rowView, a *judged) validate.List {
	if a.audited() {
		return validate.Clean
	}
	list := s.lists[a.reason]
	if list == validate.Removed && s.atMostReview(v, a.reason) {
		list = validate.Review
	}
	return s.risk(v, a, list)
}

// audited reports whether the audit keeps the row.
func (a *judged) audited() bool { return a.reply != nil && a.reply.audited }

func withAudit(a *judged, detail string) string {
	switch {
	case !a.audited():
		return detail
	case detail == "":
		return auditDetail
	}
	return auditDetail + "; " + detail
}
