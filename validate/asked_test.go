package validate

import (
	"testing"

	"github.com/prebounce/prebounce/validate/reply"
)

func TestAnswerReason(t *testing.T) {
	tests := []struct {
		name string
		a    Answer
		want Reason
	}{
		{"nobody asked", Answer{}, NotProbed},
		{"accepted where made-up recipients are refused", Answer{Status: Said, Text: "250 2.1.5 Ok", Control: ControlRefused}, Accepted},
		{"accepted where made-up recipients are accepted", Answer{Status: Said, Text: "250 2.1.5 Ok", Control: ControlAccepted}, CatchAll},
		{"accepted, and nobody knows what that is worth", Answer{Status: Said, Text: "250 2.1.5 Ok"}, Unproven},
		{"unknown", Answer{Status: Said, Stage: reply.RCPT, Text: "550 5.1.1 User unknown"}, MailboxUnknown},
		{"unknown, but the host was talking about us", Answer{Status: Withdrawn, Text: "550 5.1.1 User unknown"}, SenderBlocked},
		{"unknown, softly", Answer{Status: Said, Stage: reply.RCPT, Text: "450 4.1.1 User unknown"}, Temporary},
		{"the operator decides what a code means", Answer{Status: Said, Stage: reply.RCPT, Operator: "microsoft365",
			Text: "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)"}, MailboxUnknown},
		{"a refusal that names our sender is about us", Answer{Status: Said, Stage: reply.RCPT, Sender: "check@us.test",
			Text: "550 Verification failed for <check@us.test> 550 User unknown 550 Sender verify failed"}, SenderBlocked},
		{"refused at the greeting", Answer{Status: Said, Stage: reply.Greeting, Text: "554 5.3.2 no"}, SenderBlocked},
		{"no host spoke", Answer{Status: Silent}, NoAnswer},
		{"asking decides nothing", Answer{Status: Unaskable}, CannotAsk},
		{"a limit came first", Answer{Status: Postponed}, NotProbed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.a.Reason(); got != tt.want {
				t.Errorf("got %s (%+v), want %s", got, tt.a.Finding(), tt.want)
			}
		})
	}
}
