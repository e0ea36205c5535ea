package serve

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"

	"github.com/prebounce/prebounce/report"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
)

// ownDecision is what was chosen for a run beside what moves reasons, which its lists show.
func ownDecision(run *Run) (d report.Decision) {
	if run.Decision != nil {
		return report.Decision{Hold: run.Decision.Hold, MaxRisk: run.Decision.MaxRisk}
	}
	d.MaxRisk, _ = parseShare(run.Choices.First("max-risk")) // clean refuses what can't be read
	return d
}

// makeLists starts a run over the same lists that carries a decision out.
func (s *Server) makeLists(w http.ResponseWriter, r *http.Request) {
	run, err := s.done(r.PathValue("id"))
	if err == nil {
		err = formOf(w, r)
	}
	var next *Run
	if err == nil {
		next, err = s.carryOut(run, r.PostForm)
	}
	if err == nil {
		err = s.runs.start(next.ID, false)
	}
	if err != nil {
		s.fail(w, err)
		return
	}
	s.log.Info("run made of another", "run", next.ID, "from", run.ID)
	s.goTo(w, r, next.ID)
}

func (s *Server) carryOut(run *Run, form url.Values) (*Run, error) {
	p := supposedOf(form)
	t, err := s.deciders.of(run, p)
	if err != nil {
		return nil, err
	}
	want, err := t.decision(form)
	if err == nil {
		_, err = t.decide(want) // it refuses what nobody may decide
	}
	if err != nil {
		return nil, err
	}
	return s.runs.make(func(next *Run) error {
		next.From, next.Choices, next.Decision = run.ID, supposing(run.Choices, p), t.whole(run, want)
		if t.braked {
			next.Choices["yes-remove"] = []string{"true"} // what the brake held back stays so, by the decision itself
		}
		return s.runs.takeOver(run, next)
	})
}

// supposing are the choices of a run with what is supposed in their place. The decision speaks for the risk.
func supposing(c Choices, p supposed) Choices {
	next := Choices(maps.Clone(map[string][]string(c)))
	if next == nil {
		next = Choices{}
	}
	delete(next, fieldRisk)
	if isService(p.Service) {
		next["esp"] = []string{p.Service}
	}
	if p.LastSent != "" {
		next["last-sent"] = []string{p.LastSent}
	}
	return next
}

// whole is a decision with what the run's own moved, and, if the run braked, with what the brake moved.
func (t *tried) whole(run *Run, want report.Decision) *report.Decision {
	lists := map[validate.Reason]validate.List{}
	if run.Decision != nil {
		maps.Copy(lists, run.Decision.Lists)
	}
	for _, s := range t.switches {
		if t.braked && s.Segment == "" && !s.Fixed && s.List != s.Reason.List() {
			lists[s.Reason] = s.List
		}
	}
	maps.Copy(lists, want.Lists)
	want.Lists = lists
	return &want
}

// takeOver gives a run the lists of another. Nothing ever changes them, so they lie on the disk once where that can be.
func (r *runs) takeOver(from, to *Run) error {
	for i, l := range from.Lists {
		if err := os.Link(from.list(i), to.list(i)); err != nil {
			if err := r.copyList(from.list(i), to.list(i)); err != nil {
				return err
			}
		}
		to.Lists = append(to.Lists, l)
	}
	return nil
}

func (r *runs) copyList(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = r.copy(out, io.Reader(in))
	return errors.Join(err, out.Close())
}

// Decided is the decision that a run carries out, in words.
func (r *Run) Decided() (says []string) {
	if r.Decision == nil {
		return nil
	}
	for reason, list := range r.Decision.Lists {
		says = append(says, listSays[list]+": "+reason.Sentence())
	}
	for _, s := range r.Decision.Hold {
		says = append(says, "held back: "+report.SegmentWords(s))
	}
	slices.Sort(says)
	if r.Decision.MaxRisk > 0 {
		says = append(says, "held back: likelier to bounce than "+risk.Percent(r.Decision.MaxRisk))
	}
	return says
}

// listSays is what happens to the contacts of a list.
var listSays = [...]string{validate.Clean: "sent to", validate.Review: "to look at first", validate.Removed: "left out"}
