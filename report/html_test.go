package report

import (
	"bytes"
	"os"
	"testing"
)

func TestX(t *testing.T) {
	for _, s := range samples {
		var b bytes.Buffer
		if err := HTML(&b, s.make(t)); err != nil {
			t.Fatal(err)
		}
		os.WriteFile("/tmp/r/"+s.name+".html", b.Bytes(), 0o644)
	}
}
