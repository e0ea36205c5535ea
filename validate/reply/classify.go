package reply

import (
	"slices"
	"strings"
)

// Context is what is known of a reply besides its text. The zero value is fine: then the words alone tell
// what they can.
type Context struct {
	Stage     Stage  // the command it answers; goes before what the reply's own wrapping says
	Operator  string // who runs the host, such as "microsoft365" or "google"; "" looks for it in the words
	Sender    string // our envelope sender: a reply that names it, and not the recipient, is about us
	Recipient string
}

// Finding is what a reply says.
type Finding struct {
	Class     Class
	Subject   Subject
	Permanent bool // the codes agree on 5yz; without any code, the words are about a mailbox or domain that is gone
	// the row that decided: "phrase:user unknown", "code:X.1.1", "basic:421", "operator:microsoft365 5.4.1"
	Rule     string
	Stage    Stage
	Operator string // as given, or as the words betray it
	Server   string // the software that the words betray: "Postfix", "Exim", ...
	List     string // the block list that the reply names
}

// Classify says what a reply says. It is a pure function and takes time in proportion to the text.
//
// No reply that names us, our address, name, sender, rate or authentication comes out as a class that removes
// a contact, nor does any 4yz reply, nor one whose words and codes contradict each other.
func Classify(r Reply, c Context) Finding {
	t := load()
	e, decided := t.read(r, c)
	if unread(decided) && r.severity() != 2 {
		if spelt, ok := t.spelt(r); ok {
			if again, d := t.read(spelt, c); !unread(d) {
				e, decided = again, d
			}
		}
	}
	severity := r.severity()
	return Finding{
		Class:     decided.class,
		Subject:   decided.subject,
		Permanent: severity == 5 || decided.class.Removes(),
		Rule:      decided.id,
		Stage:     e.stage,
		Operator:  e.operator,
		Server:    e.server,
		List:      e.list,
	}
}

// read finds what a reply says as it is spelt.
func (t *tables) read(r Reply, c Context) (evidence, rule) {
	e := t.evidence(r, c)
	return e, temper(r, e.stage, t.decide(r, c, &e))
}

// unread reports whether the words of a reply said nothing.
func unread(d rule) bool { return d.id == "none" || strings.HasPrefix(d.id, "basic:") }

// temper takes back what a reply can't mean at its severity and its stage. It is the last word, and it only
// ever takes a removal away.
func temper(r Reply, s Stage, d rule) rule {
	severity := r.severity()
	switch {
	case s == DATA && unfounded(r, d):
		return rule{id: "stage:data", class: Undetermined}
	case early(s) && !saysEarly(d.class, s) && (severity == 5 || (severity == 0 && d.class.Removes())):
		return rule{id: "stage:" + s.String(), class: SenderBlocked, subject: Us}
	case early(s) && severity == 4 && !saysEarly(d.class, s):
		return rule{id: "stage:" + s.String(), class: Temporary, subject: Host}
	case !d.class.Removes() || severity == 5:
		return d
	case r.Code/100 == 4 || severity == 4:
		return rule{id: d.id, class: Temporary, subject: d.subject}
	case r.Code == 0 && r.Enhanced.IsZero() && d.force >= firm:
		return d // nothing but words, and clear ones
	}
	return rule{id: "contradiction:" + d.id, class: Undetermined}
}

// unfounded reports whether a reply to the message itself takes back the recipient, and neither its code nor
// the operator's usage bears it out: some filters answer a message that they don't want with the words for an
// unknown user.
func unfounded(r Reply, d rule) bool {
	precise := r.Enhanced == Enhanced{5, 1, 1} || r.Enhanced == Enhanced{5, 2, 1} || r.Enhanced == Enhanced{5, 1,
		6} || r.Enhanced == Enhanced{5, 1, 10}
	return d.class.Removes() && d.subject == Mailbox && d.force < decides && !precise && !strings.HasPrefix(d.id,
		"operator:")
}

// saysEarly reports whether a reply can mean that before anybody has named a recipient. Only a host that
// takes no mail at all says so in its greeting (RFC 7504).
func saysEarly(c Class, s Stage) bool {
	switch c {
	case Undetermined, Temporary:
		return false
	case DomainProblem:
		return s == Greeting
	}
	return classTable[c].subject != Mailbox
}

func early(s Stage) bool { return s == Greeting || s == EHLO || s == MAIL }

// evidence is what the words of a reply hold.
type evidence struct {
	best [numClasses]*rule // the strongest phrase of each class
	// some of the weak words that contradict a removal; one may be part of the phrase that another isn't
	hints    [8]*rule
	at       [numClasses]int // where they stand
	text     layout
	operator string
	server   string
	list     string
	stage    Stage
	who      string // the recipient, if it is known
	said     sentences
	gone     []*rule // all phrases that would remove a contact, or would with the right subject
	precise  bool    // the enhanced code is one that servers use for a recipient who is gone
}

func (t *tables) evidence(r Reply, c Context) evidence {
	text := laidOut(r.Lines)
	e := evidence{text: text, stage: c.Stage, operator: c.Operator, who: c.Recipient}
	if e.stage == StageUnknown {
		e.stage = r.Stage
	}
	if row := t.code(r.Enhanced); row != nil {
		e.precise = row.precise && row.at5.class.Removes() && r.severity() == 5
	}
	t.words.each(text.text, e.find)
	e.resolve(t, text)
	if _, known := t.overrides[c.Operator]; !known && (c.Operator != "" || r.Host != "") {
		e.takeOperator(t, c.Operator, r.Host)
	}
	if e.operator == "" && r.hash {
		e.operator = "cisco"
	}
	if w := t.wholeText(r); w != nil {
		e.best = [numClasses]*rule{}
		e.take(w, 1)
	}
	return e
}

// find takes what stands at a place in the text.
func (e *evidence) find(row any, start, end int) {
	switch row := row.(type) {
	case *rule:
		e.take(row, start)
	case mark:
		e.takeMark(row)
	case noun:
		e.said.addNoun(row, start, end)
	case *saying:
		e.said.addSaying(row, start, end)
		e.takeGone(&row.rule)
	case later:
		e.said.later = row.id
	}
}

func (e *evidence) take(row *rule, at int) {
	e.takeHint(row)
	if row.class.Removes() && row.subject == Mailbox {
		e.takeGone(row)
	}
	if was := e.best[row.class]; was == nil || row.outdoes(was) {
		e.best[row.class], e.at[row.class] = row, at
	}
}

func (e *evidence) takeGone(row *rule) {
	if len(e.gone) < mostSaid {
		e.gone = append(e.gone, row)
	}
}

func (e *evidence) takeHint(row *rule) {
	if row.force != weak || !slices.Contains(notMailbox, row.class) {
		return
	}
	for i, was := range e.hints {
		if was == row {
			return
		}
		if was == nil {
			e.hints[i] = row
			return
		}
	}
}

func (r *rule) outdoes(was *rule) bool {
	if r.force != was.force {
		return r.force > was.force
	}
	return r.size > was.size || (r.size == was.size && len(r.id) < len(was.id))
}

func (e *evidence) takeMark(m mark) {
	to := &e.operator
	switch m.kind {
	case "server":
		to = &e.server
	case "list":
		to = &e.list
	}
	if *to == "" {
		*to = m.name
	}
}

// takeOperator knows an operator by the names of its hosts too.
func (e *evidence) takeOperator(t *tables, names ...string) {
	found := ""
	t.words.each(words(names...), func(row any, _, _ int) {
		if m, ok := row.(mark); ok && m.kind == "operator" && found == "" {
			found = m.name
		}
	})
	if found != "" {
		e.operator = found
	}
}

// wholeText finds the few replies that are known by their whole text, addresses left out.
func (t *tables) wholeText(r Reply) *rule {
	if len(r.Lines) != 1 || len(r.Lines[0]) > 400 {
		return nil
	}
	line := r.Lines[0]
	if open := strings.IndexByte(line, '<'); open >= 0 {
		if end := strings.IndexByte(line[open:], '>'); end >= 0 {
			line = line[:open+1] + line[open+end:]
		}
	}
	return t.whole[strings.ToLower(line)]
}
