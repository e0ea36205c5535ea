package batch

import (
	"fmt"
	"strconv"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

// Forecaster predicts how likely the rows of a list are to bounce. It receives kinds of rows and their counts, never
// the rows themselves.
type Forecaster interface {
	// Forecast takes in all kinds of rows that the list holds, and what else it shows, and gives each kind
	// its chance, in the same order.
	Forecast([]KindCount, *Signs) (Outlook, error)
	// Judged takes in everything that speaks about the rows of each kind, once all rows are judged.
	Judged([]JudgedCount)
	// Observed takes in what was settled about the rows by the values of columns, once all rows are judged.
	Observed(all []SettledCount, columns []Column)
}

// RowKind is everything that a forecast looks at in a row.
type RowKind struct {
	// Settled is why nobody need think about the mailbox: NoAddress, Suppressed, Duplicate, PastBounce,
	// BadSyntax, NoDomain (for all that is wrong with domains), DNSFailed or TypoDomain. With NotProbed, what
	// follows counts.
	Settled validate.Reason

	Provider                segments.Provider
	Source                  segments.Source
	Blind, Disposable, Role bool
	Aside                   bool          // the policy keeps the row out of clean
	Sign                    segments.Sign // the event from which the days are counted
	Dated, Future           bool          // the row has a date; the date is in the future
	quarters                uint8

	// Replied is what a mail host said: Accepted, MailboxUnknown (also for one that has moved),
	// MailboxDisabled, MailboxFull, CatchAll, NoAnswer (nothing of use) or SenderBlocked. NotProbed: nobody
	// asked.
	Replied validate.Reason
	Called  segments.Called // by another verifier; nothing if a mail host was asked
}

// KindCount counts the rows of one kind. The dates of rows of one kind lie in the same quarter of a year, counted back
// from the send.
type KindCount struct {
	RowKind
	Rows int64
	Days int64 // sum of the days since the dates of the rows
}

// Outlook is the forecast for a list.
type Outlook struct {
	Chances []Chance // by kind
	Split   bool     // split clean into a part that may be sent and a part that is held back
}

// Chance is the probability that a row bounces.
type Chance struct {
	P     float64
	Basis string // evidence that P is based on; empty: the row would not be sent and has no P
	Core  bool   // the row belongs to the part that may be sent
	Held  string // why the row goes to review, for people; empty: it does not
}

// forecast is what the second read needs to know of the forecast.
type forecast struct {
	keyer
	numbers []uint32    // by key: of its chance
	counted []uint32    // the keys that rows have
	counts  []kindCount // what their rows come to
	chances []rowChance // the first: of a key that no row has
	split   bool
	holds   bool // some rows are held
	bad     bool // something was settled that would bounce
}

type rowChance struct {
	p    float32
	core bool
	held string
	text padded // ",p,basis" for results.csv
}

// noChance stands for both columns where there is nothing to say.
var noChance = pad(",,")

// forecast counts the kinds of rows between the reads and asks the forecaster about them.
func (r *Run) forecast(l *lookedUp, pulled bool) (*forecast, error) {
	if r.Forecaster == nil {
		return nil, nil
	}
	r.markDomains(l, pulled)
	f := &forecast{keyer: r.keyer(l)}
	kinds, err := f.census(l, r.workers())
	if err != nil {
		return nil, err
	}
	signs := r.signs(l, pulled)
	o, err := r.Forecaster.Forecast(kinds, &signs)
	if err != nil {
		return nil, fmt.Errorf("forecasting: %w", err)
	}
	f.numbers, f.chances, f.split = make([]uint32, f.keys), []rowChance{unknownChance}, o.Split
	for i, c := range o.Chances {
		f.numbers[f.counted[i]] = uint32(len(f.chances))
		f.chances = append(f.chances, rowChance{float32(c.P), c.Core, c.Held, c.text()})
		f.holds = f.holds || c.Held != ""
		f.bad = f.bad || badReasons.Has(kinds[i].Settled) || badReasons.Has(kinds[i].Replied)
	}
	return f, nil
}

func (c *Chance) text() padded {
	if c.Basis == "" {
		return noChance
	}
	return pad("," + strconv.FormatFloat(c.P, 'f', 4, 64) + "," + c.Basis)
}

// badReasons settle that a row will bounce.
var badReasons = validate.Of(validate.NoDomain, validate.PastBounce, validate.BadSyntax, validate.MailboxUnknown,
	validate.MailboxDisabled)

// census counts the rows of each kind.
func (f *forecast) census(l *lookedUp, workers int) (kinds []KindCount, err error) {
	f.counts, f.counted, err = f.tally(l, workers)
	for i, c := range f.counts {
		kinds = append(kinds, c.of(f.counted[i]))
	}
	return kinds, err
}

func (c kindCount) of(key uint32) KindCount {
	k := KindCount{RowKind: kindOf(key), Rows: c.rows}
	if k.Dated && !k.Future {
		k.Days = c.days
	}
	return k
}
