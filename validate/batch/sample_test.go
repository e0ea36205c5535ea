package batch

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/mx"
)

// operators is a Resolver: a domain's operator is its name from the second label on, if it has three, and
// gmail.com's is google.
type operators struct{}

func (operators) All(_ context.Context, names iter.Seq[string], emit func(string, validate.Mail) error) (mx.Doubt,
	error) {
	for name := range names {
		operator := strings.Clone(name)
		if _, rest, ok := strings.Cut(operator, "."); ok && strings.Contains(rest, ".") {
			operator = rest
		}
		known := map[string]string{"gmail.com": "google", "yahoo.com": "yahoo"}
		if of, ok := known[name]; ok {
			operator = of
		}
		if err := emit(strings.Clone(name), validate.Mail{Status: validate.HasMX, Operator: operator,
			Asked: aWhileAgo}); err != nil {
			return mx.Doubt{}, err
		}
	}
	return mx.Doubt{}, nil
}

// tellers is an Asker: mailboxes whose name begins with x are gone; who refuses us is stopped.
type tellers struct {
	refuses string
	rounds  [][]string
	asking  map[string]*validate.Asking
}

func (a *tellers) Ask(_ context.Context, questions iter.Seq[validate.Question],
	emit func([]validate.Answered) error) (all []validate.Asking, err error) {
	if a.asking == nil {
		a.asking = make(map[string]*validate.Asking)
	}
	var round []string
	for q := range questions {
		round = append(round, q.Address.String())
		op := a.asking[q.Mail.Operator]
		if op == nil {
			op = &validate.Asking{Operator: q.Mail.Operator}
			a.asking[op.Operator] = op
		}
		op.Questions++
		found := validate.Answered{ID: q.ID, Answer: validate.Answer{Status: validate.Said, Text: "250 2.1.5 Ok",
			Control: validate.ControlRefused, Operator: op.Operator, At: aWhileAgo}}
		switch {
		case op.Operator == a.refuses:
			op.Stopped = "it refuses us"
			found.Answer = validate.Answer{Status: validate.Postponed, Operator: op.Operator}
		case q.Address.Local[0] == 'x':
			found.Text = "550 5.1.1 no such user"
		}
		if found.Status == validate.Said {
			op.Asked++
		}
		if err := emit([]validate.Answered{found}); err != nil {
			return nil, err
		}
	}
	a.rounds = append(a.rounds, round)
	for _, op := range a.asking {
		all = append(all, *op)
	}
	return all, nil
}

// plain is a Forecaster that tells consumers from others and gives no chances.
type plain struct{}

func (plain) Judged([]JudgedCount) {}

func (plain) Observed([]SettledCount, []Column) {}
func (plain) Forecast(k []KindCount, _ *Signs) (Outlook, error) {
	return Outlook{Chances: make([]Chance, len(k))}, nil
}

// quota is a Sampler: so many of each kind in each round, so many rounds.
type quota struct {
	each      int64
	perDomain int
	rounds    int
	standings []*Standing
}

func (q *quota) Next(st *Standing) (d Draw, err error) {
	q.standings = append(q.standings, st)
	if len(q.standings) > q.rounds {
		return d, nil
	}
	d.PerDomain = q.perDomain
	for _, open := range st.Open {
		d.Take = append(d.Take, min(open, q.each))
	}
	return d, nil
}

// sampleList has 300 rows at a consumers' domain, 200 of one company, 200 of as many others of one operator,
// and rows that nobody need ask about, shuffled.
func sampleList() string {
	rows := []string{"nobody", "twice@gmail.com", "twice@gmail.com"}
	for i := range 300 {
		rows = append(rows, fmt.Sprintf("somebody%d@gmail.com", i), fmt.Sprintf("%c%d@yahoo.com", "ax"[i%2], i))
	}
	for i := range 200 {
		rows = append(rows, fmt.Sprintf("%c%d@acme.test", "ax"[i%2], i), fmt.Sprintf("info@own%d.rented.test", i))
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return "Email\n" + strings.Join(rows, "\n") + "\n"
}

func sampleOf(t *testing.T, a *tellers, q *quota, change func(*Run)) finished {
	t.Helper()
	r := Run{Resolver: operators{}, Asker: a, Sampler: q, Forecaster: plain{}, Policy: lab(), YesRemove: true,
		Now: aWhileAgo}
	if change != nil {
		change(&r)
	}
	return clean(t, sampleList(), r)
}

func at(addresses []string, domain string) (n int) {
	for _, a := range addresses {
		if strings.HasSuffix(a, domain) {
			n++
		}
	}
	return n
}

func TestSampleAsksInRounds(t *testing.T) {
	a, q := &tellers{}, &quota{each: 50, rounds: 3}
	f := sampleOf(t, a, q, nil)
	all := slices.Concat(a.rounds...)
	seen := map[string]bool{}
	for _, address := range all {
		if seen[address] {
			t.Errorf("%s was asked about twice", address)
		}
		seen[address] = true
	}
	if len(a.rounds) != 3 || at(all, "@yahoo.com") > 0 {
		t.Errorf("%d rounds, %d questions to an operator that takes everybody", len(a.rounds), at(all, "@yahoo.com"))
	}
	last := q.standings[3]
	if last.RCPTs != int64(len(all)) {
		t.Errorf("%d RCPTs are told, %d were sent", last.RCPTs, len(all))
	}
	var rows, replied, gone int64
	for _, k := range last.Kinds {
		rows += k.Rows
		switch {
		case k.Settled != validate.NotProbed:
		case k.Replied == validate.MailboxUnknown:
			gone += k.Rows
			fallthrough
		case k.Replied == validate.Accepted:
			replied += k.Rows
		}
	}
	if rows != f.sum.Rows || replied != int64(len(all)) || gone == 0 {
		t.Errorf("the sampler sees %d rows, %d replies, %d of them refusals; want %d, %d, and some", rows, replied,
			gone, f.sum.Rows, len(all))
	}
	for _, r := range f.results {
		want := map[bool]string{true: "accepted", false: "not_probed"}[seen[r.Address]]
		if r.Address[0] == 'x' && seen[r.Address] {
			want = "mailbox_unknown"
		}
		if r.Reason != want && r.Reason != "no_address" && r.Reason != "bad_syntax" && r.Reason != "duplicate" &&
			r.Reason != "role" {
			t.Errorf("%s: %s, want %s", r.Address, r.Reason, want)
		}
	}
}

func TestSampleTakesFewOfACompanyWhereItIsToldTo(t *testing.T) {
	a := &tellers{}
	sampleOf(t, a, &quota{each: 60, perDomain: 2, rounds: 1}, nil)
	round := a.rounds[0]
	if at(round, "@acme.test") != 2 || at(round, ".rented.test") != 60 || at(round, "@gmail.com") != 60 {
		t.Errorf("%d of one company, %d of many, %d of consumers; want 2, 60, 60", at(round, "@acme.test"),
			at(round, ".rented.test"), at(round, "@gmail.com"))
	}
}

func TestSampleIsTheSameInEveryRun(t *testing.T) {
	one := func(seed uint64, workers int) [][]string {
		a := &tellers{}
		sampleOf(t, a, &quota{each: 20, rounds: 2}, func(r *Run) { r.Seed, r.Workers = seed, workers })
		return a.rounds
	}
	first := one(1, 1)
	if diff := cmp.Diff(first, one(1, 4)); diff != "" {
		t.Errorf("with more workers:\n%s", diff)
	}
	if cmp.Equal(first, one(2, 1)) {
		t.Error("another seed gives the same sample")
	}
}

func TestSampleLeavesOutWhoRefusesUs(t *testing.T) {
	a, q := &tellers{refuses: "google"}, &quota{each: 10, rounds: 3}
	sampleOf(t, a, q, nil)
	if n := at(slices.Concat(a.rounds[1:]...), "@gmail.com"); at(a.rounds[0], "@gmail.com") == 0 || n > 0 {
		t.Errorf("%d questions after the first round", n)
	}
	if got := q.standings[1].Shut; got != 291 {
		t.Errorf("%d rows are shut, want the other 291", got)
	}
}

// TestSampleGivesUp has an operator alone that nobody can ask.
func TestSampleGivesUpWhereNobodyCanBeAsked(t *testing.T) {
	a, q := &tellers{refuses: "google"}, &quota{each: 1, rounds: 1 << 20}
	r := Run{Resolver: operators{}, Asker: a, Sampler: q, Forecaster: plain{}, Policy: lab(), Now: aWhileAgo}
	clean(t, "Email\na@gmail.com\nb@gmail.com\nc@gmail.com\n", r)
	if len(q.standings) != 2 {
		t.Errorf("%d rounds", len(q.standings))
	}
}
