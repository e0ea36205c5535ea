package probe_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate"
)

// edge is a host of Microsoft 365 with directory-based edge blocking.
const edge = `microsoft365 asks=1 unknown="550 5.4.1 Recipient address rejected: Access denied. [AM4PEPF00027A5D.eurprd04.prod.outlook.com 2026-05-13T10:11:12.123Z {id}]"`

func TestEdgeBlocking(t *testing.T) {
	for _, tt := range []struct{ name, smtp, ask, want string }{
		{"where somebody was accepted first", edge, "ann n1 n2", "accepted mailbox_unknown mailbox_unknown"},
		{"where somebody was accepted last", edge, "n1 n2 ann", "mailbox_unknown mailbox_unknown accepted"},
		{"where nobody was accepted", edge, "n1 n2 n3", "undetermined undetermined undetermined"},
		{"where the control is accepted", edge + ` verify=never`, "ann n1", "catch_all catch_all"},
		{"over several sessions", edge, "n1 n2 n3 n4 n5 n6 ann n7 n8",
			"mailbox_unknown mailbox_unknown mailbox_unknown mailbox_unknown mailbox_unknown mailbox_unknown " +
				"accepted mailbox_unknown mailbox_unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := parse(t, host("a.test", 1, tt.smtp, "ann"), at("a.test", tt.ask)...)
			o := w.ask(t, probe.Prober{})
			if o.reasons() != tt.want {
				t.Errorf("got %s, want %s", o.reasons(), tt.want)
				o.tell(t)
			}
		})
	}
}

// TestEdgeBlockingWhoseControlIsKnown: that the control was refused last week is not proof for today, so it is asked
// again.
func TestEdgeBlockingWhoseControlIsKnown(t *testing.T) {
	w := parse(t, host("a.test", 1, edge, "ann"), at("a.test", "ann n1")...)
	all := w.questions(t)
	synctest.Test(t, func(t *testing.T) {
		store := new(probe.Memory)
		for run := range 2 {
			if o := w.askAll(t, probe.Prober{Store: store}, all); o.reasons() != "accepted mailbox_unknown" {
				t.Errorf("run %d: %s", run, o.reasons())
			}
		}
	})
}

func TestAcceptancesOfAnEarlierRunNeedOnlyTheControl(t *testing.T) {
	for _, tt := range []struct{ name, smtp, mailboxes, want string }{
		{"that tells", "postfix", "ann ben", "accepted accepted"},
		{"that takes everything", "postfix", "ann ben *", "catch_all catch_all"},
		{"that still can't say", "postfix-softly", "ann ben", "unproven unproven"},
	} {
		t.Run("a domain "+tt.name, func(t *testing.T) {
			w := parse(t, host("a.test", 1, tt.smtp, tt.mailboxes), at("a.test", "ann ben")...)
			all := w.questions(t)
			for i := range all {
				all[i].Taken = &validate.Answer{Status: validate.Said, Text: "250 2.1.5 Ok", Host: "mx.a.test",
					At: noon}
			}
			last := probe.Progress{}
			o := w.asked(t, probe.Prober{Progress: func(p probe.Progress) { last = p }}, all)
			if o.reasons() != tt.want {
				t.Errorf("got %s", o.reasons())
			}
			for _, s := range o.sessions {
				for _, l := range s.Lines {
					if strings.HasPrefix(l.Text, "RCPT TO:<ann@") || strings.HasPrefix(l.Text, "RCPT TO:<ben@") {
						t.Errorf("asked again: %s", l.Text)
					}
				}
			}
			if last.Settled != 2 || last.Questions != 2 {
				t.Errorf("progress ends at %+v", last)
			}
		})
	}
}

func TestProgressNeverPassesTheNumberOfQuestions(t *testing.T) {
	w := parse(t, host("a.test", 1, `postfix mining=3 mined="554 5.7.1 Client host [{ip}] blocked using zen.spamhaus.org"`, "ann ben")+
		host("b.test", 2, "postfix", "ann ben cat"), append(at("a.test", "ann n1 n2 n3 n4 n5 ben n6"),
		at("b.test", "ann ben cat n1")...)...)
	last := probe.Progress{}
	o := w.ask(t, probe.Prober{Budget: 11, Progress: func(p probe.Progress) {
		last = p
		if p.Settled > p.Questions {
			t.Errorf("%d of %d", p.Settled, p.Questions)
		}
	}})
	if last.Settled != last.Questions || last.Questions != 11 {
		t.Errorf("ends at %d of %d: %s", last.Settled, last.Questions, o.reasons())
	}
}
