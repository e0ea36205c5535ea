package history

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/report/risk"
	"github.com/prebounce/prebounce/validate/segments"
)

func day(month time.Month, of int) time.Time { return time.Date(2026, month, of, 0, 0, 0, 0, time.UTC) }

// spring is a campaign with all there is to tell of one.
func spring() Campaign {
	c := NewCounter(day(3, 2))
	add := func(r risk.Row, n, hard int, chance float64) {
		for i := range n {
			c.Add(r, i < hard, chance)
		}
	}
	add(risk.Row{Provider: segments.Gmail, Source: segments.Form, Date: day(1, 1)}, 500, 3, 0.0123)
	add(risk.Row{Provider: segments.Gmail, Source: segments.Form, Date: day(1, 3)}, 500, 2, 0.0123)
	add(risk.Row{Provider: segments.Gmail, Source: segments.Form, Sign: segments.Acted, Date: day(2, 1)}, 50, 0, 0.001)
	add(risk.Row{Provider: segments.Microsoft365, Source: segments.Event, Date: day(1, 1).AddDate(-3, 0, 0), Role: true,
		Disposable: true}, 20, 7, 0.3)
	add(risk.Row{Provider: segments.Corporate}, 30, 9, 0.25)
	add(risk.Row{Provider: segments.Yahoo, Date: day(12, 1)}, 10, 0, 0.01) // a date to come counts as today
	return Campaign{Name: "spring sale", Sent: day(3, 2), Untold: 4, Forecast: &Forecast{0.0157,
		[2]float64{0.0051, 0.04}},
		Probe: &risk.Proof{Refused: 212, Tried: 3, Wrong: 1, Accepted: 1980, Sent: 1100, Bounced: 7}, Sorts: c.Sorts()}
}

func autumn() Campaign {
	c := NewCounter(day(9, 30))
	for i := range 400 {
		c.Add(risk.Row{Provider: segments.Gmail, Source: segments.Form, Date: day(5, 1)}, i < 20, 0)
	}
	return Campaign{Name: "autumn", Sent: day(9, 30), Sorts: c.Sorts()}
}

const wanted = version + "\n" + explanation +
	"C\tspring sale\t2026-03-02\t1110\t21\t4\t0.015700\t0.005100\t0.040000\n" +
	"S\tgmail\tform\t<3m\t59\t-\t1000\t5\t12.30\n" +
	"S\tgmail\tform\t<3m\t29\tengaged\t50\t0\t0.05\n" +
	"S\tyahoo\tnone\t<3m\t0\t-\t10\t0\t0.10\n" +
	"S\tm365\tevent\t2-4y\t1156\trole,throw-away\t20\t7\t6.00\n" +
	"S\tcorporate\tnone\tunknown\t-\t-\t30\t9\t7.50\n" +
	"P\t212\t3\t1\t1980\t1100\t7\n" +
	"C\tautumn\t2026-09-30\t400\t20\t0\t-\t-\t-\n" +
	"S\tgmail\tform\t3-12m\t152\t-\t400\t20\t-\n"

func written(t *testing.T, f *File) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFileIsReadAsItWasWritten(t *testing.T) {
	f := &File{}
	for _, c := range []Campaign{autumn(), spring()} {
		if err := f.Add(c, false); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(wanted, written(t, f)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	again, err := readFile(strings.NewReader(wanted))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wanted, written(t, again)); diff != "" {
		t.Errorf("written again it differs (-first +again):\n%s", diff)
	}
	windows, err := readFile(strings.NewReader(strings.ReplaceAll(wanted, "\n", "\r\n") + "\r\n# a remark\r\n"))
	if err != nil || len(windows.Campaigns) != 2 {
		t.Errorf("with the line ends of Windows: %v, %v", windows, err)
	}
}

func TestReadRefuses(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"another file", version, "hello", "the first line is not"},
		{"another version", "history v1", "history v2", "the first line is not"},
		{"sums that don't add up", "\t1110\t21", "\t1111\t21", "add up to 1110 sent and 21"},
		{"more bounces than were sent", "\t400\t20\t0\t-\t-\t-\nS\tgmail\tform\t3-12m\t152\t-\t400\t20\t-\n",
			"\t400\t401\t0\t-\t-\t-\nS\tgmail\tform\t3-12m\t152\t-\t400\t401\t-\n", "are inconsistent"},
		{"a number that is none", "\t30\t9\t7.50", "\tmany\t9\t7.50", `line 11: invalid number of rows or days "many"`},
		{"a negative number", "\t30\t9\t7.50", "\t-30\t9\t7.50", `invalid number of rows or days "-30"`},
		{"an operator that nobody knows", "corporate", "carrier", `unknown operator family "carrier"`},
		{"a source that nobody knows", "\tevent\t", "\tevents\t", `unknown source "events"`},
		{"an age that isn't that of the days", "\t2-4y\t", "\t1-2y\t", `the age "1-2y" does not match 1156 days`},
		{"a trait that nobody knows", "role,throw-away", "role,tall", `unknown trait "tall"`},
		{"no date", "2026-03-02", "March", `invalid date "March"`},
		{"a year that can't be", "2026-09-30", "0001-09-30", "invalid date sent 0001-09-30"},
		{"an address for a name", "spring sale", "ann@firm.test", "invalid campaign name"},
		{"a forecast that can't be", "0.040000", "4.000000", "is inconsistent"},
		{"too few columns", "\t400\t20\t-\n", "\t400\n", "line 14: invalid line: want C or S"},
		{"an S before any C", explanation, explanation + "S\tgmail\tform\t<3m\t59\t-\t1\t0\t-\n",
			"line 6: invalid line: want C or S"},
		{"a campaign without sorts", "C\tautumn\t2026-09-30\t400\t20\t0\t-\t-\t-\nS\tgmail\tform\t3-12m\t152\t-\t400\t20\t-\n", "C\tautumn\t2026-09-30\t0\t0\t0\t-\t-\t-\n", "invalid number of rows sent: 0"},
		{"a campaign twice", "C\tautumn", strings.TrimPrefix(wanted, version+"\n"+explanation) + "C\tautumn",
			"already"},
		{"more tried than were refused", "P\t212\t3\t1", "P\t2\t3\t1", "replies and bounces"},
		{"two P for one C", "P\t212", "P\t1\t0\t0\t1\t1\t0\nP\t212", "line 13: invalid line: want C or S"},
		{"more than anybody has", "\t30\t9\t7.50", "\t99999999999999999\t9\t7.50", "invalid number of rows or days"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(wanted, tt.old, tt.new, 1)
			if text == wanted {
				t.Fatal("nothing was changed")
			}
			if _, err := readFile(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestACampaignIsLearnedOnce(t *testing.T) {
	f := &File{}
	c := spring()
	if err := f.Add(c, false); err != nil {
		t.Fatal(err)
	}
	renamed, grown := spring(), spring()
	renamed.Name = "the same"
	grown.Untold = 5
	for _, again := range []Campaign{c, renamed, grown} {
		if err := f.Add(again, false); !errors.Is(err, ErrTwice) || !strings.Contains(err.Error(),
			"spring sale of 2026-03-02") {
			t.Errorf("%s: %v", again.Name, err)
		}
	}
	if err := f.Add(grown, true); err != nil || len(f.Campaigns) != 1 || f.Campaigns[0].Untold != 5 {
		t.Errorf("replaced: %v, %+v", err, f.Campaigns)
	}
	other := autumn()
	other.Name = c.Name // on another day it is another one
	if err := f.Add(other, false); err != nil || len(f.Campaigns) != 2 {
		t.Errorf("another day: %v, %d campaigns", err, len(f.Campaigns))
	}
}

func TestSaveReplacesTheWholeFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, Name)
	if _, err := Load(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	f := &File{}
	for _, c := range []Campaign{spring(), autumn()} {
		if err := errors.Join(f.Add(c, false), f.Save(path)); err != nil {
			t.Fatal(err)
		}
	}
	again, err := Load(path)
	if err != nil || written(t, again) != wanted {
		t.Errorf("%v\n%s", err, written(t, again))
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if err := f.Save(filepath.Join(dir, "nowhere", Name)); err == nil {
		t.Error("saved in a folder that isn't there")
	}
}

func TestTallyIsTheCampaign(t *testing.T) {
	c := spring()
	var form struct {
		Now   time.Time
		Kinds [][4]int64
	}
	b, err := json.Marshal(c.tally())
	if err = errors.Join(err, json.Unmarshal(b, &form)); err != nil {
		t.Fatal(err)
	}
	rows := int64(0)
	for _, k := range form.Kinds {
		rows += k[1]
	}
	if sent, _ := c.Rows(); rows != sent || !form.Now.Equal(c.Sent) {
		t.Errorf("%d rows of %v", rows, form.Now)
	}
	p, n, err := (&File{[]Campaign{c, autumn()}}).Params(day(6, 1))
	if err != nil || n != 1 {
		t.Fatalf("%d campaigns before June: %v", n, err)
	}
	want, _, err := risk.Learn(day(6, 1), []risk.Campaign{{List: c.tally(), Proof: c.Probe}})
	if err != nil || !reflect.DeepEqual(want, p) {
		t.Errorf("learned %+v, want %+v: %v", p, want, err)
	}
	none, n, err := (&File{}).Params(day(6, 1))
	if n != 0 || err != nil || reflect.DeepEqual(none, p) {
		t.Errorf("without a campaign: %d, %v", n, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(wanted)
	f.Add(version + "\nC\tx\t2026-01-01\t1\t0\t0\t-\t-\t-\nS\tgmail\tform\tunknown\t-\t-\t1\t0\t-\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := readFile(strings.NewReader(text))
		if err != nil {
			return
		}
		first := written(t, file)
		again, err := readFile(strings.NewReader(first))
		if err != nil {
			t.Fatalf("what was read and written can't be read: %v\n%s", err, first)
		}
		if diff := cmp.Diff(first, written(t, again)); diff != "" {
			t.Errorf("(-first +again):\n%s", diff)
		}
	})
}
