package sandbox_test

import (
	"strings"
	"testing"

	"github.com/prebounce/prebounce/probe/sandbox"
)

// A message may come by BDAT where CHUNKING is offered, and is kept as it was sent.
func TestChunks(t *testing.T) {
	t.Parallel()
	const envelope = "EHLO c.sandbox.test\r\nMAIL FROM:<x@far.test>\r\nRCPT TO:<ann@a.test>\r\n"
	tests := []struct {
		name, personality, commands string
		replies                     []string // the first words of those after the envelope
		text                        string   // of the message that is kept
	}{
		{"one chunk", "postfix", envelope + "BDAT 7 LAST\r\na: b\n\r\n", []string{"250 2.0.0 Ok: 7 bytes queued"},
			"a: b\n\r\n"},
		{"two chunks", "exim", envelope + "BDAT 3\r\na: BDAT 4 LAST\r\nb\r\n.", []string{"250 3 byte", "250- 4 byte",
			"250 OK id="}, "a: b\r\n."},
		{"an empty last chunk", "postfix", envelope + "BDAT 6\r\na: b\r\nBDAT 0 LAST\r\n", []string{"250 2.0.0 Ok: 6",
			"250 2.0.0 Ok: 6"}, "a: b\r\n"},
		{"too large", "postfix size=10", envelope + "BDAT 100 LAST\r\n" + strings.Repeat("x", 100) + "NOOP\r\n",
			[]string{"552 5.3.4 Chunk", "250 2.0.0 Ok"}, ""},
		{"too large together", "exim size=10", envelope + "BDAT 6\r\na: b\r\nBDAT 6\r\nc: d\r\nNOOP\r\n",
			[]string{"250 6 byte", "552 Message size", "250 OK"}, ""},
		{"mixed with DATA", "postfix", envelope + "BDAT 6\r\na: b\r\nDATA\r\nBDAT 0 LAST\r\n",
			[]string{"250 2.0.0", "503 5.5.1 Error: DATA after BDAT", "250 2.0.0 Ok: 6"}, "a: b\r\n"},
		{"a demand", "postfix", strings.Replace(envelope, "ann@", "550-5.7.1.data@reply.", 1) +
			"BDAT 6 LAST\r\na: b\r\nNOOP\r\n",
			[]string{"550 5.7.1", "250 2.0.0"}, ""},
		{"not offered", "sendmail", envelope + "BDAT 6 LAST\r\nNOOP\r\n", []string{"500 5.5.1", "250 2.0.0"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inLab(t, tt.personality, func(t *testing.T, s *sandbox.Sandbox) {
				c := dial(t, s, "192.0.2.200")
				c.reply()
				c.conn.Write([]byte(tt.commands))
				for range 3 {
					c.reply()
				}
				var got []string
				for len(got) < len(tt.replies) {
					lines := c.reply()
					if lines == nil {
						break
					}
					got = append(got, lines...)
				}
				for i, want := range tt.replies {
					if i >= len(got) || !strings.HasPrefix(got[i], want) {
						t.Fatalf("replies %q, want %q", got, tt.replies)
					}
				}
				text := ""
				if kept := s.Messages(); len(kept) == 1 {
					text = string(kept[0].Text)
				}
				if text != tt.text {
					t.Errorf("kept %q, want %q", text, tt.text)
				}
			})
		})
	}
}
