package report

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/prebounce/prebounce/report/risk"
)

// step is one thing to do next: "Send clean.csv (4,955 rows)."
type step struct {
	Do      string
	Files   []link // after Do
	More    string // after the files
	Type    string // a flag or command to type; empty: none
	Answers []string
}

// Short reports whether what to type fits one line of a phone.
func (s step) Short() bool { return len(s.Type) <= 28 }

// link is a file of the run. Without an address only its name is shown.
type link struct{ Name, Href string }

// words is the step as plain text.
func (s *step) words() string {
	names := make([]string, len(s.Files))
	for i, f := range s.Files {
		names[i] = f.Name
	}
	text := s.Do
	if len(names) > 0 {
		text += " " + strings.Join(names, ", ")
	}
	text += s.More
	if s.Type != "" {
		text += " Type: " + s.Type
	}
	return text
}

// next is what to do, most important first.
func (t *teller) next() section {
	s := section{ID: "next", Title: "What to do next"}
	for _, steps := range [][]step{t.confirm(), t.sending(), t.looking(), t.correcting(), t.teaching()} {
		s.Steps = append(s.Steps, steps...)
	}
	return s
}

// confirm lists what a person must confirm before the outputs are complete.
func (t *teller) confirm() (out []step) {
	if t.result.Summary.Brake.Pulled {
		out = append(out,
			step{Do: "Check DNS with another resolver.", Type: "--resolver HOST"},
			step{Do: "Remove the rows that were held back, if it says the same.", Type: "--yes-remove"})
	}
	if t.result.Summary.Consent != nil && t.result.Summary.Consent.Pulled {
		out = append(out, step{Do: "Confirm what the column on consent says.", Type: "--status-column NAME"})
	}
	return out
}

// sending says which file to send, or what to find out before.
func (t *teller) sending() []step {
	clean := step{Do: "Send", Files: t.files("clean"), More: " (" + plural(t.result.Summary.Counts.Clean, "row",
		"rows") + ")."}
	switch {
	case t.result.Summary.Counts.Clean == 0 && t.result.Summary.Counts.Removed > 0 && t.result.Summary.Consent != nil:
		return []step{{Do: "Leave these contacts out when you clean another list.", Type: "--suppress " +
			t.own(t.result.Summary.List)}}
	case t.result.Summary.Counts.Clean == 0:
		return nil
	case t.result.Risk == nil:
		return []step{clean}
	}
	switch t.result.Risk.Verdict.Code {
	case risk.Send:
		return []step{clean}
	case risk.CleanFirst:
		clean.More = " (" + plural(t.result.Summary.Counts.Clean, "row", "rows") + "), not the original list."
		return []step{clean}
	case risk.SendCore:
		return t.sendCore()
	case risk.FindOutFirst:
		clean.Do = "Once that is settled, send"
		return append(t.settle(), clean)
	case risk.DoNotSend:
		return t.hold()
	}
	return nil
}

// sendCore says where the core is. Only a run for the same service has written it.
func (t *teller) sendCore() []step {
	if t.result.Summary.Counts.Core == 0 {
		return []step{{Do: "Run clean again: it writes the core and the rest to separate files.", Type: "--esp " +
			t.own(t.result.Risk.Threshold.Profile)}}
	}
	return []step{
		{Do: "Send", Files: t.files("core"), More: " (" + plural(t.result.Summary.Counts.Core, "row", "rows") + ")."},
		{Do: "Hold back", Files: t.files("held"), More: " (" + plural(t.result.Summary.Counts.Held, "row", "rows") +
			")."},
	}
}

// hold says how a list can be saved that must not be sent as it is.
func (t *teller) hold() []step {
	out := []step{{Do: "Do not mail this list yet."}}
	if t.askable() && t.result.Risk.Probes.Stopped == "" {
		out = append(out, step{Do: "Ask mail servers, and remove the mailboxes that they refuse.",
			Type: "--clean-by-probe"})
	}
	return out
}

// askable reports whether mail servers can tell anything about the list.
func (t *teller) askable() bool {
	return slices.ContainsFunc(t.result.Risk.Segments,
		func(e risk.SegmentEstimate) bool { return e.Basis != risk.Unseen })
}

// settle is what would settle an open question, the cheapest first. One of them is enough.
func (t *teller) settle() (out []step) {
	for _, way := range t.result.Risk.Verdict.Settle {
		s := step{Do: way.Do + ".", Type: way.Flag}
		for _, a := range way.Answers {
			s.Answers = append(s.Answers, a.If+": "+t.expected(a.CI95))
		}
		out = append(out, s)
	}
	if !t.result.Summary.DNS {
		out = slices.Insert(out, min(1, len(out)), step{Do: "check the domains in DNS: leave out --no-dns."})
	}
	for i := range out {
		if i == 0 {
			out[i].Do = upperFirst(out[i].Do)
		} else {
			out[i].Do = "Or " + out[i].Do
		}
	}
	return out
}

// expected says how much of the cleaned list would bounce: a rate, or a count if the list is short. What
// cleaning removes is not open.
func (t *teller) expected(rates [2]float64) string {
	n := t.result.Risk.Rate.Cleaned.Rows
	if n >= fewRows {
		return between(rates) + " would bounce after cleaning"
	}
	low, high := int64(math.Floor(rates[0]*float64(n))), int64(math.Ceil(rates[1]*float64(n)-1e-9))
	return fmt.Sprintf("%d to %d of %s would bounce after cleaning", low, high, plural(n, "address", "addresses"))
}

// looking names the files to look through.
func (t *teller) looking() (out []step) {
	for _, l := range []struct {
		rows          int64
		do, list, why string
	}{
		{t.result.Summary.Counts.Review, "Look through", "review", " before you send any of it."},
		{t.result.Summary.Counts.Rejected, "Repair the list where it can't be read:", "rejected", "."},
		{t.result.Summary.Counts.Removed, "Do not mail", "removed", "."},
	} {
		if l.rows > 0 {
			out = append(out, step{Do: l.do, Files: t.files(l.list), More: " (" + plural(l.rows, "row", "rows") +
				")" + l.why})
		}
	}
	return out
}

// correcting offers corrections.
func (t *teller) correcting() (out []step) {
	switch {
	case t.result.Summary.Corrected > 0:
		out = append(out, step{Do: "Check the corrections in", Files: t.files("corrected"), More: " (" +
			plural(t.result.Summary.Corrected, "row", "rows") + ")."})
	case len(t.result.Summary.Typos) > 0:
		c := t.result.Summary.Typos[0]
		such := "Correct typos such as " + t.own(c.Typed)
		if c.Meant != "" {
			such += " for " + t.own(c.Meant)
		}
		out = append(out, step{Do: such + " (" + plural(c.Rows, "row", "rows") + ").", Type: "--fix-typos"})
	}
	if t.result.Summary.Untidy > 0 && t.result.Summary.Repaired == 0 {
		out = append(out, step{Do: "Tidy " + plural(t.result.Summary.Untidy, "address cell", "address cells") +
			" that imports may refuse.", Type: "--repair"})
	}
	return out
}

// teaching says how the next forecast learns from this send.
func (t *teller) teaching() []step {
	if t.result.Risk == nil || t.result.Summary.Counts.Clean == 0 || len(t.result.Summary.Lists) > 0 {
		return nil
	}
	list := "clean"
	switch t.result.Risk.Verdict.Code {
	case risk.Send, risk.CleanFirst:
	case risk.SendCore:
		list = "core"
		if t.result.Summary.Counts.Core == 0 {
			return nil
		}
	default:
		return nil
	}
	return []step{{Do: "After the send, let it learn what bounced.",
		Type: "prebounce calibrate --sent " + output(&t.result.Summary.Layout, list) + " --run DIR --bounces EXPORT"}}
}

// mostLinks is how many files one step names.
const mostLinks = 5

// files are the files of one kind: "clean.csv", or one for each of several lists.
func (t *teller) files(list string) (out []link) {
	if len(t.result.Summary.Lists) == 0 {
		return []link{t.file("", output(&t.result.Summary.Layout, list))}
	}
	for i := range t.result.Summary.Lists {
		l := &t.result.Summary.Lists[i]
		rows := map[string]int64{"clean": l.Clean, "review": l.Review, "removed": l.Removed, "rejected": l.Rejected}
		if n, counted := rows[list]; n > 0 || !counted {
			out = append(out, t.file(l.Folder+"/", output(&l.Layout, list)))
		}
	}
	if more := len(out) - mostLinks; more > 0 {
		out = append(out[:mostLinks], link{Name: fmt.Sprintf("and %d more", more)})
	}
	return out
}

// file is a file of the run. It is linked if the run left it.
func (t *teller) file(folder, name string) link {
	l := link{Name: t.own(folder + name)}
	if slices.Contains(t.result.Outputs, folder+name) {
		l.Href = "./" + (&url.URL{Path: folder + name}).EscapedPath()
	}
	return l
}
