package contacts

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNamesOfColumns(t *testing.T) {
	for want, names := range map[string][]string{
		"exact": {"Email", "EMAIL", "E-Mail", "e mail", "Email Address", "email_address", "EmailAddress",
			"E-mail 1 - Value", "emailaddress1", "Primary Email",
			"PersonEmail", "Person - Email - Work", "Email 1", "Work email", "Contact Email", "E-Mail-Adresse",
			"Adresse e-mail", "Courriel", "Correo electrónico", "Indirizzo email",
			"Posta elettronica", "E-post", "E-mailadres", "Adres e-mail", "メールアドレス", "电子邮件", "Электронная почта",
			"Почта", "Ｅ-mail", "Email address - Work", " \ufeffEmail "},
		"mail": {"Email (Billing)", "Billing Email", "E-mail 2 - Value", "E-mail 3 Address", "Secondary Email",
			"Additional email addresses", "alternate_emails",
			"Person - Email - Home", "Email address - other", "What's your email?", "Buyer Email"},
		"soft":    {"Subscriber", "SubscriberKey", "recipient", "To"},
		"unknown": {"Name", "Mailing Street", "Home Mailing City", "MailingAddress", "Telephone", "", "1"},
		"look-alike": {"Contact owner", "Account Owner", "Owner", "Email Domain", "HasOptedOutOfEmail",
			"EmailBouncedReason", "EmailBouncedDate", "IsEmailBounced", "PersonHasOptedOutOfEmail",
			"Email Marketing Consent", "Email Suppressions", "E-mail 1 - Label", "E-mail 1 - Type", "E-mail Type",
			"E-mail Display Name", "donotemail", "EMAIL_BLACKLISTED", "email_disabled",
			"Accepts Email Marketing", "Email Subscription Status", "Email Status", "Email Confidence",
			"Primary Email Source", "Primary Email Catch-all Status", "Email Opt Out",
			"Company Email address - Work", "Email permission status - other", "Email notifications", "OPTIN_TIME",
			"Company Name for Emails"},
	} {
		for _, name := range names {
			if got := rankWord(rankName(name)); got != want {
				t.Errorf("%q is %s, want %s", name, got, want)
			}
		}
	}
}

func rankWord(rank int) string {
	switch {
	case rank == rankExact:
		return "exact"
	case rank >= rankMail:
		return "mail"
	case rank == rankSoft:
		return "soft"
	case rank == rankLookAlike:
		return "look-alike"
	}
	return "unknown"
}

// A list of some rows under this header; in a row, A is an address that differs from row to row, O always the same one.
func rowsOf(header, pattern string, n int) string {
	var b strings.Builder
	if header != "" {
		b.WriteString(header + "\n")
	}
	for i := range n {
		b.WriteString(strings.NewReplacer("A", fmt.Sprintf("a%d@b.co", i), "B", fmt.Sprintf("b%d@c.co", i), "O",
			"owner@us.co").Replace(pattern) + "\n")
	}
	return b.String()
}

func TestTheColumnIsChosenByNameAndContent(t *testing.T) {
	for _, c := range []struct {
		name, list string
		columns    []string
		want       string
		left       string
	}{
		{"the name decides", rowsOf("Login,Email", "B,A", 20), nil, `"Email"`, `"Login"`},
		{"never the owner, however full", rowsOf("Contact owner,Email", "O,", 20) + "owner@us.co,a@b.co\n", nil,
			`"Email"`, `"Contact owner"`},
		{"a status is no address", rowsOf("Email Status,Email Domain,Email", "valid,b.co,A", 5), nil, `"Email"`, ``},
		{"the first of several", rowsOf("E-mail 2 - Value,E-mail 1 - Label,E-mail 1 - Value", "B,work,A", 5), nil,
			`"E-mail 1 - Value"`, `"E-mail 2 - Value"`},
		{"work before home", rowsOf("Person - Email - Home,Person - Email - Work", "A,B", 5), nil,
			`"Person - Email - Work"`, `"Person - Email - Home"`},
		{"the primary one", rowsOf("Secondary Email,Primary Email", "A,B", 5), nil, `"Primary Email"`,
			`"Secondary Email"`},
		{"a name without mail, by its content", rowsOf("Name,Subscriber", "x,A", 5), nil, `"Subscriber"`, ``},
		{"any name, by its content", rowsOf("Name,Konto", "x,A", 30), nil, `"Konto"`, ``},
		{"a name of other languages", rowsOf("名前,メールアドレス", "x,A", 5), nil, `"メールアドレス"`, ``},
		{"a good name with wrong content loses", rowsOf("Email,Konto", "d41d8cd98f00b204,A", 30), nil, `"Konto"`,
			`"Email"`},
		{"mostly empty is fine", rowsOf("First Name,Email Address,Position", "x,,y", 50), nil, `"Email Address"`, ``},
		{"the header alone", "Name;Email\n", nil, `"Email"`, ``},
		{"no header", rowsOf("", "1;x;A", 10), nil, `column 3`, ``},
		{"no header, two columns: the fuller one", rowsOf("", "1;A;B", 5) + rowsOf("", "1;x;B", 3), nil, `column 3`,
			`column 2`},
		{"no header, and the owner's column is the fuller one", rowsOf("", "1;O;A", 20) + rowsOf("", "1;O;", 5), nil,
			`column 3`, `column 2`},
		{"no header, nearly all the same", rowsOf("", "1;O", 40), nil, `column 2`, ``},
		{"the seller is the same again and again", rowsOf("Seller Email,Buyer Email", "O,A", 60), nil,
			`"Buyer Email"`, `"Seller Email"`},
		{"somebody else's by its name, for want of any other", rowsOf("Company,Company Email", "x,A", 60), nil,
			`"Company Email"`, ``},
		{"but not before an empty one of the contacts'", rowsOf("Company Email,Email", "A,", 60), nil, `"Email"`,
			`"Company Email"`},
		{"asked by name", rowsOf("Login,Email", "B,A", 5), []string{"Login"}, `"Login"`, ``},
		{"asked by name in other letters", rowsOf("Login Name,Email", "B,A", 5), []string{"login_name"},
			`"Login Name"`, ``},
		{"asked by number", rowsOf("Login,Email", "B,A", 5), []string{"1"}, `"Login"`, ``},
		{"asked for a name that is a number", rowsOf("x,Email,2", "c,B,A", 5), []string{"2"}, `"2"`, ``},
		{"two, in the order asked", rowsOf("Login,Email,N", "B,A,n", 5), []string{"Email", "Login"},
			`"Email" "Login"`, ``},
		{"the same one twice", rowsOf("Login,Email", "B,A", 5), []string{"Email", "2"}, `"Email"`, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := mustOpen(t, c.list, Options{Columns: c.columns})
			if diff := cmp.Diff(c.want, said(l.Layout().Columns)); diff != "" {
				t.Errorf("chosen:\n%s", diff)
			}
			if diff := cmp.Diff(c.left, said(l.Layout().Left)); diff != "" {
				t.Errorf("left:\n%s", diff)
			}
		})
	}
}

func said(columns []Column) string {
	var names []string
	for _, c := range columns {
		names = append(names, c.String())
	}
	return strings.Join(names, " ")
}

func TestCellsComeInTheOrderAsked(t *testing.T) {
	l := mustOpen(t, "A,Email,C\n1,a@b.co,\"3\"\"\"\n4,c@d.co\n", Options{Columns: []string{"C", "A"}})
	rows := walk(t, l)
	if diff := cmp.Diff([]string{"[header]", `3"|1`, "(none)|4"}, toldAll(rows)); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutAnAddressColumnTheHintSaysWhatToType(t *testing.T) {
	for _, c := range []struct {
		name, list string
		columns    []string
		what, hint string
	}{
		{"no addresses", "Name,Town\nA,B\nC,D\n", nil, "none of its columns holds e-mail addresses",
			`--column NAME (or its number); its columns: "Name", "Town"`},
		{"only the owner's", rowsOf("Name,Owner", "x,O", 20), nil, "none of its columns holds e-mail addresses",
			`"Owner"`},
		{"the same few addresses under a name that says nothing", rowsOf("Name,Seller", "x,O", 60), nil,
			"none of its columns holds e-mail addresses", `"Seller"`},
		{"too few", rowsOf("Name,Konto", "x,12", 30) + "x,a@b.co\n", nil,
			"none of its columns holds e-mail addresses", `"Konto"`},
		{"an unknown column", "Name,Email\nA,a@b.co\n", []string{"Mial"}, `it has no column "Mial"`, `"Name", "Email"`},
		{"a number too high", "Name,Email\nA,a@b.co\n", []string{"3"}, `it has no column "3"`, `"Name", "Email"`},
		{"very many columns", "Name" + repeat(200, ",c%d") + "\n", nil, "none of its columns holds e-mail addresses",
			"and 161 more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := memory(t, c.list, Options{Columns: c.columns})
			var e *OpenError
			if !errors.As(err, &e) {
				t.Fatalf("error %v", err)
			}
			if e.What != c.what || !strings.Contains(e.Hint, c.hint) {
				t.Errorf("got %q, hint %q", e.What, e.Hint)
			}
		})
	}
}

func TestRowsWithAnAddressInAnotherColumnAreToldOf(t *testing.T) {
	for _, c := range []struct{ name, list, want string }{
		{"some", rowsOf("Work Email,Home Email,Owner", "A,B,O", 10) + rowsOf("", ",B,O", 5),
			`5 of the first 15 rows have an address only in "Home Email"; to read it too, add --column "Work Email" --column "Home Email"`},
		{"in several", rowsOf("Email,Email 2,Email 3", "A,B,B", 4) + rowsOf("", ",B,", 2) + rowsOf("", ",,B", 1),
			`3 of the first 7 rows have an address only in "Email 2", "Email 3"; to read it too, add --column "Email" --column "Email 2" --column "Email 3"`},
		{"names that are no names", rowsOf("E-mail,E-mail", "A,B", 4) + rowsOf("", ",B", 2),
			`2 of the first 6 rows have an address only in "E-mail"; to read it too, add --column 1 --column 2`},
		{"none", rowsOf("Work Email,Home Email", "A,B", 10), ""},
		{"only the owner's", rowsOf("Email,Owner", "A,O", 10) + rowsOf("", ",O", 5), ""},
		{"only the seller's", rowsOf("Email,Seller Email", "A,O", 20) + rowsOf("", ",O", 5), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := mustOpen(t, c.list, Options{})
			if got := strings.Join(l.Layout().Notes, "\n"); got != c.want {
				t.Errorf("it says %q, want %q", got, c.want)
			}
		})
	}
}
