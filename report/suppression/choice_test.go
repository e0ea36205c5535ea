package suppression

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/batch"
)

// in is a row of an address with a reason, in a list.
func in(list validate.List, address string, r validate.Reason) batch.Result {
	return batch.Result{Address: address, Status: r.Verdict().String(), Reason: r.String(), List: list.String()}
}

func TestRowsInOtherWordsAreErrors(t *testing.T) {
	row := in(validate.Removed, "a@b.example", validate.NoDomain)
	for want, change := range map[string]func(r *batch.Result){
		"Undeliverable": func(r *batch.Result) { r.Status = "Undeliverable" },
		"no-domain":     func(r *batch.Result) { r.Reason = "no-domain" },
		"Removed":       func(r *batch.Result) { r.List = "Removed" },
	} {
		bad, count := row, 0
		change(&bad)
		for _, err := range Undeliverable.Of(func(yield func(batch.Result, error) bool) { yield(bad, nil) }, nil) {
			if count++; err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%+v: error %v, want one about %q", bad, err, want)
			}
		}
		if count == 0 {
			t.Errorf("%+v was left out without a word", bad)
		}
	}
}

func TestWhatIsChosen(t *testing.T) {
	const clean, review, removed = validate.Clean, validate.Review, validate.Removed
	named := func(rs ...validate.Reason) Choice { return Choice{Reasons: validate.Of(rs...)} }
	for name, c := range map[string]struct {
		choice Choice
		rows   []batch.Result
		want   string // addresses with their kinds
		left   Left
	}{
		"what is undeliverable is a bounce": {Undeliverable,
			[]batch.Result{in(removed, "a@b.example", validate.NoDomain)}, "a@b.example bounce", Left{}},
		"mailboxes leave once, however they are spelt": {Undeliverable,
			[]batch.Result{in(removed, "Ann@b.example", validate.NoDomain), in(removed, "ann@b.example",
				validate.NoDomain)}, "Ann@b.example bounce", Left{}},
		"who opted out is never a bounce": {Undeliverable,
			[]batch.Result{in(removed, "a@b.example", validate.OptedOut)}, "a@b.example unsubscribe", Left{}},
		"nor is who was suppressed": {Undeliverable,
			[]batch.Result{in(removed, "a@b.example", validate.Suppressed)}, "a@b.example unsubscribe", Left{}},
		"nor if the reason is named": {named(validate.Suppressed),
			[]batch.Result{in(removed, "a@b.example", validate.Suppressed)}, "a@b.example unsubscribe", Left{}},
		"who complained is a complaint": {Undeliverable,
			[]batch.Result{in(removed, "a@b.example", validate.Complained)}, "a@b.example complaint", Left{}},
		"the weightiest reason decides": {Undeliverable,
			[]batch.Result{in(removed, "a@b.example", validate.NoDomain), in(removed, "a@b.example",
				validate.OptedOut)}, "a@b.example unsubscribe", Left{}},
		"a reason that is named": {named(validate.Role),
			[]batch.Result{in(review, "info@b.example", validate.Role)}, "info@b.example bounce", Left{}},
		"another verdict": {Choice{Verdicts: []validate.Verdict{validate.Risky}},
			[]batch.Result{in(review, "info@b.example", validate.Role)}, "info@b.example bounce", Left{}},
		"other verdicts leave opt-outs out": {Choice{Verdicts: []validate.Verdict{validate.Risky}},
			[]batch.Result{in(removed, "a@b.example", validate.OptedOut)}, "", Left{}},
		"whoever is in clean is left alone": {Undeliverable,
			[]batch.Result{in(clean, "a@b.example", validate.NotProbed), in(removed, "A@b.example",
				validate.PastBounce)}, "", Left{Clean: 1}},
		"an audited refusal in clean is left alone": {Undeliverable,
			[]batch.Result{in(clean, "a@b.example", validate.MailboxUnknown)}, "", Left{Clean: 1}},
		"a duplicate of a living contact": {named(validate.Duplicate),
			[]batch.Result{in(clean, "a@b.example", validate.NotProbed), in(removed, "a@b.example",
				validate.Duplicate)}, "", Left{Clean: 1}},
		"a duplicate of a contact in review": {Choice{Verdicts: []validate.Verdict{validate.Unknown}},
			[]batch.Result{in(review, "a@b.example", validate.Role), in(removed, "a@b.example", validate.Duplicate)},
			"", Left{Repeat: 1}},
		"what waits in review": {Undeliverable,
			[]batch.Result{in(review, "a@b.example", validate.MailboxUnknown)}, "", Left{Review: 1}},
		"what waits in review, named": {named(validate.MailboxUnknown),
			[]batch.Result{in(review, "a@b.example", validate.MailboxUnknown)}, "a@b.example bounce", Left{}},
		"opt-outs in review, even if named": {named(validate.OptedOut),
			[]batch.Result{in(review, "a@b.example", validate.OptedOut)}, "", Left{Review: 1}},
		"who may never have been asked": {Undeliverable,
			[]batch.Result{{Address: "a@b.example", Status: validate.OptedOut.Verdict().String(), Reason: "opted_out", List: "removed",
				Detail: "Accepts Email Marketing: no, which may mean never asked"}}, "", Left{NeverAsked: 1}},
		"who may never have been asked, and opted out elsewhere": {Undeliverable,
			[]batch.Result{{Address: "a@b.example", Status: validate.OptedOut.Verdict().String(), Reason: "opted_out", List: "removed",
				Detail: "may mean never asked"}, in(removed, "a@b.example", validate.OptedOut)},
			"a@b.example unsubscribe", Left{}},
		"what is no address": {Undeliverable,
			[]batch.Result{in(removed, "a@[192.0.2.1]", validate.DomainLiteral),
				in(removed, "a@b", validate.DotlessDomain), in(removed, "a b", validate.BadSyntax)}, "", Left{Odd: 3}},
		"rows without an address are no loss": {Undeliverable, []batch.Result{in(removed, "", validate.NoAddress)},
			"", Left{}},
		"nothing": {Choice{},
			[]batch.Result{in(removed, "a@b.example", validate.NoDomain)}, "", Left{}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			var left Left
			for r, err := range c.choice.Of(these(c.rows...), &left) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, r.Address+" "+r.Kind.Name())
			}
			if text := strings.Join(got, ", "); text != c.want {
				t.Errorf("chosen %q, want %q", text, c.want)
			}
			if diff := cmp.Diff(c.left, left); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWhatTheBrakeHoldsIsNeverExported tries every choice on every reason that the brake can hold back.
func TestWhatTheBrakeHoldsIsNeverExported(t *testing.T) {
	brake := batch.Brake{Pulled: true}
	for _, r := range validate.AllReasons() {
		row := in(validate.Review, "a@b.example", r)
		if !brake.Holds(&row) {
			continue
		}
		for _, c := range []Choice{Undeliverable, {Reasons: r.Set()},
			{Verdicts: []validate.Verdict{r.Verdict(), validate.Unknown}, Reasons: r.Set()}} {
			var left Left
			row.Braked = true
			for chosen := range c.Of(these(row), &left) {
				t.Errorf("%s leaves as %s", chosen.Reason, chosen.Kind)
			}
			if left.Held != 1 {
				t.Errorf("%s: %+v", r, left)
			}
		}
	}
}

// TestNoOptOutStopsTransactionalMail looks at what each service would do with one.
func TestNoOptOutStopsTransactionalMail(t *testing.T) {
	for _, s := range Services() {
		for _, format := range s.Formats {
			files, w := export(t, s, format.Name,
				chosen(Chosen{in(validate.Removed, "a@b.example", validate.OptedOut), Unsubscribe}))
			if len(files) != 1 || w.Files[0].Kind != Unsubscribe {
				t.Fatalf("%s: %+v", s.Name, w)
			}
			for _, word := range []string{"BOUNCE", "COMPLAINT", "550", ",transactional"} {
				if strings.Contains(files[0], word) {
					t.Errorf("%s calls an opt-out %s: %s", s.Name, word, files[0])
				}
			}
		}
	}
}
