package reply

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Letter is what kind of mail it is that came back.
type Letter uint8

const (
	NoBounce  Letter = iota // something else
	Returned                // at least one recipient was refused
	Delayed                 // later, perhaps
	Delivered               // a receipt
	Away                    // out of office, or another automatic answer of a person
	Complaint               // a feedback report (RFC 5965)
	Unread                  // a bounce by its looks, in which no recipient was found
)

var letterNames = [...]string{"no_bounce", "returned", "delayed", "delivered", "away", "complaint", "unread"}

func (l Letter) String() string {
	if int(l) >= len(letterNames) {
		return fmt.Sprintf("letter(%d)", uint8(l))
	}
	return letterNames[l]
}

// Mail reads the recipients that a bounce mail gives back: from its delivery status (RFC 3464), else from the
// words that mail servers write for people.
func Mail(text []byte) []Bounce {
	_, all := ReadLetter(text)
	return all
}

// ReadLetter is Mail, and tells what kind of mail it is.
func ReadLetter(text []byte) (Letter, []Bounce) {
	l := readLetter(text)
	if l.header.Get("Reporting-Mta")+l.header.Get("Final-Recipient") != "" { // a delivery status that was cut out
		if all := deliveryStatus(unixLines(text), ""); len(all) > 0 {
			return fateOf(all), all
		}
	}
	return kindOfLetter(l, 0)
}

func kindOfLetter(l letter, depth int) (Letter, []Bounce) {
	switch {
	case isReport(&l, "feedback-report"):
		return Complaint, nil
	case isAway(&l):
		return Away, nil
	}
	if all := l.statuses(); len(all) > 0 {
		return fateOf(all), all
	}
	if !looksReturned(&l) && (len(l.header) > 0 || !IsNotice([]byte(l.body))) {
		return forwarded(&l, depth)
	}
	all := l.notice()
	if len(all) == 0 {
		if kind, all := forwarded(&l, depth); len(all) > 0 {
			return kind, all
		}
		return Unread, nil
	}
	return fateOf(all), all
}

// fateOf is the kind of a report with these recipients: the worst of them counts.
func fateOf(all []Bounce) Letter {
	kind := Delivered
	for _, b := range all {
		switch {
		case b.Finding.Class == Accepted:
		case b.Finding.Permanent || b.Reply.severity() == 5 || b.Reply.severity() == 0:
			return Returned
		default:
			kind = Delayed
		}
	}
	return kind
}

// forwarded looks for a bounce mail among the attachments, which somebody passed on.
func forwarded(l *letter, depth int) (kind Letter, all []Bounce) {
	if depth > 1 {
		return NoBounce, nil
	}
	for i := range l.parts {
		kind, _ := l.parts[i].contentType()
		if len(l.parts[i].parts) != 1 || !strings.HasPrefix(kind, "message/") {
			continue
		}
		if kind, all := kindOfLetter(l.parts[i].parts[0], depth+1); kind != NoBounce {
			return kind, all
		}
	}
	return NoBounce, nil
}

// isReport reports whether the mail is a report of this type (RFC 6522).
func isReport(l *letter, name string) bool {
	kind, params := l.contentType()
	return kind == "multipart/report" && strings.EqualFold(params["report-type"], name)
}

var (
	// bounceFrom and bounceSubject are how programs that return mail sign it and what they call it, in the
	// languages that they speak.
	bounceFrom = lazily(`(?i)mailer-?daemon|mail delivery|mdaemon|postmaster|mail ?system|mail administrator|mail router|delivery subsystem|post.?office|mail ?gateway|system administrator|systemadministrator|administrateur|amministratore|administrador|internet mail delivery|bounce|no-?reply@.*zoho|mail-?master`)

	bounceSubject = lazily(`(?i)undeliver|undelivred|returned mail|return(ed)? to sender|deliver(y|ed)? (status|fail|problem|error|report|delayed|incomplete|unsuccess|notification|has failed|suspend)|delivery (of|to).*fail|mail (delivery )?(fail|error|could not)|failure (notice|delivery|notification|report)|failed (mail|deliver|message|recipient)|message (could not|not) (be )?deliver|could ?n.t (be )?deliver|not delivered|non.?deliver|nondeliver|unable to deliver|unzustellbar|zustellung|nicht zugestellt|non remis|non distribu|echec|échec|no se (ha )?(podido|pudo)|no entregado|devuelto|devolu|mancato recapito|recapito|impossibile|non recapitabil|notificaci|onbestelbaar|niet (bezorgd|afgeleverd)|nie dostarcz|niedostarcz|nedoru|недостав|не доставл|ошибка доставки|配信|配送|送信できません|エラーメール|届きません|退信|无法投递|投递失败|系统退信|未送达|반송|배달|kézbesít|iletilemedi|olevererad|kunde inte levereras|kunne ikke leveres|warning: (could not send|message)|user unknown|mail system error|bounced|benachrichtigung.*zustell|dsn`)

	awaySubject = lazily(`(?i)out of (the )?office|auto(matic)?[- ]?(reply|response|resp)|autoreply|away from|on (vacation|holiday|leave)|vacation|abwesen|automatische antwort|absence|absent du bureau|réponse automatique|respuesta autom|fuera de|risposta automatica|fuori (sede|ufficio)|resposta autom|afwezig|automatisch antwoord|autosvar|автоответ|自動応答|自动回复|자동 ?응답`)
)

// looksReturned reports whether a mail without a report is a bounce by its looks.
func looksReturned(l *letter) bool {
	if len(l.header["X-Failed-Recipients"]) > 0 || isReport(l, "delivery-status") {
		return true
	}
	title := headerText(l.header.Get("Subject"))
	subject := bounceSubject().MatchString(title) && !answer().MatchString(title)
	from := headerText(l.header.Get("From"))
	if l.header.Get("List-Unsubscribe")+l.header.Get("List-Id") != "" {
		return daemonFrom().MatchString(from) || (postmasterFrom().MatchString(from) &&
			(subject || noticeWords().MatchString(l.opening())))
	}
	from += " " + l.header.Get("Return-Path") + " " + l.header.Get("Sender")
	program := bounceFrom().MatchString(from) || l.header.Get("From") == "<>"
	return subject || (program && !strings.EqualFold(l.header.Get("Auto-Submitted"), "no"))
}

var (
	// daemonFrom is how only the programs that return mail sign it. A bounce that a mailing list sent on to
	// its owner has the fields of the list, as a newsletter has, so that its subject says little.
	daemonFrom = lazily(`(?i)mailer-?daemon|mail delivery (?:sub)?system`)

	// postmasterFrom is how they sign it who may write other mails as well.
	postmasterFrom = lazily(`(?i)\bpostmaster@|\bmdaemon@|^"?system ?administrat`)

	// answer begins the subject under which a person answers.
	answer = lazily(`(?i)^\s*(?:re|aw|antw?|antwort|sv|vs|odp|rv|res|réf?|回复|答复|返信)\s*(?:\[\d+\])?[:：]`)
)

// opening is the first part of the words for people.
func (l *letter) opening() string {
	head, _ := cutOriginal(l.text())
	return head[:min(len(head), maxSegment)]
}

// isAway reports whether a person's mailbox answered by itself.
func isAway(l *letter) bool {
	if len(l.header["X-Failed-Recipients"]) > 0 || isReport(l, "delivery-status") {
		return false
	}
	subject := headerText(l.header.Get("Subject"))
	auto := l.header.Get("X-Autoreply") != "" || l.header.Get("X-Autorespond") != "" ||
		strings.EqualFold(l.header.Get("Precedence"), "auto_reply") ||
		strings.Contains(strings.ToLower(l.header.Get("Auto-Submitted")), "vacation")
	return (awaySubject().MatchString(subject) || auto) && !bounceSubject().MatchString(subject)
}

func readMail(r *bufio.Reader, passed func(line int), yield func(Bounce, error) bool) {
	text, err := io.ReadAll(io.LimitReader(r, maxMail))
	if err != nil {
		yield(Bounce{}, err)
		return
	}
	mailed(text, 1, passed, yield)
}

// mailed yields what a mail says of recipients, and tells of one that says nothing.
func mailed(text []byte, line int, passed func(line int), yield func(Bounce, error) bool) bool {
	if len(bytes.TrimSpace(text)) == 0 {
		return true
	}
	kind, all := ReadLetter(text)
	if len(all) == 0 && (kind == NoBounce || kind == Unread) {
		passed(line)
	}
	for _, b := range all {
		if !yield(b, nil) {
			return false
		}
	}
	return true
}

// headerText decodes the words of a field that MIME encodes.
func headerText(field string) string {
	if text, err := wordDecoder.DecodeHeader(field); err == nil {
		return text
	}
	return field
}

// senders are the addresses of a bounce mail that aren't what it is about: to whom it went, and who wrote it.
func (l *letter) senders() (all []string) {
	for _, field := range []string{"From", "To", "Return-Path", "Delivered-To", "X-Original-To", "Sender", "Reply-To",
		"Cc"} {
		for _, value := range l.header[field] {
			for _, a := range addressIn().FindAllString(value, 20) {
				all = append(all, strings.ToLower(a))
			}
		}
	}
	return slices.Compact(all)
}
