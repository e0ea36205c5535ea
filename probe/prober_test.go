package probe_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/prebounce/prebounce/probe"
	"github.com/prebounce/prebounce/validate"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// host writes the lines of a domain with one mail host.
func host(domain string, n int, smtp, mailboxes string) string {
	return fmt.Sprintf("%[1]s MX 10 mx.%[1]s\nmx.%[1]s A 192.0.2.%[2]d\nmx.%[1]s SMTP %[3]s\n%[1]s MAILBOX %[4]s\n",
		domain, n, smtp, mailboxes)
}

// at writes addresses of one domain.
func at(domain string, names string) (all []string) {
	for _, name := range strings.Fields(names) {
		all = append(all, name+"@"+domain)
	}
	return all
}

func TestAnswers(t *testing.T) {
	const people = "ann ben zoe=full max=disabled tom=moved:tom@new.test"
	tests := []struct {
		name, smtp, mailboxes, ask, want string
	}{
		{"a host that tells", "postfix", people, "ann no1 ben zoe max tom",
			"accepted mailbox_unknown accepted mailbox_full mailbox_disabled mailbox_moved"},
		{"only dead ones: no control is needed", "postfix", people, "no1 no2", "mailbox_unknown mailbox_unknown"},
		{"a host that takes everything", "postfix", people + " *", "ann no1", "catch_all catch_all"},
		{"a control that is refused for now proves nothing", "postfix-softly", people, "ann", "unproven"},
		{"hung up with the third refusal", "exim-drop", people, "no1 no2 no3 no4 no5 ann",
			"mailbox_unknown mailbox_unknown mailbox_unknown mailbox_unknown mailbox_unknown accepted"},
		{"every refusal ends the session", "postfix-stress", people, "no1 no2 ann no3",
			"mailbox_unknown mailbox_unknown accepted mailbox_unknown"},
		{"greylisted at first", "postgrey", people, "ann no1", "accepted mailbox_unknown"},
		{"served who comes twice", "postscreen", people, "ann no1", "accepted mailbox_unknown"},
		{"three to a transaction", "sendmail rcpts=3", people + " cat dan eve", "ann ben cat dan eve no1",
			"accepted accepted accepted accepted accepted mailbox_unknown"},
		{"one to a transaction", "microsoft365 asks=1", people, "ann ben", "accepted accepted"},
		{"TLS demanded", "postfix need=tls", people, "ann no1", "accepted mailbox_unknown"},
		{"TLS demanded and broken", "postfix need=tls starttls=454", people, "ann", "no_answer"},
		{"UTF-8 where it is taken", "postfix smtputf8=yes", people + " jürgen", "jürgen ann", "accepted accepted"},
		{"UTF-8 where it isn't", "postfix smtputf8=no", people + " jürgen", "jürgen ann", "cannot_ask accepted"},
		{"everybody refused without a cause, postmaster too",
			`postfix refuse-client=all client-refused="550 <{rcpt}>: Recipient address rejected: Access denied"`,
			people, "ann no1", "sender_blocked sender_blocked"},
		{"refused without a cause, but postmaster is not", "opensmtpd-local", people + " postmaster", "no1 no2",
			"undetermined undetermined"},
		{"a greeting that is a no", `postfix greeting="554 5.7.1 no"`, people, "ann", "sender_blocked"},
		{"a greeting that never comes", "postfix silent=greeting", people, "ann no1", "no_answer no_answer"},
		{"a reply without an end", "postfix endless=rcpt", people, "ann", "no_answer"},
		{"the sender refused at MAIL", "sendmail refuse-sender=sandbox.test", people, "ann", "sender_blocked"},
		{"the sender refused at RCPT", "exim refuse-sender=sandbox.test", people, "ann no1",
			"sender_blocked sender_blocked"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := parse(t, host("a.test", 1, tt.smtp, tt.mailboxes), at("a.test", tt.ask)...)
			o := w.ask(t, probe.Prober{})
			if got := o.reasons(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
				o.tell(t)
			}
			polite(t, &o)
		})
	}
}

// tell logs what was said.
func (o *outcome) tell(t *testing.T) {
	for i, a := range o.answers {
		t.Logf("%s: %s %q %s", o.addresses[i], a.Status, a.Text, a.Detail)
	}
	for _, s := range o.sessions {
		for _, l := range s.Lines {
			t.Logf("%d %v %s", s.ID, l.FromClient, l.Text)
		}
	}
}

func TestMicrosoftIsAskedOneRecipientATransactionAndNeverTwoDomainsASession(t *testing.T) {
	const shared = `
*.mail.protection.outlook.com A 192.0.2.15
*.mail.protection.outlook.com SMTP microsoft365
one.test MX 0 one-test.mail.protection.outlook.com
one.test MAILBOX ann ben
two.test MX 0 two-test.mail.protection.outlook.com
two.test MAILBOX ann ben
`
	w := parse(t, shared, append(at("one.test", "ann no1 ben"), at("two.test", "no1 ann ben")...)...)
	o := w.ask(t, probe.Prober{})
	if got := o.reasons(); got != "accepted mailbox_unknown accepted mailbox_unknown accepted accepted" {
		t.Errorf("got %s", got)
	}
	for _, s := range o.sessions {
		domains, in := make(map[string]bool), 0
		for _, l := range s.Lines {
			if strings.HasPrefix(l.Text, "MAIL ") {
				in = 0
			}
			if rcpt, ok := strings.CutPrefix(l.Text, "RCPT TO:<"); ok {
				domains[rcpt[strings.IndexByte(rcpt, '@'):]] = true
				if in++; in > 1 {
					t.Errorf("%s: %d recipients in a transaction", s.Host, in)
				}
			}
		}
		if len(domains) > 1 || s.TooMany > 0 {
			t.Errorf("%s: %v, %d times too many", s.Host, domains, s.TooMany)
		}
	}
}

// TestUnwelcome: a block list is named, so the operator is stopped after the second reply, refusals since the last
// proof of good faith are withdrawn, and the operator is left alone for a day.
func TestUnwelcome(t *testing.T) {
	w := parse(t, host("a.test", 1, "postfix mining=3 mined=\"554 5.7.1 Service unavailable; Client host [{ip}] "+
		"blocked using zen.spamhaus.org\"", "ann"), at("a.test", "n1 n2 n3 n4 n5 n6 n7 n8 n9")...)
	all := w.questions(t)
	synctest.Test(t, func(t *testing.T) {
		store := new(probe.Memory)
		o := w.askAll(t, probe.Prober{Store: store}, all)
		counts := make(map[string]int)
		for _, a := range o.answers {
			counts[a.Status.String()+" "+a.Reason().String()]++
			if a.Reason().List() == validate.Removed {
				t.Errorf("removed for %q", a.Text)
			}
		}
		asking := o.asking[0]
		if asking.Stopped == "" || asking.BlockList == "" || !strings.Contains(asking.Reply, "blocked using") ||
			counts["withdrawn sender_blocked"] == 0 {
			t.Errorf("%+v, %v", asking, counts)
		}
		if again := time.Until(asking.Again); again < 23*time.Hour {
			t.Errorf("to be asked again in %v", again)
		}
		o = w.askAll(t, probe.Prober{Store: store}, all)
		if len(o.sessions) > 0 || o.reasons() != strings.TrimSpace(strings.Repeat("postponed ", 9)) {
			t.Errorf("asked at once again: %s", o.reasons())
		}
		time.Sleep(25 * time.Hour)
		if o = w.askAll(t, probe.Prober{Store: store}, all); len(o.sessions) == 0 {
			t.Error("not asked after a day")
		}
	})
}

func TestAcceptancesStandWhenAnOperatorIsStopped(t *testing.T) {
	w := parse(t, host("a.test", 1, "postfix mining=3 mined=\"554 5.7.1 Client host [{ip}] blocked using "+
		"zen.spamhaus.org\"", "ann"), at("a.test", "ann n1 n2 n3 n4 n5 n6 n7 n8 n9")...)
	o := w.ask(t, probe.Prober{})
	if r := o.of(t, "ann@a.test"); r.Reason() != validate.Accepted && r.Reason() != validate.Unproven {
		t.Errorf("%+v", r)
	}
}

func TestEverythingStops(t *testing.T) {
	const listed = `postfix refuse-client=all client-refused="554 5.7.1 Service unavailable; Client host [{ip}] blocked using zen.spamhaus.org"`
	tests := []struct {
		name  string
		world func(i int) string
		n     int
		why   string
	}{
		{"where two operators name one block list", func(i int) string {
			return host(fmt.Sprintf("d%d.test", i), i,
				listed, "ann")
		}, 6, "both name the block list"},
		{"where a tenth of the operators refuse us", func(i int) string {
			smtp := "postfix"
			if i <= 4 {
				smtp = `postfix refuse-client=all client-refused="554 5.7.1 {ip} is not welcome"`
			}
			return host(fmt.Sprintf("d%d.test", i), i, smtp, "ann")
		}, 30, "of 30 operators"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var text strings.Builder
			var addresses []string
			for i := range tt.n {
				text.WriteString(tt.world(i + 1))
				addresses = append(addresses, at(fmt.Sprintf("d%d.test", i+1),
					"ann n1 n2 n3 n4 n5 n6 n7 n8 n9 m1 m2 m3 m4 m5 m6 m7 m8")...)
			}
			w := parse(t, text.String(), addresses...)
			o := w.ask(t, probe.Prober{Workers: 4})
			if !slices.ContainsFunc(o.asking, func(a validate.Asking) bool {
				return strings.Contains(a.Stopped,
					tt.why)
			}) {
				t.Errorf("%+v", o.asking)
			}
			for i := range o.answers {
				if o.answers[i].Status == validate.NoQuestion {
					t.Fatalf("%s has no answer", o.addresses[i])
				}
			}
		})
	}
}

func TestAKnownGoodRecipientThatIsRefusedIsAboutUs(t *testing.T) {
	w := parse(t, host("a.test", 1, "postfix", "ann"), at("a.test", "n1 n2 n3")...)
	o := w.ask(t, probe.Prober{KnownGood: []string{"colleague@a.test"}})
	if o.reasons() != "postponed postponed postponed" || o.asking[0].Stopped == "" {
		t.Errorf("%s, %+v", o.reasons(), o.asking)
	}
	o = w.ask(t, probe.Prober{KnownGood: []string{"ann@a.test"}})
	if o.reasons() != "mailbox_unknown mailbox_unknown mailbox_unknown" {
		t.Errorf("%s", o.reasons())
	}
}

func TestACapEndsTheLaneAndHoldsInTheNextRun(t *testing.T) {
	rules, err := probe.ReadRules(strings.NewReader("*,yes,1,10,30,8,yes,10,30,4,6,\n"))
	if err != nil {
		t.Fatal(err)
	}
	w := parse(t, host("a.test", 1, "postfix", "ann"), at("a.test", "n1 n2 n3 n4 n5 n6 n7 n8")...)
	all := w.questions(t)
	synctest.Test(t, func(t *testing.T) {
		store := new(probe.Memory)
		asked := func() int {
			o := w.askAll(t, probe.Prober{Store: store, Rules: rules}, all)
			for _, a := range o.answers {
				if a.Status == validate.Postponed && !a.Again.After(time.Now()) {
					t.Errorf("%+v", a)
				}
			}
			return o.manners["mx.a.test"].Recipients
		}
		if n := asked(); n != 4 {
			t.Errorf("%d in the first hour", n)
		}
		time.Sleep(61 * time.Minute)
		if n := asked(); n != 2 {
			t.Errorf("%d more on the first day", n)
		}
		time.Sleep(24 * time.Hour)
		if n := asked(); n != 4 {
			t.Errorf("%d in an hour of the next day", n)
		}
	})
}

func TestPatienceEndsAndALaterRunGoesOn(t *testing.T) {
	w := parse(t, host("a.test", 1, "postgrey", "ann"), at("a.test", "ann n1")...)
	all := w.questions(t)
	o := w.ask(t, probe.Prober{MaxWait: time.Minute})
	if o.reasons() != "greylisted greylisted" {
		t.Errorf("got %s", o.reasons())
	}
	for i, a := range o.answers {
		if a.Again.IsZero() || a.Tries == 0 {
			t.Errorf("%+v", a)
		}
		all[i].Tries, all[i].Again = a.Tries, a.Again
	}
}

func TestTheEndOfAContextEndsEverythingAtOnce(t *testing.T) {
	w := parse(t, host("a.test", 1, "postfix silent=rcpt", "ann"), at("a.test", "ann n1")...)
	all := w.questions(t)
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		err := w.run(ctx, t, all, func([]validate.Answered) error { return nil })
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 4*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestAnAnswerThatCannotBeKeptEndsTheRun(t *testing.T) {
	w := parse(t, host("a.test", 1, "postfix", "ann"), at("a.test", "ann n1")...)
	all := w.questions(t)
	full := errors.New("disk full")
	synctest.Test(t, func(t *testing.T) {
		if err := w.run(t.Context(), t, all, func([]validate.Answered) error { return full }); !errors.Is(err, full) {
			t.Errorf("got %v", err)
		}
	})
}

func TestBudgetAndPlan(t *testing.T) {
	w := parse(t, host("a.test", 1, "postfix", "ann"), at("a.test", "n1 n2 n3 n4")...)
	o := w.ask(t, probe.Prober{Budget: 2})
	if o.reasons() != "mailbox_unknown mailbox_unknown postponed postponed" || o.asking[0].Postponed != 2 {
		t.Errorf("%s, %+v", o.reasons(), o.asking)
	}
	plan := (&probe.Prober{}).Plan(slices.Values(w.questions(t)))
	want := probe.Part{Operator: "a.test", Questions: 4, Domains: 1, Hosts: 1, Asked: 5, Sessions: 1, Ask: true}
	if parts := plan.Parts(); len(parts) != 1 || parts[0] != want || plan.Takes() != 10*time.Second {
		t.Errorf("%+v, %v", parts, plan.Takes())
	}
}
