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
