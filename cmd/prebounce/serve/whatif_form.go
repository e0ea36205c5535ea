package serve

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/segments"
)

// Names of the fields of the form.
const (
	fieldTry    = "try" // it is there as soon as anything was chosen: a box without a tick sends nothing
	fieldReason = "reason."
	fieldStep   = "step."
	fieldHold   = "hold"
	fieldRisk   = "max-risk"
)

// isTried reports whether a field is one of a choice.
func isTried(name string) bool {
	return name == fieldTry || name == fieldHold || name == fieldRisk || strings.HasPrefix(name, fieldReason) ||
		strings.HasPrefix(name, fieldStep)
}

// kept are the fields of a choice, for another form of the page to keep them.
func kept(q url.Values) (fields [][2]string) {
	for name, values := range q {
		for _, v := range values {
			if isTried(name) && v != "" {
				fields = append(fields, [2]string{name, v})
			}
		}
	}
	slices.SortFunc(fields, func(a, b [2]string) int { return strings.Compare(a[0]+"="+a[1], b[0]+"="+b[1]) })
	return fields
}

// decision reads the choices of a form: the run's own where there are none. What differs from the run's lists
// is kept, and no more.
func (t *tried) decision(q url.Values) (want report.Decision, err error) {
	if len(kept(q)) == 0 {
		return t.own, nil
	}
	want.Lists = map[validate.Reason]validate.List{}
	if err := t.moves(q, want.Lists); err != nil {
		return want, err
	}
	for _, text := range q[fieldHold] {
		segment, err := segments.Parse(text)
		if err != nil {
			return want, err
		}
		if !slices.Contains(want.Hold, segment) {
			want.Hold = append(want.Hold, segment)
		}
	}
	want.MaxRisk, err = parseShare(q.Get(fieldRisk))
	return want, err
}

// moves reads where reasons go. A step speaks for all its reasons that can be moved, whatever they say themselves.
func (t *tried) moves(q url.Values, to map[validate.Reason]validate.List) error {
	for name := range q {
		reason, isReason := strings.CutPrefix(name, fieldReason)
		if !isReason || q.Get(name) == "" {
			continue
		}
		r, err := validate.ParseReason(reason)
		if err == nil {
			to[r], err = parseList(q.Get(name))
		}
		if err != nil {
			return err
		}
	}
	for name := range q {
		key, isStep := strings.CutPrefix(name, fieldStep)
		if !isStep || q.Get(name) == "" {
			continue
		}
		if err := t.moveStep(key, q.Get(name), to); err != nil {
			return err
		}
	}
	for _, s := range t.switches {
		if list, moved := to[s.Reason]; moved && s.Segment == "" && list == s.List {
			delete(to, s.Reason)
		}
	}
	return nil
}

func parseList(text string) (list validate.List, err error) {
	if list.UnmarshalText([]byte(text)) != nil {
		err = fmt.Errorf("invalid list %q: want clean, review or removed", text)
	}
	return list, err
}

func (t *tried) moveStep(key, text string, to map[validate.Reason]validate.List) error {
	list, err := parseList(text)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(steps, func(s cleaningStep) bool { return s.key == key }) {
		return fmt.Errorf("there is no step %q", key)
	}
	for _, s := range t.switches {
		if s.Segment == "" && !s.Fixed && stepOf(s.Reason) == key {
			to[s.Reason] = list
		}
	}
	return nil
}

// parseShare reads a share in percent; nothing is none.
func parseShare(text string) (float64, error) {
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%"))
	if text == "" {
		return 0, nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) || x < 0 || x > 100 {
		return 0, fmt.Errorf("invalid risk limit %q: want a percentage, such as 10", text)
	}
	return x / 100, nil
}
