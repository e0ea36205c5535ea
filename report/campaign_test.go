package report

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/report/history"
	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
	"github.com/prebounce/prebounce/validate/bounces"
	"github.com/prebounce/prebounce/validate/contacts"
	"github.com/prebounce/prebounce/validate/segments"
)

// sentList opens a list that was sent.
func sentList(t *testing.T, list string) *contacts.List {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sent.csv")
	if err := os.WriteFile(path, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := contacts.Open(t.Context(), path, contacts.Options{Traits: contacts.Traits{Find: true}, BlockSize: 4096})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func heard(t *testing.T, l *contacts.List, events ...bounces.Event) *Campaign {
	t.Helper()
	c, err := NewCampaign(t.Context(), "spring", sendDay, l)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		c.Hear(e)
	}
	return c
}

func (c *Campaign) learned(t *testing.T, l *contacts.List) history.Campaign {
	t.Helper()
	out, err := c.Learn(t.Context(), l, &batch.Run{}, NewForecaster(c.Sent, risk.Options{}, validate.Policy{}))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const fivePeople = "Email\nann@gmail.com\nBob@Firm.com\ncy@firm.com\nann@gmail.com\ndi@firm.com\nel@firm.com\nnobody\n"

func TestOfSeveralFatesTheGravestCounts(t *testing.T) {
	l := sentList(t, fivePeople)
	at := sendDay.Add(time.Hour)
	c := heard(t, l,
		// accepted, then bounced
		bounces.Event{Address: "ann@gmail.com", Fate: bounces.Alive, At: at}, bounces.Event{Address: "Ann@GMAIL.com",
			Fate: bounces.Dead, At: at},
		// put off, then delivered
		bounces.Event{Address: "bob@firm.com", Fate: bounces.Untold}, bounces.Event{Address: "bob@firm.com",
			Fate: bounces.Alive},
		bounces.Event{Address: "cy@firm.com", Fate: bounces.Untried},
		bounces.Event{Address: "di@firm.com", Fate: bounces.Dead, At: sendDay.AddDate(0, 0, -9)}, // of another send
		bounces.Event{Address: "el@firm.com", Fate: bounces.Dead, At: sendDay.AddDate(0, 2, 0)},
		bounces.Event{Address: "fay@firm.com", Fate: bounces.Dead}, bounces.Event{Address: "fay@firm.com",
			Fate: bounces.Dead}, bounces.Event{Address: "gil@firm.com", Fate: bounces.Untold},
	)
	got := map[string]int64{"rows": c.Rows, "others": c.notListed(), "apart": c.Apart}
	for f := bounces.Untold; f <= bounces.Dead; f++ {
		got[f.String()] = c.count(f)
	}
	want := map[string]int64{"rows": 6, "others": 1, "apart": 2, "dead": 1, "alive": 3, "untried": 1, "untold": 0,
		"dead_domain": 0}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	learned := c.learned(t, l)
	if sent, hard := learned.Rows(); sent != 4 || hard != 1 || learned.Untold != 1 || learned.Forecast != nil {
		t.Errorf("learned %d of %d, %d tell nothing, forecast %v", hard, sent, learned.Untold, learned.Forecast)
	}
}

func TestWithoutADenominatorNothingIsLearned(t *testing.T) {
	dead := func(address string) bounces.Event { return bounces.Event{Address: address, Fate: bounces.Dead} }
	for _, tt := range []struct {
		name, list, want string
		events           []bounces.Event
	}{
		{"no address", "Email\n(no email)\nn/a\n", "holds no address", nil},
		{"strangers", fivePeople, "none of the addresses", []bounces.Event{dead("x@firm.com"), dead("y@firm.com")}},
		{"too few", "Email\nann@gmail.com\nbob@firm.com\n",
			"more addresses bounced than the list that was sent has: 2", []bounces.Event{dead("ann@gmail.com"),
				dead("x@firm.com"), dead("y@firm.com")}},
		{"nobody got it", "Email\nann@gmail.com\nbob@firm.com\n", "the list of what bounced",
			[]bounces.Event{dead("ann@gmail.com"), dead("bob@firm.com")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := sentList(t, tt.list)
			_, err := heard(t, l, tt.events...).Learn(t.Context(), l, &batch.Run{}, NewForecaster(sendDay,
				risk.Options{}, validate.Policy{}))
			var no *DenominatorError
			if !errors.As(err, &no) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// TestTheRunBeforeTheSendGivesOperatorsAndChances: a list is cleaned, sent, and a tenth of one operator's
// mailboxes bounce.
func TestTheRunBeforeTheSendGivesOperatorsAndChances(t *testing.T) {
	var list strings.Builder
	list.WriteString("Email,Created\n")
	for i := range 300 {
		fmt.Fprintf(&list, "a%d@%s,%s\n", i, []string{"acme.test", "office.test", "gone.test"}[i%3], daysBefore(500))
	}
	r := try(t, list.String(), risk.Options{}, nil)
	put(t, r.dir, "report.json", written(t, JSON, r.Result))
	wereAsked(t, r.dir)
	clean := r.file(t, "clean.csv")
	l := sentList(t, clean)
	c := heard(t, l)
	if err := c.Earlier(t.Context(), r.dir); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < 300; i += 30 {
		c.Hear(bounces.Event{Address: fmt.Sprintf("a%d@acme.test", i), Fate: bounces.Dead})
	}
	c.Hear(bounces.Event{Address: "a1@office.test", Fate: bounces.DeadDomain}) // died since DNS was asked
	learned := c.learned(t, l)
	want := []history.Sort{
		{Provider: segments.Workspace, Dated: true, Days: 500, Sent: 100, Hard: 10},
		{Provider: segments.Microsoft365, Dated: true, Days: 500, Sent: 99},
	}
	for i := range learned.Sorts {
		learned.Sorts[i].Forecast = 0
	}
	if diff := cmp.Diff(want, learned.Sorts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	rate := r.Risk.Rate.Cleaned
	if f := learned.Forecast; f == nil || math.Abs(f.Rate-rate.Mean) > 0.005 ||
		math.Abs(f.CI95[1]-rate.CI95[1]) > 0.01 || learned.Untold != 1 {
		t.Errorf("the run had forecast %+v, the campaign has %+v and %d that tell nothing", rate, learned.Forecast,
			learned.Untold)
	}
	if diff := cmp.Diff(&risk.Proof{Refused: 5, Tried: 5, Wrong: 2, Accepted: 95, Sent: 95, Bounced: 7},
		learned.Probe); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if day := c.asOf(); !day.Equal(sendDay) {
		t.Errorf("made for %v", day)
	}
}

// wereAsked makes it so that mail hosts of acme.test had been asked, and that five mailboxes had been refused
// and were kept for an audit.
func wereAsked(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, "results.csv")
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []batch.Result
	refusals := 0
	for row, err := range Results(t.Context(), f) {
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(row.Address, "@acme.test") {
			if row.Reason, row.SMTPCode = validate.Accepted.String(), "250"; refusals < 5 && row.Row%5 == 1 {
				row.Reason, row.SMTPCode = validate.MailboxUnknown.String(), "550"
				refusals++
			}
		}
		rows = append(rows, row)
	}
	if err := os.WriteFile(path, batch.AppendResults(nil, true, rows...), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestARunOfAnotherListForecastNothing(t *testing.T) {
	r := try(t, "Email\na@acme.test\nb@acme.test\n", risk.Options{}, nil)
	put(t, r.dir, "report.json", written(t, JSON, r.Result))
	l := sentList(t, fivePeople)
	c := heard(t, l)
	if err := c.Earlier(t.Context(), r.dir); err != nil {
		t.Fatal(err)
	}
	if learned := c.learned(t, l); learned.Forecast != nil {
		t.Errorf("forecast %+v", learned.Forecast)
	}
	if err := c.Earlier(t.Context(), t.TempDir()); err == nil {
		t.Error("a folder without a run was read")
	}
}
