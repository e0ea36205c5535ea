package bounces

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// told reads an export as "address fate" lines, and its error.
func told(text string, m *Mapping) (lines []string, err error) {
	for e, err := range Read(strings.NewReader(text), m) {
		if err != nil {
			return lines, err
		}
		lines = append(lines, e.Address+" "+e.Fate.String())
	}
	return lines, nil
}

func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"a plain list is of hard bounces", "a@firm.test\nB <b@firm.test>\n", []string{"a@firm.test dead",
			"b@firm.test dead"}},
		{"a plain list with a title", "Bounced, spring\na@firm.test\n", []string{"a@firm.test dead"}},
		{"names of columns are told in any spelling and order",
			"Created,STATUS,Reason,E-Mail\n1772445660,5.1.1,,a@firm.test\n", []string{"a@firm.test dead"}},
		{"semicolons and a quoted reply over two lines",
			"email;reason;status;created\na@firm.test;\"550-5.1.1 no such\n550 5.1.1 user unknown\";;1\n",
			[]string{"a@firm.test dead"}},
		{"a known header without rows", "email,reason,status,created\n", nil},
		{"a short row", "email,reason,status,created\na@firm.test\n", []string{"a@firm.test untold"}},
		{"a code and an enhanced code that contradict each other",
			"email,reason,status,created\na@firm.test,450 try later,5.1.1,1\n", []string{"a@firm.test untold"}},
		{"objects of other kinds are passed over beside known ones",
			`{"hello":1} {"event":"dropped","email":"a@firm.test","timestamp":1}`, []string{"a@firm.test untried"}},
		{"records in records", `{"Records":[{"body":"{\"Type\":\"Notification\",\"Message\":\"{\\\"bounce\\\":{\\\"bounceType\\\":\\\"Permanent\\\",\\\"bounceSubType\\\":\\\"NoEmail\\\",\\\"bouncedRecipients\\\":[{\\\"emailAddress\\\":\\\"a@firm.test\\\"}]}}\"}"}]}`, []string{"a@firm.test dead"}},
		{"keys that differ by case only: one counts",
			`{"event":"dropped","EVENT":"bounce","email":"a@firm.test","timestamp":1}`,
			[]string{"a@firm.test untried"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := told(tt.text, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a CSV that nobody knows", "Kunde,Email,Grund\n1,a@firm.test,550 5.1.1 user unknown\n",
			"its columns are kunde, email, grund"},
		{"a CSV whose columns have names of their own", "Nr;Wer;Warum\n1;a@firm.test;550 5.1.1 user unknown\n",
			"its columns are nr, wer, warum"},
		{"an audience: it would all be taken for bounced", "Email Address,First Name\na@firm.test,Ann\n",
			"its columns are emailaddress, firstname"},
		{"JSON that nobody knows", `[{"name":"x","zip":1},{"a":2}]`, "its keys are name, zip"},
		{"JSON that breaks off", `[{"event":"dropped","email":"a@firm.test","timestamp":1},{"event":`,
			"unexpected EOF"},
		{"JSON that is damaged", `{"event":"dropped",,}`, "invalid character"},
		{"JSON that goes too deep", strings.Repeat("[", 100), "deep"},
		{"wrappings that go too deep", strings.Repeat(`{"data":`, 100), "deep"},
		{"a record that never ends", `{"event":"` + strings.Repeat("x", 3*maxRecord), "longer than"},
		{"a record around many others that never ends", "{" + strings.Repeat(`"data":1,"x":"`+strings.Repeat("x",
			maxRecord/4)+`",`, 9) + `"y":1}`, "longer than"},
		{"a row that never ends", "email,reason,status,created\na@firm.test,\"" + strings.Repeat("x", 3*maxRecord),
			"longer than"},
		{"a quote that is never closed", "email,reason,status,created\na@firm.test,\"" +
			strings.Repeat("b@firm.test,550 5.1.1 user unknown,,\n", 200), "line 2: a quote is never closed"},
		{"nothing at all", "", "no record of a send"},
		{"a web page", "<html><body><p>Sign in</p></body></html>", "no record of a send"},
		{"a page without records", `{"items":[],"paging":{}}`, "no record of a send"},
		{"an empty object", "{}", "no record of a send"},
		{"a value that should be text", `{"event":["x"],"email":{"a":1},"timestamp":1}`, "no record of a send"},
		{"rows without an address are of nobody",
			"email,reason,status,created\n,550 5.1.1 user unknown,,\nnobody,550 5.1.1 user unknown,,\n",
			"no record of a send"},
		{"a ZIP", "PK\x03\x04 and so on", "unpack it"},
		{"gzip that isn't", "\x1f\x8bnonsense", "gzip"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := told(tt.text, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestReadUnpacks(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	fmt.Fprint(w, "\ufeffemail,reason,status,created\na@firm.test,550 5.1.1 user unknown,,\n")
	w.Close()
	got, err := told(z.String(), nil)
	if diff := cmp.Diff([]string{"a@firm.test dead"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestReadPassesOnErrorsAndStops(t *testing.T) {
	broken := errors.New("the disk is gone")
	for _, text := range []string{"email,reason,status,created\na@firm.test,x,,\n",
		`{"event":"dropped","email":"a@firm.test","timestamp":1}`, "a@firm.test\n"} {
		var last error
		for _, err := range Read(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), nil) {
			last = err
		}
		if !errors.Is(last, broken) {
			t.Errorf("%q ends with %v", text, last)
		}
		for range Read(strings.NewReader(text+text[strings.IndexByte(text, '\n')+1:]), nil) {
			break
		}
	}
}

func TestMappingRefuses(t *testing.T) {
	for _, text := range []string{"", "reply=Reason", "address", "address=", "name=Email", "address=Email,,"} {
		if _, err := ParseMapping(text); err == nil {
			t.Errorf("%q: accepted", text)
		}
	}
}

func TestMapping(t *testing.T) {
	m, err := ParseMapping("address=Who, date = When")
	if err != nil {
		t.Fatal(err)
	}
	got, err := told("who,when\na@firm.test,2026-03-02\n", m)
	if diff := cmp.Diff([]string{"a@firm.test dead"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	var unknown *UnknownError
	if _, err := told("who,where\na@firm.test,x\n", m); !errors.As(err, &unknown) {
		t.Errorf("without one of the columns: %v", err)
	}
}

func TestTimes(t *testing.T) {
	want := time.Date(2026, 3, 2, 10, 1, 0, 0, time.UTC)
	for _, s := range []string{
		"2026-03-02T10:01:00Z", "2026-03-02T11:01:00.000+01:00", "2026-03-02 10:01:00", "2026-03-02 10:01:00+00:00",
		"2026-03-02 10:01", "Mon, 02 Mar 2026 10:01:00 UTC", "Mon, 2 Mar 2026 10:01:00 +0000",
		"3/2/2026 10:01:00 AM", "1772445660", "1772445660.25", "1772445660000",
	} {
		if got := timeOf(s).Truncate(time.Minute); !got.Equal(want) {
			t.Errorf("%s is read as %v", s, got)
		}
	}
	for _, s := range []string{"", "yesterday", "12", "NaN", "-1e300", "1e300"} {
		if got := timeOf(s); !got.IsZero() {
			t.Errorf("%s is read as %v", s, got)
		}
	}
}

func TestLabelsAreWrittenAsTheyAreLookedUp(t *testing.T) {
	for _, f := range formats {
		for label := range f.labels {
			if strings.Join(strings.Fields(label), " ") != label ||
				normal(strings.ReplaceAll(label, " ", "")) != strings.ReplaceAll(label, " ", "") {
				t.Errorf("%s: %q would never be found", f.name, label)
			}
			if n := len(strings.Fields(label)); n > max(len(f.label), 1) {
				t.Errorf("%s: %q has more parts than %v", f.name, label, f.label)
			}
		}
		for _, n := range f.needs {
			if normal(n) != n {
				t.Errorf("%s: %q would never be found", f.name, n)
			}
		}
		if f.source == "" {
			t.Errorf("%s has no source", f.name)
		}
	}
}

// FuzzRead reads anything, whole and in pieces: it ends, and says the same.
func FuzzRead(f *testing.F) {
	for _, name := range exports(f) {
		f.Add(read(f, name))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		events := func(r io.Reader) (out []string) {
			for e, err := range Read(r, nil) {
				if err != nil {
					return append(out, "error")
				}
				if e.Fate >= numFates || e.Rule == "" || e.Format == "" || !strings.Contains(e.Address, "@") {
					t.Errorf("%+v", e)
				}
				out = append(out, fmt.Sprint(e))
			}
			return out
		}
		if diff := cmp.Diff(events(bytes.NewReader(text)),
			events(iotest.HalfReader(bytes.NewReader(text)))); diff != "" {
			t.Errorf("read in pieces it says (-whole +pieces):\n%s", diff)
		}
	})
}

// TestAListThatWasFound: a list that nobody named says nothing of bounces. Replies, labels of services and mails do.
func TestAListThatWasFound(t *testing.T) {
	for _, tt := range []struct {
		name, text  string
		named, hard int64 // hard bounces if the file was named, and if it was found
	}{
		{"a list", "a@firm.test\nb@firm.test\n", 2, 0},
		{"a list under a title", "email\na@firm.test\n", 1, 0},
		{"replies", "550 5.1.1 <a@firm.test>: User unknown\n", 1, 1},
		{"an export", "email,event,reason,timestamp,bounce_classification,type,status\na@firm.test,bounce,550 " +
			"5.1.1 no such user,1772445660,Invalid Address,bounce,5.1.1\n", 1, 1},
	} {
		named, found := new(Count), new(Count)
		for _, err := range ReadCounted(strings.NewReader(tt.text), nil, named) {
			if err != nil {
				t.Error(err)
			}
		}
		for _, err := range ReadFound(strings.NewReader(tt.text), nil, found) {
			if err != nil {
				t.Error(err)
			}
		}
		if named.Hard != tt.named || found.Hard != tt.hard || found.Passed != tt.named-tt.hard {
			t.Errorf("%s: named %+v, found %+v", tt.name, named, found)
		}
	}
}
