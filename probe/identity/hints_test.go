package identity_test

import (
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/identity"
)

func TestHintsAboutContent(t *testing.T) {
	t.Parallel()
	const head = "From: news@acme.test\r\nDate: Mon, 30 Nov 2026 10:00:00 +0000\r\nMessage-ID: <a@acme.test>\r\n"
	page := func(body string) string {
		return head + "Subject: News of the week\r\nContent-Type: text/html\r\n\r\n" + body
	}
	for name, tt := range map[string]struct{ mail, want string }{
		"nothing": {page("<p>Dear Ann, our shop opens on Monday. <a " +
			"href='https://acme.test/a'>Read more</a></p>"), ""},
		"an empty subject":             {head + "Subject: \r\n\r\nDear Ann\r\n", "the subject is empty"},
		"a link that shows its target": {page("<a href='https://www.acme.test/x?y=1'>acme.test/x</a>"), ""},
		"a tracked link of its own":    {page("<a href='https://click.acme.test/x'>https://acme.test</a>"), ""},
		"a disguised link": {page("<a href='https://evil.example/x'>https://bank.test/login</a>"),
			"a link shows bank.test and leads to evil.example"},
		"a link in a sentence": {page("<a href='https://evil.example/x'>Log in at <b>www.bank.test</b> " +
			"now</a>"), "a link shows bank.test and leads to evil.example"},
		"a link with words": {page("<a href='https://acme.test/x'>Read more. And more</a>"), ""},
		"a text in capitals": {page("<p>WE HAVE THE BEST OFFERS OF THE WHOLE YEAR FOR YOU, dear " +
			"Ann</p>"), "most of the text is in capitals"},
		"a shortener": {page("<a href='HTTPS://Bit.ly/x'>here</a> <a " +
			"href='https://habit.ly/'>there</a>"), "shortener: bit.ly"},
		"a shared domain": {strings.ReplaceAll(page("<p>Dear Ann</p>"), "news@acme.test",
			"news@acme.onmicrosoft.com"), "share onmicrosoft.com"},
		"many links": {page(strings.Repeat("<a href='https://acme.test/'>here</a> "+
			"", 30)), "30 links with only 120 letters"},
		"phrases":                    {page("<p>Act now, risk free!</p>"), `"act now", "risk free"`},
		"hidden text does not count": {page("<style>act now</style><script>risk free</script><p>Dear Ann</p>"), ""},
	} {
		e := &identity.Examiner{DNS: world(t, wellKept)}
		for _, f := range e.Message(t.Context(), identity.Letter{Text: []byte(tt.mail)}).Findings {
			if f.Check != "content" {
				continue
			}
			said := f.Says + strings.Join(f.Evidence, "\n")
			if (tt.want == "") != (f.Result == identity.OK) || !strings.Contains(said, tt.want) {
				t.Errorf("%s: %s %s, want %q", name, f.Result, said, tt.want)
			}
		}
	}
}
