package contacts

import (
	"context"
	"strings"
	"testing"
)

// firstStray opens a list and looks around in its last row.
func firstStray(t *testing.T, list string) (stray Stray, ok bool, l *List) {
	t.Helper()
	l, err := Open(t.Context(), "-", Options{Stdin: strings.NewReader(list)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p, err := l.Pass(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.Next(nil)
	if err != nil {
		t.Fatal(err)
	}
	s := l.NewSearch()
	for rec := (Record{}); b.Next(&rec); {
		if rec.Kind == Row {
			stray, ok = s.Find(&rec)
			stray.Text = []byte(string(stray.Text))
		}
	}
	return stray, ok, l
}

func TestStrayAddresses(t *testing.T) {
	const sound = "name,email,city,owner email,email " +
		"2\nAnn,ann@x.example,Bonn,o1@firm.example,\nBob,bob@x.example,Ulm,o2@firm.example,\n"
	for _, c := range []struct {
		name, row, want string
		reading         Reading
	}{
		{"a comma that no quotes surround", "Smith, John,j@x.example,Bonn,o@firm.example,", "j@x.example",
			surplusCells},
		{"a sum with a thousands separator", "1,234,j@x.example,Bonn,,", "j@x.example", surplusCells},
		{"JSON without quotes", `{"a":1,"b":2},j@x.example,Bonn,,`, "j@x.example", surplusCells},
		{"a blank before a quote", `"Ann", "Lee, J", "j@x.example", "Bonn", "", ""`, "j@x.example", blankQuote},
		{"the row in one pair of quotes", `"J,j@x.example,Bonn,,"`, "j@x.example", OneCell},
		{"the row in one pair of quotes, with empty cells behind it", `"J,j@x.example,Bonn,,",,,,`, "j@x.example",
			OneCell},
		{"a row of another delimiter", "J;j@x.example;Bonn;;", "j@x.example", OneCell},
		{"quotes escaped by a backslash", `"Ann \"Boss, CEO\" Lee",j@x.example,Bonn,,`, "j@x.example", Backslash},
		{"a cell that ends with an escaped quote", `"J \"",j@x.example,"Bonn","",""`, "j@x.example", Backslash},
		{"too few cells", "j@x.example,Bonn", "j@x.example", missingCells},

		{"another column of the same person", "J,,Bonn,o@firm.example,j2@x.example", "j2@x.example", InStep},
		{"a placeholder, and another column", "J,n/a,Bonn,o@firm.example,j2@x.example", "j2@x.example", InStep},
		{"a fault, and another column", "J,j@@x,Bonn,o@firm.example,j2@x.example", "j2@x.example", InStep},

		{"the owner's address is not the contact's", "J,,Bonn,o@firm.example,", "", 0},
		{"nor is it in a row without its last cells", "J,,Bonn,o@firm.example", "", 0},
		{"an address inside free text", "J,call me,j@x.example or so,x,y,z", "", 0},
		{"an address inside free text of a row in step", "J,call me,j@x.example,,", "", 0},
		{"no address at all", "Smith, John,none,Bonn,,,", "", 0},
		{"an address with a fault in its place", "Smith,j@@x,Bonn,k@x.example,,,x", "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			stray, ok, _ := firstStray(t, sound+c.row+"\n")
			if string(stray.Text) != c.want || ok != (c.want != "") || stray.Reading != c.reading {
				t.Errorf("found %q, %d; want %q, %d", stray.Text, stray.Reading, c.want, c.reading)
			}
		})
	}
}

func TestStrayAddressesOfJSONLines(t *testing.T) {
	stray, ok, _ := firstStray(t, `{"email":"a@x.example","secondary_email":null}`+"\n"+
		`{"email":"","secondary_email":"b@x.example"}`+"\n")
	if !ok || string(stray.Text) != "b@x.example" {
		t.Errorf("found %q, %v", stray.Text, ok)
	}
}

// TestColumnsOfOnePerson: only names that say so are those of the same person, and not if one address fills
// much of the column.
func TestColumnsOfOnePerson(t *testing.T) {
	for name, want := range map[string]bool{
		"E-mail 2": true, "E-mail 2 - Value": true, "Secondary Email": true, "Work Email": true,
		"Home E-mail Address": true,
		"Additional Emails":   true, "Person - Email - Home": true, "Private E-Mail-Adresse": true,
		"Autre adresse e-mail":          true,
		"Correo electrónico secundario": true, "Email": true, "alternate_emails": true,

		"Contact owner": false, "Owner Email": false, "Manager E-mail": false, "Assistant Email": false,
		"Buyer Email":    false,
		"Referrer Email": false, "Company Email": false, "CC Email": false, "Parent Email": false,
		"Teacher's email": false,
		"Email Status":    false, "Notes": false, "Kontakt beim Kunden": false, "Emergency contact email": false,
		"Billing Email": false,
	} {
		if got := samePerson(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
	shared := "email,email 2\n" + strings.Repeat("a@x.example,desk@x.example\n", 30)
	if _, _, l := firstStray(t, shared); len(l.Layout().Others) > 0 {
		t.Error("a shared address is taken for a person's own")
	}
}
