package probe_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/probe/smtp"
	"github.com/prebounce/prebounce/samples"
	"github.com/prebounce/prebounce/validate"
)

// rounds asks in rounds of so many questions within one course.
func (w *world) rounds(t *testing.T, c *probe.Series, all []validate.Question, size int) (answers []validate.Answer,
	asking []validate.Asking, sessions []sandbox.Session) {
	t.Helper()
	answers = make([]validate.Answer, len(w.addresses))
	synctest.Test(t, func(t *testing.T) {
		s, err := sandbox.Start(t.Context(), w.World, sandbox.Options{Pipes: true})
		if err != nil {
			t.Fatal(err)
		}
		client := &smtp.Client{HELO: "probe.sandbox.test", From: "check@sandbox.test", Dial: s.Dial, AllowPrivate: true}
		p := probe.Prober{Client: client, Store: new(probe.Memory), Series: c, Own: []string{"probe.sandbox.test",
			sandbox.ClientAddr.String()}}
		for part := range slices.Chunk(all, size) {
			asking, err = p.Ask(t.Context(), slices.Values(part), func(found []validate.Answered) error {
				for _, f := range found {
					answers[f.ID] = f.Answer
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		s.Close()
		sessions = s.Sessions()
	})
	return answers, asking, sessions
}

// TestCourseKeepsItsBudgetToTheRCPT counts at the servers. Whatever is sent counts: questions, controls,
// greylisting's second rounds. What a host doesn't read any more, as it has hung up, was sent all the same: of all
// budgets together that is the smaller part.
func TestCourseKeepsItsBudgetToTheRCPT(t *testing.T) {
	out := []string{"slow.test", "flaky.test", "hangsup.test", "deaf.test", "tls.test", "closes.test"}
	addresses := slices.DeleteFunc(everybody(), func(a string) bool {
		return slices.Contains(out,
			a[strings.LastIndexByte(a, '@')+1:])
	})
	w := parse(t, samples.World, addresses...)
	all := w.questions(t)
	sent, read := 0, 0
	for _, budget := range []int{1, 7, 40, 150} {
		for _, size := range []int{10, 1000} {
			t.Run(fmt.Sprintf("%d in rounds of %d questions", budget, size), func(t *testing.T) {
				answers, asking, sessions := w.rounds(t, &probe.Series{RCPTs: budget}, all, size)
				counted := 0
				for _, a := range asking {
					counted += a.Asked
				}
				seen := recipients(sessions)
				sent, read = sent+counted, read+seen
				if counted != budget || seen > budget {
					t.Errorf("we count %d recipients, the servers saw %d, want %d", counted, seen, budget)
				}
				for _, q := range all {
					if answers[q.ID].Status == validate.NoQuestion {
						t.Errorf("%s was not answered at all", w.addresses[q.ID])
					}
				}
			})
		}
	}
	if read < sent*3/4 {
		t.Errorf("we count %d recipients, the servers saw %d", sent, read)
	}
}

// recipients is how many the servers saw.
func recipients(sessions []sandbox.Session) (n int) {
	for _, s := range sessions {
		n += len(s.Asked)
	}
	return n
}

// blocklisted is a host that names a block list to whoever it doesn't know, but to its first visitors.
const blocklisted = `
some.test       MX 10 mx.some.test
mx.some.test    A 192.0.2.30
mx.some.test    SMTP postfix policy="554 5.7.1 Service unavailable; Client host [192.0.2.200] blocked using bl.example.org"
some.test       MAILBOX p1=policy p2=policy p3=policy
`

// TestCourseRemembersFromRoundToRound has two refusals that name no cause in the first round, a block in the second,
// and a third round.
func TestCourseRemembersFromRoundToRound(t *testing.T) {
	w := parse(t, blocklisted, "gone1@some.test", "gone2@some.test", "p1@some.test", "p2@some.test",
		"gone3@some.test", "gone4@some.test")
	answers, asking, sessions := w.rounds(t, new(probe.Series), w.questions(t), 2)
	var got []string
	for _, a := range answers {
		got = append(got, a.Status.String())
	}
	if want := "withdrawn withdrawn said said postponed postponed"; strings.Join(got, " ") != want {
		t.Errorf("answers: %v, want %s", got, want)
	}
	if len(asking) != 1 || asking[0].Questions != 6 || asking[0].Withdrawn != 2 || asking[0].Asked != 4 ||
		asking[0].Stopped == "" {
		t.Errorf("asking: %+v", asking)
	}
	if n := recipients(sessions); n != 4 {
		t.Errorf("the server saw %d recipients, want 4", n)
	}
}
