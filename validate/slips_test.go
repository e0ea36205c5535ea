package validate

import "testing"

// TestPlainSlipsLeaveNoChoice: what was meant by a text that is not an address, and by which slip; nothing where
// a guess would be needed.
func TestPlainSlipsLeaveNoChoice(t *testing.T) {
	for _, tt := range []struct{ text, want, slip string }{
		{"cal@ x.com", "cal@x.com", "a blank beside the @ or a dot"},
		{"hal @ x.com", "hal@x.com", "a blank beside the @ or a dot"},
		{"hal@x .com", "hal@x.com", "a blank beside the @ or a dot"},
		{`amy@x.com"`, "amy@x.com", "a mark or bracket left over"},
		{"bea@x.com)", "bea@x.com", "a mark or bracket left over"},
		{"eve@x.com>", "eve@x.com", "a mark or bracket left over"},
		{"<eve@x.com", "eve@x.com", "a mark or bracket left over"},
		{"eve@x.com/", "eve@x.com", "a mark or bracket left over"},
		{"jon@@x.com", "jon@x.com", "two @ in a row"},
		{"ann@gmail,com", "ann@gmail.com", "a comma for a dot"},
		{"ann@x..com", "ann@x.com", "two dots in a row"},
		{"ann@.x.com", "ann@x.com", "a dot too many"},
		{"ann@x.com..", "ann@x.com", "two dots in a row"},
		{"a\u200bnn@x.com", "ann@x.com", "a character that nobody sees"},
		{"ann\uff20x.com", "ann@x.com", "wide letters"},
		{"ann[at]x.com", "ann@x.com", "a word or a code for the @"},
		{"ann&#64;x.com", "ann@x.com", "a word or a code for the @"},
		{"ann(at)x(dot)com", "ann@x.com", "a word or a code for the @"},
		{"jon @@ x.com)", "jon@x.com", "two @ in a row"},

		{"ann@x.com", "", ""}, // it is an address
		{"ann lee@x.com", "", ""},
		{"ann@x@y.com", "", ""},
		{"ann@mail.x,com", "", ""},
		{"ann@x.com, Bonn", "", ""},
		{"ann..lee@x.com", "", ""},
		{"ann@", "", ""},
		{"@x.com", "", ""},
		{"meet me (at) home", "", ""},
		{"ann@localhost)", "", ""},
		{"", "", ""},
	} {
		if got, slip := SuggestFor(tt.text); got != tt.want || slip != tt.slip {
			t.Errorf("%q: %q by %q, want %q by %q", tt.text, got, slip, tt.want, tt.slip)
		}
	}
}

// FuzzMeant: what is meant is an address, and by no address another one is meant.
func FuzzMeant(f *testing.F) {
	f.Add("jon @@ x.com)")
	f.Add("ann(at)x(dot)com")
	f.Fuzz(func(t *testing.T, text string) {
		address := Suggest(text)
		if address == "" {
			return
		}
		a, err := Parse(address)
		if err != nil || a.String() != address {
			t.Errorf("%q: %q is no address: %v", text, address, err)
		}
	})
}
