package batch

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/known"
)

// domainFacts is what is known of one domain of the list once every one of them was looked at.
type domainFacts struct {
	reasons    validate.Reasons
	operator   word
	suggestion word // the domain that may have been meant
	detail     word
	sources    known.Sources
	consumer   bool // anybody can have a mailbox there
}

// quiet reports whether nothing about a domain decides anything.
func (f *domainFacts) quiet() bool { return f.reasons == 0 && f.suggestion == 0 }

// word is the number of a string in words: domains by the thousand share an operator and a mail host.
type word uint32

type words struct {
	number map[string]word
	text   []string // padded
	room   []byte   // for more of them
}

// noTail is the last columns of a row of results.csv, where nothing is known.
const noTail word = 1

func newWords() *words {
	w := &words{number: map[string]word{"": 0}, text: []string{""}}
	w.add(",,,,,")
	return w
}

func (w *words) add(s string) word {
	n, ok := w.number[s]
	if !ok {
		n = word(len(w.text))
		s = w.keep(s)
		w.number[s] = n
		w.text = append(w.text, s)
	}
	return n
}

// keep makes a padded copy.
func (w *words) keep(s string) string {
	if cap(w.room)-len(w.room) < len(s)+padding {
		w.room = make([]byte, 0, max(1<<12, len(s)+padding))
	}
	from := len(w.room)
	w.room = append(w.room, s...)
	return view(w.room[from:])
}

// lookedUp is what the second read judges by.
type lookedUp struct {
	survey *survey
	facts  []domainFacts    // by domain number
	marks  []domainMark     // by domain number
	tails  []word           // by domain number: the last columns of its rows in results.csv, from the operator on
	mails  []*validate.Mail // by domain number, of those that take mail; nil if mail hosts are not asked
	words  *words
	why    string // why no DNS answer of this run is trusted, or empty

	replies *replies // what mail hosts said; nil: nothing
	asking  []validate.Asking

	auditable []uint32 // numbers of candidates; nil without an audit
	audited   *Audited // nil: no audit was wanted
}

// look looks at each distinct domain once: at its name, in the lists, and (in resolve) in DNS.
func (r *Run) look(ctx context.Context, s *survey) (*lookedUp, error) {
	l := &lookedUp{survey: s, facts: make([]domainFacts, s.domains.len()), marks: make([]domainMark, s.domains.len()),
		tails: make([]word, s.domains.len()), words: newWords()}
	if r.Asker != nil || r.Answers != nil {
		l.mails = make([]*validate.Mail, s.domains.len())
	}
	if err := r.lookUp(ctx, l); err != nil {
		return nil, err
	}
	if err := r.resolve(ctx, l); err != nil {
		return nil, err
	}
	for id := range l.facts {
		if l.tails[id] == 0 {
			l.tails[id] = noTail
		}
		if l.facts[id].quiet() {
			l.marks[id] = quietMark
		}
	}
	return l, nil
}

// named are the names that the lists gave for one domain, of which few have any.
type named struct {
	id                   int
	suggestion, operator string
}

// lookUp asks the lists about every domain.
func (r *Run) lookUp(ctx context.Context, l *lookedUp) error {
	group, ctx := errgroup.WithContext(ctx)
	found := make([][]named, r.workers())
	prior := known.NewPrior(l.survey.domains.all())
	for w := range found {
		group.Go(func() error {
			for id := w; id < len(l.facts); id += len(found) {
				if n := r.lookUpOne(l, id, prior); n != (named{}) {
					found[w] = append(found[w], n)
				}
				if id%1024 == w && ctx.Err() != nil {
					return context.Cause(ctx)
				}
			}
			return nil
		})
	}
	err := group.Wait()
	for _, some := range found {
		for _, n := range some {
			f := &l.facts[n.id]
			f.suggestion, f.operator = l.words.add(n.suggestion), l.words.add(n.operator)
			l.tails[n.id] = l.words.add(lastColumns(n.operator, "", ""))
		}
	}
	return err
}

func (r *Run) lookUpOne(l *lookedUp, id int, prior *known.Prior) (n named) {
	name := l.survey.domains.view(uint32(id))
	d := r.Lists.Domain(name)
	l.facts[id].reasons = validate.DomainReasons(name) | validate.ListReasons(d)
	l.facts[id].sources, l.facts[id].consumer = d.Sources, d.Free || d.Operator != ""
	n = named{suggestion: r.Lists.SuggestFor(d, name, int(l.survey.domains.rows[id]), prior), operator: d.Operator}
	if n != (named{}) {
		n.id = id
	}
	return n
}

// learn takes in what DNS said of a domain.
func (l *lookedUp) learn(id uint32, m validate.Mail) {
	f := &l.facts[id]
	if l.mails != nil && m.Status.Takes() {
		l.mails[id] = &m
	}
	f.reasons |= m.Status.Reasons()
	if f.suggestion != 0 && m.Status.Takes() {
		f.reasons |= validate.Of(validate.TypoDomain)
	}
	if m.Operator != "" {
		f.operator = l.words.add(m.Operator)
	}
	f.detail = l.words.add(m.Detail)
	host, asked := "", ""
	if len(m.Hosts) > 0 {
		host = m.Hosts[0].Name
	}
	if !m.Asked.IsZero() {
		asked = m.Asked.UTC().Format(time.RFC3339)
	}
	l.tails[id] = l.words.add(lastColumns(l.words.text[f.operator], host, asked))
}

// lastColumns is the columns operator, mx, smtp_code, enhanced_code, smtp_text, checked_at: one string for
// all domains of an operator.
func lastColumns(operator, host, asked string) string {
	b := AppendCell(nil, operator)
	b = AppendCell(append(b, ','), host)
	return string(append(append(b, ",,,,"...), asked...))
}

// explain is the particulars behind a reason that the domain gives.
func (f *domainFacts) explain(r validate.Reason, w *words) string {
	return validate.DomainDetail(r, f.sources, w.text[f.suggestion], w.text[f.detail])
}
