package reply

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzParse(f *testing.F) {
	for _, s := range corpus(f) {
		f.Add(s.text)
	}
	f.Add("host x[192.0.2.1] said: 550-5.1.1 a 550 5.1.1 b (in reply to RCPT TO command)")
	f.Fuzz(func(t *testing.T, text string) {
		r := Parse(text)
		if len(r.Lines) > maxLines || !utf8.ValidString(r.Text()) || (r.Code != 0 && (r.Code < 200 || r.Code > 599)) {
			t.Errorf("%+v", r)
		}
	})
}

func FuzzClassify(f *testing.F) {
	for _, s := range corpus(f) {
		f.Add(s.text, byte(s.stage), s.operator)
	}
	f.Fuzz(func(t *testing.T, text string, stage byte, operator string) {
		r, c := Parse(text), Context{Stage: Stage(stage % byte(numStages)), Operator: operator}
		began := time.Now()
		got := Classify(r, c)
		if took := time.Since(began); took > time.Second {
			t.Errorf("took %v", took)
		}
		if got.Class.Removes() && (r.Code/100 == 4 || r.Enhanced.Class == 4 ||
			(early(got.Stage) && got.Class != DomainProblem)) {
			t.Errorf("%+v: %+v", r, got)
		}
		if got.Rule == "" {
			t.Error("no rule decided")
		}
		if again := Classify(r, c); again != got {
			t.Errorf("%+v, then %+v", got, again)
		}
	})
}

// FuzzForms asks for the same answer to one reply in each form that it is written in.
func FuzzForms(f *testing.F) {
	for _, s := range corpus(f) {
		f.Add(s.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !oneReply(text) {
			t.Skip()
		}
		want := Classify(Parse(text), Context{Stage: RCPT})
		for name, form := range forms(text) {
			if got := Classify(Parse(form), Context{Stage: RCPT}); got.Class != want.Class ||
				got.Permanent != want.Permanent {
				t.Errorf("%s: %q is %s by %s\n%q is %s by %s", name, form, got.Class, got.Rule, text, want.Class,
					want.Rule)
			}
		}
	})
}

// oneReply reports whether text is one well-formed reply: printable lines that bear the same code, the last
// one alone with a space. Its lines go on with one sentence.
func oneReply(text string) bool {
	if len(text) > 2000 || strings.ContainsAny(text, "\r\\'\"()<>;") || !startsWithCode(text) {
		return false
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		mark := "-"
		if i == len(lines)-1 {
			mark = " "
		}
		rest, ok := strings.CutPrefix(l, text[:3]+mark)
		if !ok || (i > 0 && !goesOn(rest)) || rest == "" || strings.TrimSpace(rest) != rest || strings.Contains(rest,
			text[:3]) {
			return false
		}
		for _, r := range rest {
			if r < ' ' || r > '~' {
				return false
			}
		}
	}
	return true
}

func TestTheSameReplyInEachFormIsReadTheSame(t *testing.T) {
	for _, s := range corpus(t) {
		if startsWithCode(s.text) == false {
			continue
		}
		c := Context{Stage: max(s.stage, RCPT), Operator: s.operator}
		want := Classify(Parse(s.text), c)
		for name, form := range forms(s.text) {
			if got := Classify(Parse(form), c); got.Class != want.Class || got.Permanent != want.Permanent {
				t.Errorf("%s: %q\n is %s by %s, want %s by %s", name, form, got.Class, got.Rule, want.Class, want.Rule)
			}
		}
	}
}

func BenchmarkParseAndClassify(b *testing.B) {
	all := corpus(b)
	load()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s := &all[i%len(all)]
		Classify(Parse(s.text), Context{Stage: s.stage, Operator: s.operator})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "replies/s")
}
