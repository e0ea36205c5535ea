package contacts

import (
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// nameStems are the words of a name in a form in which they are compared: without what stands in brackets,
// without accents, and without the word for a date that some languages write as part of another word
// (Anmeldedatum, 登録日時).
func nameStems(name string) []string {
	words := nameWords(unbracketed(name))
	for i, w := range words {
		words[i] = stem(withoutAccents(w))
	}
	return words
}

// unbracketed is a name without its brackets and what they hold, a unit or a zone as a rule, unless nothing
// else is left.
func unbracketed(name string) string {
	var left strings.Builder
	depth := 0
	for _, r := range name {
		switch r {
		case '(', '[', '{', '（', '［', '【':
			depth++
		case ')', ']', '}', '）', '］', '】':
			depth = max(depth-1, 0)
		default:
			if depth == 0 {
				left.WriteRune(r)
			}
		}
	}
	if strings.TrimSpace(left.String()) == "" {
		return name
	}
	return left.String()
}

// withoutAccents takes the accents off Latin, Greek and Cyrillic letters.
func withoutAccents(w string) string {
	if strings.IndexFunc(w, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return w
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case r >= 0x300 && r <= 0x36f:
			return -1
		case r == 'ı':
			return 'i'
		}
		return r
	}, norm.NFD.String(w)))
}

// dateEndings are words for a date and a time that are written as the end of another word; the longer ones first.
var dateEndings = strings.Fields(withoutAccents(`zeitpunkt tidspunkt tidspunktet päivämäärä datumet datoen datum dato date zeit tid päivä pvm
日付 日期 日時 日时 時間 时间 年月日 日 일자 일시 날짜 시간 일`))

// stem takes the ending that means a date off a word, and the s that joins the two in Germanic languages.
func stem(w string) string {
	for _, ending := range dateEndings {
		if left, ok := strings.CutSuffix(w, ending); ok && utf8.RuneCountInString(left) >= 2 {
			if ending[0] < utf8.RuneSelf && len(left) > 4 {
				left = strings.TrimSuffix(left, "s")
			}
			return left
		}
	}
	return w
}

// stems are a set of words as nameStems has them; nil holds none. It is made when it is first looked into, for
// most commands never do.
type stems func() map[string]bool

func foldedSet(words string) stems {
	return sync.OnceValue(func() map[string]bool {
		set := map[string]bool{}
		for _, w := range strings.Fields(words) {
			set[stem(withoutAccents(w))] = true
		}
		return set
	})
}

// anyOf reports whether the set holds one of some words.
func (s stems) anyOf(words []string) bool { return s != nil && anyOf(words, s()) }

// dateWords stand in the names of dates and say nothing more.
var dateWords = foldedSet(`date dates time timestamp datetime day at on utc gmt est pst cet cest local iso unix epoch ms of the a and 0 1 2 3 4 5 6 7 8 9 10 11 12
datum zeit zeitpunkt uhrzeit tag am um der des die la le les heure jour d de du l et fecha hora día el los data ora giorno il lo dell dello della dei di da do dos em o del
van op tijd dato tid den för for dnia termin čas tarihi tarih zaman дата время день dátuma dátum ideje päivämäärä pvm pm päivä 日 日付 日期 时间 時間 날짜`)

// subjectWords say whose date it is: a contact's.
var subjectWords = foldedSet(`contact contacts customer user users subscriber subscribers member account profile lead person people client guest attendee participant record
e mail email row kontakt kontakte kontakts kunde kunden mitglied mitglieder benutzer nutzer konto abonnent teilnehmer client adhérent membre utilisateur compte abonné
contacto cliente usuario cuenta socio miembro suscriptor contatto utente iscritto socio contato conta assinante membro klant gebruiker lid abonnee kund användare medlem
bruger bruker abonnent asiakas jäsen käyttäjä klient klienta użytkownik użytkownika kontaktu zákazník zákazníka uživatel uživatele müşteri üye kullanıcı abone
клиент клиента пользователь пользователя контакт контакта участник подписчик подписчика клієнт користувач ügyfél felhasználó`)

// createdNames are the names of columns that say when a contact joined. The weak ones say when it ordered,
// was billed or was met, so it was known then.
var createdNames = columnNames{keys: foldedSet(`
created create creation createdon createdate datecreated added dateadded addtime signup signedup signupdate subscribed subscribe subscription subscribedate
optin optintime optedin registered registration register joined join joindate imported import importdate membersince customersince subscribersince
firstseen accountcreated contactcreated contactcreate usercreated customercreated becamesubscriber becamealead becamelead entered entry inserted
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
eintragung adhésion adhesion abonnement abonné abonnée début debut since seit depuis desde dal sinds sedan siden od с
anmelde eintrag erstell beitritt beigetreten aufnahme abo abonniert hinzugefügtam zugang bestätigungsanmeldung
adhéré adhère adhérent inscrite créationcompte ouverture souscription souscrit ajoutée enregistré
suscrito suscripto afiliación ingreso incorporación registrada agregado creada
adesione abbonamento sottoscrizione inserimento inserito registrato caricamento
adesão assinatura subscrição adição adicionado inclusão ingresso registrado registada registado
inschrijf aanmeld aanmelding aangemeld ingeschreven lidmaatschap toegetreden geregistreerd registratie creatie
prenumeration anmäld anmälan anmälning ansluten anslutning skapande medlemskap tillagd
tilmeldt tilmelding oprettelse indmeldt indmeldelse påmeldt påmelding innmeldt innmelding opprettelse registreret registrert tilføjet
liittymi liittynyt liittymä rekisteröitymi rekisteröinti luonti luomi tilaus tilauksen lisätty
zapisu zapisania zapis rejestracja utworzenie subskrypcji subskrypcja przystąpienia dołączenia utworzony
přihlášení přihlášen registrován založení vzniku odběru vytvořen
feliratkozás feliratkozott regisztrációs regisztrálás csatlakozás csatlakozott létrehozás felvétel
abonelik üyelik katılım katılma eklenme oluşturulma oluşturuldu kayıt üyeolma
вступления вступление присоединения подписан подписка оформления внесения зарегистрирован реєстрації підписки створення додано
înscrierii înscriere abonării abonare creării adăugat
入会 購読 購読開始 登録 作成 追加 会員登録 申込 订阅 入会 加入 创建 注册 添加 登记 訂閱 建立 註冊 加入 구독 가입 등록 생성 추가
`), weak: foldedSet(`
profilecreated connected connection order ordered orderplaced purchase purchased invoice invoiced transaction payment paid donation donated gift booking booked sale checkout ticket start started begin
bestell bestellung auftrag rechnung kauf buchung spende beginn start anfang vertragsbeginn verbunden
commande achat facture facturation paiement don réservation connecté connexion début
pedido compra factura facturación pago donación reserva inicio comienzo conexión conectado
ordine acquisto fattura fatturazione pagamento donazione prenotazione inizio collegato collegamento
encomenda fatura faturação faturamento doação início conexão conectado
bestel bestelling factuur aankoop betaling boeking start begin verbonden
beställning order köp faktura betalning bokning start ansluten
bestilling ordre køb kjøp faktura betaling booking start
osto tilaus lasku laskun maksu varaus aloitus alkami tilau
zamówienia zamówienie zakupu faktury płatności rozpoczęcia połączenia
objednávky objednávka nákupu faktury platby zahájení začátku spojení
rendelés vásárlás számla fizetés kezdés
sipariş satınalma fatura ödeme başlangıç başlama bağlantı
заказа заказ покупки счета оплаты начала соединения замовлення покупки рахунку початку
comenzii facturii achiziției plății începerii
注文 購入 請求 支払 支払い 開始 予約 订单 下单 购买 发票 付款 开始 訂單 購買 發票 開始 주문 구매 청구 결제 시작 예약
`), never: foldedSet(`last updated modified changed by list birth birthday owner ip letzte letzter dernier dernière última ultima ultimo último`)}
