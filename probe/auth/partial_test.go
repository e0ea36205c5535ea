package auth_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/prebounce/prebounce/probe/auth"
)

// TestSignaturesOfAnotherImplementation verifies what dkimpy 1.1.4 signed.
func TestSignaturesOfAnotherImplementation(t *testing.T) {
	t.Parallel()
	key, err := os.ReadFile("testdata/key.txt")
	if err != nil {
		t.Fatal(err)
	}
	record := "v=DKIM1; k=rsa; p=" + string(key)
	const below = "testdata/identity-below.eml"
	type test struct {
		name, file, record, more string
		want                     auth.Result
		unsigned                 int
	}
	tests := []test{
		{"a name below in i=", below, record, "", auth.Pass, 0},
		{"a name below in i=, which the key forbids", below, record + "; t=y:s", "", auth.PermError, 0},
	}
	for _, form := range []string{"simple-simple", "simple-relaxed", "relaxed-simple", "relaxed-relaxed"} {
		file := "testdata/partial-" + form + ".eml"
		tests = append(
			tests,
			test{form, file, record, "", auth.Pass, 0},
			test{
				form + ", with text behind what is signed", file, record, "An advertisement\r\n", auth.Pass,
				len("\r\n\r\nAn advertisement\r\n"),
			},
			test{form + ", without a key", file, "", "", auth.PermError, 0},
			test{form + ", and no answer about the key", file, "?", "", auth.TempError, 0},
			test{form + ", with a key of another kind", file, published(), "", auth.PermError, 0},
		)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, err := os.ReadFile(tt.file)
			if err != nil {
				t.Fatal(err)
			}
			w := texts{}
			if tt.record != "" {
				w["s._domainkey.acme.test"] = []string{tt.record}
			}
			v := auth.Check(t.Context(), w, auth.Message{Text: append(text, tt.more...)})
			if len(v.DKIM) != 1 || v.DKIM[0].Result != tt.want {
				t.Fatalf("%+v, want %s", v.DKIM, tt.want)
			}
			if got := v.DKIM[0].Unsigned; (got > 0) != (tt.unsigned > 0) {
				t.Errorf("%d octets are not signed, want %d", got, tt.unsigned)
			}
			changed := bytes.Replace(text, []byte("Ann,"), []byte("Eve,"), 1)
			if v := auth.Check(t.Context(), w, auth.Message{Text: changed}); v.DKIM[0].Result == auth.Pass {
				t.Error("a changed body passes")
			}
			changed = bytes.Replace(text, []byte("Two"), []byte("Tow"), 1)
			if v := auth.Check(t.Context(), w, auth.Message{Text: changed}); v.DKIM[0].Result == auth.Pass {
				t.Error("a changed field passes")
			}
		})
	}
}
