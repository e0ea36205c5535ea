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

// columnNames are the usual names of columns of one use: keys without the words that every date may have, as in exactNames, or one of
// the first words together with one of the second.
type columnNames struct {
	keys          map[string]bool
	first, second map[string]bool
	never         map[string]bool // words that make it something else
}

// holds tells whether a column's name is one of them.
func (n *columnNames) holds(name string) bool {
	if len(name) > longestName {
		return false
	}
	words := nameWords(name)
	if anyOf(words, n.never) {
		return false
	}
	return n.keys[strings.Join(words, "")] || n.keys[strings.Join(without(words, dateWords), "")] || anyOf(words, n.first) && anyOf(words, n.second)
}

func without(words []string, drop map[string]bool) (left []string) {
	for _, w := range words {
		if !drop[w] {
			left = append(left, w)
		}
	}
	return left
}

// dateWords stand in the names of dates and say nothing more.
var dateWords = setOf(`date dates time timestamp datetime at on utc gmt of the a
datum zeit zeitpunkt am um der le la heure d de du fecha hora el data ora di il em da do op dato tid den dnia tarihi дата время`)

// useNames come from exports of CRMs, shops and newsletter tools, and from the languages those speak. Birthdays and dates of what the
// sender did (last sent, last modified, last contacted) are none of them.
var useNames = [numUses]columnNames{
	Created: {keys: setOf(`
created create creation createdon createdate datecreated added dateadded addtime signup signedup signupdate subscribed subscribe subscription subscribedate
optin optintime optedin registered registration register joined join joindate imported import importdate membersince customersince subscribersince
firstseen accountcreated contactcreated contactcreate usercreated profilecreated customercreated becamesubscriber becamealead becamelead entered entry inserted
erstellt erstellung erstelldatum erstellungsdatum angelegt anlage anlagedatum anmeldung anmeldedatum angemeldet registriert registrierung registrierungsdatum
eintragung eintragsdatum eingetragen eintritt hinzugefügt importiert importdatum kundeseit mitgliedseit
créé créée créele création inscription inscrit inscritle ajouté ajout ajoutéle enregistrement
creado creación creacion alta registro registrado inscripción inscripcion suscripción suscripcion añadido
creato creatoil creazione iscrizione iscritto iscrittoil registrazione aggiunto
criado criadoem criação criacao cadastro cadastrado inscrição inscricao registo
aangemaakt aangemaaktop aanmaak aanmaakdatum inschrijving inschrijfdatum registratie registratiedatum toegevoegd
skapad skapat registrerad registrering registreringsdatum oprettet opprettet oprettelsesdato luotu rekisteröity
utworzono utworzenia rejestracji dodano dodania vytvořeno vytvoření registrace přidáno létrehozva regisztráció
oluşturma oluşturulma kayıt создан создания создано регистрации регистрация добавлен добавления подписки створено
登録日 登録日時 作成日 作成日時 创建时间 创建日期 注册时间 注册日期 添加时间 建立日期 建立時間 註冊日期 註冊時間 생성일 가입일 등록일 생성일시 가입일시 등록일시
`), never: setOf(`last updated modified changed by user list birth birthday owner ip letzte dernier dernière última ultima`)},
	Engaged: {keys: setOf(`
recentopen recentclick 最終開封日 最終クリック日 最終ログイン 最終ログイン日 最終ログイン日時 最終購入日 最终登录 最后打开时间 最后点击时间 最后登录时间 最近购买时间 最後登入時間 最近購買日期 마지막로그인 최근로그인 최근접속일 최근구매일
zuletztaktiv zuletztgeöffnet letzteöffnung
`),
		first: setOf(`last latest recent lasted zuletzt letzte letzter letztes letzten dernier dernière derniere último última ultimo ultima laatste laatst senaste sidste siste ostatnie ostatni ostatnia poslední son последний последняя последнее последнего последней`),
		second: setOf(`open opened opens click clicked clicks engaged engagement engage login logged logon signin seen visit visited active purchase purchased order ordered bought reply replied response conversion session
öffnung geöffnet klick geklickt aktiv login anmeldung besuch kauf bestellung ouverture ouvert clic connexion visite achat commande actif
apertura abierto clic acceso compra pedido visita accesso acquisto ordine abertura clique acesso pedido geopend klik actief aankoop bestelling bezoek öppning öppnad klick köp inloggning åbning køb åpning kjøp
otwarcie kliknięcie logowanie zakup zamówienie otevření kliknutí nákup objednávka açılma tıklama giriş sipariş открытие открытия клик клика вход входа покупка покупки заказ заказа визит`),
		never: setOf(`sent send sends received delivered delivery modified updated contacted contact campaign amount value total count number name subject url source id ip status gesendet geändert envoyé enviado inviato verzonden bounce bounced unsubscribe unsubscribed`)},
	Origin: {keys: setOf(`
source sources leadsource originalsource contactsource signupsource subscriptionsource optinsource customersource usersource emailsource acquisitionsource sourcetype sourcename datasource importsource listsource recordsource
firstsource utmsource origin originalsourcetype latestsource leadorigin channel acquisitionchannel signupmethod optinmethod howdidyouhearaboutus referralsource primaryemailsource
quelle leadquelle herkunft datenquelle kontaktquelle anmeldequelle provenance origine originecontact sourcedulead origen fuente origendelcontacto fonte origem herkomst bron källa kilde lähde źródło zdroj forrás kaynak источник источниклида джерело
流入元 登録元 リードソース 来源 线索来源 客户来源 注册来源 來源 출처 유입경로 가입경로
`), never: setOf(`id url date time detail details drill`)},
	Confirmed: {keys: setOf(`
confirmed confirm confirmtime confirmation confirmedat confirmdate emailconfirmed isconfirmed emailverified verifiedemail isemailverified doubleoptin doubleoptinstatus doi doistatus optinconfirmed doubleoptinconfirmed confirmedoptin
subscriptionconfirmed bestätigt emailbestätigt bestätigung confirmé confirmée emailconfirmé confirmado emailconfirmado confermato bevestigd bekräftad bekræftet potwierdzony potwierdzono potvrzeno onaylandı подтвержден подтверждён
`), never: setOf(`ip by unconfirmed url`)},
}
