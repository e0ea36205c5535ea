package smtp

import "github.com/prebounce/prebounce/validate/reply"

// What stands for an address that was taken out. They are addresses themselves: whoever reads a reply passes over these.
const (
	redactedRecipient = "recipient@redacted.invalid"
	redactedOther     = "another@redacted.invalid"
)

// Redact writes a reply as [reply.Reply.String] does, without the addresses in it but our own sender's. The recipient is taken out in all
// forms that are known of it, its bare local part too where that stands as a word of its own, unless the reply would then be read
// differently: a local part such as "user" is a word of many replies. At most 16 KiB come out.
//
// What [reply.Classify] finds in r with c, it finds in the result with c less its Recipient. Where the reply names both the recipient and our
// sender, that takes the sender out as well.
func Redact(r reply.Reply, c reply.Context) (text string) {
	want, text := reply.Classify(r, c), r.String()
	later := c
	later.Recipient = ""
	out := ""
	for _, way := range []redaction{{c, true, true}, {c, false, true}, {c, true, false}, {c, false, false}} {
		out = way.apply(text)
		if reply.Classify(reply.Parse(out), later) == want {
			break
		}
	}
	return out
}
