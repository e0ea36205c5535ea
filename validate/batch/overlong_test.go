package batch

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate/contacts"
)

// TestALineThatIsTooLongIsOneRow: however many pieces it is read in.
func TestALineThatIsTooLongIsOneRow(t *testing.T) {
	long := strings.Repeat("x", 200_000)
	for name, text := range map[string]string{
		"CSV":              "email,note\na@x.example,1\nbig@x.example," + long + "\nb@x.example,2\n",
		"CSV, at its end":  "email,note\na@x.example,1\nb@x.example,2\nbig@x.example," + long,
		"JSON Lines":       `{"email":"a@x.example"}` + "\n" + `{"email":"big@x.example","note":"` + long + `"}` + "\n" + `{"email":"b@x.example"}` + "\n",
		"CSV with a quote": "email,note\na@x.example,1\nbig@x.example,\"" + long + "\nb@x.example,2\n",
	} {
		t.Run(name, func(t *testing.T) {
			list := openList(t, text, contacts.Options{RecordCap: 16 << 10, BlockSize: 4 << 10})
			r := Run{Policy: lab(), Source: list, Dir: filepath.Join(t.TempDir(), "out")}
			s, err := r.Do(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if s.Clean != 2 || s.Rejected != 1 {
				t.Errorf("clean %d, rejected %d, want 2 and 1", s.Clean, s.Rejected)
			}
			rejected := readFolder(t, r.Dir)["rejected.csv"]
			if n := strings.Count(rejected, "\n"); n != 2 || len(rejected) > longestRejected+100 {
				t.Errorf("rejected.csv has %d lines in %d octets", n, len(rejected))
			}
		})
	}
}
