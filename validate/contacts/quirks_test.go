package contacts

import (
	"testing"
)

func TestSanity(t *testing.T) {
	for _, s := range []string{
		"Notes:\n\"When exporting, some of the email addresses are missing\"\n\nFirst Name,Last Name,URL,Email Address,Company,Position,Connected On\nA,B,http,a@b.co,C,D,E\nA,B,http,,C,D,E\n",
		"a@b.co\nc@d.co\n", "sep=;\r\nName;E-Mail\r\nx;a@b.co\r\n", "Contact owner,Email\no@x.co,\no@x.co,a@b.co\n",
		"\xff\xfee\x00m\x00a\x00i\x00l\x00\n\x00a\x00@\x00b\x00.\x00c\x00o\x00\n\x00", "Vorname;E-Mail-Adresse\nJ\xf6rg;a@b.co\n", "email,x\r\"a\rb@c.co\",2\r",
	} {
		l, err := memory(t, s, Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		t.Logf("%+v", l.layout)
		t.Logf("%+v", walk(t, l))
	}
}
