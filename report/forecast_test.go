package report

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/mx"
	"github.com/prebounce/prebounce/validate/segments"
)

var sendDay = time.Date(2026, 11, 22, 13, 30, 0, 0, time.UTC)

// zone answers for the domains of the tests.
type zone map[string]validate.Mail

func (z zone) All(_ context.Context, names iter.Seq[string], emit func(string, validate.Mail) error) (mx.Doubt, error) {
	for name := range names {
		if err := emit(name, z[name]); err != nil {
			return mx.Doubt{}, err
		}
	}
	return mx.Doubt{}, nil
}

var world = zone{
	"gmail.com":      {Status: validate.HasMX, Operator: "google"},
	"yahoo.com":      {Status: validate.HasMX, Operator: "yahoo"},
	"acme.test":      {Status: validate.HasMX, Operator: "google"},
	"own.test":       {Status: validate.HasMX, Operator: "own.test"},
	"office.test":    {Status: validate.HasMX, Operator: "microsoft365"},
	"gone.test":      {Status: validate.NXDomain},
	"silent.test":    {Status: validate.NoDNSAnswer},
	"mailinator.com": {Status: validate.HasMX, Operator: "mailinator.com"},
}

// trial is one run of a test.
type trial struct {
	*Result
	dir     string
	results []batch.Result
}

// file is an output by its name.
func (r *trial) file(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// try runs over a list. change may be nil.
func try(t *testing.T, list string, o risk.Options, change func(*batch.Run)) *trial {
	t.Helper()
	return tryHolding(t, list, o, nil, change)
}

// tryHolding runs over a list and holds segments back.
func tryHolding(t *testing.T, list string, o risk.Options, hold []segments.Segment, change func(*batch.Run)) *trial {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "list.csv")
	if err := os.WriteFile(path, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := contacts.Open(t.Context(), path, contacts.Options{Traits: contacts.Traits{Find: true}, BlockSize: 4096})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r := &batch.Run{Name: "list.csv", Source: l, Dir: filepath.Join(dir, "out"), Resolver: world, YesRemove: true,
		Now: sendDay}
	r.Policy.Ignore(validate.ReservedDomain)
	if change != nil {
		change(r)
	}
	f := NewForecaster(r.Now, o, r.Policy)
	f.Hold = hold
	r.Forecaster = f
	s, err := r.Do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := &trial{Result: f.Result(s), dir: r.Dir}
	rows, err := csv.NewReader(strings.NewReader(out.file(t, "results.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		n, _ := strconv.Atoi(row[0])
		out.results = append(out.results, batch.Result{Row: n, Address: row[1], Reason: row[3], List: row[4],
			PBounce: row[13], PBasis: row[14]})
	}
	return out
}

// kindOfRow is one kind of rows of a list, as it stands there and as the model sees it.
type kindOfRow struct {
	address string // %d: the row
	cells   string // created, last open, source, confirmed
	row     risk.Row
	rows    int
}

func ago(days int) time.Time { return sendDay.AddDate(0, 0, -days) }

func daysBefore(days int) string { return ago(days).Format(time.DateOnly) }

var kindsOfRows = []kindOfRow{
	{"a%d@gmail.com", daysBefore(400) + ",,shop,", risk.Row{Provider: segments.Gmail, Source: segments.Form,
		Date: ago(400)}, 500},
	{"b%d@gmail.com", daysBefore(900) + "," + daysBefore(20) + ",shop,", risk.Row{Provider: segments.Gmail,
		Source: segments.Form, Sign: segments.Opened, Date: ago(20)}, 300},
	{"c%d@yahoo.com", ",,Trade show,", risk.Row{Provider: segments.Yahoo, Source: segments.Event, Blind: true}, 200},
	{"d%d@acme.test", daysBefore(1) + ",,,yes", risk.Row{Provider: segments.Workspace, Source: segments.Confirmed,
		Date: ago(1)}, 150},
	{
		"e%d@own.test",
		daysBefore(4000) + ",,bought,no",
		risk.Row{Provider: segments.Corporate, Source: segments.Purchased,
			Date: ago(4000)},
		120,
	},
	{"f%d@office.test", daysBefore(-30) + ",,whatever,", risk.Row{Provider: segments.Microsoft365,
		Source: segments.OtherSource, Date: ago(-30)}, 60},
	{"g%d@mailinator.com", daysBefore(100) + ",,shop,", risk.Row{Provider: segments.Corporate, Source: segments.Form,
		Date: ago(100), Disposable: true, Aside: true}, 40},
	{"info@own%d.test", daysBefore(100) + ",,shop,", risk.Row{Provider: segments.UnknownProvider, Source: segments.Form,
		Date: ago(100), Role: true, Aside: true}, 25},
	// the mailboxes of the first kind
	{"A%d@Gmail.com", ",,shop,", risk.Row{Provider: segments.Gmail, Source: segments.Form, Aside: true}, 16},
	{"h%d@gone.test", daysBefore(100) + ",,shop,", risk.Row{Settled: validate.NoDomain}, 30},
	{"q%d@silent.test", daysBefore(100) + ",,shop,", risk.Row{Settled: validate.DNSFailed}, 20},
	{"j%d j@gmail.com", ",,shop,", risk.Row{Settled: validate.BadSyntax}, 25},
	{"", ",,shop,", risk.Row{Settled: validate.NoAddress}, 10},
	{"a1@gmail.com", ",,shop,", risk.Row{Settled: validate.Duplicate}, 15},
	{"sup%d@gmail.com", ",,shop,", risk.Row{Settled: validate.Suppressed}, 12},
	{"past%d@gmail.com", ",,shop,", risk.Row{Settled: validate.PastBounce}, 18},
}

const listHeader = "Email,Created,Last open,Source,Double opt-in\n"

// listOf writes the rows of all kinds, shuffled by seed but for what stands first, and counts them by hand.
func listOf(seed uint64) (list string, rows []string, tally *risk.Tally) {
	tally = risk.NewTally(sendDay)
	joined, opened := make([]int64, 8192), make([]int64, 8192)
	for _, k := range kindsOfRows {
		cells := strings.Split(k.cells, ",")
		for column, days := range [...][]int64{joined, opened} {
			if day, err := time.Parse(time.DateOnly, cells[column]); err == nil && !day.After(sendDay) {
				days[int(sendDay.Sub(day).Hours()/24)] += int64(k.rows)
			}
		}
		for i := range k.rows {
			address := k.address
			if strings.Contains(address, "%d") {
				address = fmt.Sprintf(address, i)
			}
			rows = append(rows, address+","+k.cells)
		}
		tally.Add(k.row, int64(k.rows))
	}
	tally.Signs = risk.Signs{Joined: risk.DatesOf(joined), Opened: risk.DatesOf(opened), DNS: true, Domains: 30,
		Dead: 1}
	rng := rand.New(rand.NewPCG(seed, 1))
	tail := rows[500:]
	rng.Shuffle(len(tail), func(i, j int) { tail[i], tail[j] = tail[j], tail[i] })
	return listHeader + strings.Join(rows, "\n") + "\n", rows, tally
}

// known fills in the lists of addresses.
func knownAddresses(t *testing.T) func(*batch.Run) {
	return func(r *batch.Run) {
		for name, to := range map[string]**batch.AddressSet{"sup": &r.Suppressed, "past": &r.Bounced} {
			path, set := filepath.Join(t.TempDir(), name), &batch.AddressSet{}
			var b strings.Builder
			for i := range 20 {
				fmt.Fprintf(&b, "%s%d@gmail.com\n", name, i)
			}
			if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := batch.ReadAddresses(t.Context(), path, set); err != nil {
				t.Fatal(err)
			}
			*to = set
		}
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestForecastOfARunIsThatOfItsRows(t *testing.T) {
	list, _, tally := listOf(1)
	got := try(t, list, risk.Options{}, knownAddresses(t))
	if diff := cmp.Diff(asJSON(t, tally), asJSON(t, got.Tally)); diff != "" {
		t.Errorf("tally (-by hand +of the run):\n%s", diff)
	}
	want, err := risk.Predict(tally, risk.Options{Remove: []risk.Category{"disposable", "role",
		"catch_all"}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(asJSON(t, want), asJSON(t, got.Risk)); diff != "" {
		t.Errorf("forecast (-by hand +of the run):\n%s", diff)
	}
	if got.Clean != got.Risk.Rate.Cleaned.Rows {
		t.Errorf("clean holds %d rows, the forecast of the cleaned list %d", got.Clean, got.Risk.Rate.Cleaned.Rows)
	}
	for _, k := range kindsOfRows {
		a, scored := want.Address(tally, k.row)
		prefix, _, _ := strings.Cut(k.address, "%d")
		for _, r := range got.results {
			if (prefix == "") != (r.Address == "") || !strings.HasPrefix(r.Address, prefix) ||
				(k.row.Settled == validate.Duplicate) != (r.Reason == "duplicate") {
				continue
			}
			p, basis := fmt.Sprintf("%.4f", a.P), string(a.Basis)
			if !scored {
				p, basis = "", ""
			}
			if r.PBounce != p || r.PBasis != basis {
				t.Errorf("%s: p %s, basis %s, want %s, %s", r.Address, r.PBounce, r.PBasis, p, basis)
			}
		}
	}
}

func TestForecastDependsNeitherOnWorkersNorOnOrder(t *testing.T) {
	first := ""
	for workers := 1; workers <= 4; workers++ {
		list, _, _ := listOf(uint64(workers))
		got := try(t, list, risk.Options{}, func(r *batch.Run) {
			knownAddresses(t)(r)
			r.Workers = workers
		})
		told := asJSON(t, got.Risk) + asJSON(t, got.Tally) + asJSON(t, got.Causes)
		if first == "" {
			first = told
		}
		if diff := cmp.Diff(first, told); diff != "" {
			t.Errorf("with %d workers and another order:\n%s", workers, diff)
		}
	}
}

// settledIn is how many rows of a tally are settled, by state.
func settledIn(tally *risk.Tally) map[string]int64 {
	var form struct{ States map[string]int64 }
	b, err := json.Marshal(tally)
	if err == nil {
		err = json.Unmarshal(b, &form)
	}
	if err != nil {
		panic(err)
	}
	return form.States
}

func TestABelievedBrakeLeavesDeadDomainsInDoubt(t *testing.T) {
	var b strings.Builder
	b.WriteString("Email\n")
	for i := range 400 {
		fmt.Fprintf(&b, "a%d@gone.test\nb%d@gmail.com\n", i, i)
	}
	got := try(t, b.String(), risk.Options{}, func(r *batch.Run) { r.YesRemove = false })
	if n := settledIn(got.Tally); !got.Brake.Pulled || n["dns_failed"] != 400 || n["dead_domain"] != 0 {
		t.Errorf("pulled %v, settled %v", got.Brake.Pulled, n)
	}
	if got.Causes.Observed != 0 {
		t.Errorf("%d rows observed to be bad", got.Causes.Observed)
	}
}

// divided is a list whose good part may be sent to, but not the rest.
func divided() string {
	var b strings.Builder
	b.WriteString("Email,Created,Source,Last delivered\n")
	for i := range 3000 {
		fmt.Fprintf(&b, "good%d@gmail.com,%s,double opt-in,%s\n", i, daysBefore(900), daysBefore(10))
	}
	for i := range 1500 {
		fmt.Fprintf(&b, "bad%d@own.test,%s,bought,\n", i, daysBefore(2500))
	}
	b.WriteString("\nEmail,Created,Source,Last delivered\n")
	return b.String()
}

func TestCoreAndHeldDivideClean(t *testing.T) {
	p, _ := risk.ProfileNamed("ses")
	got := try(t, divided(), risk.Options{Profile: p}, nil)
	if got.Risk.Verdict.Code != risk.SendCore {
		t.Fatalf("verdict %s: %s", got.Risk.Verdict.Code, got.Risk.Verdict.Because)
	}
	const others = "Email,Created,Source,Last delivered\n"
	rows := func(name string) (rows []string) {
		for line := range strings.Lines(got.file(t, name)) {
			if line != others && line != "\n" {
				rows = append(rows, line)
			}
		}
		return rows
	}
	core, held, clean := rows("core.csv"), rows("held.csv"), rows("clean.csv")
	if int64(len(core)) != got.Core || int64(len(held)) != got.Held || got.Core+got.Held != got.Clean ||
		got.Core == 0 || got.Held == 0 {
		t.Errorf("core %d rows, told %d; held %d, told %d; clean %d", len(core), got.Core, len(held), got.Held,
			got.Clean)
	}
	both := slices.Sorted(slices.Values(slices.Concat(core, held)))
	if diff := cmp.Diff(slices.Sorted(slices.Values(clean)), both); diff != "" {
		t.Errorf("core and held together (-clean +both):\n%s", diff)
	}
	if got.Core != got.Risk.Rate.Core.Rows {
		t.Errorf("core.csv has %d rows, the forecast's core %d", got.Core, got.Risk.Rate.Core.Rows)
	}
	for _, name := range []string{"core.csv", "held.csv"} {
		if !strings.HasPrefix(got.file(t, name), others) {
			t.Errorf("%s begins without the header", name)
		}
	}
}

func TestCleanIsWholeWithoutSuchAdvice(t *testing.T) {
	got := try(t, "Email\na@gmail.com\n", risk.Options{}, nil)
	for _, name := range []string{"core.csv", "held.csv"} {
		if _, err := os.Stat(filepath.Join(got.dir, name)); !os.IsNotExist(err) {
			t.Errorf("%s is there: %v", name, err)
		}
	}
}

func TestMaxRiskSendsCleanRowsToReview(t *testing.T) {
	got := try(t, divided(), risk.Options{}, func(r *batch.Run) { r.MaxRisk = 0.2 })
	for _, r := range got.results {
		p, err := strconv.ParseFloat(r.PBounce, 64)
		if err != nil {
			t.Fatal(err)
		}
		want := "clean"
		if p > 0.2 {
			want = "review"
		}
		if r.List != want || (r.Reason == "high_risk") != (want == "review") {
			t.Fatalf("%s with p %s: %s for %s", r.Address, r.PBounce, r.List, r.Reason)
		}
	}
	if got.Review != 1500 || !strings.Contains(got.file(t, "review.csv"), ",risky,high_risk,the forecast gives it ") {
		t.Errorf("%d rows in review", got.Review)
	}
}

func TestCausesAreFoundByColumn(t *testing.T) {
	var b strings.Builder
	b.WriteString("Email,Created,Source,Owner,Name\n")
	for i := range 3000 {
		domain := "gmail.com"
		source := []string{"shop", "fair", "app"}[i%3]
		if source == "fair" && i%2 == 0 {
			domain = "gone.test"
		}
		fmt.Fprintf(&b, "a%d@%s,20%d-05-01,%s,%s,n%d\n", i, domain, 18+i%5, source, []string{"Ann", "Bob"}[i/6%2], i)
	}
	got := try(t, b.String(), risk.Options{}, nil).Causes
	if got.Rows != 3000 || got.Observed != 500 || got.Tried != 3+2+5 {
		t.Errorf("%d rows, %d observed, %d tried", got.Rows, got.Observed, got.Tried)
	}
	if len(got.Causes) != 1 {
		t.Fatalf("causes %+v", got.Causes)
	}
	if c := got.Causes[0]; c.Column != "Source" || c.Value != "fair" || c.Rows != 1000 || c.Domain != 500 ||
		c.Bad != 500 {
		t.Errorf("cause %+v", c)
	}
}

func TestCausesByYear(t *testing.T) {
	var b strings.Builder
	b.WriteString("Email,Created\n")
	for i := range 2000 {
		year, domain := 2020+i%4, "gmail.com"
		if year == 2021 {
			domain = "gone.test"
		}
		fmt.Fprintf(&b, "a%d@%s,%d-%02d-%02d\n", i, domain, year, 1+i%2*11, 1+i%2*30)
	}
	got := try(t, b.String(), risk.Options{}, nil).Causes
	if len(got.Causes) != 1 || got.Causes[0].Column != "Created (year)" || got.Causes[0].Value != "2021" ||
		got.Causes[0].Rows != 500 {
		t.Errorf("causes %+v", got.Causes)
	}
}

func TestAnotherVerifiersWordMovesTheChance(t *testing.T) {
	f := NewForecaster(sendDay, risk.Options{}, validate.Policy{})
	var kinds []batch.KindCount
	for v := segments.NotCalled; v <= segments.OnceDead; v++ {
		kinds = append(kinds, batch.KindCount{RowKind: batch.RowKind{Settled: validate.NotProbed, Called: v},
			Rows: 1000})
	}
	o, err := f.Forecast(kinds, &batch.Signs{})
	if err != nil {
		t.Fatal(err)
	}
	p := func(v segments.Called) float64 { return o.Chances[v].P }
	order := []segments.Called{segments.CalledValid, segments.OnceValid, segments.NotCalled, segments.CalledCatchAll,
		segments.OnceDead, segments.CalledDead}
	for i, v := range order[1:] {
		if p(order[i]) >= p(v) {
			t.Errorf("verdict %d has a chance of %.4f, not less than %.4f of verdict %d", order[i], p(order[i]), p(v),
				v)
		}
	}
}
