package contacts

import (
	"strings"
)

// yesWords are what columns of yes and no say for yes.
var yesWords = setOf(`1 y yes true t x ok on confirmed verified subscribed double doi double-opt-in active opted-in
ja j bestätigt aktiv oui o vrai confirmé sí si s verdadero confirmado vero sì confermato sim verdadeiro bevestigd waar tak prawda ano evet kyllä
да はい 是 예 ✓ ✔`)

// personWords name columns of people's names and titles.
var personWords = setOf(`name firstname lastname fullname surname forename nickname salutation
vorname nachname anrede prénom prenom nom civilité nombre apellido apellidos nome cognome sobrenome voornaam achternaam imię nazwisko имя фамилия 姓 名 姓名 氏名 이름`)

// columnNames are the usual names of columns of one use: keys without the words that every date may have, as
// in exactNames, or one of the first words together with one of the second. All of them are folded, as
// nameStems folds names.
type columnNames struct {
	keys          stems
	weak          stems // keys that serve where no column has one of the others
	first, second stems
	never         stems // words that make it something else
}

// fit is how well a name fits a use.
type fit uint8

const (
	noFit    fit = iota
	weakFit      // it will do if no other column has a usual name
	usualFit     // a usual name
)

// fit tells how well a column's name fits.
func (n *columnNames) fit(name string) fit {
	if len(name) > longestName {
		return noFit
	}
	words := nameStems(name)
	if n.never.anyOf(words) {
		return noFit
	}
	bare := without(words, dateWords())
	whole, anyone := []string{strings.Join(words, ""), strings.Join(bare, "")},
		[]string{strings.Join(without(bare, subjectWords()), "")}
	switch {
	case n.keys.anyOf(whole), n.first.anyOf(words) && n.second.anyOf(words):
		return usualFit
	case n.weak.anyOf(whole):
		return weakFit
	case n.keys.anyOf(anyone):
		return usualFit
	case n.weak.anyOf(anyone):
		return weakFit
	}
	return noFit
}

func without(words []string, drop map[string]bool) (left []string) {
	for _, w := range words {
		if !drop[w] {
			left = append(left, w)
		}
	}
	return left
}

// useNames come from exports of CRMs, shops and newsletter tools, and from the languages those speak.
// Birthdays and dates of what the sender did (last sent, last modified, last contacted) are none of them.
var useNames = [numUses]columnNames{
	Opened: openedNames, Delivered: deliveredNames, Mailed: mailedNames, DeliveredCount: countNames,
	Created: createdNames,
	Engaged: {keys: foldedSet(`
recentclick 最終クリック日 最終ログイン 最終ログイン日 最終ログイン日時 最終購入日 最终登录 最后点击时间 最后登录时间 最近购买时间 最後登入時間 最近購買日期 마지막로그인 최근로그인 최근접속일 최근구매일
zuletztaktiv
`),
		first: lastWords,
		second: foldedSet(`click clicked clicks engaged engagement engage login logged logon signin seen visit visited active purchase purchased order ordered bought reply replied response conversion session
klick geklickt aktiv login anmeldung besuch kauf bestellung clic connexion visite achat commande actif
clic acceso compra pedido visita accesso acquisto ordine clique acesso pedido klik actief aankoop bestelling bezoek klick köp inloggning køb kjøp
kliknięcie logowanie zakup zamówienie kliknutí nákup objednávka tıklama giriş sipariş клик клика вход входа покупка покупки заказ заказа визит`),
		never: foldedSet(`sent send sends received delivered delivery modified updated contacted contact campaign amount value total count number name subject url source id ip status gesendet geändert envoyé enviado inviato verzonden bounce bounced unsubscribe unsubscribed`)},
	Origin: {keys: foldedSet(`
source sources leadsource originalsource contactsource signupsource subscriptionsource optinsource customersource usersource emailsource acquisitionsource sourcetype sourcename datasource importsource listsource recordsource
firstsource utmsource origin originalsourcetype latestsource leadorigin channel acquisitionchannel signupmethod optinmethod howdidyouhearaboutus referralsource primaryemailsource
quelle leadquelle herkunft datenquelle kontaktquelle anmeldequelle provenance origine originecontact sourcedulead origen fuente origendelcontacto fonte origem herkomst bron källa kilde lähde źródło zdroj forrás kaynak источник источниклида джерело
流入元 登録元 リードソース 来源 线索来源 客户来源 注册来源 來源 출처 유입경로 가입경로
`), never: foldedSet(`id url date time detail details drill`)},
	Confirmed: {keys: foldedSet(`
confirmed confirm confirmtime confirmation confirmedat confirmdate emailconfirmed isconfirmed emailverified verifiedemail isemailverified doubleoptin doubleoptinstatus doi doistatus optinconfirmed doubleoptinconfirmed confirmedoptin
subscriptionconfirmed bestätigt emailbestätigt bestätigung confirmé confirmée emailconfirmé confirmado emailconfirmado confermato bevestigd bekräftad bekræftet potwierdzony potwierdzono potvrzeno onaylandı подтвержден подтверждён
`), never: foldedSet(`ip by unconfirmed url`)},
}
