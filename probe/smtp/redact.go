package smtp

import (
	"strings"
	"unicode"

	"github.com/prebounce/prebounce/validate/reply"
)

// What stands for an address that was taken out. They are addresses themselves: whoever reads a reply passes
// over these.
const (
	redactedRecipient = "recipient@redacted.invalid"
	redactedOther     = "another@redacted.invalid"
)

// Redact writes a reply as [reply.Reply.String] does, without the addresses in it but our own sender's. The
// recipient is taken out in all forms that are known of it, its bare local part too where that stands as a
// word of its own, unless the reply would then be read differently: a local part such as "user" is a word of
// many replies. Little more than 16 KiB come out.
//
// What [reply.Classify] finds in the reply with c, it finds in the result with c less its Recipient. To that
// end the sender is taken out as well where the reply names both. Where the words that decide are a part of
// an address, it finds nothing that would cost anybody a contact; nothing is left of the reply if there is no
// such form of it.
func Redact(r reply.Reply, c reply.Context) string {
	words, codes := strings.Map(noControl, r.Text()), r
	codes.Lines = nil
	want, found := reply.Classify(reply.Parse(r.String()), c), c
	found.Recipient = ""
	var ways []string
	for _, way := range []redaction{{c, true, true}, {c, false, true}, {c, true, false}, {c, false, false}} {
		text := strings.TrimSpace(codes.String() + " " + way.apply(words))
		switch {
		case way.holds(text):
		case inAll(reply.Classify(reply.Parse(text), found), want):
			return text
		default:
			ways = append(ways, text)
		}
	}
	for _, alike := range []func(a, b reply.Finding) bool{inSubstance, speaksForNobody} {
		for _, text := range ways {
			if alike(reply.Classify(reply.Parse(text), found), want) {
				return text
			}
		}
	}
	return ""
}

// noControl writes a blank for a control character, C0 or C1: nobody keeps what a terminal would obey.
func noControl(c rune) rune {
	if unicode.IsControl(c) {
		return ' '
	}
	return c
}

func inAll(a, b reply.Finding) bool { return a == b }

// holds reports whether a text has the recipient after all, as a part of something that is not an address, or in some form
// that taking others out has uncovered.
func (d redaction) holds(text string) bool {
	if d.Recipient == "" {
		return false
	}
	return strings.Contains(strings.ToLower(text), strings.ToLower(d.Recipient)) || len(d.disguised(text)) > 0
}

// speaksForNobody is the last resort.
func speaksForNobody(a, _ reply.Finding) bool { return !a.Class.Removes() }

func inSubstance(a, b reply.Finding) bool {
	return a.Class == b.Class && a.Subject == b.Subject && a.Permanent == b.Permanent
}
