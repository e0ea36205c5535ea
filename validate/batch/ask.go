package batch

import (
	"context"
	"iter"
	"sort"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch/spool"
)

// Asker asks mail servers about recipients.
type Asker interface {
	// Ask asks each question and calls emit with what was found, from one goroutine at a time; it goes on
	// with a mail host only once emit has returned. A later answer to a question takes the place of an
	// earlier one. What it returns is of all its calls so far.
	Ask(ctx context.Context, questions iter.Seq[validate.Question],
		emit func([]validate.Answered) error) ([]validate.Asking, error)
}

// AnswerStore stores the replies of mail servers.
type AnswerStore interface {
	Key(address string) [16]byte
	// Answers calls each with every fresh answer whose key is wanted.
	Answers(ctx context.Context, now time.Time, wanted map[[16]byte]uint32,
		each func(id uint32, a validate.Answer)) error
	// PutAnswers has stored them, kill or no kill, when it returns.
	PutAnswers(ctx context.Context, answers []validate.KeyedAnswer) error
}

// candidate is an undecided row, and the address in it.
type candidate struct {
	note    rowNote
	row     uint32
	domain  uint32 // number from 1
	address validate.Address
}

// inquiry is the asking of one run.
type inquiry struct {
	run       *Run
	l         *lookedUp
	open      []candidate
	questions []validate.Question // by candidate, whose number is their ID
	keys      [][16]byte          // by candidate; nil where answers are not remembered
}

// ask asks about the addresses that nothing else decides, those apart that a fresh answer is known of, and
// leaves what the answers speak for in the notes on their rows.
func (r *Run) ask(ctx context.Context, l *lookedUp) error {
	if l.mails == nil {
		return nil
	}
	open, err := r.candidates(ctx, l)
	if err != nil {
		return err
	}
	l.replies = newReplies(l, open)
	q := &inquiry{run: r, l: l, open: open}
	if err := q.known(ctx); err != nil {
		return err
	}
	switch {
	case r.Asker != nil && r.Sampler != nil && r.Forecaster != nil:
		err = q.sample(ctx)
	case r.Asker != nil:
		l.asking, err = r.Asker.Ask(ctx, q.unanswered, q.heard(ctx))
	}
	if err != nil {
		return err
	}
	l.auditable = q.auditable()
	return l.replies.mark(l, r.Policy)
}

// known makes the questions and takes fresh answers from the store.
func (q *inquiry) known(ctx context.Context) error {
	q.questions = make([]validate.Question, len(q.open))
	for i := range q.open {
		q.questions[i] = validate.Question{ID: uint32(i), Address: q.open[i].address,
			Mail: q.l.mails[q.open[i].domain-1]}
	}
	if q.run.Answers == nil {
		return nil
	}
	wanted := make(map[[16]byte]uint32, len(q.open))
	q.keys = make([][16]byte, len(q.open))
	for i := range q.open {
		q.keys[i] = q.run.Answers.Key(q.open[i].address.String())
		wanted[q.keys[i]] = uint32(i)
	}
	return q.run.Answers.Answers(ctx, q.run.now(), wanted, q.recall)
}

// recall takes in an answer from the store. That a question was put off says when it may be put again; whether it is
// wanted, this run says.
func (q *inquiry) recall(id uint32, a validate.Answer) {
	question := &q.questions[id]
	question.Tries, question.Again, question.Via = a.Tries, a.Again, a.Via
	if a.Status != validate.Said {
		return
	}
	q.l.replies.put(id, a)
	if a.Reason() == validate.Unproven && !a.Proof.Has(validate.FromBackup) {
		question.Taken = &a
	}
}

// unanswered are the questions that no fresh answer is known to.
func (q *inquiry) unanswered(yield func(validate.Question) bool) {
	for i := range q.questions {
		if !q.l.replies.said(uint32(i)) && !yield(q.questions[i]) {
			return
		}
	}
}

// heard stores and notes what was found.
func (q *inquiry) heard(ctx context.Context) func([]validate.Answered) error {
	return func(found []validate.Answered) error {
		if q.run.Answers != nil {
			stored := make([]validate.KeyedAnswer, len(found))
			for i, f := range found {
				stored[i] = validate.KeyedAnswer{Key: q.keys[f.ID], Domain: q.open[f.ID].address.Domain,
					Answer: f.Answer}
			}
			if err := q.run.Answers.PutAnswers(context.WithoutCancel(ctx), stored); err != nil {
				return err
			}
		}
		for _, f := range found {
			q.l.replies.put(f.ID, f.Answer)
		}
		return nil
	}
}

// mark leaves what the answers speak for in the notes on their rows.
func (a *replies) mark(l *lookedUp, p validate.Policy) error {
	for i, row := range a.rows {
		if a.by[i].status == validate.NoQuestion {
			continue
		}
		if err := l.renote(row, func(n rowNote) rowNote { return n.heard(a.by[i].reason, p) }); err != nil {
			return err
		}
	}
	return nil
}

// renote changes the note on a row.
func (l *lookedUp) renote(row uint32, change func(rowNote) rowNote) error {
	block := l.survey.blocks[sort.Search(len(l.survey.blocks),
		func(i int) bool { return row < l.survey.blocks[i].firstRow+l.survey.blocks[i].rows })]
	at := block.trailAt + int64(row-block.firstRow)*noteSize
	n := make([]rowNote, 1)
	if _, err := l.survey.trails.file.ReadAt(spool.Octets(n), at); err != nil {
		return err
	}
	n[0] = change(n[0])
	_, err := l.survey.trails.file.WriteAt(spool.Octets(n), at)
	return err
}
