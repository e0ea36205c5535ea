package validate

import "testing"

func TestMeant(t *testing.T) {
	for text, want := range map[string]string{
		"ann@gmail,com": "ann@gmail.com", "ann@mail,acme,co.uk": "ann@mail.acme.co.uk",
		"una,me@acme.com": "", "ann@,com": "", "ann@gmail.com": "", "": "", "@a,b": "", "ann@acme,": "",
	} {
		if got := Suggest(text); got != want {
			t.Errorf("Meant(%q) = %q, want %q", text, got, want)
		}
	}
}
