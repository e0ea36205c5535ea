package facts

import (
	"context"
	"database/sql"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/limits"
)

// KeyedAnswer is an answer and whom it is about.
type KeyedAnswer = validate.KeyedAnswer

// PutAnswers stores all answers or none. They are committed when it returns and survive a kill.
//
// A reply (validate.Said) is kept as long as its reason is valid: 30 days for an unknown, disabled or moved mailbox,
// 14 days for an acceptance, and one day for a full mailbox and for a permanent refusal that concerns the domain or
// cannot be interpreted. Any other answer with an Again is stored as postponed until a day after Again, with only
// Tries, Again, Detail, Host, Operator and Via, and never replaces a valid reply. An answer without an Again ends the
// postponement. Withdrawn deletes what is stored under the key. An older answer never replaces a newer one.
//
// The text is truncated to 2 KiB. The caller must have replaced the addresses in it; only the envelope sender is
// stored in clear text. The error is that of ctx. Nothing is stored once the store is off or closed.
func (s *Store) PutAnswers(ctx context.Context, answers []KeyedAnswer) error {
	_, err := s.durably(ctx, func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, `INSERT INTO answer VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE
			SET domain=excluded.domain, said=excluded.said, text=excluded.text, detail=excluded.detail, stage=excluded.stage, host=excluded.host,
				operator=excluded.operator, sender=excluded.sender, control=excluded.control, tries=excluded.tries, at=excluded.at,
				again=excluded.again, asked=excluded.asked, until=excluded.until, proof=excluded.proof, via=excluded.via
			WHERE (excluded.at >= answer.at OR answer.at > ?18) AND (excluded.said OR NOT answer.said OR answer.until <= excluded.asked)`)
		if err != nil {
			return err
		}
		defer insert.Close()
		for _, a := range answers {
			if err := putAnswer(ctx, tx, insert, a); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func putAnswer(ctx context.Context, tx *sql.Tx, insert *sql.Stmt, k KeyedAnswer) error {
	a, until := keepable(k.Answer)
	var err error
	switch a.Status {
	case validate.Said, validate.Postponed:
		_, err = insert.ExecContext(ctx, k.Key[:], clean(k.Domain), a.Status == validate.Said, brief(a.Text),
			clean(a.Detail), a.Stage.String(),
			clean(a.Host), clean(a.Operator), clean(a.Sender), a.Control.String(), a.Tries, nanos(a.At),
			nanos(a.Again), a.At.Unix(), wholeSeconds(until), a.Proof, clean(a.Via),
			nanos(time.Now().Add(limits.Lateness)))
	case validate.Withdrawn:
		_, err = tx.ExecContext(ctx, "DELETE FROM answer WHERE address = ?", k.Key[:])
	case validate.Silent, validate.Unaskable:
		_, err = tx.ExecContext(ctx, "DELETE FROM answer WHERE address = ? AND NOT said AND at <= ?", k.Key[:],
			nanos(a.At))
	}
	return err
}

// keepable is what of an answer is kept, and until when: the reply as Said, or as Postponed that it is to be asked
// again. With another status it isn't kept, and then ends what was put off.
func keepable(a validate.Answer) (validate.Answer, time.Time) {
	if until, ok := goodUntil(&a); ok {
		return a, until
	}
	switch {
	case a.Status == validate.Withdrawn || a.Status == validate.NoQuestion:
		return a, time.Time{}
	case a.Again.IsZero():
		return validate.Answer{Status: validate.Silent, At: a.At}, time.Time{}
	}
	if a.Detail == "" {
		a.Detail = a.Reason().Sentence()
	}
	return validate.Answer{Status: validate.Postponed, Detail: a.Detail, Host: a.Host, Operator: a.Operator,
		Via: a.Via, Tries: a.Tries, At: a.At, Again: a.Again}, a.Again.Add(postponedLife)
}

// textMost bounds a text in octets.
const textMost = 2 << 10

// brief is a text that the file takes: UTF-8, cut between two characters.
func brief(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	if len(text) <= textMost {
		return text
	}
	cut := textMost
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut]
}

// clean is a brief text that can stand before others in a shape.
func clean(text string) string { return strings.ReplaceAll(brief(text), shapeMark, " ") }
