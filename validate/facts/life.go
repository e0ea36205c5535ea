package facts

import (
	"time"

	"github.com/prebounce/prebounce/validate"
)

const day = 24 * time.Hour

// lives says how long a fact is good: for its TTL within these bounds. What isn't here is never stored.
var lives = map[validate.MailStatus]struct{ least, most time.Duration }{
	validate.HasMX:        {time.Hour, day},
	validate.ImplicitMX:   {time.Hour, day},
	validate.IsNullMX:     {day, day},
	validate.NXDomain:     {day, day},
	validate.NoMX:         {day, day},
	validate.Unresolvable: {day, day},
}

// bestBefore returns the time from which m must be asked again; false if m is not a fact to keep.
func bestBefore(m validate.Mail) (time.Time, bool) {
	life, ok := lives[m.Status]
	return m.Asked.Add(min(max(m.TTL, life.least), life.most)), ok
}

// answerLives says how long a reply is good, by the reason that it speaks for by the rules of the day when it came.
// What isn't here is not kept: it is about us, or about the moment.
var answerLives = map[validate.Reason]answerLife{
	validate.MailboxUnknown:  {life: 30 * day},
	validate.MailboxDisabled: {life: 30 * day},
	validate.MailboxMoved:    {life: 30 * day},

	validate.Accepted: {life: 14 * day}, // what it is worth, the control tells, and that lives shorter
	validate.CatchAll: {life: 14 * day},
	validate.Unproven: {life: 14 * day},

	// A mailbox is emptied and a mail host's settings are mended. What nobody can read today, later rules may;
	// meanwhile asking the same again helps nobody.
	validate.MailboxFull:   {life: day},
	validate.RelayDenied:   {life: day, permanent: true},
	validate.DomainRefused: {life: day, permanent: true},
	validate.Undetermined:  {life: day, permanent: true},
}

type answerLife struct {
	life      time.Duration
	permanent bool // only if the reply is (5yz): a transient one is about the moment
}

// goodUntil is the moment from which a recipient must be asked anew; false if the answer isn't one to keep.
func goodUntil(a *validate.Answer) (time.Time, bool) {
	l, ok := answerLives[a.Reason()]
	ok = ok && a.Status == validate.Said && (!l.permanent || a.Finding().Permanent)
	return a.At.Add(l.life), ok
}

// postponedLife is how long after the moment when a recipient may be asked again the store remembers how often that
// was put off.
const postponedLife = day
