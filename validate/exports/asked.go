package exports

import "slices"

// Words of the questions that forms ask: "Yes, send me the newsletter". A column of yes and no with such a
// name may say who wants mail, but nobody can check what its no means, so it decides only once the person
// names it.
var (
	askingWords = setOf(`newsletter newsletters mailing mailings optin consent marketing permission gdpr dsgvo rgpd lgpd subscribe subscribed
		einwilligung werbung werbeerlaubnis consentement consentimiento consenso zgoda toestemming samtycke samtykke souhlas hozzájárulás
		boletín nieuwsbrief nyhetsbrev infolettre рассылка рассылку согласие メルマガ ニュースレター 뉴스레터 订阅 同意`)
	refusingWords = setOf(`unsubscribe unsubscribed unsubscribes optout optedout widerspruch abmeldung désinscription desinscription baja
		disiscrizione отписка отказ`)
)

// asked are the vocabularies of such columns: a yes to mail, or a yes to no mail.
var (
	wanted   = &vocabulary{yes: &nothing, no: ofQuestion(*refused), dated: &nothing}
	unwanted = &vocabulary{yes: ofQuestion(*optedOut), no: &nothing, dated: &nothing}
)

func ofQuestion(s said) *said {
	s.mail = true // so that it is counted
	return &s
}

// question returns what the cells of a column say whose name asks about mail, or nil.
func question(name string) *vocabulary {
	all := words(name)
	for i, n := 1, len(all); i < n; i++ {
		all = append(all, all[i-1]+all[i]) // "opt" and "in"
	}
	has := func(set map[string]bool) bool { return slices.ContainsFunc(all, func(w string) bool { return set[w] }) }
	switch {
	case ofOtherChannel(name):
		return nil
	case has(refusingWords):
		return unwanted
	case has(askingWords):
		return wanted
	}
	return nil
}

// Asked reports whether the column's name asks about mail without making clear what its cells mean.
func (c *Column) Asked() bool { return c.words == wanted || c.words == unwanted }
