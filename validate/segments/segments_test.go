package segments

import (
	"strings"
	"testing"
)

func TestProviderOf(t *testing.T) {
	type operator struct {
		name     string
		consumer bool
	}
	for want, operators := range map[Provider][]operator{
		Gmail:           {{"google", true}},
		Workspace:       {{"google", false}},
		Yahoo:           {{"yahoo", true}, {"yahoo", false}},
		Outlook:         {{"outlook", true}},
		Microsoft365:    {{"microsoft365", false}},
		Freemail:        {{"gmx", true}, {"", true}},
		Corporate:       {{"gmx", false}, {"own.test", false}, {"proofpoint", false}},
		UnknownProvider: {{"", false}},
	} {
		for _, o := range operators {
			if got := ProviderOf(o.name, o.consumer); got != want {
				t.Errorf("%+v is %s, want %s", o, got, want)
			}
		}
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"provider=gmail": "", "source=purchased": "", "age=>4y": "", "age=unknown": "",
		"provider=moon": "want provider=", "source": "want source=", "colour=red": "want provider=NAME",
	} {
		_, err := Parse(text)
		if (err == nil) != (want == "") || (err != nil && !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestSourceOf(t *testing.T) {
	for text, want := range map[string]Source{
		"": UnnamedSource, "  ": UnnamedSource, "Double Opt-In": Confirmed, "newsletter form": Form, "Website": Form,
		"Trade show 2023": Event,
		"CRM import":      Event, "purchased list Q3": Purchased, "Apollo": Purchased, "purple": OtherSource,
		"Purchase 2024": Form, "TRADE-SHOW": Event, "opt-in": Form, "happy hour": OtherSource, "---": UnnamedSource,
		"double_opt_in": Confirmed, "third-party": Purchased,
	} {
		if got := SourceOf(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestTheVocabularyIsComplete: every value has a name, by which it is found; the next one is not a value. Other packages
// count the values from the last constant of each type.
func TestTheVocabularyIsComplete(t *testing.T) {
	complete(t, Corporate)
	complete(t, OtherSource)
	complete(t, UnknownAge)
	complete(t, Opened)
	if last := int(Corporate) | int(OtherSource) | int(OnceDead); last > 7 {
		t.Error("a note on a row has three bits for each of these")
	}
}

func complete[T word](t *testing.T, last T) {
	for v := range last + 1 {
		if got, ok := Named[T](v.String()); !ok || got != v {
			t.Errorf("%s is found as %s, %v", v, got, ok)
		}
	}
	if next := (last + 1).String(); !strings.Contains(next, "(") {
		t.Errorf("%s is no value, or the last one", next)
	}
}
