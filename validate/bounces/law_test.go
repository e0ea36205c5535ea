package bounces

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/prebounce/prebounce/validate/reply"
)

// corpusByText is what samples/replies says each reply is: in a few cases several things, by the command that
// it answers.
func corpusByText(t *testing.T) map[string][]reply.Class {
	t.Helper()
	out := map[string][]reply.Class{}
	for _, file := range []string{"seen.tsv", "produced.tsv", "made.tsv"} {
		text, err := os.ReadFile(filepath.Join("../../samples/replies", file))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			cells := strings.Split(strings.TrimSpace(line), "\t")
			if class, err := reply.ParseClass(cells[len(cells)-1]); err == nil {
				said := strings.ReplaceAll(cells[0], `\n`, "\n")
				out[said] = append(out[said], class)
			}
		}
	}
	return out
}

// TestNoReplyAboutUsBouncesHard: whatever a service calls it, a reply of the corpus that is about the sender,
// the message or the moment doesn't speak against the contact. Left out are those that are said of recipients
// in the same words.
func TestNoReplyAboutUsBouncesHard(t *testing.T) {
	aboutUs := []reply.Class{reply.SenderBlocked, reply.RateLimited, reply.Greylisted, reply.Temporary,
		reply.ContentRejected, reply.ProtocolProblem, reply.RelayDenied}
	replies := 0
	for said, classes := range corpusByText(t) {
		if slices.ContainsFunc(classes, func(c reply.Class) bool { return !slices.Contains(aboutUs, c) }) {
			continue
		}
		replies++
		for _, export := range []map[string]any{
			{"event": "bounce", "type": "bounce", "bounce_classification": "Invalid Address",
				"email": "ann@firm.test", "timestamp": 1, "reason": said},
			{"Type": "HardBounce", "Email": "ann@firm.test", "BouncedAt": "2026-03-02T10:01:00Z", "Details": said},
			{"bounce": map[string]any{"bounceType": "Permanent", "bounceSubType": "General",
				"bouncedRecipients": []any{map[string]any{"emailAddress": "ann@firm.test",
					"diagnosticCode": "smtp; " + said}}}},
		} {
			b, err := json.Marshal(export)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range all(t, b, nil) {
				if e.Fate.Hard() {
					t.Errorf("%s by %s as %s: %q", e.Fate, e.Rule, e.Format, said)
				}
			}
		}
	}
	if replies < 100 {
		t.Errorf("only %d replies were tried", replies)
	}
}
