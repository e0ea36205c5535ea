package exports

import (
	"strings"

	"github.com/prebounce/prebounce/validate"
	"github.com/prebounce/prebounce/validate/bounces"
	smtp "github.com/prebounce/prebounce/validate/reply"
)

// recorded is the vocabulary of a column of recorded bounces, read by the labels of a format of [bounces]. Only a
// dead mailbox counts. harmless are further labels, which say nothing of the mailbox.
func recorded(format, harmless string) *vocabulary {
	v := &vocabulary{words: map[string]said{}, no: &nothing}
	for w := range strings.FieldsSeq(harmless) {
		v.words[w] = nothing
	}
	v.free = func(cell string) (said, bool) {
		if fate, ok := bounces.Label(format, cell); ok {
			return ofFate(fate), true
		}
		return classified(cell)
	}
	return v
}

func ofFate(f bounces.Fate) said {
	if f == bounces.Dead {
		return *speaking(validate.PastBounce)
	}
	return nothing
}

// reply is the vocabulary of a column that holds what a mail server replied.
var reply = &vocabulary{free: classified}

// classified reads a mail server's reply: only one about a mailbox that does not exist counts.
func classified(cell string) (said, bool) {
	r := smtp.Parse(cell)
	f := smtp.Classify(r, smtp.Context{})
	switch {
	case f.Class == smtp.MailboxUnknown, f.Class == smtp.MailboxDisabled, f.Class == smtp.MailboxMoved:
		return *speaking(validate.PastBounce), true
	case f.Class == smtp.Undetermined && r.Code == 0 && r.Enhanced.IsZero():
		return said{}, false
	}
	return nothing, true
}

// bounceList is the vocabulary of replies in a list of addresses that the service no longer mails, whatever the reply
// was about.
var bounceList = &vocabulary{free: func(cell string) (said, bool) {
	s, ok := classified(cell)
	if ok && s.Reason == validate.NotProbed {
		s = *suppressed
	}
	return s, ok
}}

// suppressions is the vocabulary of Klaviyo's list of suppressions: JSON or words. A contact may be subscribed and
// suppressed at once.
var suppressions = &vocabulary{yes: suppressed, no: &nothing, free: func(cell string) (said, bool) {
	found, all := false, validate.Reasons(0)
	if key, ok := foldASCII(cell); ok {
		for word, reason := range suppressionReasons {
			if strings.Contains(key, word) {
				found, all = true, all|reason.Set()
			}
		}
	}
	s := nothing
	s.Reason = validate.Policy{}.Judge(all)
	return s, found
}}

// suppressionReasons are Klaviyo's own words; those for bounces are read by the table of bounces.
var suppressionReasons = func() map[string]validate.Reason {
	all := map[string]validate.Reason{"spamcomplaint": validate.Complained, "unsubscribe": validate.OptedOut,
		"unsubscribed": validate.OptedOut, "usersuppressed": validate.Suppressed}
	for _, word := range []string{"hardbounce", "invalidemail"} {
		if fate, _ := bounces.Label("klaviyo", word); fate == bounces.Dead {
			all[word] = validate.PastBounce
		}
	}
	return all
}()
