package exports

import (
	"slices"
	"strings"
	"time"
)

// findVerifiers finds the columns that verifiers left, by index.
func (r *reading) findVerifiers() {
	r.verdicts = map[int]*Column{}
	for i, key := range r.folded {
		if key == "" || r.skips(i) || ofOtherChannel(r.Names[i]) {
			continue
		}
		if v, own := r.verifierOf(i, key); v != nil {
			r.verdicts[i] = &Column{Index: i, Name: r.Names[i], Later: -1, Verifier: v, Mark: v.Mark,
				Source: v.Source, Generic: !own, words: v.vocabulary()}
		}
	}
	for _, main := range r.mains() {
		r.causes(main.Verifier)
	}
}

func (r *reading) skips(i int) bool { return r.Skip != nil && r.Skip(i) }

// mains are the columns found so far, the leftmost first.
func (r *reading) mains() (all []*Column) {
	for i := range r.folded {
		if c := r.verdicts[i]; c != nil {
			all = append(all, c)
		}
	}
	return all
}

// verifierOf is the verifier whose word a column holds, or nil, and whether the name is its own.
func (r *reading) verifierOf(i int, key string) (v *Verifier, own bool) {
	if v = verifierNamed(key); v != nil {
		return v, true
	}
	if !commonMains[key] || !r.holdsVerdicts(i) || r.spokenFor(key) {
		return nil, false
	}
	return r.whose(key), false
}

// spokenFor reports whether a recognised system has a meaning of its own for such a column.
func (r *reading) spokenFor(key string) bool {
	return slices.ContainsFunc(r.export.Systems, func(s *System) bool {
		return !s.weak &&
			bySystem[s.Name].find(key) != nil
	})
}

// verifierNamed is the verifier that a column is named after, or nil.
func verifierNamed(key string) *Verifier {
	for i := range verifiers {
		if v := &verifiers[i]; slices.Contains(strings.Fields(v.main), key) && !commonMains[key] {
			return v
		}
	}
	for i := range verifiers {
		for name := range strings.SplitSeq(verifiers[i].called, "|") {
			if rest, ok := strings.CutPrefix(key, name); ok && name != "" && (rest == "" || commonMains[rest]) {
				return &verifiers[i]
			}
		}
	}
	return nil
}

// holdsVerdicts reports whether the first cells of a column are a verifier's words: nearly all of them, and
// one that says no more than that.
func (r *reading) holdsVerdicts(i int) bool {
	filled, understood, telling := 0, 0, false
	for _, cell := range r.Cells(i) {
		key := fold(cell)
		if !empty[strings.TrimSpace(cell)] {
			_, known := verifierWords[key]
			filled, understood, telling = filled+1, understood+btoi(known), telling || tellingWords[key]
		}
	}
	byName := r.folded[i] == "reachable" || r.folded[i] == "isreachable"
	return float64(understood) >= fits*float64(filled) && (telling || (byName && understood > 0))
}

// whose is the verifier that a column of a common name belongs to.
func (r *reading) whose(key string) *Verifier {
	stem := fold(stemOf(r.File))
	for i := range verifiers {
		v := &verifiers[i]
		for name := range strings.SplitSeq(v.called, "|") {
			if len(name) > 0 && strings.Contains(stem, name) {
				return v
			}
		}
	}
	for i := range verifiers {
		v := &verifiers[i]
		if slices.Contains(strings.Fields(v.main), key) || slices.ContainsFunc(v.prints,
			func(print string) bool { return holds(print, key) && r.hasAll(print) }) {
			return v
		}
	}
	return &verifiers[len(verifiers)-1]
}

// holds reports whether a print has a column of that name.
func holds(print, key string) bool { return slices.Contains(strings.Fields(print), key) }

// causes finds the columns beside a verifier's word that say why.
func (r *reading) causes(v *Verifier) {
	names := strings.Fields(v.causes)
	for i, key := range r.folded {
		words := flagColumns[key]
		if slices.Contains(names, key) {
			words = &vocabulary{words: v.vocabulary().words, free: harmless}
		}
		if words != nil && r.verdicts[i] == nil && !r.skips(i) {
			r.verdicts[i] = &Column{Index: i, Name: r.Names[i], Later: -1, Verifier: v, Mark: v.Mark,
				Source: v.Source, words: words}
		}
	}
}

// checkedColumn is the index of the column that says when a verifier looked, or -1.
func (r *reading) checkedColumn() int {
	return slices.IndexFunc(r.folded, func(key string) bool { return dateColumns[key] })
}

// dateIn is the last date in the name of a file: 2026-10-01, 2026_10_01 or 20261001; zero if there is none.
func dateIn(file string) (last time.Time) {
	digits := strings.Map(func(c rune) rune {
		if strings.ContainsRune("-_.", c) {
			return '-'
		}
		return c
	}, file)
	for i := range len(digits) {
		if i > 0 && digits[i-1] >= '0' && digits[i-1] <= '9' {
			continue
		}
		for _, form := range []string{time.DateOnly, "20060102"} {
			end := i + len(form)
			if end > len(digits) || (end < len(digits) && digits[end] >= '0' && digits[end] <= '9') {
				continue
			}
			if day, err := time.Parse(form, digits[i:end]); err == nil && day.Year() >= 2000 && day.Year() < 2100 {
				last = day
			}
		}
	}
	return last
}
