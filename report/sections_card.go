package report

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/prebounce/prebounce/report/history"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/bounces"
	"github.com/prebounce/prebounce/validate/segments"
)

// lessons says how many earlier sends the forecast learned from.
func (t *teller) lessons() []string {
	l := t.result.Risk.Lessons
	if l == nil {
		return nil
	}
	says := []string{"The forecast learned from " + campaigns(l.Campaigns) + " of yours."}
	if a := l.Audit; a != nil {
		says = append(says, tried(max(math.Round(a.Tried), 1), math.Round(a.Wrong))+": about "+risk.Percent(a.True)+
			" of refusals are taken as true.")
	}
	return says
}

// tried says what came of refused mailboxes.
func tried(n, wrong float64) string {
	return "Of " + amount(n) + " mailboxes that were mailed although refused when asked, " + count(wrong) +
		" accepted the mail"
}

func campaigns(n int) string { return plural(int64(n), "campaign", "campaigns") }

// past says how past forecasts did.
func (t *teller) past(b *strings.Builder) {
	card := t.card()
	sentences(b, strings.ToLower(card.Title), card.Says)
}

// card is how past forecasts did.
func (t *teller) card() section {
	if t.result.Card == nil {
		return section{}
	}
	return cardOf(t.result.Card, t.own)
}

func cardOf(c *history.Card, own func(string) string) section {
	s := section{ID: "card", Title: "How past forecasts did"}
	g := grid{Head: []string{"campaign", "sent on", "contacts", "forecast", "95%", "actual", "", "forecast then"},
		Right: []int{2, 3, 4, 5, 7}}
	then := false
	for _, e := range c.Scored {
		row := []string{own(e.Name), e.Sent, number(e.Rows), risk.Percent(e.Mean), between(e.CI95),
			risk.Percent(e.Came), sayInside(&e), "-"}
		if e.Then != nil {
			row[7], then = risk.Percent(e.Then.Mean)+" ("+between(e.Then.CI95)+")", true
		}
		g.row(row...)
	}
	if !then {
		g.Head = g.Head[:7]
		for i := range g.Rows {
			g.Rows[i] = g.Rows[i][:7]
		}
	}
	g.Note = "Each forecast was made from all other campaigns, as if this one had not been sent."
	if then {
		g.Note += " The last column is what a run forecast before the send."
	}
	s.add(g)
	if len(g.Rows) > 0 {
		s.Says = judgement(c)
	}
	return s
}

func sayInside(e *history.Entry) string {
	switch {
	case e.Came < e.CI95[0]:
		return "below"
	case e.Came > e.CI95[1]:
		return "above"
	}
	return "inside"
}

const (
	fewCampaigns = 3    // under which forecasts can't be judged
	small        = 0.1  // percentage points that nobody minds
	tooNarrow    = 0.85 // share of campaigns inside the 95% interval under which that is too narrow
)

// judgement says in words how far the forecasts can be trusted.
func judgement(c *history.Card) (says []string) {
	n := len(c.Scored)
	says = append(says, fmt.Sprintf("%d of %s came inside the 95%% range, %d inside its middle half.", c.Inside.CI95,
		campaigns(n), c.Inside.CI50))
	if n < fewCampaigns {
		return append(says, "That is too few to judge the forecasts. Each further campaign improves them.")
	}
	off := strconv.FormatFloat(c.Error, 'f', 1, 64)
	switch {
	case c.Error < small:
		says = append(says, "They were off by less than "+strconv.FormatFloat(small, 'f', 1, 64)+
			" percentage points on average.")
	case c.Bias > c.Error/2:
		says = append(says, "They were off by "+off+
			" percentage points on average, mostly too high: your lists do better than forecast.")
	case c.Bias < -c.Error/2:
		says = append(says, "They were off by "+off+
			" percentage points on average, mostly too low: plan for more bounces than forecast.")
	default:
		says = append(says, "They were off by "+off+" percentage points on average, as often too high as too low.")
	}
	switch {
	case float64(c.Inside.CI95) < tooNarrow*float64(n):
		says = append(says, "The ranges were too narrow: allow for more than they say.")
	case n > 2*fewCampaigns && c.Inside.CI50 == n:
		says = append(says, "The ranges were wider than necessary.")
	}
	return says
}

// Calibration writes what a campaign taught, and how past forecasts did, this campaign included.
func Calibration(w io.Writer, c *Campaign, learned *history.Campaign, card *history.Card) error {
	var b strings.Builder
	sent, hard := learned.Rows()
	fmt.Fprintf(&b, "%s, sent %s\n\n", Plain(learned.Name), learned.Sent.Format("2006-01-02"))
	var t Table
	t.Row("learned", number(sent), "contacts whose outcome is known")
	t.Row("bounced hard", number(hard), risk.Percent(float64(hard)/float64(max(sent, 1))))
	for _, f := range [...]struct {
		fate bounces.Fate
		what string
	}{{bounces.Untold, "blocked, deferred or refused because of the message or the sender"},
		{bounces.Untried, "suppressed by the service before sending"},
		{bounces.DeadDomain, "at domains that accept no mail"}} {
		if n := c.count(f.fate); n > 0 {
			t.Row(fateTitles[f.fate], number(n), f.what)
		}
	}
	t.Write(&b, "  ", 1)
	for _, s := range present(beside(learned), verifiers(c.Verifiers), cardOf(card, discreet)) {
		s.text(&b)
	}
	sentences(&b, "notes", slices.Concat(c.Notes, c.notes(), c.strangers(learned)))
	_, err := io.WriteString(w, b.String())
	return err
}

var fateTitles = map[bounces.Fate]string{bounces.Untold: "teach nothing", bounces.Untried: "not sent",
	bounces.DeadDomain: "dead domains"}

// notes are what the person should know about the exports.
func (c *Campaign) notes() (out []string) {
	titles := map[string]string{}
	for _, f := range bounces.Formats() {
		titles[f.Name] = f.Title
	}
	for _, name := range sortedKeys(c.Heard) {
		title := titles[name]
		if title == "" {
			title = name
		}
		out = append(out, "read "+plural(c.Heard[name], "record", "records")+" as "+title)
	}
	if !c.Last.IsZero() {
		out = append(out, "counted records up to "+c.Last.Format("2006-01-02"))
	}
	if c.Apart > 0 {
		out = append(out, plural(c.Apart, "record", "records")+" from other days ignored")
	}
	if n := c.notListed(); n > 0 {
		out = append(out, plural(n, "hard bounce", "hard bounces")+
			" of addresses that are not on the sent list ignored")
	}
	return out
}

// strangers says what would be learned too if the operators were known, as they are to a forecast that asks DNS.
func (c *Campaign) strangers(learned *history.Campaign) []string {
	unknown := int64(0)
	for _, s := range learned.Sorts {
		if s.Provider == segments.UnknownProvider {
			unknown += s.Sent
		}
	}
	if c.run != nil || unknown == 0 {
		return nil
	}
	return []string{"the mail operators of " + plural(unknown, "contact", "contacts") +
		" are unknown: --run DIR reads them from the run of clean before the send"}
}

// beside puts what was forecast of the sorts of contacts beside what came.
func beside(c *history.Campaign) section {
	s := section{ID: "compared", Title: "Forecast and outcome"}
	g := grid{Head: []string{"segment", "sent", "forecast", "bounced hard", "rate"}, Right: []int{1, 2, 3, 4}}
	for _, x := range segmentsOf(c) {
		forecast := "-"
		if c.Forecast != nil {
			forecast = amount(x.Forecast)
		}
		g.row(saySegment(x.Provider.String(), x.Source.String(), x.Age().String()), number(x.Sent), forecast,
			orDash(x.Hard), risk.Percent(float64(x.Hard)/float64(x.Sent)))
	}
	s.add(g)
	if c.Forecast != nil {
		s.Says = []string{"The run had forecast " + risk.Percent(c.Forecast.Rate) + " (" + between(c.Forecast.CI95) +
			")."}
	}
	s.Says = append(s.Says, proved(c.Probe)...)
	return s
}

// proved says how right the mail hosts' replies were.
func proved(x *risk.Proof) (says []string) {
	if x == nil {
		return nil
	}
	if x.Sent > 0 {
		says = append(says, "Of "+amount(x.Sent)+" mailboxes that were accepted when asked, "+count(x.Bounced)+
			" bounced hard.")
	}
	if x.Tried > 0 {
		return append(says, tried(x.Tried, x.Wrong)+".")
	}
	return append(says, "No refused mailbox was mailed, so the rate of wrong refusals remains assumed.")
}

// count is a number within a sentence.
func count(n float64) string {
	if n == 0 {
		return "none"
	}
	return amount(n)
}

// segmentsOf are the sorts, whatever their further traits, with most bounces first; as many as fit.
func segmentsOf(c *history.Campaign) (out []history.Sort) {
	for _, s := range c.Sorts {
		i := slices.IndexFunc(out, func(o history.Sort) bool {
			return o.Provider == s.Provider && o.Source == s.Source && o.Age() == s.Age()
		})
		if i < 0 {
			out = append(out, s)
			continue
		}
		out[i].Sent, out[i].Hard, out[i].Forecast = out[i].Sent+s.Sent, out[i].Hard+s.Hard, out[i].Forecast+s.Forecast
	}
	slices.SortStableFunc(out, func(a, b history.Sort) int { return int(b.Hard - a.Hard) })
	return out[:min(len(out), tableSegments)]
}

func sortedKeys(m map[string]int64) []string { return slices.Sorted(maps.Keys(m)) }
