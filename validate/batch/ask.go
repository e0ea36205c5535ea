package batch

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"time"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/facts"
)

// Asker asks mail hosts about recipients.
type Asker interface {
	// Ask asks each question and calls emit with what was found, from one goroutine at a time; it goes on with a mail host only once emit
	// has returned. A later answer to a question takes the place of an earlier one.
	Ask(ctx context.Context, questions iter.Seq[validate.Question], emit func([]validate.Answered) error) ([]validate.Asking, error)
}

// AnswerStore remembers what mail hosts said.
type AnswerStore interface {
	Key(address string) [16]byte
	// Answers calls each with every fresh answer whose key is wanted.
	Answers(ctx context.Context, now time.Time, wanted map[[16]byte]uint32, each func(id uint32, a validate.Answer)) error
	// PutAnswers has stored them, kill or no kill, when it returns.
	PutAnswers(ctx context.Context, answers []facts.KeyedAnswer) error
}

// candidate is an undecided row, and the address in it.
type candidate struct {
	row     uint32
	domain  uint32 // number from 1
	address validate.Address
}

// ask asks about the addresses that nothing else decides, those apart that a fresh answer is known of, and leaves what the answers speak
// for in the notes on their rows.
func (r *Run) ask(ctx context.Context, l *looked) error {
	if l.mails == nil {
		return nil
	}
	open, err := r.candidates(ctx, l)
	if err != nil {
		return err
	}
	l.replies = newReplies(l, open)
	questions, keys, err := r.known(ctx, l, open)
	if err != nil {
		return err
	}
	if r.Asker != nil {
		l.asking, err = r.Asker.Ask(ctx, questions, func(found []validate.Answered) error {
			return r.heard(ctx, l.replies, open, keys, found)
		})
	}
	if err != nil {
		return err
	}
	return l.replies.mark(l, r.Policy)
}

// known takes fresh answers from the store and leaves the questions that these don't answer.
func (r *Run) known(ctx context.Context, l *looked, open []candidate) (iter.Seq[validate.Question], [][16]byte, error) {
	questions := make([]validate.Question, len(open))
	for i := range open {
		questions[i] = validate.Question{ID: uint32(i), Address: open[i].address, Mail: l.mails[open[i].domain-1]}
	}
	var keys [][16]byte
	if r.Answers != nil {
		wanted := make(map[[16]byte]uint32, len(open))
		keys = make([][16]byte, len(open))
		for i := range open {
			keys[i] = r.Answers.Key(open[i].address.String())
			wanted[keys[i]] = uint32(i)
		}
		err := r.Answers.Answers(ctx, r.now(), wanted, func(id uint32, a validate.Answer) {
			l.replies.put(id, a)
			questions[id].Tries, questions[id].Again = a.Tries, a.Again
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return func(yield func(validate.Question) bool) {
		for i := range questions {
			if !l.replies.said(uint32(i)) && !yield(questions[i]) {
				return
			}
		}
	}, keys, nil
}

// heard stores and notes what was found.
func (r *Run) heard(ctx context.Context, replies *replies, open []candidate, keys [][16]byte, found []validate.Answered) error {
	if r.Answers != nil {
		stored := make([]facts.KeyedAnswer, len(found))
		for i, f := range found {
			stored[i] = facts.KeyedAnswer{Key: keys[f.ID], Domain: open[f.ID].address.Domain, Answer: f.Answer}
		}
		if err := r.Answers.PutAnswers(context.WithoutCancel(ctx), stored); err != nil {
			return err
		}
	}
	for _, f := range found {
		replies.put(f.ID, f.Answer)
	}
	return nil
}

// mark leaves what the answers speak for in the notes on their rows.
func (a *replies) mark(l *looked, p validate.Policy) error {
	block := 0
	for i, row := range a.rows {
		if a.by[i].status == validate.NoQuestion {
			continue
		}
		for row >= l.blocks[block].firstRow+l.blocks[block].rows {
			block++
		}
		at := l.blocks[block].notesAt + int64(row-l.blocks[block].firstRow)*noteSize
		if err := l.answer(at, a.by[i].reason, p); err != nil {
			return err
		}
	}
	return nil
}

// answer adds a reason to the note that stands at an offset.
func (l *looked) answer(at int64, reason validate.Reason, p validate.Policy) error {
	var b [noteSize]byte
	if _, err := l.notes.ReadAt(b[:], at); err != nil {
		return fmt.Errorf("reading working data: %w", err)
	}
	n := note(binary.NativeEndian.Uint64(b[:]))
	n = n&^(reasonBits|7<<replyAt) | note(p.Judge(n.reason().Set()|reason.Set())) | answered | note(replyKind(reason))<<replyAt
	binary.NativeEndian.PutUint64(b[:], uint64(n))
	if _, err := l.notes.WriteAt(b[:], at); err != nil {
		return fmt.Errorf("writing working data: %w", err)
	}
	return nil
}
