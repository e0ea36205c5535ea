package serve

import (
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// FuzzCheckRequest: whatever a body holds, what is taken keeps to the bounds.
func FuzzCheckRequest(f *testing.F) {
	for _, seed := range []string{`{"address":"ann@b.de"}`, `{"addresses":["a","b"],"timeout":1e9}`,
		`{"address":null}`, `[`, `{"timeout":-0}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var q checkRequest
		if read(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader(body)), &q) != nil {
			return
		}
		all, err := q.inputs()
		if err != nil {
			return
		}
		if n := len(all); n == 0 || n > mostChecked || q.wait() < 0 || q.wait() > longestCheck {
			t.Errorf("%q: %d addresses within %v", body, n, q.wait())
		}
	})
}

// FuzzMail: whatever is searched for in whatever mail, there is an answer.
func FuzzMail(f *testing.F) {
	f.Add(`to:ann "two words" !subject:x`, "From: a@b.de\r\nTo: c@d.de, =?utf-8?q?x?= <e@f.de>\r\n\r\ntext")
	f.Add(`-"`, "To: ,,<\r\n")
	f.Add("x", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+\r\n--b--")
	f.Fuzz(func(t *testing.T, query, text string) {
		m := &sandbox.Stored{Message: sandbox.Message{Text: []byte(text), To: []string{"bcc@b.de"}}}
		v := summaryOf(m)
		if len(v.To)+len(v.Cc)+len(v.Bcc) == 0 {
			t.Error("nobody got it")
		}
		parts := partsOf(m.Text)
		if snippet := snippetOf(parts); utf8.RuneCountInString(snippet) > longestSnippet || len(parts) > mostLeaves {
			t.Errorf("%d parts, and a snippet of %d octets", len(parts), len(snippet))
		}
		terms, err := searchTerms(query)
		for _, term := range terms {
			if term.in(&v, m) && err != nil {
				t.Error("a search that was refused finds something")
			}
		}
	})
}
