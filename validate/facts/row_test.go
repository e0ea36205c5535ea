package facts

import (
	"fmt"
	"net/netip"
	"reflect"
	"testing"

	"github.com/prebounce/prebounce/validate"
)

func TestHostsThatCannotBeReadBackAreRefused(t *testing.T) {
	for name, h := range map[string]validate.MailHost{
		"no name":                 {},
		"a space in the name":     {Name: "a b"},
		"a comma in the name":     {Name: "a,b"},
		"a line end in the name":  {Name: "a\nb"},
		"a name outside ASCII":    {Name: "ä.example"},
		"bytes that are no UTF-8": {Name: "\xff.example"},
		"no address at all":       {Name: "a", Addrs: []netip.Addr{{}}},
		"an address with a zone":  {Name: "a", Addrs: addrs("fe80::1%eth0")},
	} {
		t.Run(name, func(t *testing.T) {
			if text, ok := formatHosts([]validate.MailHost{h}); ok {
				t.Errorf("written as %q", text)
			}
		})
	}
}

func TestReaderForgetsWhatIsTooMuch(t *testing.T) {
	r := make(reader[validate.Mail])
	for i := range 3 * sharedMost {
		if _, ok := r.read(fmt.Sprintf("mx\x1f%d mx.example\x1f\x1f", i), parseMail); !ok {
			t.Fatal(i)
		}
	}
	if len(r) > sharedMost {
		t.Errorf("it remembers %d shapes", len(r))
	}
}

// FuzzHosts reads any text, and what can be read must be written and read again as the same.
func FuzzHosts(f *testing.F) {
	for _, s := range []string{"", "10 mx.example 192.0.2.1 2001:db8::1, 20 mx2.example", "0 a", "1 a fe80::1%1",
		"1  ", "99999 a", "1 a, ", "1 a\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		hosts, err := parseHosts(text)
		if err != nil {
			return
		}
		written, ok := formatHosts(hosts)
		if !ok {
			return
		}
		again, err := parseHosts(written)
		if err != nil || !reflect.DeepEqual(hosts, again) {
			t.Errorf("%q became %q: %v, then %v, %v", text, written, hosts, again, err)
		}
	})
}

// FuzzHostName writes any name, and what is written must be read as the same.
func FuzzHostName(f *testing.F) {
	for _, s := range []string{"mx.example", "a b", "a,b", ", ", "é", "\\032", "\x00"} {
		f.Add(s, uint16(10))
	}
	f.Fuzz(func(t *testing.T, name string, preference uint16) {
		hosts := []validate.MailHost{{Name: name, Preference: preference},
			{Name: "mx2.example", Addrs: addrs("192.0.2.1")}}
		text, ok := formatHosts(hosts)
		if !ok {
			return
		}
		if again, err := parseHosts(text); err != nil || !reflect.DeepEqual(hosts, again) {
			t.Errorf("%q was read as %v, %v", text, again, err)
		}
	})
}
