package reply

import (
	"slices"
	"strings"
)

const (
	maxNotice     = 64 << 10 // bytes looked at of the words for people
	maxRecipients = 500      // of one mail
	maxSegment    = 4 << 10  // bytes of what is said of one recipient
)

var addressIn = lazily(`[^\s<>"()\[\],;:|=&/\\]+@(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]*[A-Za-z0-9]`)

// originalBelow are the lines behind which a notice has the mail that it gives back.
var originalBelow = lazily(`(?mi)^[>\s\-=*_#|]*(?:(?:this is|here is|below is|below this line is|the following is|following is) (?:a |the )?(?:full )?(?:copy|headers?|original)|a copy of (?:your|the) (?:original )?(?:message|mail|header)|original (?:message|mail)(?: (?:follows|headers?|header follows|text))?|(?:message |received )?headers? follow|unsent message (?:below|follows)|returned (?:message|mail)(?: follows| text)?|the header of the original|(?:the )?(?:full )?headers? of (?:the|your) (?:original|returned|message)|message text follows|start of returned message|ursprüngliche (?:nachricht|mail)|kopie der|copie (?:du|de votre) message|mensaje original|messaggio originale|oorspronkelijk bericht|元のメッセージ|原始邮件|diagnostic information for administrators|undelivered message|transcript of message|received message|forwarded message|the first \d+ lines of|first lines of).{0,60}$|^(?:Received|Return-Path|Message-ID|MIME-Version|DKIM-Signature|Delivered-To): `)

// nobodys are addresses in notices that are no recipient's.
var nobodys = lazily(`(?i)^(?:mailer-?daemon|postmaster|abuse|hostmaster|webmaster|support|helpdesk|help|noc|admin|administrator|unknown|no-?reply|info)@|@(?:.*\.)?(?:local|localdomain|localhost|internal)$|^[0-9a-f]{12,}[.\-@]|\.(?:gif|png|jpe?g)$`)

// notice reads the recipients from the words that a mail server wrote for people, and what it said of each.
func (l *letter) notice() (all []Bounce) {
	text := l.text()
	text = expandedFrom().ReplaceAllString(text[:min(len(text), maxNotice)], "$1")
	head, below := cutOriginal(text)
	failed := l.failedRecipients()
	status := Enhanced{Class: 5}
	if delaying().MatchString(headerText(l.header.Get("Subject"))) {
		status = Enhanced{Class: 4}
	}
	spots := mentions(head, failed, l.senders())
	if len(spots) == 0 && len(failed) == 0 {
		spots = mentions(below, nil, l.senders()) // some put the reply behind the header
		head = below
	}
	for i, s := range spots {
		end := len(head)
		if i+1 < len(spots) {
			end = spots[i+1].at
		}
		b := toldOf(s.address, head, s.at, end, len(spots) == 1, status)
		if len(spots) > 1 && silent(head[s.at:end], s.address) {
			b = toldOfAll(b, head[:spots[0].at], status)
		}
		all = append(all, b)
	}
	for _, to := range failed {
		if !slices.ContainsFunc(all, func(b Bounce) bool { return strings.EqualFold(b.Address, to) }) {
			all = append(all, toldOf(to, head, 0, len(head), true, status))
		}
	}
	return all
}

// expandedFrom is the alias that a recipient came from, on his line.
var expandedFrom = lazily(`(?i)(\S[ \t]*)\((?:ultimately )?(?:expanded|generated) from:? [^)\n]*\)`)

var delaying = lazily(`(?i)delay|warning|still being retried|not yet|verzöger|retard|retras|ritardo|opóźni|vertraag|задерж|遅延`)

// cutOriginal parts a notice from the mail below it.
func cutOriginal(text string) (head, below string) {
	if m := originalBelow().FindStringIndex(text); m != nil && strings.TrimSpace(text[:m[0]]) != "" {
		return text[:m[0]], text[m[0]:]
	}
	return text, ""
}

// failedRecipients are those that the header names, as Exim does and others after it.
func (l *letter) failedRecipients() (all []string) {
	for _, field := range []string{"X-Failed-Recipients", "X-Failed-Recipient"} {
		for _, value := range l.header[field] {
			for part := range strings.SplitSeq(value, ",") {
				if to := address(part); to != "" && len(all) < maxRecipients && !slices.Contains(all, to) {
					all = append(all, to)
				}
			}
		}
	}
	return all
}

// mention is where a notice first names a recipient.
type mention struct {
	address string
	at      int // where its line begins
	field   bool
}

// mentions finds where each recipient is named first, in the order of the text: the ones that are known, else
// all addresses that a line is about.
func mentions(text string, known, senders []string) (all []mention) {
	at := 0
	for line := range strings.Lines(text) {
		for _, m := range addressIn().FindAllStringIndex(line, 20) {
			for m[0] < m[1] && line[m[0]] == '\'' {
				m[0]++
			}
			a := strings.TrimRight(line[m[0]:m[1]], ".-")
			if !isRecipient(a, line, m[0], known, senders) || len(all) == maxRecipients {
				continue
			}
			before := slices.IndexFunc(all, func(o mention) bool { return strings.EqualFold(o.address, a) })
			switch {
			case before < 0:
				all = append(all, mention{a, at, strings.HasPrefix(strings.ToLower(strings.TrimSpace(line)), "to:")})
			case all[before].field: // of the mail that came back
				all = append(slices.Delete(all, before, before+1), mention{a, at, false})
			}
		}
		at += len(line)
	}
	if outside := slices.DeleteFunc(slices.Clone(all), func(m mention) bool { return m.field }); len(outside) > 0 {
		return outside // the fields are those of the mail that came back: a list, and some who have it
	}
	return all
}

// toSomebody are words of lines that name a recipient, and fromUs of such that name somebody else.
var (
	toSomebody = lazily(`(?i)recipient|rcpt|\bto\b|deliver|address|user|mailbox|account|failed|reach|unknown|said|empfänger|adress|destinat|utente|usuario|odbiorc|получател|宛先|受信|收件|地址|:\s*\d{3}\b|\b[45]\d\d\b`)
	fromUs     = lazily(`(?i)^\s*(?:from|sender|reply-to|return-path|cc|subject|date|message-id|contact|absender|von|de|da|mittente|remitente|expéditeur)\s*:|please (?:contact|send|forward|e-?mail)|contact |questions|send (?:e-?)?mail to|assistance|mail(?:ed)? from|https?://|message.?id|envelope-from|\bfrom <`)
)

func isRecipient(a, line string, at int, known, senders []string) bool {
	lower := strings.ToLower(a)
	if len(known) > 0 {
		return slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, a) })
	}
	if nobodys().MatchString(lower) || slices.Contains(senders, lower) || fromUs().MatchString(line) {
		return false
	}
	if strings.Trim(line[:at], "<>\"'([ \t*•·-") == "" {
		return true
	}
	around := strings.Trim(strings.TrimSpace(line[:at]+" "+line[at+len(a):]), "<>\"'()[]:;,.-*•·0123456789 \t")
	return around == "" || toSomebody().MatchString(line)
}

// replyLine is a line of a notice in which a server speaks.
var replyLine = lazily(`(?i)^[\s>*<"'(\-]*(?:.{0,500}(?:said|replied|response|responded|error|returned|reason|message|was|remote (?:host|server)[^:]{0,40}|after [a-z :<>@.]{0,60}|command|status|code)\s*:?\s*)?[<"'(\s]*[#(]?[245]\d\d(?:[ \-#,;:]|$)|\([#]?[45]\.\d+\.\d+|#[45]\.\d\.\d|\b[45]\.\d\.\d{1,3}\b`)

// toldOf is what a notice says of one recipient, in text[from:to]: a reply that it quotes, else all its
// words. Where it has no other recipient, what stands before him counts as well.
func toldOf(to, text string, from, end int, alone bool, status Enhanced) Bounce {
	segment := text[from:min(end, from+maxSegment)]
	whole := text[:min(len(text), maxSegment)]
	tries := []string{quoted(segment), segment}
	if alone {
		tries = []string{quoted(segment), quoted(whole), segment, whole}
	}
	best := Bounce{Address: to}
	for i, try := range tries {
		if strings.TrimSpace(try) == "" {
			continue
		}
		b := said(to, strings.TrimSpace(try), status)
		b.staged(segment)
		if b.Finding.Class == Accepted || b.Reply.Code/100 == 2 || b.Reply.Code/100 == 3 {
			continue
		}
		if i == 0 || best.Text == "" {
			best = b
		}
		if !vague(b) && b.Finding.Class != Undetermined {
			return b
		}
	}
	if best.Text == "" {
		best = said(to, firstLines(segment), status)
		if best.Finding.Class == Accepted {
			best.Finding = Finding{Class: Undetermined, Rule: "none"}
		}
	}
	return best
}

// silent reports whether the words about a recipient are his address and no more: what is said of him is said
// of all, before.
func silent(segment, address string) bool {
	first, rest, _ := strings.Cut(segment, "\n")
	_, after, _ := strings.Cut(first, address)
	next, _, _ := strings.Cut(strings.TrimLeft(rest, "\n"), "\n")
	alone := strings.Trim(after, "<>\"'()[]:;,. \t") == ""
	return alone && (strings.TrimSpace(rest) == "" || strings.HasPrefix(rest, "\n") || addressIn().MatchString(next))
}

// someOf are words of a reason that is not everybody's.
var someOf = lazily(`(?i)one or more|some of|some or all|at least one|or more of|not all`)

// toldOfAll is b by what a notice says of all its recipients before it names them, unless that may be true of
// some of them only.
func toldOfAll(b Bounce, preface string, status Enhanced) Bounce {
	for _, try := range []string{quoted(preface), preface[max(0, len(preface)-maxSegment):]} {
		if strings.TrimSpace(try) == "" {
			continue
		}
		of := said(b.Address, strings.TrimSpace(try), status)
		class := of.Finding.Class
		doubtful := class == Undetermined || class == Accepted || (class.Removes() && someOf().MatchString(preface))
		if !vague(of) && !doubtful {
			return of
		}
	}
	return b
}

// staged notes the command that was refused, where the words around the reply name it.
func (b *Bounce) staged(words string) {
	words = strings.ToLower(words)
	stage := StageUnknown
	switch {
	case b.Finding.Stage != StageUnknown:
		return
	case strings.Contains(words, "end of data"), strings.Contains(words, "after data"):
		stage = DATA
	case strings.Contains(words, "rcpt"):
		stage = RCPT
	}
	b.Finding = Classify(b.Reply, Context{Stage: stage, Recipient: b.Address})
}

// quoted are the lines in which a server speaks, with those that go on with them; the last of them where they
// change their code.
func quoted(text string) string {
	var out []string
	going := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		speaks := replyLine().MatchString(line)
		switch {
		case line == "" || strings.HasPrefix(line, ">>>"):
			going = false
		case speaks, going && len(out) < 12:
			going = true
			line = googleState().ReplaceAllString(strings.TrimPrefix(strings.TrimLeft(line, "> "), "<<<"), "")
			out = append(out, strings.TrimSpace(line))
		}
	}
	return strings.Join(out, "\n")
}

// googleState is the step of the conversation, which Gmail puts behind a reply.
var googleState = lazily(`\s*\(state \d+\)\.?`)

func firstLines(text string) string {
	lines := strings.Fields(text)
	return strings.Join(lines[:min(len(lines), 60)], " ")
}

// saidInWords is what the part for people says of a recipient whose report has no words.
func saidInWords(to, words string, status Enhanced) Bounce {
	head := words
	spots := mentions(head, []string{to}, nil)
	from := 0
	if len(spots) > 0 {
		from = spots[0].at
	}
	next := len(head)
	for _, m := range mentions(head[from:], nil, []string{strings.ToLower(to)}) {
		next = from + m.at
		break
	}
	return toldOf(to, head, from, max(next, from), next == len(head), status)
}
