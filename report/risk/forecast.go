package risk

import (
	"errors"
	"fmt"
	"time"
)

// Forecast is what Predict found, in the form of its JSON. Rates are shares of one unless their name ends in pp, for
// percentage points.
type Forecast struct {
	Model      string    `json:"model"`
	AsOf       time.Time `json:"as_of"`
	Rows       int64     `json:"n_rows"`
	Scored     int64     `json:"n_scored"` // rows that would be sent: all but suppressed, duplicate and empty ones
	Suppressed int64     `json:"n_suppressed"`
	Duplicates int64     `json:"n_duplicates"`

	Rate        Rates             `json:"rate"`
	Expected    Expected          `json:"expected_bounces"`
	Threshold   Threshold         `json:"threshold"`
	Claim       *Claim            `json:"claim,omitempty"` // what the user says of the list
	Makeup      Makeup            `json:"makeup"`          // what kind of list it seems to be
	Verdict     Verdict           `json:"verdict"`
	Remove      []Category        `json:"remove,omitempty"` // what cleaning takes out beside what would certainly bounce
	Categories  []CategoryEffect  `json:"categories"`
	Segments    []SegmentEstimate `json:"segments"`
	Evidence    Evidence          `json:"evidence_share"`
	Lessons     *Lessons          `json:"lessons,omitempty"` // from the user's own sends; nil: none
	Uncertainty Uncertainty       `json:"uncertainty"`
	Probes      Probes            `json:"probes"`
	Assumptions []Assumption      `json:"assumptions"`
	Warnings    []string          `json:"warnings,omitempty"`
	Seed        uint64            `json:"seed"`

	dists     [numScenes]distribution
	addresses map[kind]Address
	settled   [numStates]Address
}

// Makeup is what kind of list it seems to be before anybody was asked: the chances of the kinds, and what the list shows that moved them.
type Makeup struct {
	Chances map[string]float64 `json:"chances"`
	Shows   []string           `json:"shows,omitempty"`
}

// Rates are those of the three lists that could be sent. Core is nil if there is none.
type Rates struct {
	AsIs    Rate  `json:"as_is"`
	Cleaned Rate  `json:"cleaned"`
	Core    *Rate `json:"core,omitempty"`
}

// Rate is the distribution of a list's rate of hard bounces.
type Rate struct {
	Rows   int64      `json:"rows"`
	Mean   float64    `json:"mean"`
	Median float64    `json:"median"`
	CI50   [2]float64 `json:"ci50"`
	CI90   [2]float64 `json:"ci90"`
	CI95   [2]float64 `json:"ci95"`
}

// Expected is the mean number of hard bounces.
type Expected struct {
	AsIs    float64 `json:"as_is"`
	Cleaned float64 `json:"cleaned"`
	ByClass ByClass `json:"by_class"` // of the list as it is
}

// ByClass splits hard bounces by what the server would say.
type ByClass struct {
	UserUnknown float64 `json:"user_unknown"` // the 550 5.1.1
	Disabled    float64 `json:"disabled"`
	DeadDomain  float64 `json:"dead_domain"`
	Syntax      float64 `json:"syntax"`
}

// Threshold is the service's line, and how likely each list is to cross it.
type Threshold struct {
	Profile string  `json:"profile"`
	Target  float64 `json:"target"`
	Kind    Kind    `json:"kind"`
	Exceed  Exceed  `json:"p_exceed"`
	Warn    *Line   `json:"warn,omitempty"`
	Act     *Line   `json:"act,omitempty"`
	History History `json:"history"`
	Service Profile `json:"service"` // the whole profile
}

// Line is another line of the same service.
type Line struct {
	Rate   float64 `json:"rate"`
	Exceed Exceed  `json:"p_exceed"`
}

// Exceed is the chance of crossing a line. Core is nil if there is no core.
type Exceed struct {
	AsIs    float64  `json:"as_is"`
	Cleaned float64  `json:"cleaned"`
	Core    *float64 `json:"core,omitempty"`
}

// History is what was sent before within the service's window, which is judged together with this send.
type History struct {
	Sent int64 `json:"sent"`
	Hard int64 `json:"hard"`
}

// CategoryEffect is what taking a category of rows out of the list does. Those that cleaning takes out come first, in a
// fixed order as do the others, and each row counts in the first that it fits: what they save adds up to the
// difference between the scenes. Alone takes out just this one, with all rows that fit.
type CategoryEffect struct {
	Name    Category `json:"name"`
	Cleaned bool     `json:"cleaned"` // cleaning takes it out
	Effect
	Exceed float64 `json:"p_exceed"` // the chance to cross the line once this and all earlier ones are out
	Alone  Effect  `json:"alone"`
}

// Effect is what taking out some rows does.
type Effect struct {
	Rows       int64      `json:"rows"`
	Saved      float64    `json:"bounces_saved"`
	CI90       [2]float64 `json:"ci90"` // of Saved
	GoodLost   float64    `json:"good_lost"`
	RateChange float64    `json:"rate_change_pp"`
}

// Basis says what a chance rests on.
type Basis string

const (
	Checked Basis = "checked" // syntax, DNS or an earlier bounce
	Replied Basis = "replied" // the mail host's own reply about this address
	Probed  Basis = "probed"  // replies about others in its segment
	Pooled  Basis = "pooled"  // replies elsewhere in the list
	Prior   Basis = "prior"   // nothing but assumptions
	Unseen  Basis = "blind"   // its mail host can't be asked; replies elsewhere, if any
)

// SegmentEstimate is what is thought of one segment.
type SegmentEstimate struct {
	Provider    string     `json:"provider"`
	Source      string     `json:"source"`
	Age         string     `json:"age"`
	Since       string     `json:"since"` // what the age counts from
	Rows        int64      `json:"rows"`
	Probed      int64      `json:"probed"`
	Informative int64      `json:"informative"`
	DeadSeen    int64      `json:"dead_seen"`
	Theta       float64    `json:"theta"` // chance that an address that wasn't asked bounces
	CI90        [2]float64 `json:"ci90"`
	Bounces     float64    `json:"bounces"`      // expected among all its rows, as they are
	BouncesCI90 [2]float64 `json:"bounces_ci90"` // of Bounces
	Held        bool       `json:"held"`         // not in the core
	Basis       Basis      `json:"basis"`
}

// Evidence says on what the expected bounces rest. The shares add up to one, or are all zero without any.
type Evidence struct {
	Observed float64 `json:"observed"` // on what was seen in this list
	Learned  float64 `json:"learned"`  // on the user's earlier sends
	Assumed  float64 `json:"assumed"`
}

// Uncertainty splits what the rate of the list as it is may be off by.
type Uncertainty struct {
	Sampling   float64 `json:"sampling_sd_pp"`       // asking more would shrink it
	Systematic float64 `json:"systematic_sd_pp"`     // errors of the probe and of fixed chances
	Blind      float64 `json:"blind_sd_pp"`          // operators that can't be asked
	Floor      float64 `json:"floor_halfwidth95_pp"` // what is left at most, in 95 % of lists, however many are asked
}

// Probes counts what was asked.
type Probes struct {
	RCPT        int64   `json:"rcpt"`
	Informative int64   `json:"informative"`
	CatchAll    int64   `json:"catchall"`
	Unknown     int64   `json:"unknown"`
	Policy      int64   `json:"policy"`
	Stopped     Stop    `json:"stopped,omitempty"`
	Curve       []Point `json:"curve,omitempty"` // how the forecast became surer
}

// Assumption is a number that was taken on trust, and what the rate would do if it were off by its standard
// deviation. They come with the largest effect first.
type Assumption struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	SD     float64 `json:"sd"`
	Kind   Kind    `json:"kind"`
	Effect float64 `json:"effect_pp"`
	Source string  `json:"source"`
}

// Options are those that the forecast was made with, as far as its JSON tells: a Tally and they make it again.
func (f *Forecast) Options() (Options, error) {
	if f.Evidence.Learned > 0 && f.Lessons == nil && f.Threshold.History.Sent == 0 {
		return Options{}, errors.New("the forecast leans on your own earlier sends, which are not kept with it")
	}
	p := Defaults()
	if err := f.Lessons.recall(&p); err != nil {
		return Options{}, err
	}
	for _, a := range f.Assumptions {
		var err error
		if p, err = p.with(Param{a.Name, a.Value, a.SD, a.Kind, a.Source}); err != nil {
			return Options{}, fmt.Errorf("assumption: %w", err)
		}
	}
	return Options{
		Profile: f.Threshold.Service, Params: &p, Claim: f.claim(), History: f.Threshold.History, Remove: f.Remove,
		RCPT: f.Probes.RCPT, Stopped: f.Probes.Stopped, Curve: f.Probes.Curve, Seed: f.Seed,
	}, nil
}

func (f *Forecast) claim() Claim {
	if f.Claim == nil {
		return Claim{}
	}
	return *f.Claim
}

// Scene is one of the lists that could be sent.
type Scene int

const (
	AsIs Scene = iota
	Cleaned
	Core
	numScenes
)

// Below is the chance that the scene's rate is at most r. It is the distribution whose slope the rate strip draws.
// Without such a scene it is 1.
func (f *Forecast) Below(s Scene, r float64) float64 {
	d := f.dists[s]
	if d == nil || d.size() == 0 {
		return 1
	}
	return d.below(r * d.size())
}

// chanceAbove is the chance that the scene crosses the line r, judged together with the history h.
func (f *Forecast) chanceAbove(s Scene, r float64, h History) float64 {
	return exceeds(f.dists[s], r, h, f.Threshold.Service.Volume)
}

// Address is what the forecast says of one row.
type Address struct {
	P     float64 // chance of a hard bounce
	Basis Basis
	Held  bool // cleaning keeps it, the core does not
	Gone  bool // cleaning takes it out
}

// Address looks up a row. Only rows of kinds that were tallied are known, and rows that would not be sent have no
// chance: for others it says false.
func (f *Forecast) Address(t *Tally, r Row) (Address, bool) {
	if r.State != Sound {
		return f.settled[r.State%numStates], r.State.scored()
	}
	k, _, _ := t.sort(r)
	a, ok := f.addresses[k]
	return a, ok
}
