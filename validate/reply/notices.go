package reply

import (
	"strings"
)

// IsMail reports whether a text begins as a mail or an mbox does, or as the delivery status of a bounce mail.
func IsMail(head []byte) bool {
	text := strings.TrimLeft(unixLines(head[:min(len(head), sniffed)]), "\n\ufeff")
	first, _, _ := strings.Cut(text, "\n")
	if strings.HasPrefix(text, "From ") {
		return mboxLine().MatchString(first)
	}
	return isHeaderField(first) && mailHeader(text)
}

// mboxLine is how an mbox begins each mail: sender, day of the week, month.
var mboxLine = lazily(`^From \S* +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b`)

// noticeWords are what the text of a bounce says, whoever wrote it.
var noticeWords = lazily(`(?i)mail system at host|mail delivery software|qmail-send program|(?:could|can) ?not (?:be )?deliver|couldn.t (?:be )?deliver|not been delivered|not delivered|did not reach|has failed to these|delivery .{0,40}fail|failed permanently|unable to deliver|wasn.t able to deliver|undeliver|error .{0,40}deliver|following (?:address|recipient)|session transcript|transcript of session|nicht zugestellt|folgende.{0,10} empfänger|n.a pas pu être|n.est parvenu|no se (?:ha )?pudo|impossibile|niet worden bezorgd|送信できません|无法投递`)

// IsNotice reports whether a text is that of a bounce mail without its header: some lines, of which the first
// is not a reply.
func IsNotice(head []byte) bool {
	text := strings.TrimSpace(unixLines(head[:min(len(head), sniffed)]))
	return strings.Count(text, "\n") >= 2 && !startsWithCode(text) && !isLogLine(firstLine(text)) &&
		noticeWords().MatchString(text) && addressIn().MatchString(text) && !repliesOnly(text)
}

// repliesOnly reports whether most lines are replies of their own.
func repliesOnly(text string) bool {
	replies, others := 0, 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case startsWithCode(line), codeStart(line) > 0:
			replies++
		default:
			others++
		}
	}
	return replies > others
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
