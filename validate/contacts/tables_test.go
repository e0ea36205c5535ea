package contacts

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// many are rows with different addresses.
func many(n int, format, domain string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, fmt.Sprintf("p%d@%s", i, domain))
	}
	return b.String()
}

// readAll opens a list and returns the addresses of its rows, in order, with an empty text for a row without one.
func readAll(t *testing.T, list string, o Options) (addresses []string, kinds map[RecordKind]int, l *List) {
	t.Helper()
	o.Stdin = strings.NewReader(list)
	l, err := Open(t.Context(), "-", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p, err := l.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	kinds = map[RecordKind]int{}
	for b, err := p.Next(nil); err == nil; b, err = p.Next(b) {
		for rec := (Record{}); b.Next(&rec); {
			if kinds[rec.Kind]++; rec.Kind == Row {
				addresses = append(addresses, firstAddress(rec.Cells[0]))
			}
		}
	}
	return addresses, kinds, l
}

func firstAddress(cell []byte) string {
	for _, f := range Addresses(nil, cell) {
		if isAddress(f.Text) {
			return string(f.Text)
		}
	}
	return ""
}

func TestTheTableWithTheAddressesIsRead(t *testing.T) {
	const hosts = "Host Details\nAttended,Email,Join Time\nYes,host@firm.example,10:50\n"
	for _, c := range []struct {
		name, list string
		rows, held int // rows, and how many of them hold an address in their cell
		notes      string
	}{
		{"a small table above the real one", "Attendee Report\n" + hosts +
			"Attendee Details\nAttended,Name,Phone,Email,Join Time\n" + many(30, "Yes,Ann,1,%s,11:00\n", "x.example"),
			30, 30, "their 1 rows with an address are not checked"},
		{"lines of notes with an address above the header", "Organizer:,host@firm.example\n\nName,Email,City\n" +
			many(30, "Ann,%s,Ulm\n", "x.example"), 30, 30, "line 3"},
		{"another table further down, with other columns", "Name,Email,City\n" + many(30, "Ann,%s,Ulm\n",
			"x.example") + "\nGuests\nEmail,Company\n" + many(9, "%s,Acme\n", "y.example"), 39, 39,
			"another table starts on line 34"},
		{"another table of the same width", "Name,Email,City\n" + many(30, "Ann,%s,Ulm\n", "x.example") +
			"Email,Company,Name\n" + many(9, "%s,Acme,Bob\n", "y.example"), 39, 39, "another table starts on line 32"},
		{"a header that is repeated starts no other table", "Name,Email\n" + many(3, "Ann,%s\n", "x.example") +
			"Name,Email\n" + many(3, "Ann,%s\n", "y.example"), 6, 6, ""},
		{"a word for e-mail in a row starts no other table", "Name,Email,Preferred\n" + many(9, "Ann,%s,Email\n",
			"x.example") + "Bob,,Email\n" + many(3, "Ann,%s,Email\n", "y.example"), 13, 12, ""},
		{"a column with the better name and a single address",
			"Email,Kontakt,Ort\nboss@x.example,p99@x.example,Ulm\n" + many(60, ",%s,Ulm\n", "x.example"), 61, 61,
			`read from "Kontakt"`},
		{"addresses of which the header says nothing", "Name,Kontaktdaten,Ort\n" + many(9, "Ann,%s,Ulm\n",
			"x.example"), 9, 9, `read from "Kontaktdaten"`},
		{"lines with labels in any order", "Name: A | Email: a@x.example\nEmail: b@x.example | Name: B | City: Ulm\n",
			2, 2, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, l := readAll(t, c.list, Options{BlockSize: 300})
			held := 0
			for _, a := range got {
				held += btoi(a != "")
			}
			if len(got) != c.rows || held != c.held {
				t.Errorf("%d rows, %d with an address; want %d, %d", len(got), held, c.rows, c.held)
			}
			if notes := strings.Join(l.Layout().Notes, "\n"); !strings.Contains(notes, c.notes) {
				t.Errorf("notes %q lack %q", notes, c.notes)
			}
		})
	}
}

func TestWhatHoldsNoAddressesIsRefused(t *testing.T) {
	for _, c := range []struct{ name, list, want string }{
		{"a column of yes and no", "EMPRESA,EMPRESA_CORREO,ENVIAR_MAIL\n" + strings.Repeat("Acme,Correo Central,SI\n",
			5), "none of its columns holds e-mail addresses"},
		{"an empty column beside one of faults", "Bad e-mail,Good e-mail\n" + many(40, "x%s@,\n", "x.example"),
			"none of its columns holds e-mail addresses"},
		{"prose", "Title,Emails\n" + many(30, "Mail,\"Dear Ann, we will write to %s soon, thank you\"\n",
			"x.example"), "none of its columns holds e-mail addresses"},
		{"some message IDs", "Thread,Refs\n" + strings.Repeat("A,<1@x.example>\n", 5) +
			strings.Repeat("A,none at all\n", 95), "none of its columns holds e-mail addresses"},
		{"message IDs alone", "Message-ID,Size\n" + many(30, "<%s>,1\n", "x.example"),
			"none of its columns holds e-mail addresses"},
		{"a mail message", "Received: from x\n by y\nFrom: Ann <a@x.example>\nTo: b@x.example, " +
			"c@x.example\nSubject: Hi\n\nHello\n", "it is a mail message"},
		{"a mailbox file", "From a@x.example Mon May  3 10:00:00 2021\nFrom: Ann <a@x.example>\nTo: " +
			"b@x.example\nSubject: Hi\n\nHello\n", "it is a mail message"},
		{"LDIF", "version: 1\n\n" + many(3, "dn: cn=Ann\ncn: Ann\nmail: %s\n\n", "x.example"), "it is an LDIF file"},
		{"YAML", "---\n" + many(9, "- email: %s\n  name: Ann\n", "x.example"), "it holds one field per line"},
		{"blocks with labels", many(9, "Name: Ann\nE-Mail: %s\nCity: Ulm\n\n", "x.example"),
			"it holds one field per line"},
		{"columns that blanks align", "Name      Email               City\n" + many(12, "Ann       %s        Ulm\n",
			"x.example"), "its columns have a fixed width"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := Open(t.Context(), "-", Options{Stdin: strings.NewReader(c.list)})
			if err == nil {
				l.Close()
				t.Fatalf("read from %v", l.Layout().Columns)
			}
			if e := (*OpenError)(nil); !errors.As(err, &e) || !strings.HasPrefix(e.What, c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	_, err := Open(t.Context(), "-", Options{Stdin: strings.NewReader("A,ENVIAR_MAIL\nAcme,SI\nBeta,SI\n")})
	if e := (*OpenError)(nil); !errors.As(err, &e) || !strings.Contains(e.Holds,
		`"ENVIAR_MAIL" holds "SI" (0 of 2 are addresses)`) {
		t.Errorf("it does not say what the columns hold: %v", err)
	}
}
