package reply

import "testing"

func TestWordsThatNoTableKnowsTakeBackARemoval(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		stage      Stage
		want       Class
	}{
		{"a code alone", "550 5.1.1", StageUnknown, MailboxUnknown},
		{"a code with small talk", "550 5.1.1 Sorry, your message could not be delivered", StageUnknown,
			MailboxUnknown},
		{"a code with strange words", "550 5.1.1 gronked by the flumox", StageUnknown, Undetermined},
		{"at RCPT too", "550 5.2.1 gronked", RCPT, Undetermined},
		{"a strange word before the subject", "550 Gronk user not found", StageUnknown, Undetermined},
		{"and in another language", "550 Gronk-Benutzer nicht gefunden", StageUnknown, Undetermined},
		{"a strange word behind what is said", "550 mailbox disabled gronkwise", RCPT, Undetermined},
		{"a strange word in another sentence", "550 User unknown. Gronk Industries", StageUnknown, MailboxUnknown},
		{"a strange word behind a link", "550 user unknown, see https://gronk.example/wibble", StageUnknown,
			MailboxUnknown},
		{"the mailbox's name", "550 user 'gronk' unknown", StageUnknown, MailboxUnknown},
		{"a name before a verb", "550 user gronk is unknown", StageUnknown, MailboxUnknown},
		{"no name before anything else", "550 user gronk unknown", StageUnknown, Undetermined},
		{"a negation that is not the phrase's", "550 user is not unknown", RCPT, Undetermined},
		{"one that is", "550 user was not found", RCPT, MailboxUnknown},
		{"one of small talk", "550 Mail could not be delivered: unknown user", RCPT, MailboxUnknown},
		{"a hedge", "550 perhaps an unknown user", RCPT, Undetermined},
		{"a preposition before nothing", "550 unknown user in", RCPT, Undetermined},
		{"a preposition before an address", "550 unknown user in <gronk@example.org>", RCPT, MailboxUnknown},
		{"a strange remark in parentheses", "550 user unknown (gronk flumox)", RCPT, Undetermined},
		{"a reference in parentheses", "550 user unknown (gronk)", RCPT, MailboxUnknown},
		{"parentheses in a strange sentence", "550 the gronk rate (unknown users) is high", RCPT, Undetermined},
		{"mail to a mailbox", "550 delivery of this message to the user is disabled", RCPT, Undetermined},
		{"whether it exists, in Dutch", "550 onbekend of de gebruiker bestaat", RCPT, Undetermined},
		{"a question", "550 user unknown? ask", RCPT, Undetermined},
		{"a time", "550 account suspended 24h", RCPT, Undetermined},
		{"a word of another phrase", "550 unknown mailbox format", RCPT, Undetermined},
		{"the plural of a familiar word", "550 not a mailbox for customers", RCPT, Undetermined},
		{"an error that is unknown", "550 error desconocido en el buz\u00f3n", RCPT, Undetermined},
		{"words without a subject nor a stage", "550 does not exist", StageUnknown, Undetermined},
		{"at RCPT they have one", "550 does not exist", RCPT, MailboxUnknown},
		{"with a code too", "550 5.1.1 does not exist", StageUnknown, MailboxUnknown},
		{"a thing is no name", "550 user token unknown", StageUnknown, Undetermined},
		{"a thing is familiar as a place", "550 user unknown on this server", StageUnknown, MailboxUnknown},
		{"a misspelt word is no stranger", "550 recipint unknown", StageUnknown, MailboxUnknown},
		{"a header of our mail", "550 List-Unsubscribe mailbox invalid", RCPT, Undetermined},
		{"the author of our mail", "550 5.1.1 the mail author could not be identified as a user", RCPT, SenderBlocked},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if f := Classify(Parse(tt.text), Context{Stage: tt.stage}); f.Class != tt.want {
				t.Errorf("%q is %s by %s, want %s", tt.text, f.Class, f.Rule, tt.want)
			}
		})
	}
}

func TestTheRecipientsNameIsNoStranger(t *testing.T) {
	for recipient, want := range map[string]Class{"gronk@example.org": MailboxUnknown, "ann@example.org": Undetermined} {
		f := Classify(Parse("550 user gronk unknown"), Context{Stage: RCPT, Recipient: recipient})
		if f.Class != want {
			t.Errorf("to %s it is %s by %s, want %s", recipient, f.Class, f.Rule, want)
		}
	}
}
