package exports

import (
	"slices"

	"github.com/prebounce/prebounce/validate"
)

// anywhere are facts about columns of a name that carries the word itself, whoever exported them. What only consents,
// such as "Newsletter", is believed at most: a "no" there may be the default of a form.
var anywhere = []fact{
	{names: `unsubscribed isunsubscribed hasunsubscribed unsubscribe emailunsubscribed unsubscribedfromemail unsubscribedfromnewsletter unsubscribedat unsubscribedon
		unsubscribedate dateunsubscribed unsubscribeddate unsubscribedtime unsubscribetime unsubscribedemail newsletterunsubscribed globalunsubscribe
		optedout isoptedout hasoptedout optout emailoptout emailoptedout optedoutofemail optedoutemail hasemailoptedout marketingoptout emailmarketingoptout newsletteroptout
		optoutdate optedoutat optouttime emailoptoutdate hasoptedoutofemails donotemail donotemailcontact donotbulkemail emaildonotcontact
		abgemeldet abgemeldetam abmeldedatum abmeldung ausgetragen newsletterabgemeldet newsletterabmeldung désabonné désinscrit désinscription datededésinscription datededésabonnement
		dadodebaja fechadebaja fechabaja desuscrito disiscritto disiscrizione datadisiscrizione descadastrado descadastro datadescadastro afgemeld uitgeschreven uitschrijfdatum
		avregistrerad avprenumererad frameldt afmeldt avmeldt wypisany wypisano odhlášen leiratkozott отписан отписался датаотписки 配信停止 購読解除 退订 取消订阅 수신거부`,
		words: flag(optedOut), mark: seen, source: inPublic, alone: true},
	{names: "spamcomplaint spamcomplaints complained hascomplained markedasspam spamreport spamreported " +
		"reportedspam reportedasspam isspamcomplaint complaintdate",
		words: flag(complained), mark: seen, source: inPublic, alone: true},
	{names: "hardbounced hardbounce ishardbounce ishardbounced hasbouncedhard hardbouncedat hardbouncedate " +
		"emailhardbounced", words: flag(speaking(validate.PastBounce)),
		mark: reported, source: "reported", alone: true},
	{names: "blacklisted isblacklisted blocklisted isblocklisted emailblacklist suppressed issuppressed " +
		"emailsuppressed emaildisabled donotcontact", words: flag(suppressed),
		mark: reported, source: "reported", alone: true},
	{names: `newsletter newsletters newslettersignup newsletteroptin newslettersubscription newslettersubscriber newslettersubscribed newsletterconsent receivenewsletter
		receivesnewsletter wantsnewsletter subscribetonewsletter subscribedtonewsletter issubscribed issubscribedtonewsletter emailsubscribed subscribed emailsubscriber
		optin optedin emailoptin emailoptedin marketingoptin marketingemailoptin emailmarketing emailmarketingoptin emailmarketingconsent acceptsmarketing acceptsemail
		acceptsmarketingemails marketingconsent consenttomarketing consentmarketing emailconsent consentemail marketingemails marketingallowed emailallowed allowemail allowmarketing
		emailpermission marketingpermission permissiontoemail gdprconsent
		newsletteranmeldung newsletterabonniert newsletterabonnent newsletterempfänger newslettereinwilligung werbeeinwilligung emaileinwilligung einwilligung einwilligungemail
		abonnénewsletter inscritnewsletter inscriptionnewsletter consentementemail optinemail optinnewsletter suscritonewsletter boletín boletin consentimientoemail
		iscrittonewsletter consensonewsletter consensomarketing consensoemail inscritonewsletter aceitanewsletter nieuwsbrief nieuwsbriefinschrijving nyhetsbrev nyhetsbrevet
		uutiskirje newsletterzgoda zgodamarketingowa zgodanewsletter souhlasnewsletter hírlevél bülten рассылка подписканарассылку メルマガ メールマガジン 뉴스레터 订阅 邮件订阅`,
		words: consent(refused), mark: reported, source: "reported", alone: true},
	{names: "optinconfirmed doubleoptinconfirmed subscriptionconfirmed newsletterconfirmed", words: consent(pending),
		mark: reported, source: "reported", alone: true},
	// A "no" is usual for imports and for single opt-in.
	{names: "doubleoptin isdoubleoptin doi doistatus",
		words: &vocabulary{yes: &nothing, no: &nothing, dated: &nothing,
			words: status("pending=unconfirmed unconfirmed=unconfirmed confirmed=ok")},
		mark: reported, source: "reported", alone: true},
	{names: "emailbouncereason bouncereason bouncedreason emailbounceddetails", words: reply, mark: reported,
		source: "reported", alone: true},
}

// statuses is the vocabulary of statuses of subscribers, for columns of any name. A column speaks only with a word
// that is of mail beyond doubt; active, pending or cancelled alone are said of orders, customers and accounts, too.
var statuses = stated(`subscribed=ok unsubscribed=opted_out! optedout=opted_out! optedin=ok neversubscribed=unconfirmed nonsubscribed=unconfirmed notsubscribed=unconfirmed
	hardbounced=past_bounce! softbounced=ok bounced=suppressed? complained=complained! spam=complained? junk=complained? unerwünscht=complained cleaned=suppressed?
	unconfirmed=unconfirmed pendingconfirmation=unconfirmed awaitingconfirmation=unconfirmed pendingdoubleoptin=unconfirmed pending=unconfirmed transactional=ok
	blocklisted=suppressed? suppressed=suppressed? donotemail=opted_out! donotcontact=opted_out? nevermail=opted_out? removed=ok held=suppressed?
	active=ok inactive=ok confirmed=ok enabled=ok disabled=ok deleted=ok archived=ok unknown=ok none=ok new=ok imported=ok permissionset=ok explicit=ok implicit=ok
	gebounct=suppressed mailable=ok notmailable=suppressed? onhold=ok`)

// otherChannels are words of columns that tell of another channel than e-mail: its consent never counts.
var otherChannels = setOf(`sms mms whatsapp viber telegram wechat line push browser phone mobile call calls calling telephone telefon telefono téléphone handy teléfono móvil
	fax postal post postalmail directmail letter print brief courrier correopostal ads advertising webpush rcs messenger voice 電話 电话 短信`)

// ofOtherChannel reports whether a column's name speaks of another channel, and not of e-mail as well.
func ofOtherChannel(name string) bool {
	all := words(name)
	mail := slices.ContainsFunc(all, func(w string) bool { return w == "email" || w == "mail" || w == "emails" })
	return !mail && slices.ContainsFunc(all, func(w string) bool { return otherChannels[w] })
}
