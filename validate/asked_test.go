package validate

import (
	"testing"

	"github.com/prebounce/prebounce/validate/reply"
)

// edge is what Microsoft 365's directory-based edge blocking says.
func edge(p Proof) Answer {
	return Answer{Status: Said, Stage: reply.RCPT, Operator: "microsoft365", Proof: p,
		Text: "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)"}
}

func backup(text string, c Control, p Proof) Answer {
	return Answer{Status: Said, Stage: reply.RCPT, Text: text, Control: c, Proof: FromBackup | p}
}

func TestAnswerReason(t *testing.T) {
	tests := []struct {
		name string
		a    Answer
		want Reason
	}{
		{"nobody asked", Answer{}, NotProbed},
		{"accepted where made-up recipients are refused", Answer{Status: Said, Text: "250 2.1.5 Ok",
			Control: ControlRefused}, Accepted},
		{"accepted where made-up recipients are accepted", Answer{Status: Said, Text: "250 2.1.5 Ok",
			Control: ControlAccepted}, CatchAll},
		{"accepted, and nobody knows what that is worth", Answer{Status: Said, Text: "250 2.1.5 Ok"}, Unproven},
		{"unknown", Answer{Status: Said, Stage: reply.RCPT, Text: "550 5.1.1 User unknown"}, MailboxUnknown},
		{"unknown, but the host was talking about us", Answer{Status: Withdrawn, Text: "550 5.1.1 User unknown"},
			SenderBlocked},
		{"unknown, softly", Answer{Status: Said, Stage: reply.RCPT, Text: "450 4.1.1 User unknown"}, Temporary},
		{"refused by Microsoft's edge, which may refuse everybody", edge(0), Undetermined},
		{"so, where somebody else was accepted", edge(TookAnother), Undetermined},
		{"so, as the control recipient was", edge(LikeControl), Undetermined},
		{"so, as the control recipient was, where somebody else was accepted", edge(TookAnother | LikeControl),
			MailboxUnknown},
		{"Microsoft's code with words about us", Answer{Status: Said, Stage: reply.RCPT, Operator: "microsoft365",
			Proof: TookAnother | LikeControl,
			Text:  "550 5.4.1 Access denied, banned sending IP [192.0.2.1]"}, SenderBlocked},
		{"accepted by a backup", backup("250 2.1.5 Ok", ControlUnknown, 0), Unproven},
		{"accepted by a backup, where the primary refuses made-up recipients", backup("250 2.1.5 Ok", ControlRefused,
			TookAnother), Unproven},
		{"accepted by a backup, where the primary takes everything", backup("250 2.1.5 Ok", ControlAccepted,
			TookAnother), Unproven},
		{"unknown to a backup", backup("550 5.1.1 User unknown", ControlUnknown, 0), Undetermined},
		{"unknown to a backup that takes others", backup("550 5.1.1 User unknown", ControlUnknown, TookAnother),
			MailboxUnknown},
		{"disabled, says a backup", backup("550 5.2.1 Mailbox disabled", ControlUnknown, 0), Undetermined},
		{"a backup refuses us", backup("554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org",
			ControlUnknown, 0), SenderBlocked},
		{"a refusal that names our sender is about us", Answer{Status: Said, Stage: reply.RCPT, Sender: "check@us.test",
			Text: "550 Verification failed for <check@us.test> 550 User unknown 550 Sender verify failed"},
			SenderBlocked},
		{"refused at the greeting", Answer{Status: Said, Stage: reply.Greeting, Text: "554 5.3.2 no"}, SenderBlocked},
		{"no host spoke", Answer{Status: Silent}, NoAnswer},
		{"asking decides nothing", Answer{Status: Unaskable}, CannotAsk},
		{"a limit came first", Answer{Status: Postponed}, ProbePostponed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.a.Reason(); got != tt.want {
				t.Errorf("got %s (%+v), want %s", got, tt.a.Finding(), tt.want)
			}
		})
	}
}
