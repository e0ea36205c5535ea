package risk

import (
	"fmt"
	"slices"

	"github.com/prebounce/prebounce/validate/segments"
)

// Grounds is the origin of a number.
type Grounds string

const (
	Documented  Grounds = "documented" // published by the party concerned
	Reported    Grounds = "reported"   // published by a third party
	Assumed     Grounds = "assumed"    // chosen by us
	learnedKind Grounds = "learned"    // from the user's own sends
)

// paramRow is one number that the forecast assumes.
type paramRow struct {
	Name   string
	Value  float64
	SD     float64 // standard deviation
	Kind   Grounds
	Source string // what the value is based on
}

// param is the row of a Param in the table.
type param uint8

const (
	lambda  param = 0                            // one row for each provider
	badness       = lambda + param(numProviders) // one row for each source
	share         = badness + param(numSources)  // one row for each kind of list
	spread        = share + param(numMakeups)    // one row for each kind of list
)

const (
	boughtRate param = spread + param(numMakeups) + iota
	importDates
	machineOpens
	burstRaw
	unknownAge
	flagWrong
	columnWrong
	domainShare
	domainSD
	providerSD
	disposableOdds
	roleOdds
	pPastBounce
	pSyntax
	pDeadDomain
	pDNSFailed
	pTypo
	sensitivity
	falsePositive
	silenceOdds
	silentShare
	catchAllShare
	catchAllBounce
	disabledShare
	calledValidOdds
	onceValidOdds
	calledCatchAllOdds
	calledDeadOdds
	onceDeadOdds
	numParams
)

const (
	mailedDecay = "2.85 % of hard bounces a year on actively mailed opt-in lists (dbmarketing.com, 2011)"
	recordDecay = "22.5 % of records decay each year (MarketingSherpa): an upper bound for mailboxes"
)

// defaults is the one table of everything that is assumed. Rates are per year; odds are factors on the odds
// of a hard bounce, except silence.log_odds, which is the logarithm of one; spreads are standard deviations
// of the logarithm of a list's rate about what its kind lets expect.
var defaults = [numParams]paramRow{
	lambda + param(segments.UnknownProvider): {"lambda.unknown", 0.18, 0.09, Assumed,
		"the same as corporate, because DNS was not asked"},
	lambda + param(segments.Gmail): {"lambda.gmail", 0.03, 0.015, Assumed, mailedDecay},
	lambda + param(segments.Yahoo): {"lambda.yahoo", 0.06, 0.03, Assumed,
		"twice Gmail's: shorter inactivity limit"},
	lambda + param(segments.Outlook):      {"lambda.outlook", 0.06, 0.03, Assumed, "twice Gmail's: older mailboxes"},
	lambda + param(segments.Freemail):     {"lambda.freemail", 0.10, 0.05, Assumed, "mailboxes end with the contract"},
	lambda + param(segments.Workspace):    {"lambda.workspace", 0.12, 0.06, Assumed, recordDecay},
	lambda + param(segments.Microsoft365): {"lambda.m365", 0.15, 0.07, Assumed, recordDecay},
	lambda + param(segments.Corporate):    {"lambda.corporate", 0.18, 0.08, Assumed, recordDecay},

	badness + param(segments.UnnamedSource): {"b.none", 0.03, 0.02, Assumed, "between a form and a purchase"},
	badness + param(segments.Confirmed):     {"b.confirmed", 0.002, 0.002, Assumed, "a confirmed address existed"},
	badness + param(segments.Form): {"b.form", 0.012, 0.008, Assumed,
		"1.3 % of sign-ups had a typo that could be corrected (theplant.jp)"},
	badness + param(segments.Event): {"b.event", 0.04, 0.03, Assumed, "typed from paper or by a third person"},
	badness + param(segments.Purchased): {"b.purchased", 0.16, 0.08, Assumed,
		"6.7 % on scraped campaigns (warmysender.com), 24 % of what people submit to verifiers (ZeroBounce, 2025)"},
	badness + param(segments.OtherSource): {"b.other", 0.03, 0.02, Assumed, "the same as if the list gave no source"},

	share + param(maintained): {"kind.maintained", 0.40, 0.15, Assumed,
		"share of lists that are mailed and kept: 0.1-1.4 % a campaign (Mailchimp by industry, mean 0.40 %; " +
			"Campaign Monitor 0.7 % hard plus soft)"},
	share + param(dormant): {"kind.dormant", 0.20, 0.10, Assumed,
		"share of lists last mailed half a year to three years ago: 3-15 %"},
	share + param(raw): {"kind.never_cleansed", 0.30, 0.15, Assumed,
		"share of lists from which bounces were never removed: 8-30 %"},
	share + param(bought): {"kind.bought", 0.10, 0.05, Assumed, "share of lists that were bought or scraped"},

	spread + param(maintained): {"tau.maintained", 0.6, 0.15, Assumed,
		"campaigns of the industries differ by a factor of four about their mean (Mailchimp)"},
	spread + param(dormant): {"tau.dormant", 0.6, 0.15, Assumed, "3-15 % after a year or more"},
	spread + param(raw): {"tau.never_cleansed", 1.0, 0.25, Assumed,
		"bounce rates differ between such lists by a factor of three either way"},
	spread + param(bought): {"tau.bought", 0.6, 0.15, Assumed, "6.7 % of scraped campaigns, 24 % at verifiers"},

	boughtRate: {"rate.bought", 0.16, 0.06, Assumed,
		"median, between 6.7 % of scraped campaigns (warmysender.com) and 24 % at verifiers (ZeroBounce, 2025)"},
	importDates: {"dates.imported", 0.10, 0.05, Assumed, "prior chance that the join dates are dates of an import"},
	machineOpens: {"opens.machines", 0.40, 0.15, Assumed,
		"chance that opens do not come from a person: privacy proxies and scanners open mail"},
	burstRaw: {"newcomers.raw", 0.70, 0.20, Assumed,
		"chance that many new contacts at once did not sign up one by one"},
	unknownAge: {"age.unknown_years", 2, 1, Assumed, "no date in the row"},
	flagWrong:  {"claim.wrong", 0.04, 0.02, Assumed, "chance that a claim about the whole list does not hold"},
	columnWrong: {"column.wrong", 0.005, 0.004, Assumed,
		"chance that a column of deliveries does not record deliveries"},
	domainShare: {"domains.share", 0.2, 0.1, Assumed,
		"dead share of domains relative to the dead share of mailboxes"},
	domainSD:       {"domains.log_sd", 0.8, 0.2, Assumed, "how much that differs between lists"},
	providerSD:     {"tau.provider", 0.6, 0.2, Assumed, "purges hit an operator as a whole"},
	disposableOdds: {"odds.disposable", 5, 3, Assumed, "disposable addresses often accept mail and are never read"},
	roleOdds:       {"odds.role", 0.7, 0.2, Assumed, "role addresses rarely die"},
	pPastBounce:    {"p.past_bounce", 0.95, 0.03, Assumed, "a mailbox that bounced hard rarely comes back"},
	pSyntax:        {"p.syntax", 0.999, 0.001, Assumed, "RFC 5321 grammar: no server could accept it"},
	pDeadDomain:    {"p.dead_domain", 0.98, 0.01, Assumed, "asked twice, through two resolvers"},
	pDNSFailed:     {"p.dns_failed", 0.2, 0.12, Assumed, "Beta(2, 8)"},
	pTypo:          {"p.typo", 0.5, 0.2, Assumed, "squatters often accept everything"},
	sensitivity:    {"probe.sensitivity", 0.95, 0.03, Assumed, "share of dead mailboxes that are refused at RCPT"},
	falsePositive: {"probe.false_positive", 0.005, 0.004, Assumed,
		"vendors call 1 % of good addresses invalid (biz-genius.com); ours after code and text"},
	silenceOdds:   {"silence.log_odds", 0.5, 0.6, Assumed, "dead mailboxes seem to go unanswered somewhat more often"},
	silentShare:   {"silence.share", 0.05, 0.03, Assumed, "prior share of questions without a usable answer"},
	catchAllShare: {"catch_all.share", 0.20, 0.12, Assumed, "Beta(2, 8); vendors disagree by a factor of four"},
	catchAllBounce: {"catch_all.bounce", 0.5, 0.2, Assumed,
		"half the invalid rate of the rest of the list (bulkmail.co.za)"},
	disabledShare: {"disabled.share", 0.15, 0.10, Assumed,
		"share of dead mailboxes that are disabled rather than unknown"},

	calledValidOdds: {"odds.called_valid", 0.3, 0.15, Assumed,
		"another verifier found the mailbox in the last 90 days; vendors promise 97-99 %"},
	onceValidOdds:      {"odds.once_valid", 0.6, 0.25, Assumed, "the same, but longer ago or at an unknown time"},
	calledCatchAllOdds: {"odds.called_catch_all", 1.3, 0.4, Assumed, "the mailbox could not be checked"},
	calledDeadOdds: {"odds.called_invalid", 30, 20, Assumed,
		"another verifier did not find the mailbox in the last 180 days; about 1 % of good addresses are rated so " +
			"(biz-genius.com)"},
	onceDeadOdds: {"odds.once_invalid", 15, 10, Assumed, "the same, but longer ago or at an unknown time"},
}

// Params is the table of all numbers that the forecast assumes. It is a value: changing a copy does not change the
// original. [Learn] makes one; the zero value is not usable.
type Params struct {
	rows [numParams]paramRow
	past past
}

// defaultParams returns the built-in table.
func defaultParams() Params { return Params{rows: defaults} }

// with returns the table with one row replaced by its name. Value and SD must make sense for the row: a share or a
// probability lies in [0, 1], all else but a logarithm is not negative.
func (p Params) with(row paramRow) (Params, error) {
	i := slices.IndexFunc(p.rows[:], func(r paramRow) bool { return r.Name == row.Name })
	if i < 0 {
		return p, fmt.Errorf("unknown parameter %q", row.Name)
	}
	if lo, hi := param(i).limits(); !(row.Value >= lo && row.Value <= hi) || !(row.SD >= 0) {
		return p, fmt.Errorf("invalid parameter %s: %g ± %g is outside [%g, %g]", row.Name, row.Value, row.SD, lo, hi)
	}
	p.rows[i] = row
	return p, nil
}

func (p *Params) get(i param) float64 { return p.rows[i].Value }

// limits is the range in which a row makes sense.
func (i param) limits() (lo, hi float64) {
	switch {
	case i == silenceOdds:
		return -5, 5
	case i == sensitivity:
		return 0.5, 1
	case i == falsePositive:
		return 0, 0.4
	case i < badness:
		return 0, 10
	case i == unknownAge, i == disposableOdds, i == roleOdds, i >= calledValidOdds:
		return 0, 100
	case i >= spread && i < boughtRate, i == providerSD, i == domainSD:
		return 0, 3
	}
	return 0, 1
}

// moved returns the table with row i moved by steps of its standard deviation, kept within its limits.
func (p Params) moved(i param, steps float64) Params {
	lo, hi := i.limits()
	p.rows[i].Value = min(max(p.rows[i].Value+steps*p.rows[i].SD, lo), hi)
	return p
}

// systematic lists the rows of the table that no amount of asking on this list can measure. Their standard deviations
// are added to the variance of every forecast. The other rows only set the centre of a prior whose width is part of
// the model.
var systematic = []param{
	disposableOdds, roleOdds, pPastBounce, pSyntax, pDeadDomain, pDNSFailed, pTypo,
	sensitivity, falsePositive, silenceOdds, catchAllShare, catchAllBounce,
	calledValidOdds, onceValidOdds, calledCatchAllOdds, calledDeadOdds, onceDeadOdds,
}
