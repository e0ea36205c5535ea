package reply

import (
	"fmt"
	"strings"
	"testing"
)

func TestLogLines(t *testing.T) {
	const postfix = `4B1: to=<gone@firm.test>, relay=mx.firm.test[192.0.2.25]:25, delay=1.1, dsn=5.1.1, status=bounced (host mx.firm.test[192.0.2.25] said: 550 5.1.1 User unknown (in reply to RCPT TO command))`
	for _, tt := range []struct{ name, line, want string }{
		{"Postfix", "Mar  2 10:00:02 mail postfix/smtp[912]: " + postfix, "gone@firm.test mailbox_unknown"},
		{"Postfix, by an alias: the address that was written to counts", strings.Replace(postfix, ", relay",
			", orig_to=<sales@ours.test>, relay", 1), "sales@ours.test mailbox_unknown"},
		{"Postfix, by a local alias without a domain", strings.Replace(postfix, ", relay", ", orig_to=<root>, relay",
			1), "gone@firm.test mailbox_unknown"},
		{"syslog of RFC 5424", "<22>1 2026-03-02T10:00:02.123Z mail postfix/smtp 912 - - " + postfix,
			"gone@firm.test mailbox_unknown"},
		{"journalctl -o json", fmt.Sprintf(`{"__REALTIME_TIMESTAMP":"1","SYSLOG_IDENTIFIER":"postfix/smtp","MESSAGE":%q}`, postfix), "gone@firm.test mailbox_unknown"},
		{"a collector's JSON", fmt.Sprintf(`{"time":"x","message":%q}`, "mail postfix/smtp[1]: "+postfix),
			"gone@firm.test mailbox_unknown"},
		{"journalctl with octets", `{"MESSAGE":[52,66,49,58,32,116,111,61,60,97,64,98,46,99,111,62,44,32,100,115,110,61,50,46,48,46,48,44,32,115,116,97,116,117,115,61,115,101,110,116,32,40,50,53,48,32,111,107,41]}`, "a@b.co accepted"},
		{"Sendmail with several recipients",
			`Nov 22 10:00:00 mx sm-mta[1]: x: to=<a@x.test>,<b@x.test>, delay=00:00:01, relay=mx.x.test., dsn=5.1.1, reply=550 5.1.1 User unknown, stat=User unknown`, "a@x.test mailbox_unknown, b@x.test mailbox_unknown"},
		{"Haraka", `[NOTICE] [A1.1] [outbound] recipient <a@x.test> rejected: 550 5.1.1 User unknown`,
			"a@x.test mailbox_unknown"},
		{"Haraka, later", `[NOTICE] [A1.1] [outbound] recipient <a@x.test> deferred: 450 4.2.1 try later`,
			"a@x.test temporary"},
		{"Stalwart", `2026-03-02T10:00:02Z INFO RCPT TO rejected (delivery.rcpt-to-rejected) queueId = 3, hostname = "mx.x.test", to = "a@x.test", code = 550, details = "5.1.1 No such user", elapsed = 1ms`, "a@x.test mailbox_unknown"},
		{"Stalwart, delivered", `2026-03-02T10:00:02Z INFO Message delivered (delivery.delivered) queueId = 3, to = "a@x.test", code = 250, details = "2.0.0 Ok"`, "a@x.test accepted"},
		{"Momentum", `1297099537@75/C7-01610-11A505D4@00/00-00000-00000000@B@ann@x.test@news@sender.test@default@10@550 5.1.1 User unknown`, "ann@x.test mailbox_unknown"},
		{"names and values", `halon: [x] rcpt=<a@x.test> server=mx.x.test response="550 5.1.1 No such user" action=bounce`, "a@x.test mailbox_unknown"},
		{"a block is none of the mailbox", `rcpt=<a@x.test> reply="554 5.7.1 blocked using zen.spamhaus.org"`,
			"a@x.test sender_blocked"},
		{"names and values without a reply", `rcpt=<a@x.test> action=queued reason="none"`, ""},
		{"who sends is nobody who bounced",
			`Nov 22 10:00:00 mx postfix/qmgr[1]: 4F: from=<good@x.test>, size=1, nrcpt=1 (queue active)`, ""},
		{"JSON of something else", `{"hello":"world"}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, b := range LogLines(tt.line) {
				got = append(got, b.Address+" "+b.Finding.Class.String())
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("got %q, want %q", strings.Join(got, ", "), tt.want)
			}
		})
	}
}
