package reply

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// hard is a row of testdata/hard.tsv.
type hard struct {
	want     []string
	stage    Stage
	operator string
	text     string
}

func hardReplies(t *testing.T) (all []hard) {
	t.Helper()
	text, err := os.ReadFile("testdata/hard.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line[0] == '#' {
			continue
		}
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) != 4 {
			t.Fatalf("%d columns: %q", len(f), line)
		}
		all = append(all, hard{strings.Split(f[0], "|"), stageNamed(dash(f[1])), dash(f[2]), strings.ReplaceAll(f[3],
			`\n`, "\n")})
	}
	return all
}

func TestHardRepliesAreReadAsExpected(t *testing.T) {
	for _, h := range hardReplies(t) {
		f := Classify(Parse(h.text), Context{Stage: h.stage, Operator: h.operator})
		right := func(want string) bool { return want == f.Class.String() || (want == "keep" && !f.Class.Removes()) }
		if !slices.ContainsFunc(h.want, right) {
			t.Errorf("%q (%s) is %s by %s, want %s", h.text, h.stage, f.Class, f.Rule, strings.Join(h.want, " or "))
		}
	}
}

// vocabularyOf are the words of each language by their role.
func vocabularyOf() map[string]map[string][]string {
	all := map[string]map[string][]string{}
	for row := range rows("vocabulary", 3) {
		if all[row[0]] == nil {
			all[row[0]] = map[string][]string{}
		}
		all[row[0]][row[1]] = append(all[row[0]][row[1]], row[2])
	}
	return all
}

// Each language that can say that a mailbox does not exist can say so of the sender.
func TestASenderWhoDoesNotExistIsUsInEveryLanguage(t *testing.T) {
	for language, words := range vocabularyOf() {
		if len(words["sender"]) < 2 {
			t.Errorf("%s has %d words for the sender, want several", language, len(words["sender"]))
		}
		for _, sender := range words["sender"] {
			for _, said := range slices.Concat(words["gone"], words["unknown"]) {
				text := "550 " + strings.TrimSuffix(sender, "*") + " " + strings.TrimSuffix(said, "*")
				if f := Classify(Parse(text), Context{Stage: RCPT}); f.Subject != Us {
					t.Errorf("%s: %q is %s, about %q, by %s", language, text, f.Class, f.Subject, f.Rule)
				}
			}
		}
	}
}

// So it is with each phrase for a mailbox that is gone or closed.
func TestASenderIsUsWithEveryPhrase(t *testing.T) {
	all := vocabularyOf()
	for row := range rows("phrases", 4) {
		if (row[0] != "mailbox_unknown" && row[0] != "mailbox_disabled") || row[1] == "decides" ||
			strings.ContainsAny(row[3], "=~*") {
			continue
		}
		for language, words := range all {
			if language != "en" && len(words["sender"]) > 1 {
				words["sender"] = words["sender"][:1] // each is firm by itself
			}
			for _, sender := range words["sender"] {
				text := "550 " + strings.TrimSuffix(sender, "*") + " " + row[3]
				if f := Classify(Parse(text), Context{Stage: RCPT}); f.Class.Removes() {
					t.Errorf("%s: %q is %s by %s", language, text, f.Class, f.Rule)
				}
			}
		}
	}
}

func TestWhatIsNoMailboxRemovesNobodyInAnyLanguage(t *testing.T) {
	for language, words := range vocabularyOf() {
		for _, thing := range words["other"] {
			for _, said := range slices.Concat(words["gone"], words["unknown"], words["disabled"]) {
				text := "550 " + strings.TrimSuffix(thing, "*") + " " + strings.TrimSuffix(said, "*")
				if f := Classify(Parse(text), Context{Stage: RCPT}); f.Class.Removes() && f.Class != DomainProblem {
					t.Errorf("%s: %q is %s by %s", language, text, f.Class, f.Rule)
				}
			}
		}
	}
}

func TestWhatIsSaidOfAMailboxIsReadInEveryLanguage(t *testing.T) {
	for language, words := range vocabularyOf() {
		for role, want := range map[string]Class{"gone": MailboxUnknown, "unknown": MailboxUnknown,
			"disabled": MailboxDisabled} {
			for _, said := range words[role] {
				text := "550 " + strings.TrimSuffix(words["mailbox"][0], "*") + " " + strings.TrimSuffix(said, "*")
				if f := Classify(Parse(text), Context{Stage: RCPT}); f.Class != want {
					t.Errorf("%s: %q is %s by %s, want %s", language, text, f.Class, f.Rule, want)
				}
			}
		}
	}
}

func TestLaterContradictsEveryRemovalByWords(t *testing.T) {
	for language, words := range vocabularyOf() {
		for _, later := range words["later"] {
			for _, text := range []string{"550 mailbox is disabled ", "550 user unknown ",
				"550 5.2.1 mailbox inactive "} {
				text += strings.TrimSuffix(later, "*")
				if f := Classify(Parse(text), Context{Stage: RCPT}); f.Class.Removes() {
					t.Errorf("%s: %q is %s by %s", language, text, f.Class, f.Rule)
				}
			}
		}
	}
}

func TestOneEditInALongWordIsForgiven(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       Class
	}{
		{"a letter too many", "550 The email account does not exsist", MailboxUnknown},
		{"a letter left out", "550 Mailbox unkown", MailboxUnknown},
		{"another letter", "550 Recepient unknown", MailboxUnknown},
		{"two swapped", "550 recipient not avaliable", MailboxUnknown},
		{"two words, one edit each", "550 recepient unkown", MailboxUnknown},
		{"what speaks for the contact is forgiven too", "550 your mesage was blcoked", ContentRejected},
		{"a short word is another word", "550 usr gone", Undetermined},
		{"a word that the tables know is right", "550 trusted", Undetermined},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if f := Classify(Parse(tt.text), Context{Stage: RCPT}); f.Class != tt.want {
				t.Errorf("%q is %s by %s, want %s", tt.text, f.Class, f.Rule, tt.want)
			}
		})
	}
}
