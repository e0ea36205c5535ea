package reply

import (
	"slices"
	"strings"
)

// The order in which words are believed. What is about us stands first: refusals of ours come wrapped in
// words about the recipient ("Recipient address rejected: ... blocked using ..."), and quote other servers'
// words about our sender.
var (
	aboutUs    = []Class{SenderBlocked, RateLimited, Greylisted}
	notMailbox = []Class{SenderBlocked, RateLimited, Greylisted, ContentRejected}
	others     = []Class{RelayDenied, DomainProblem, ContentRejected, MailboxFull, MailboxDisabled, MailboxMoved,
		MailboxUnknown, ProtocolProblem, Temporary}
)

// decide finds the row that decides: words about us, the operator's own meaning, two-faced words, other words, codes.
func (t *tables) decide(r Reply, c Context, e *evidence) rule {
	if r.Code/100 == 2 || r.Code/100 == 3 || (r.Code == 0 && r.Enhanced.Class == 2) {
		return t.positive(r, e)
	}
	if namesSender(r, c) {
		return rule{id: "sender:named", class: SenderBlocked, subject: Us}
	}
	if old := e.best[Suppressed]; old != nil {
		return *old
	}
	if us := e.us(r); us != nil {
		return *us
	}
	if o := t.overriding(r, e); o != nil {
		return *o
	}
	if two := e.best[Undetermined]; two != nil && two.force >= firm && !early(e.stage) {
		return t.twoFaced(r, two)
	}
	if spoken := e.spoken(); spoken != nil {
		return t.against(r, e, *spoken)
	}
	return t.byCode(r, e)
}

// overriding is what the operator means by the reply, where it uses codes its own way.
func (t *tables) overriding(r Reply, e *evidence) *rule {
	for _, operator := range []string{e.operator, "any"} {
		for i := range t.overrides[operator] {
			if o := &t.overrides[operator][i]; o.fits(r, e.text.text) && !(o.rule.class.Removes() &&
				e.hintsAtUs(o.rule)) {
				return &o.rule
			}
		}
	}
	return nil
}

// us is what the words say against us, if they say it clearly.
func (e *evidence) us(r Reply) *rule {
	if g := e.best[Greylisted]; g != nil && r.severity() != 5 {
		return g
	}
	us := e.strongest(aboutUs)
	if rate := e.best[RateLimited]; us != nil && us.class == SenderBlocked && rate != nil && rate.force >= us.force &&
		strings.Contains(rate.id, us.words()) {
		us = rate // "messages from your" of "too many messages from your IP"
	}
	if full := e.best[MailboxFull]; us != nil && full != nil && us.force < decides && full.force >= firm &&
		strings.Contains(full.id, us.words()) {
		return nil // "too many messages" of "mailbox has too many messages"
	}
	return us
}

// spoken is what the words say about anybody else: a provider's own code first.
func (e *evidence) spoken() *rule { return e.strongest(others) }

func (e *evidence) strongest(order []Class) *rule {
	for _, least := range []force{decides, plain} {
		for _, class := range order {
			if row := e.best[class]; row != nil && row.force >= least {
				return row
			}
		}
	}
	return nil
}

// against asks whether anything contradicts words that would remove a contact.
func (t *tables) against(r Reply, e *evidence, spoken rule) rule {
	if d := t.preciser(r, spoken); d != nil {
		return *d
	}
	if full := e.best[MailboxFull]; spoken.class == ContentRejected && full != nil && r.Enhanced.Subject == 2 &&
		r.Enhanced.Detail == 2 {
		return *full // "the message is too big or the mailbox is full": the code says which
	}
	if !spoken.class.Removes() || spoken.force == decides || r.severity() == 4 {
		return spoken
	}
	ours := spoken.subject == Mailbox && e.said.ofSender()                     // "return mailbox not found"
	his := spoken.subject == Host && spoken.force < firm && e.said.ofMailbox() // "this mailbox does not accept mail"
	if !ours && !his && !e.contradicts(spoken) && !t.denied(r, spoken) && !t.doubtful(e, spoken) {
		return spoken
	}
	return e.contradiction(spoken)
}

// contradiction is what remains of words that would have removed a contact: where the sender is spoken of,
// that is what they are about.
func (e *evidence) contradiction(spoken rule) rule {
	if spoken.subject == Mailbox && e.said.ofSender() {
		return rule{id: "sender:" + strings.TrimPrefix(spoken.id, phraseID), class: SenderBlocked, subject: Us}
	}
	return rule{id: "contradiction:" + spoken.id, class: Undetermined}
}

// generic are classes whose words stand beside refusals of every kind.
var generic = []Class{ProtocolProblem, Temporary}

// preciser is what a precise code says where the words only say what goes beside many a refusal: "no valid
// recipients", "try again". Only words about a recipient who isn't there may lead to a removal.
func (t *tables) preciser(r Reply, spoken rule) *rule {
	if !slices.Contains(generic, spoken.class) || r.severity() == 4 {
		return nil
	}
	for _, row := range []*codeRow{t.code(r.Enhanced), t.basic[r.Code]} {
		if row == nil || !row.precise || row.at5.class == spoken.class {
			continue
		}
		ours := row.at5.subject == Us && spoken.class == Temporary
		if ours || (spoken.force <= plain && (!row.at5.class.Removes() || spoken.class == ProtocolProblem)) {
			return &row.at5
		}
	}
	return nil
}

// denied reports whether a code says something else than words that would remove a contact: a precise one
// always, the one that says most here also where it is loose, if the words are unclear.
func (t *tables) denied(r Reply, spoken rule) bool {
	enhanced, basic := t.code(r.Enhanced), t.basic[r.Code]
	telling := enhanced
	if r.Enhanced.IsZero() {
		telling = basic
	}
	return (enhanced.otherwise() && enhanced.precise) || (basic.otherwise() && basic.precise) ||
		(telling.otherwise() && spoken.force < firm)
}

// otherwise tells that a code has a meaning of its own, which removes nobody.
func (c *codeRow) otherwise() bool {
	return c != nil && c.at5.class != Undetermined && !c.at5.class.Removes()
}

// contradicts reports whether other words of the reply contradict the ones that would remove a contact:
// faint ones about us, unless they are part of the phrase itself ("mailbox is blocked"), and "later".
func (e *evidence) contradicts(spoken rule) bool {
	if e.hintsAtUs(spoken) {
		return true
	}
	if two := e.best[Undetermined]; (two != nil && two.force >= plain) || (spoken.subject == Mailbox &&
		e.said.ofThing) {
		return true
	}
	if p := e.best[ProtocolProblem]; p != nil && p.force >= firm && spoken.subject == Mailbox && !e.precise &&
		!strings.Contains(spoken.id, p.words()) {
		return true // a command was refused, whomever it named
	}
	least := firm
	if spoken.class == MailboxDisabled {
		least = plain // "try again" may ask for another spelling of an unknown address
	}
	later := e.best[Temporary]
	return (later != nil && later.force >= least) || e.said.later != ""
}

func (e *evidence) hintsAtUs(spoken rule) bool {
	outside := func(row *rule) bool {
		return row != nil && !strings.Contains(spoken.id, row.words())
	}
	return slices.ContainsFunc(notMailbox, func(c Class) bool { return outside(e.best[c]) }) ||
		slices.ContainsFunc(e.hints[:], outside)
}

// words are those of a phrase.
func (r *rule) words() string { return strings.TrimSuffix(strings.TrimPrefix(r.id, phraseID), "*") }

// twoFaced stays undetermined; where the code is transient there is nothing to determine.
func (t *tables) twoFaced(r Reply, row *rule) rule {
	if r.severity() == 4 {
		return rule{id: row.id, class: Temporary, subject: Host}
	}
	return *row
}

// byCode is for replies whose words say little: the enhanced code, then faint words, then the basic code.
func (t *tables) byCode(r Reply, e *evidence) rule {
	faint := e.faint()
	if row := t.code(r.Enhanced); row != nil {
		if d := row.at(r.severity()); d.class != Undetermined {
			if d.class.Removes() && d.subject == Mailbox && e.said.ofSender() {
				return e.contradiction(d)
			}
			if d.class.Removes() && (t.doubtfulCode(e, d) || e.doubts(faint) || e.said.later != "" ||
				(d.subject == Mailbox && e.said.ofThing)) {
				return rule{id: "contradiction:" + d.id, class: Undetermined}
			}
			return d
		}
	}
	if faint != nil && (faint.class != Undetermined || r.severity() != 4) {
		return *faint
	}
	if row := t.basic[r.Code]; row != nil {
		return row.at(r.severity())
	}
	if r.severity() == 4 {
		return rule{id: "basic:4yz", class: Temporary, subject: Host}
	}
	return rule{id: "none", class: Undetermined}
}

// doubts reports whether faint words say something else than a code that would remove a contact.
func (e *evidence) doubts(faint *rule) bool {
	return faint != nil && (faint.class != Undetermined || faint.force >= plain)
}

// faint is what the words hint at.
func (e *evidence) faint() *rule {
	for _, class := range []Class{SenderBlocked, RateLimited, ContentRejected, Undetermined} {
		if row := e.best[class]; row != nil {
			return row
		}
	}
	return nil
}

func (c *codeRow) at(severity int) rule {
	if severity == 4 {
		return c.at4
	}
	return c.at5
}

func (o *override) fits(r Reply, text string) bool {
	return (o.code == 0 || o.code == r.Code) &&
		(o.enhanced.IsZero() || o.enhanced == r.Enhanced) &&
		(o.words == "" || strings.Contains(text, o.words))
}

// positive is a 2yz or 3yz reply. 252 promises nothing (RFC 5321 §3.5.3), nor does an enhanced code of
// another class, nor some words.
func (t *tables) positive(r Reply, e *evidence) rule {
	if w := e.best[Undetermined]; w != nil && w.force == decides {
		return *w
	}
	if r.Code == 252 || r.Enhanced.Class > 2 {
		return rule{id: "basic:252", class: Undetermined}
	}
	return rule{id: "basic:2yz", class: Accepted}
}

// namesSender tells that the reply speaks of our sender and not of the recipient, as Exim does after a callout:
// "Verification failed for <sender>".
func namesSender(r Reply, c Context) bool {
	if c.Sender == "" || r.Code/100 == 4 {
		return false
	}
	text := strings.ToLower(r.Text())
	return strings.Contains(text, strings.ToLower(c.Sender)) &&
		(c.Recipient == "" || !strings.Contains(text, strings.ToLower(c.Recipient)))
}
