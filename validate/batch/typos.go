package batch

import (
	"cmp"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/contacts"
)

// TypoCount counts the rows with the same typo.
type TypoCount struct {
	Typed string `json:"typed"`           // a domain, or the kind of typo: "a comma for a dot"
	Meant string `json:"meant,omitempty"` // the probably intended domain
	Rows  int64  `json:"rows"`
}

const (
	typosShown = 10
	mostTypos  = 100_000 // sorts of typos that are counted
)

// provenReasons are those for which an address can't be mailed as it is typed: then what was probably meant
// is a correction, not a guess.
var provenReasons = validate.Of(validate.BadSyntax, validate.DotlessDomain, validate.NoDomain, validate.NoMailHost,
	validate.NullMX, validate.MXUnresolvable)

// typo counts a row that is kept out of clean and of which it is known what was probably meant, and proposes
// a correction.
func (s *splitter) typo(j *splitJob, a *judged, list validate.List, extra []string) {
	if a.suggestion == "" || list == validate.Clean {
		return
	}
	j.tally.typo(typoOf(a))
	if s.run.FixTypos && list == validate.Removed && provenReasons.Has(a.reason) && s.mayTakeMail(a.suggestion) {
		j.propose(a, s.run.sources()[j.list].Layout(), extra)
	}
}

// typoOf is what the typos of an address have in common with others.
func typoOf(a *judged) TypoCount {
	if a.fault != nil {
		_, slip := validate.SuggestFor(a.text)
		return TypoCount{Typed: slip}
	}
	_, typed, _ := strings.Cut(a.text, "@")
	_, meant, _ := strings.Cut(a.suggestion, "@")
	return TypoCount{Typed: typed, Meant: meant}
}

// mayTakeMail reports whether nothing is known against the domain of an address.
func (s *splitter) mayTakeMail(address string) bool {
	a, err := validate.Parse(address)
	if err != nil || s.run.Suppressed.Has(&a) || s.run.Bounced.Has(&a) {
		return false
	}
	id, known := s.known.survey.domains.find(s.known.survey.domains.hash(a.Domain))
	return !known || s.known.facts[id].reasons&(deadReasons|validate.Of(validate.Disposable)) == 0
}

// propose keeps a row with its correction for the end of the run.
func (j *splitJob) propose(a *judged, l *contacts.Layout, extra []string) {
	column, alone := j.finder.cell(&j.rec)
	if !alone {
		return
	}
	p := proposal{
		List: j.list, Raw: slices.Clone(j.rec.Raw), Fields: j.rec.Fields,
		Column: l.Columns[column].Index, To: strings.Clone(a.suggestion), Extra: slices.Clone(extra),
	}
	p.Extra[detailColumn] = "typed as " + a.text
	if a.detail != "" {
		p.Extra[detailColumn] += ": " + a.detail
	}
	j.proposals = append(j.proposals, p)
}

// detailColumn is where the detail stands among the columns of ours.
const detailColumn = 2

// typo counts one.
func (t *tally) typo(c TypoCount) {
	if t.typos == nil {
		t.typos = map[TypoCount]int64{}
	}
	if _, known := t.typos[c]; known || len(t.typos) < mostTypos {
		// The text is that of a block that is used again, and counting a key anew keeps the new key.
		t.typos[TypoCount{Typed: strings.Clone(c.Typed), Meant: strings.Clone(c.Meant)}]++
	}
}

// commonTypos are the most frequent ones.
func commonTypos(counts map[TypoCount]int64) (all []TypoCount) {
	for c, n := range counts {
		all = append(all, TypoCount{c.Typed, c.Meant, n})
	}
	slices.SortFunc(all, func(a, b TypoCount) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Typed, b.Typed), cmp.Compare(a.Meant, b.Meant))
	})
	return all[:min(len(all), typosShown)]
}
