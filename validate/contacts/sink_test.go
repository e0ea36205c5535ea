package contacts

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestColumnsOfOursAreAppended(t *testing.T) {
	for _, c := range []struct{ name, list, want string }{
		{"plainly", "Email,N\na@b.co,1\n", "Email,N,pb_a,pb_b\na@b.co,1,x,y z\n"},
		{"with the list's delimiter and line ends", "Email;N\r\na@b.co;1\r\n",
			"Email;N;pb_a;pb_b\r\na@b.co;1;x;y z\r\n"},
		{"behind a mark and a sep= line", "\ufeffsep=;\nEmail;N\na@b.co;1\n",
			"\ufeffsep=;\nEmail;N;pb_a;pb_b\na@b.co;1;x;y z\n"},
		{"titles stay out", "Report\nEmail,N,O\na@b.co,1,2\n", "Email,N,O,pb_a,pb_b\na@b.co,1,2,x,y z\n"},
		{"the last row gets a line end", "Email,N\na@b.co,1", "Email,N,pb_a,pb_b\na@b.co,1,x,y z\n"},
		{"each row ends as most do", "Email,N\r\na@b.co,1\nc@d.co,2\r\n",
			"Email,N,pb_a,pb_b\r\na@b.co,1,x,y z\r\nc@d.co,2,x,y z\r\n"},
		{"CR only", "Email,N\ra@b.co,1\r", "Email,N,pb_a,pb_b\ra@b.co,1,x,y z\r"},
		{"a short row is padded", "Email,N,T\na@b.co\nc@d.co,1\ne@f.co,1,2\n",
			"Email,N,T,pb_a,pb_b\na@b.co,,,x,y z\nc@d.co,1,,x,y z\ne@f.co,1,2,x,y z\n"},
		{"a surplus stays before ours", "Email,N\na@b.co,1\nc@d.co,1,2,3\n",
			"Email,N,pb_a,pb_b\na@b.co,1,x,y z\nc@d.co,1,2,3,x,y z\n"},
		{"a header shorter than its rows is padded", "Email,N\na@b.co,1,\nc@d.co,1,\n",
			"Email,N,,pb_a,pb_b\na@b.co,1,,x,y z\nc@d.co,1,,x,y z\n"},
		{"quoted cells stay quoted", "Email,N\n\"a@b.co\",\"1\n2\"\n",
			"Email,N,pb_a,pb_b\n\"a@b.co\",\"1\n2\",x,y z\n"},
		{"without a header only ours have names", "a@b.co;1\nc@d.co;1\n",
			";;pb_a;pb_b\na@b.co;1;x;y z\nc@d.co;1;x;y z\n"},
		{"one column", "Email\na@b.co\n", "Email,pb_a,pb_b\na@b.co,x,y z\n"},
		{"one column whose text holds a comma", "a@b.co\nc@d.co\ne@f.co\ng@h.co, \"G\"\n",
			",pb_a,pb_b\na@b.co,x,y z\nc@d.co,x,y z\ne@f.co,x,y z\n\"g@h.co, \"\"G\"\"\",x,y z\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := keepAll(t, mustOpen(t, c.list, Options{}), []string{"pb_a", "pb_b"}, "x", "y z")
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestColumnsOfOursAreInTheListsEncoding(t *testing.T) {
	const text = "Name;E-Mail\nJörg;a@b.co\n"
	for _, name := range []string{"utf-8", "windows-1252", "UTF-16LE", "UTF-32BE"} {
		l := mustOpen(t, encode(t, name, text), Options{Encoding: name})
		want := encode(t, name, "Name;E-Mail;pb_a\nJörg;a@b.co;müller@b.co\n")
		if got := keepAll(t, l, []string{"pb_a"}, "müller@b.co"); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	l := mustOpen(t, encode(t, "windows-1252", text), Options{Encoding: "windows-1252"})
	if got := keepAll(t, l, []string{"pb_a"}, "山@b.co"); !strings.Contains(got, ";?@b.co\n") {
		t.Errorf("a letter that the encoding lacks: %q", got)
	}
}

func TestOurValuesAreSafeInASpreadsheet(t *testing.T) {
	l := mustOpen(t, "Email,N\na@b.co,1\n", Options{})
	for value, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\t=1": "'=1", "\r\n-1": "'-1", " =1": "'=1",
		"\x00=1": "'=1",
		"a\nb":   "a b", "a\x1b[31mb": "a[31mb", "a,b": `"a,b"`, `a"b`: `"a""b"`, `="`: `"'="""`, "x": "x", "": "",
	} {
		got := keepAll(t, l, []string{"v"}, value)
		if want := "Email,N,v\na@b.co,1," + want + "\n"; got != want {
			t.Errorf("%q became %q, want %q", value, got, want)
		}
	}
}

func TestOnlyWhatIsKeptIsWritten(t *testing.T) {
	l := mustOpen(t, "\ufeffEmail,N\na@b.co,1", Options{})
	var out bytes.Buffer
	sink, err := l.NewSink(&out, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := sink.NewPart()
	if p.Len() != 0 || sink.Write(p) != nil || out.String() != "\ufeff" {
		t.Errorf("written %q, gathered %d bytes", out.String(), p.Len())
	}
	p.Keep(&Record{Raw: []byte("a@b.co,1")})
	if p.Len() != 8 {
		t.Errorf("gathered %d bytes", p.Len())
	}
	if p.Reset(); p.Len() != 0 {
		t.Errorf("%d bytes left after Reset", p.Len())
	}
}

var errFull = errors.New("no space left")

type fullDisk struct{ room int }

func (d *fullDisk) Write(b []byte) (int, error) {
	if d.room -= len(b); d.room < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestAFullDiskIsAnError(t *testing.T) {
	l := mustOpen(t, "Email,N\na@b.co,1\n", Options{})
	if _, err := l.NewSink(&fullDisk{}, []string{"v"}); !errors.Is(err, errFull) {
		t.Errorf("NewSink: %v", err)
	}
	sink, err := l.NewSink(&fullDisk{room: 20}, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := sink.NewPart()
	for range 10 {
		p.Keep(&Record{Raw: []byte("a@b.co,1\n")})
	}
	if err := sink.Write(p); !errors.Is(err, errFull) {
		t.Errorf("Write: %v", err)
	}
}

func TestScanningAndKeepingDoNotAllocate(t *testing.T) {
	l := mustOpen(t, table(2000, 7, true), Options{})
	sink, err := l.NewSink(&bytes.Buffer{}, []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	pass, err := l.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := pass.Next(nil)
	if err != nil {
		t.Fatal(err)
	}
	var rec Record
	values := []string{"removed", "no_domain, really"}
	part := sink.NewPart()
	round := func() {
		part.Reset()
		b.(*block).at = 0
		for b.Next(&rec) {
			part.Keep(&rec, values...)
		}
	}
	if n := testing.AllocsPerRun(5, round); n > 0 {
		t.Errorf("%v allocations in a block of 2,000 rows", n)
	}
}
