package risk

import (
	"errors"
	"fmt"
	"time"
)

// Forecast is the result of Predict, in the form of its JSON. Rates are fractions between 0 and 1, unless their name
// ends in pp (percentage points).
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
	Claim       *Claim            `json:"claim,omitempty"` // what the user states about the list
	Makeup      ListKinds         `json:"makeup"`          // the estimated kind of list
	Verdict     Verdict           `json:"verdict"`
	Remove      []Category        `json:"remove,omitempty"` // categories that cleaning removes besides certain bounces
	Categories  []CategoryEffect  `json:"categories"`
	Segments    []SegmentEstimate `json:"segments"`
	Evidence    Evidence          `json:"evidence_share"`
	Lessons     *Lessons          `json:"lessons,omitempty"` // from the user's own sends; nil if there are none
	Uncertainty Uncertainty       `json:"uncertainty"`
	Probes      Probes            `json:"probes"`
	Assumptions []Assumption      `json:"assumptions"`
	Warnings    []string          `json:"warnings,omitempty"`
	Seed        uint64            `json:"seed"`

	dists     [numScenes]distribution
	addresses map[kind]Address
	settled   [numStates]Address
}

// ListKinds is the estimated kind of the list before any mail server was asked: the probability of each kind, and the
// properties of the list that changed them.
type ListKinds struct {
	Chances map[string]float64 `json:"chances"`
	Shows   []string           `json:"shows,omitempty"`
}

// Rates holds the rates of the three lists that could be sent. Core is nil if there is no core.
type Rates struct {
	AsIs    Rate  `json:"as_is"`
	Cleaned Rate  `json:"cleaned"`
	Core    *Rate `json:"core,omitempty"`
}

// Rate is the distribution of a list's hard-bounce rate.
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

// ByClass splits hard bounces by the reply that the server would give.
type ByClass struct {
	UserUnknown float64 `json:"user_unknown"` // the 550 5.1.1
	Disabled    float64 `json:"disabled"`
	DeadDomain  float64 `json:"dead_domain"`
	Syntax      float64 `json:"syntax"`
}

// Threshold is the service's limit, and the probability that each list exceeds it.
type Threshold struct {
	Profile string  `json:"profile"`
	Target  float64 `json:"target"`
	Kind    Grounds `json:"kind"`
	Exceed  Exceed  `json:"p_exceed"`
	Warn    *Line   `json:"warn,omitempty"`
	Act     *Line   `json:"act,omitempty"`
	History History `json:"history"`
	Service Profile `json:"service"` // the whole profile
}

// Line is another limit of the same service.
type Line struct {
	Rate   float64 `json:"rate"`
	Exceed Exceed  `json:"p_exceed"`
}

// Exceed is the probability of exceeding a limit. Core is nil if there is no core.
type Exceed struct {
	AsIs    float64  `json:"as_is"`
	Cleaned float64  `json:"cleaned"`
	Core    *float64 `json:"core,omitempty"`
}

// History is the mail already sent within the service's window. It is judged together with this send.
type History struct {
	Sent int64 `json:"sent"`
	Hard int64 `json:"hard"`
}

// CategoryEffect is the effect of removing a category of rows from the list. Categories that cleaning removes come
// first, and both groups have a fixed order. Each row counts in the first category that it matches, so the effects add
// up to the difference between the scenes. Alone is the effect of removing only this category, with all rows that
// match it.
type CategoryEffect struct {
	Name    Category `json:"name"`
	Cleaned bool     `json:"cleaned"` // cleaning removes it
	Effect
	// probability of exceeding the limit once this and all earlier categories are removed
	Exceed float64 `json:"p_exceed"`
	Alone  Effect  `json:"alone"`
}

// Effect is the effect of removing some rows.
type Effect struct {
	Rows       int64      `json:"rows"`
	Saved      float64    `json:"bounces_saved"`
	CI90       [2]float64 `json:"ci90"` // of Saved
	GoodLost   float64    `json:"good_lost"`
	RateChange float64    `json:"rate_change_pp"`
}

// Vague reports whether the evidence is too weak for Saved as one number: less than half of it or more than twice is
// within the range. People should be shown the range alone.
func (e *Effect) Vague() bool { return e.CI90[0] < e.Saved/2 || e.CI90[1] > 2*max(e.Saved, 1) }

// Basis is the kind of evidence that a probability is based on.
type Basis string

const (
	onChecks Basis = "checked" // syntax, DNS or an earlier bounce
	onReply  Basis = "replied" // the mail server's own reply about this address
	Probed   Basis = "probed"  // replies about other addresses in its segment
	onPool   Basis = "pooled"  // replies elsewhere in the list
	onPrior  Basis = "prior"   // only assumptions
	Unseen   Basis = "blind"   // its mail server can't be asked; replies elsewhere in the list, if any
)

// SegmentEstimate is the estimate for one segment.
type SegmentEstimate struct {
	Provider    string     `json:"provider"`
	Source      string     `json:"source"`
	Age         string     `json:"age"`
	Since       string     `json:"since"` // what the age counts from
	Rows        int64      `json:"rows"`
	Probed      int64      `json:"probed"`
	Informative int64      `json:"informative"`
	DeadSeen    int64      `json:"dead_seen"`
	Theta       float64    `json:"theta"` // probability that an unasked address bounces
	CI90        [2]float64 `json:"ci90"`
	Bounces     float64    `json:"bounces"`      // expected among all its rows before cleaning
	BouncesCI90 [2]float64 `json:"bounces_ci90"` // of Bounces
	Held        bool       `json:"held"`         // not in the core
	Basis       Basis      `json:"basis"`
}

// Evidence splits the expected bounces by what they are based on. The shares add up to one, or are all zero if no
// bounces are expected.
type Evidence struct {
	Observed float64 `json:"observed"` // from observations of this list
	Learned  float64 `json:"learned"`  // from the user's earlier sends
	Assumed  float64 `json:"assumed"`
}

// Uncertainty splits the uncertainty of the rate of the list as it is.
type Uncertainty struct {
	Sampling   float64 `json:"sampling_sd_pp"`   // further asking would reduce it
	Systematic float64 `json:"systematic_sd_pp"` // errors of the probe and of fixed probabilities
	Blind      float64 `json:"blind_sd_pp"`      // operators that can't be asked
	// the most that remains in 95% of lists, however many addresses are asked about
	Floor float64 `json:"floor_halfwidth95_pp"`
}

// Probes counts the questions that were asked.
type Probes struct {
	RCPT        int64   `json:"rcpt"`
	Informative int64   `json:"informative"`
	CatchAll    int64   `json:"catchall"`
	Unknown     int64   `json:"unknown"`
	Policy      int64   `json:"policy"`
	Stopped     Stop    `json:"stopped,omitempty"`
	Curve       []Point `json:"curve,omitempty"` // precision of the forecast after each round
}

// Assumption is a number that was not observed, and how much the rate would change if the number were off by its
// standard deviation. Assumptions are listed with the largest effect first.
type Assumption struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	SD     float64 `json:"sd"`
	Kind   Grounds `json:"kind"`
	Effect float64 `json:"effect_pp"`
	Source string  `json:"source"`
}

// Options returns the options that the forecast was made with, as far as its JSON holds them. Together with the Tally,
// they reproduce the forecast.
func (f *Forecast) Options() (Options, error) {
	if f.Evidence.Learned > 0 && f.Lessons == nil && f.Threshold.History.Sent == 0 {
		return Options{}, errors.New("the forecast uses your own earlier sends, which are not stored with it")
	}
	p := defaultParams()
	if err := f.Lessons.recall(&p); err != nil {
		return Options{}, err
	}
	for _, a := range f.Assumptions {
		var err error
		if p, err = p.with(paramRow{a.Name, a.Value, a.SD, a.Kind, a.Source}); err != nil {
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

// Below returns the probability that the scene's rate is at most r: the cumulative distribution whose density the
// report draws. It returns 1 if there is no such scene.
func (f *Forecast) Below(s Scene, r float64) float64 {
	d := f.dists[s]
	if d == nil || d.size() == 0 {
		return 1
	}
	return d.below(r * d.size())
}

// chanceAbove returns the probability that the scene exceeds the limit r when it is judged together with the history
// h.
func (f *Forecast) chanceAbove(s Scene, r float64, h History) float64 {
	return exceeds(f.dists[s], r, h, f.Threshold.Service.Volume)
}

// Address is the forecast for one row.
type Address struct {
	P     float64 // chance of a hard bounce
	Basis Basis
	Held  bool // in the cleaned list, but not in the core
	Gone  bool // cleaning removes it
}

// Address returns the forecast for a row. It reports false for rows of a kind that was not tallied and for rows that
// would not be sent.
func (f *Forecast) Address(t *Tally, r Row) (Address, bool) {
	if s := r.state(); s != soundState {
		return f.settled[s], s.scored()
	}
	k, _, _ := t.sort(r)
	a, ok := f.addresses[k]
	return a, ok
}
