package main

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/mail"
	"strings"
	"time"

	"github.com/prebounce/prebounce/probe/sandbox"
	"github.com/prebounce/prebounce/validate/reply"
)

// object is a JSON object.
type object map[string]any

// eventForms give what became of recipients the form of a service's webhook.
var eventForms = map[string]func(*notifier, []sandbox.Fate) []posting{
	"ses": (*notifier).events, "sendgrid": sendgridEvents, "postmark": eachAs(postmarkEvent, "Postmark"),
	"mailgun": eachAs(mailgunEvent, "mailgun/treq-22.2.0"),
}

// callings are what the services call a bounce of a class.
type callings struct {
	ses, sesSub  string // bounceType and bounceSubType
	sendgrid     string // bounce_classification
	blocked      bool   // SendGrid's type
	postmark     string // Type
	postmarkCode int    // TypeCode
	postmarkName string
	permanent    bool // Mailgun's severity
}

var (
	hardCalled = callings{"Permanent", "General", "Invalid Address", false, "HardBounce", 1, "Hard bounce", true}
	softCalled = callings{"Transient", "General", "Technical Failure", true, "SoftBounce", 4096, "Soft bounce",
		false}
	blockedCalled = callings{"Transient", "General", "Reputation", true, "Blocked", 100006, "ISP block", true}
	called        = map[reply.Class]callings{
		reply.MailboxUnknown: hardCalled, reply.MailboxDisabled: hardCalled, reply.MailboxMoved: hardCalled,
		reply.DomainProblem: {"Permanent", "General", "Invalid Address", false, "DnsError", 256, "DNS error", true},
		reply.MailboxFull: {"Transient", "MailboxFull", "Mailbox Unavailable", false, "SoftBounce", 4096,
			"Soft bounce", true},
		reply.ContentRejected: {"Transient", "ContentRejected", "Content", true, "SpamNotification", 512,
			"Spam notification", true},
		reply.SenderBlocked: blockedCalled, reply.RelayDenied: blockedCalled, reply.RateLimited: softCalled,
		reply.Greylisted: softCalled, reply.Temporary: softCalled, reply.ProtocolProblem: softCalled,
	}
)

// callingsOf are those of a bounce. What is said for good without a reason that is known is called
// undetermined, or a soft bounce.
func callingsOf(f sandbox.Fate) callings {
	class := reply.Classify(reply.Parse(f.Reply), reply.Context{}).Class
	c, ok := called[class]
	if !ok {
		c = callings{"Undetermined", "Undetermined", "Unclassified", false, "Unknown", 8192, "Unknown",
			f.Reply[0] == '5'}
	}
	return c
}

func asJSON(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(v) // maps of texts and numbers can't fail
	return bytes.TrimSpace(b.Bytes())
}

// eachAs posts one request for each recipient.
func eachAs(form func(sandbox.Fate) object, agent string) func(*notifier, []sandbox.Fate) []posting {
	return func(_ *notifier, fates []sandbox.Fate) (all []posting) {
		for _, f := range fates {
			all = append(all, posting{kind: "application/json", agent: agent, body: asJSON(form(f))})
		}
		return all
	}
}

// headerOf reads what events tell of a message.
func headerOf(m sandbox.Message) (id, subject string) {
	if read, err := mail.ReadMessage(bytes.NewReader(m.Text)); err == nil {
		id, subject = strings.Trim(read.Header.Get("Message-Id"), "<> "), read.Header.Get("Subject")
	}
	return cmp.Or(id, m.QueueID+"@"+m.Host), subject
}

func saidOf(f sandbox.Fate) string { return strings.ReplaceAll(f.Reply, "\n", " ") }

const isoMillis = "2006-01-02T15:04:05.000Z"

// sesNote is what SES says of a recipient.
func sesNote(f sandbox.Fate) object {
	id, subject := headerOf(f.Message)
	at := f.At.UTC().Format(isoMillis)
	note := object{"mail": object{
		"timestamp": f.Message.Received.UTC().Format(isoMillis), "messageId": f.Message.QueueID,
		"source":           f.Message.From,
		"sourceArn":        "arn:aws:ses:us-east-1:123456789012:identity/" + f.Message.From,
		"sourceIp":         f.Message.Client.String(),
		"sendingAccountId": "123456789012", "destination": f.Message.To,
		"commonHeaders": object{"messageId": "<" + id + ">", "subject": subject},
	}}
	if f.Delivered() {
		note["notificationType"], note["delivery"] = "Delivery", object{
			"timestamp": at, "processingTimeMillis": max(0, f.At.Sub(f.Message.Received).Milliseconds()),
			"recipients": []string{f.Recipient}, "smtpResponse": saidOf(f), "reportingMTA": f.Host,
		}
		return note
	}
	c := callingsOf(f)
	note["notificationType"], note["bounce"] = "Bounce", object{
		"bounceType": c.ses, "bounceSubType": c.sesSub, "timestamp": at,
		"feedbackId": uuidOf(f.Message.QueueID + f.Recipient), "reportingMTA": "dns; " + f.Host,
		"bouncedRecipients": []object{{
			"emailAddress": f.Recipient, "action": "failed", "status": f.Status(), "diagnosticCode": "smtp; " +
				saidOf(f),
		}},
	}
	return note
}

// sendgridEvents is the array that SendGrid's Event Webhook posts.
func sendgridEvents(_ *notifier, fates []sandbox.Fate) []posting {
	var events []object
	for _, f := range fates {
		id, _ := headerOf(f.Message)
		e := object{
			"email": f.Recipient, "timestamp": f.At.Unix(), "smtp-id": "<" + id + ">",
			"sg_message_id": f.Message.QueueID + ".recvd-sandbox",
			"sg_event_id":   uuidOf(f.Message.QueueID + f.Recipient), "event": "delivered", "response": saidOf(f),
		}
		if !f.Delivered() {
			c := callingsOf(f)
			delete(e, "response")
			e["event"], e["type"], e["status"], e["reason"], e["bounce_classification"] = "bounce", "bounce",
				f.Status(), saidOf(f), c.sendgrid
			if c.blocked {
				e["type"] = "blocked"
			}
		}
		events = append(events, e)
	}
	return []posting{{kind: "application/json;charset=utf-8", agent: "SendGrid Event API", body: asJSON(events)}}
}

// postmarkEvent is what Postmark's webhooks post for one recipient.
func postmarkEvent(f sandbox.Fate) object {
	_, subject := headerOf(f.Message)
	e := object{
		"MessageID": uuidOf(f.Message.QueueID), "MessageStream": "outbound", "ServerID": 23, "Tag": "",
		"Metadata": object{},
	}
	if f.Delivered() {
		e["RecordType"], e["Recipient"], e["DeliveredAt"], e["Details"] = "Delivery", f.Recipient,
			f.At.UTC().Format(time.RFC3339), saidOf(f)
		return e
	}
	c := callingsOf(f)
	hard := c.postmark == "HardBounce"
	maps.Copy(e, object{
		"RecordType": "Bounce", "ID": numberOf(f.Message.QueueID + f.Recipient), "Type": c.postmark,
		"TypeCode": c.postmarkCode, "Name": c.postmarkName,
		"Description": "The server was unable to deliver your message.", "Details": "smtp;" + saidOf(f),
		"Email": f.Recipient,
		"From":  f.Message.From, "BouncedAt": f.At.UTC().Format("2006-01-02T15:04:05.0000000Z"),
		"DumpAvailable": false, "Inactive": hard,
		"CanActivate": true, "Subject": subject, "Content": "",
	})
	return e
}

// mailgunKey signs Mailgun's events: an application under test sets it as its HTTP webhook signing key.
const mailgunKey = "secret"

// mailgunEvent is what Mailgun's webhooks post for one recipient.
func mailgunEvent(f sandbox.Fate) object {
	id, subject := headerOf(f.Message)
	at := fmt.Sprint(f.At.Unix())
	token := hashOf(f.Message.QueueID+f.Recipient+f.Reply, 25)
	mac := hmac.New(sha256.New, []byte(mailgunKey))
	mac.Write([]byte(at + token))
	answer := reply.Parse(f.Reply)
	status := object{
		"code": answer.Code, "message": answer.Text(), "description": "", "enhanced-code": f.Status(),
		"mx-host":    f.Host,
		"attempt-no": 1, "session-seconds": 0.1, "tls": f.Message.TLS,
	}
	data := object{
		"event": "delivered", "id": hashOf(f.Message.QueueID+f.Recipient, 11),
		"timestamp": float64(f.At.UnixMicro()) / 1e6, "log-level": "info",
		"recipient": f.Recipient, "recipient-domain": f.Recipient[strings.LastIndexByte(f.Recipient, '@')+1:],
		"delivery-status": status,
		"message": object{"headers": object{"message-id": id, "subject": subject, "from": f.Message.From,
			"to": f.Recipient},
			"size": len(f.Message.Text), "attachments": []any{}},
		"envelope": object{"sender": f.Message.From, "targets": f.Recipient, "transport": "smtp"},
		"flags": object{"is-routed": false, "is-authenticated": true, "is-system-test": false,
			"is-test-mode": false},
		"tags": []any{}, "campaigns": []any{}, "user-variables": object{},
	}
	if !f.Delivered() {
		data["event"], data["log-level"], data["reason"], data["severity"] = "failed", "error", "bounce", "temporary"
		if callingsOf(f).permanent {
			data["severity"] = "permanent"
		}
		if data["severity"] == "temporary" {
			data["reason"] = "generic"
		}
	}
	return object{"signature": object{"timestamp": at, "token": token, "signature": hex.EncodeToString(mac.Sum(nil))},
		"event-data": data}
}

// hashOf is an identifier of n octets in hexadecimal digits, the same for the same text.
func hashOf(text string, n int) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:n])
}

func uuidOf(text string) string {
	h := hashOf(text, 16)
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

// numberOf is a number of up to 32 bits, as hashOf.
func numberOf(text string) uint32 {
	sum := sha256.Sum256([]byte(text))
	return binary.BigEndian.Uint32(sum[:])
}
