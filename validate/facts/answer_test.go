package facts

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/reply"
)

// said is a reply to RCPT at noon.
func said(text string) validate.Answer {
	return validate.Answer{Status: validate.Said, Text: text, Stage: reply.RCPT, Host: "mx.example",
		Operator: "operator.example",
		Sender:   "check@us.example", Via: "192.0.2.7", At: noon}
}

func putAnswers(t *testing.T, s *Store, answers map[string]validate.Answer) {
	t.Helper()
	var all []KeyedAnswer
	for address, a := range answers {
		all = append(all, KeyedAnswer{Key: s.Key(address), Domain: address[strings.Index(address, "@")+1:], Answer: a})
	}
	if err := s.PutAnswers(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	if err := s.whyOff(); err != nil {
		t.Fatal(err)
	}
}

// answers are those held about the addresses.
func answers(t *testing.T, s *Store, now time.Time, addresses ...string) map[string]validate.Answer {
	t.Helper()
	wanted, got := make(map[[16]byte]uint32), make(map[string]validate.Answer)
	for i, a := range addresses {
		wanted[s.Key(a)] = uint32(i)
	}
	err := s.Answers(t.Context(), now, wanted, func(id uint32, a validate.Answer) {
		if _, twice := got[addresses[id]]; twice {
			t.Errorf("%s comes twice", addresses[id])
		}
		got[addresses[id]] = a
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAnswersRoundTrip(t *testing.T) {
	t.Parallel()
	path := testPath(t)
	s := mustOpen(t, path)
	bare := said("250 2.1.5 Ok")
	bare.Host, bare.Operator, bare.Sender, bare.Stage = "", "", "", reply.StageUnknown
	want := map[string]validate.Answer{
		"ana@example.com": {Status: validate.Said, Text: "550 5.1.1 \"Grüße\",\x00\x1f\n<..> User unknown",
			Detail: "at the 2nd try", Stage: reply.RCPT,
			Host: "mx1.example.com", Operator: "Operator & Söhne", Sender: "check@us.example",
			Control: validate.ControlRefused,
			Tries:   3, At: noon.Add(123456789), Again: noon.Add(time.Hour + 1)},
		"ben@example.com": bare,
		"cy@other.com":    said("552 5.2.2 Mailbox full"),
	}
	putAnswers(t, s, want)
	putAnswers(t, s, map[string]validate.Answer{"dan@example.com": said("550 5.1.1 User unknown")})
	if diff := cmp.Diff(want, answers(t, s, noon.Add(time.Second), "ana@example.com", "ben@example.com",
		"cy@other.com", "eve@example.com")); diff != "" {
		t.Error(diff)
	}
	if got := answers(t, s, noon.Add(time.Second), "cy@other.com"); len(got) != 1 {
		t.Errorf("one address alone: %v", got)
	}
	if got := answers(t, s, noon.Add(time.Second)); len(got) != 0 {
		t.Errorf("nobody asked for %v", got)
	}
}

func TestAnswerLivesAsItsOutcomeDoes(t *testing.T) {
	t.Parallel()
	with := func(a validate.Answer, change func(*validate.Answer)) validate.Answer { change(&a); return a }
	tests := []struct {
		name string
		a    validate.Answer
		want time.Duration // 0: not kept
	}{
		{"an unknown mailbox lives 30 days", said("550 5.1.1 User unknown"), 30 * day},
		{"a disabled mailbox lives 30 days", said("550 5.2.1 Mailbox disabled"), 30 * day},
		{"a mailbox that moved lives 30 days", said("551 5.1.6 User has moved"), 30 * day},
		{"an acceptance of unknown worth lives 14 days", said("250 2.1.5 Ok"), 14 * day},
		{"an acceptance that means something, 14 days", with(said("250 2.1.5 Ok"),
			func(a *validate.Answer) { a.Control = validate.ControlRefused }), 14 * day},
		{"an acceptance of anything, 14 days", with(said("250 2.1.5 Ok"),
			func(a *validate.Answer) { a.Control = validate.ControlAccepted }), 14 * day},
		{"a full mailbox lives a day", said("552 5.2.2 Mailbox full"), day},
		{"relaying denied lives a day", said("554 5.7.1 Relay access denied"), day},
		{"a domain that takes no mail lives a day", said("556 5.1.10 Domain does not accept mail"), day},
		{"what nobody can read lives a day", said("550 Nope"), day},
		{"a mailbox that is full for now lives a day as well", said("452 4.2.2 Mailbox full"), day},
		{"relaying denied for now isn't kept", said("450 4.7.1 Relay access denied"), 0},
		{"what is no reply isn't kept", said("hello?"), 0},
		{"what is about us isn't kept", said("554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using " +
			"bl.example"), 0},
		{"a greylisting without another try isn't kept", said("450 4.2.0 Greylisted, try again later"), 0},
		{"a temporary failure isn't kept", said("451 4.3.0 Temporary lookup failure"), 0},
		{"a rate limit isn't kept", said("450 4.7.1 Error: too many recipients from 192.0.2.9"), 0},
		{"silence isn't kept", validate.Answer{Status: validate.Silent, At: noon}, 0},
		{"what can't be asked isn't kept", validate.Answer{Status: validate.Unaskable, At: noon}, 0},
		{"no question isn't kept", validate.Answer{}, 0},
		{"a postponement without another try isn't kept", validate.Answer{Status: validate.Postponed, At: noon}, 0},
		{"a refusal that was withdrawn isn't kept", with(said("550 5.1.1 User unknown"),
			func(a *validate.Answer) { a.Status = validate.Withdrawn }), 0},
		{"a greylisting lives until a day after it is due",
			with(said("450 4.2.0 Greylisted, try again later"),
				func(a *validate.Answer) { a.Again = noon.Add(310 * time.Second) }), 310*time.Second + day},
		{"a postponement lives until a day after it is due", validate.Answer{Status: validate.Postponed, At: noon,
			Again: noon.Add(time.Hour)}, time.Hour + day},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := mustOpen(t, testPath(t))
			putAnswers(t, s, map[string]validate.Answer{"ana@example.com": tt.a})
			for after, want := range map[time.Duration]bool{0: tt.want > 0, tt.want - time.Second: tt.want > 0,
				tt.want: false, -time.Second: false} {
				if tt.want == 0 && after < 0 {
					continue
				}
				if got := answers(t, s, noon.Add(after), "ana@example.com"); (len(got) == 1) != want {
					t.Errorf("after %v (%s): %v", after, tt.a.Reason(), got)
				}
			}
		})
	}
}

func TestEveryReasonOfAReplyHasADecidedLife(t *testing.T) {
	for _, tt := range []struct {
		reasons []validate.Reason
		kept    bool
	}{
		{[]validate.Reason{validate.Undetermined, validate.Accepted, validate.MailboxUnknown, validate.MailboxFull,
			validate.MailboxDisabled, validate.MailboxMoved, validate.DomainRefused}, true},
		{[]validate.Reason{validate.SenderBlocked, validate.RateLimited, validate.Greylisted, validate.Temporary}, false},
	} {
		for _, r := range tt.reasons {
			if _, kept := answerLives[r]; kept != tt.kept {
				t.Errorf("%s: kept %v, want %v", r, kept, tt.kept)
			}
		}
	}
}

func TestWhatWasPutOff(t *testing.T) {
	t.Parallel()
	greylisted := said("450 4.2.0 Greylisted, try again later")
	greylisted.Tries, greylisted.Again = 1, noon.Add(310*time.Second+time.Millisecond)
	kept := validate.Answer{Status: validate.Postponed, Detail: "the mail server asks us to try again later",
		Host: "mx.example", Operator: "operator.example", Via: "192.0.2.7",
		Tries: 1, At: noon, Again: greylisted.Again}
	unknown := said("550 5.1.1 User unknown")
	later := func(a validate.Answer, d time.Duration) validate.Answer { a.At = a.At.Add(d); return a }
	limited := validate.Answer{Status: validate.Postponed, Detail: "300 an hour are enough", Tries: 2, At: noon,
		Again: noon.Add(time.Hour)}
	tests := []struct {
		name string
		puts []validate.Answer
		now  time.Duration
		want validate.Answer
	}{
		{"a greylisting comes back as such, without its text", []validate.Answer{greylisted}, 0, kept},
		{"a limit keeps its own words", []validate.Answer{limited}, 0, limited},
		{"a reply ends it", []validate.Answer{greylisted, later(unknown, time.Second)}, time.Minute,
			later(unknown, time.Second)},
		{"it is put off once more", []validate.Answer{limited, later(greylisted, time.Second)}, time.Minute,
			later(kept, time.Second)},
		{"an older one changes nothing", []validate.Answer{greylisted, later(limited, -time.Second)}, 0, kept},
		{"the end of patience ends it", []validate.Answer{greylisted, later(said("450 4.2.0 Greylisted"),
			time.Second)}, time.Minute, validate.Answer{}},
		{"silence ends it", []validate.Answer{greylisted, {Status: validate.Silent, At: noon}}, 0, validate.Answer{}},
		{"an older silence doesn't", []validate.Answer{greylisted, {Status: validate.Silent,
			At: noon.Add(-time.Second)}}, 0, kept},
		{"no question is none", []validate.Answer{greylisted, {}}, 0, kept},
		{"it never replaces a reply that is still good", []validate.Answer{unknown, later(greylisted, time.Minute)},
			time.Hour, unknown},
		{"but one that isn't", []validate.Answer{later(said("552 5.2.2 Mailbox full"), -day), greylisted}, 0, kept},
		{"silence leaves a reply alone", []validate.Answer{unknown, {Status: validate.Silent, At: noon}}, 0, unknown},
		{"what is about us leaves a reply alone", []validate.Answer{unknown,
			later(said("554 5.7.1 Client host blocked using bl.example"), time.Minute)}, time.Hour, unknown},
		{"an older reply changes nothing", []validate.Answer{unknown, later(said("250 2.1.5 Ok"), -time.Second)}, 0,
			unknown},
		{"a later one does", []validate.Answer{unknown, later(said("250 2.1.5 Ok"), time.Millisecond)}, time.Second,
			later(said("250 2.1.5 Ok"), time.Millisecond)},
		{"a withdrawal removes a reply", []validate.Answer{unknown, {Status: validate.Withdrawn, Text: unknown.Text}},
			0, validate.Answer{}},
		{"and what was put off", []validate.Answer{greylisted, {Status: validate.Withdrawn, Text: unknown.Text}}, 0,
			validate.Answer{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := mustOpen(t, testPath(t))
			for _, a := range tt.puts {
				putAnswers(t, s, map[string]validate.Answer{"ana@example.com": a})
			}
			if diff := cmp.Diff(tt.want, answers(t, s, noon.Add(tt.now),
				"ana@example.com")["ana@example.com"]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAControlLivesShorterThanTheAcceptance(t *testing.T) {
	t.Parallel()
	const unknown, refused, accepted = validate.ControlUnknown, validate.ControlRefused, validate.ControlAccepted
	tests := []struct {
		name    string
		own     validate.Control // at noon
		domains validate.Control // as many days after noon as at says
		at, now int
		want    validate.Control
	}{
		{"its own holds", refused, unknown, 0, 6, refused},
		{"for seven days", refused, unknown, 0, 7, unknown},
		{"the domain's of the same day is as good", refused, refused, 0, 6, refused},
		{"and ends with it", refused, refused, 0, 7, unknown},
		{"the domain's is newer", refused, accepted, 3, 4, accepted},
		{"the domain's is newer, and lives longer", refused, accepted, 3, 9, accepted},
		{"until it doesn't", refused, accepted, 3, 10, unknown},
		{"the domain's is older", refused, accepted, -1, 1, refused},
		{"the domain's is older, but the only one", unknown, accepted, -1, 1, accepted},
		{"nobody knows", unknown, unknown, 0, 1, unknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := mustOpen(t, testPath(t))
			a := said("250 2.1.5 Ok")
			a.Control = tt.own
			putAnswers(t, s, map[string]validate.Answer{"ana@example.com": a})
			if err := s.PutControl(t.Context(), "example.com", tt.domains, "mx.example", "250 2.1.5 Ok",
				noon.Add(time.Duration(tt.at)*day)); err != nil {
				t.Fatal(err)
			}
			got := answers(t, s, noon.Add(time.Duration(tt.now)*day), "ana@example.com")
			if len(got) != 1 || got["ana@example.com"].Control != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestTextIsBounded(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, testPath(t))
	for name, text := range map[string]string{
		"of two octets a character":     "550 5.1.1 User unknown " + strings.Repeat("é", 16<<10),
		"and shifted by one":            "550 5.1.1 User unknown  " + strings.Repeat("é", 16<<10),
		"that is no UTF-8":              "550 5.1.1 User unknown \xff\xc3",
		"that is now and then no UTF-8": "550 5.1.1 User unknown " + strings.Repeat("\x80a", 1<<10),
		"of octets that go on and on":   "550 5.1.1 User unknown" + strings.Repeat("\x80", 16<<10),
	} {
		t.Run(name, func(t *testing.T) {
			putAnswers(t, s, map[string]validate.Answer{name + "@example.com": said(text)})
			got := answers(t, s, noon, name+"@example.com")[name+"@example.com"].Text
			whole := strings.ToValidUTF8(text, "\ufffd")
			if !utf8.ValidString(got) || len(got) > textMost || len(got) < min(len(whole), textMost-utf8.UTFMax) ||
				!strings.HasPrefix(whole, got) {
				t.Errorf("%d octets are kept as %d: %q", len(text), len(got), got[:min(len(got), 60)])
			}
		})
	}
}

func TestAnswersInKeyOrder(t *testing.T) {
	t.Parallel()
	for name, held := range map[string]uint32{"few are wanted": 300, "many are wanted": 2 * fewKeys} {
		t.Run(name, func(t *testing.T) { testAnswersInKeyOrder(t, held) })
	}
}

// testAnswersInKeyOrder wants two of three answers.
func testAnswersInKeyOrder(t *testing.T, held uint32) {
	s := mustOpen(t, testPath(t))
	wanted, byID := make(map[[16]byte]uint32), make(map[uint32][16]byte)
	put := make(map[string]validate.Answer)
	for i := range held {
		address := fmt.Sprintf("%d@example.com", i)
		put[address] = said("550 5.1.1 User unknown")
		if i%3 > 0 {
			wanted[s.Key(address)], byID[i] = i, s.Key(address)
		}
	}
	putAnswers(t, s, put)
	var last [16]byte
	n := 0
	err := s.Answers(t.Context(), noon, wanted, func(id uint32, _ validate.Answer) {
		key := byID[id]
		if string(key[:]) <= string(last[:]) {
			t.Errorf("%d comes out of order", id)
		}
		last = key
		n++
	})
	if err != nil || n != len(wanted) {
		t.Errorf("%d answers, %v, want %d", n, err, len(wanted))
	}
}

func TestAnswersThatThisVersionCannotReadAreSkipped(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, testPath(t))
	putAnswers(t, s, map[string]validate.Answer{"ana@example.com": said("550 5.1.1 User unknown"),
		"ben@example.com": said("552 5.2.2 Mailbox full")})
	ana := s.Key("ana@example.com")
	if _, err := s.db.Exec("UPDATE answer SET stage = 'bdat' WHERE address = ?", ana[:]); err != nil {
		t.Fatal(err)
	}
	if got := answers(t, s, noon, "ana@example.com", "ben@example.com"); len(got) != 1 ||
		got["ben@example.com"].Status != validate.Said {
		t.Error(got)
	}
}

// FuzzAnswer keeps any answer, and what is kept must come back as it went in, but for what the file can't take.
func FuzzAnswer(f *testing.F) {
	for _, text := range []string{"550 5.1.1 User unknown", "250 Ok", "450 4.2.0 Greylisted",
		"550 5.1.1 \x00\x1f\xff", ""} {
		f.Add(text, "detail\x1f", "mx.example", "operator\x00", "sender\xc3", int64(1))
	}
	s, err := Open(f.Context(), filepath.Join(f.TempDir(), "facts.db"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close() })
	key := s.Key("ana@example.com")
	f.Fuzz(func(t *testing.T, text, detail, host, operator, sender string, again int64) {
		a := validate.Answer{Status: validate.Said, Text: text, Detail: detail, Stage: reply.RCPT, Host: host,
			Operator: operator, Sender: sender,
			At: noon, Again: moment(again)}
		if err := s.PutAnswers(t.Context(),
			[]KeyedAnswer{{Key: key, Answer: validate.Answer{Status: validate.Withdrawn}},
				{Key: key, Answer: a}}); err != nil {
			t.Fatal(err)
		}
		want, until := keepable(a)
		want.Text, want.Detail, want.Host, want.Operator, want.Sender = brief(want.Text), clean(want.Detail),
			clean(want.Host), clean(want.Operator), clean(want.Sender)
		fresh := want.Status != validate.Silent && wholeSeconds(until) > noon.Unix()
		n := 0
		err := s.Answers(t.Context(), noon, map[[16]byte]uint32{key: 7}, func(id uint32, got validate.Answer) {
			if n++; id != 7 || got != want {
				t.Errorf("%d: got %+v, want %+v", id, got, want)
			}
		})
		if err != nil || s.Notes() != nil || (n == 1) != fresh {
			t.Errorf("%d answers, %v, %q, want one: %v", n, err, s.Notes(), fresh)
		}
	})
}
