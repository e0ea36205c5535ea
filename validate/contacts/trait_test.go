package contacts

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNamesOfTraits(t *testing.T) {
	for use, names := range map[Use][]string{
		Created: {"Created", "created_at", "Created Time", "Create Date", "Date Created", "Date Added", "Signup date",
			"Sign-up Date (UTC)", "OPTIN_TIME", "Subscribed at", "Registration date", "Joined on",
			"Erstellt am", "Erstelldatum", "Anmeldedatum", "Date d'inscription", "Créé le", "Fecha de registro",
			"Data di creazione", "Data de cadastro", "Aangemaakt op", "Дата создания", "登録日", "创建时间", "가입일"},
		Engaged: {"Last marketing email click date", "Last Active", "last_login", "Last seen (UTC)",
			"Last order date", "lastPurchaseDate", "Recent purchase",
			"Letzter Klick", "Dernier achat", "Última compra", "Ultimo accesso", "Последний вход", "最終ログイン日", "最后登录时间"},
		Opened: {"Last open", "last_opened_at", "Last Email Open Date", "Last marketing email open date",
			"Recent open", "Zuletzt geöffnet", "Letzte Öffnung", "Dernière ouverture", "Última apertura",
			"Ultima apertura",
			"Laatst geopend", "Senast öppnad", "Ostatnie otwarcie", "Последнее открытие", "最終開封日", "最后打开时间"},
		Mailed: {"Last sent", "Last email send date", "last_sent_at", "Last Email Sent",
			"Last marketing email send date", "hs_email_last_send_date", "Last emailed", "Last Mailing Date",
			"Zuletzt gesendet", "Letzter Versand",
			"Dernier envoi", "Último envío", "Ultimo invio", "Último envio", "Laatst verzonden", "Senast skickat",
			"Ostatnia wysyłka", "Последняя отправка", "最終配信日", "最后发送时间", "최근발송일"},
		Delivered:      {"Last delivered", "last_delivered_at", "Zuletzt zugestellt", "Ostatnio doręczono"},
		DeliveredCount: {"Marketing emails delivered", "delivered_count", "hs_email_delivered"},
		Origin: {"Source", "Lead Source", "lead_source", "Original Source", "Sign-up source", "Channel",
			"UTM source", "Quelle", "Herkunft", "Origen", "Fonte", "Bron", "Источник", "来源",
			"How did you hear about us?"},
		Confirmed: {"Confirmed", "confirmed_at", "CONFIRM_TIME", "Double opt-in", "DOI", "email_verified",
			"Email Confirmed", "Bestätigt", "Confirmé"},
	} {
		for _, name := range names {
			for other := range numUses {
				if got := useNames[other].fit(name) == usualFit; got != (other == use) {
					t.Errorf("%q as use %d: %v, want use %d", name, other, got, use)
				}
			}
		}
	}
	for _, name := range []string{"Birthday", "Date of birth", "Geburtsdatum", "Last SMS sent",
		"First email send date", "Last invoice sent", "Last bounce", "Emails sent", "Last sent campaign name",
		"Last parcel delivered", "Last modified", "Updated at", "Last contacted", "Created by", "Unsubscribed at",
		"CONFIRM_IP",
		"Last campaign opened name", "Total opens", "Lead Source Detail", "Due date", "", "Date"} {
		for use := range numUses {
			if useNames[use].fit(name) != noFit {
				t.Errorf("%q is taken for use %d", name, use)
			}
		}
	}
}

func TestNamesOfDates(t *testing.T) {
	for _, names := range []struct {
		language string
		usual    []string
		weak     []string
	}{
		{"English", []string{"Create Date (GMT+1)", "Create Date [UTC]", "Created (yyyy-mm-dd)", "user_registered",
			"Subscription Date", "Customer since", "Member Since", "User Registration Time", "contact.created_at",
			"Date Subscribed", "ADDED_TIME", "Opt-in Timestamp (UTC)"}, []string{"Profile Created On", "Order Date",
			"Invoice Date", "Connected On", "Purchase Date", "Start Date", "Payment Date (UTC)", "Donation date"}},
		{"German", []string{"Eintragungsdatum", "Eintragungszeitpunkt", "Anmeldedatum (MEZ)", "Datum der Anmeldung",
			"Kunde seit", "Registrierungsdatum", "Beitrittsdatum", "Erstellt am"}, []string{"Bestelldatum",
			"Rechnungsdatum", "Kaufdatum", "Auftragsdatum"}},
		{"French", []string{"Date_Debut", "Adhésion", "Adhesion", "Date d'adhésion", "Date d’inscription",
			"Date de création", "Date d'abonnement", "Client depuis"}, []string{"Date de commande",
			"Date de facturation", "Date d'achat"}},
		{"Spanish", []string{"Fecha de alta", "Fecha de suscripción", "Fecha de creación", "Cliente desde"},
			[]string{"Fecha de pedido", "Fecha del pedido", "Fecha de factura", "Fecha de inicio"}},
		{"Italian", []string{"Data di iscrizione", "Data iscrizione", "Data di adesione", "Cliente dal"},
			[]string{"Data dell'ordine", "Data ordine", "Data fattura", "Data di inizio"}},
		{"Portuguese", []string{"Data de adesão", "Data de inscrição", "Data da assinatura", "Cliente desde"},
			[]string{"Data do pedido", "Data da encomenda", "Data da fatura"}},
		{"Dutch", []string{"Inschrijfdatum", "Datum van inschrijving", "Aanmelddatum", "Klant sinds"},
			[]string{"Besteldatum", "Factuurdatum"}},
		{"Swedish", []string{"Registreringsdatum", "Anmälningsdatum", "Anmälan", "Medlem sedan"},
			[]string{"Orderdatum", "Fakturadatum", "Beställningsdatum"}},
		{"Danish", []string{"Tilmeldingsdato", "Oprettelsesdato", "Tilmeldt", "Medlem siden"},
			[]string{"Ordredato", "Fakturadato"}},
		{"Norwegian", []string{"Påmeldt", "Innmeldt", "Registreringsdato"}, []string{"Bestillingsdato"}},
		{"Finnish", []string{"Liittymispäivä", "Rekisteröitymispäivä", "Luontipäivä"},
			[]string{"Ostopäivä", "Laskun päivämäärä"}},
		{"Polish", []string{"Data zapisu", "Data rejestracji", "Data utworzenia", "Data subskrypcji"},
			[]string{"Data zamówienia", "Data faktury", "Data zakupu"}},
		{"Czech", []string{"Datum registrace", "Datum přihlášení", "Datum vytvoření"}, []string{"Datum objednávky",
			"Datum faktury"}},
		{"Turkish", []string{"Kayıt Tarihi", "Üyelik tarihi", "Abonelik Tarihi"}, []string{"Sipariş Tarihi",
			"Fatura tarihi"}},
		{"Russian", []string{"Дата регистрации", "Дата подписки", "Дата вступления"}, []string{"Дата заказа",
			"Дата счета", "Дата покупки"}},
		{"Hungarian", []string{"Feliratkozás dátuma", "Regisztráció ideje"}, []string{"Rendelés dátuma"}},
		{"Japanese", []string{"登録日時", "入会日", "購読開始日", "会員登録日"}, []string{"注文日", "請求日", "購入日"}},
		{"Chinese", []string{"注册时间", "订阅日期", "创建时间"}, []string{"订单日期", "下单时间", "发票日期"}},
		{"Korean", []string{"가입일자", "등록일", "구독일"}, []string{"주문일", "구매일"}},
	} {
		for want, group := range map[fit][]string{usualFit: names.usual, weakFit: names.weak} {
			for _, name := range group {
				if got := createdNames.fit(name); got != want {
					t.Errorf("%s %q: fit %d, want %d", names.language, name, got, want)
				}
			}
		}
	}
}

// list writes rows of a list and opens it with traits.
func listWithTraits(t *testing.T, text string, traits Traits) (*List, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := Open(t.Context(), path, Options{Traits: traits})
	if err == nil {
		t.Cleanup(func() { l.Close() })
	}
	return l, err
}

func TestTraits(t *testing.T) {
	for name, c := range map[string]struct {
		list   string
		traits Traits
		want   []string // use, column and order of dates
		notes  []string // what they hold in order
	}{
		"by name and content": {
			"Email,Created,Last open,Source,DOI\na@b.de,2024-05-01,,shop,yes\nc@d.de,2023-05-01,2024-01-01,fair,no\n",
			Traits{Find: true},
			[]string{"0 Created month", "2 Source month", "3 DOI month", "4 Last open month"},
			[]string{`joined is read from "Created"`, `the source of the addresses is read from "Source"`,
				`the confirmation of addresses is read from "DOI"`, `the last open is read from "Last open"`},
		},
		"none are looked for unless asked": {"Email,Created\na@b.de,2024-05-01\n", Traits{}, nil, nil},
		"a name without dates is no date": {"Email,Created,Source\na@b.de,Anna,shop\n", Traits{Find: true},
			[]string{"2 Source month"}, []string{`"Source"`}},
		"a source that holds dates is none": {
			"Email,Source\na@b.de,2024-05-01\nc@d.de,2024-05-02\n", Traits{Find: true}, nil, nil,
		},
		"an empty column says nothing": {"Email,Created,Source\na@b.de,,\n", Traits{Find: true}, nil, nil},
		"several last signs": {
			"Email,Last open,Last click,Last login,Last sent,Emails " +
				"delivered\na@b.de,2024-05-01,2024-05-02,2024-05-02,2024-05-02,3\n", Traits{Find: true},
			[]string{"1 Last click month", "1 Last login month", "4 Last open month", "6 Last sent month",
				"7 Emails delivered month"},
			[]string{`"Last click", "Last login"`, `"Last open"`, `the last message is read from "Last sent"`,
				`"Emails delivered"`},
		},
		"a day beyond twelve tells the order": {
			"Email,Created\na@b.de,05/01/2024\nc@d.de,13/01/2024\n", Traits{Find: true}, []string{"0 Created day"},
			[]string{`dates in "Created" are read with the day first`, "joined"},
		},
		"a month beyond twelve does too": {
			"Email,Created\na@b.de,05/01/2024\nc@d.de,01/13/2024\n", Traits{Find: true}, []string{"0 Created month"},
			[]string{`dates in "Created" are read with the month first`, "joined"},
		},
		"the majority decides": {
			"Email,Created\na@b.de,13/01/2024\nc@d.de,14/01/2024\ne@f.de,01/15/2024\n", Traits{Find: true},
			[]string{"0 Created day"},
			[]string{"the day first, though 1 of 3 can only be read in the other order", "joined"},
		},
		"slashes between commas are American": {
			"Email,Created\na@b.de,05/01/2024\n", Traits{Find: true}, []string{"0 Created month"},
			[]string{"the month first, because they are written with slashes, as in the United States; no date " +
				"has a day above 12", "joined"},
		},
		"slashes between semicolons are not": {
			"Email;Created\na@b.de;05/01/2024\n", Traits{Find: true}, []string{"0 Created day"},
			[]string{"the day first, because a semicolon", "joined"},
		},
		"dots are not": {
			"Email,Created\na@b.de,05.01.2024\n", Traits{Find: true}, []string{"0 Created day"},
			[]string{"the day first, because they are not written with slashes", "joined"},
		},
		"a header in German puts the day first": {
			"Vorname,E-Mail,Eintragungsdatum\nAda,a@b.de,05/01/2024\n", Traits{Find: true},
			[]string{"0 Eintragungsdatum day"},
			[]string{"the day first, because the header is in German", "joined"},
		},
		"a header in French does, too": {
			"Prénom,Email,Date_Debut\nAda,a@b.fr,05/01/2024\n", Traits{Find: true}, []string{"0 Date_Debut day"},
			[]string{"the day first, because the header is in French", "joined"},
		},
		"but dates that tell are believed first": {
			"Vorname,E-Mail,Eintragungsdatum\nAda,a@b.de,05/13/2024\n", Traits{Find: true},
			[]string{"0 Eintragungsdatum month"},
			[]string{"are read with the month first", "joined"},
		},
		"one foreign word among many columns says nothing": {
			"First,Last,Email,Ort,Phone,Created\nAda,Oak,a@b.de,x,1,05/01/2024\n", Traits{Find: true},
			[]string{"0 Created month"},
			[]string{"slashes", "joined"},
		},
		"an order's date will do": {
			"Order,Email,Order Date\n45000,a@b.de,2024-05-01\n", Traits{Find: true}, []string{"0 Order Date month"},
			[]string{`"Order Date"`},
		},
		"but not if there is a better one": {
			"Order Date,Email,Created\n2024-05-01,a@b.de,2024-05-01\n", Traits{Find: true},
			[]string{"0 Created month"}, []string{`"Created"`},
		},
		"numbers of orders are no dates": {"Order,Email\n45000,a@b.de\n45001,b@b.de\n", Traits{Find: true}, nil, nil},
		"what the person names": {
			"Email,When,Where,Birthday\na@b.de,2024-05-01,shop,1990-01-01\n", Traits{Find: true, Created: "When",
				Engaged: "4", Source: "where"},
			[]string{"0 When month", "1 Birthday month", "2 Where month"}, []string{`"When"`, `"Birthday"`, `"Where"`},
		},
		"none switches off": {
			"Email,Created,Last open,Source\na@b.de,2024-05-01,2024-05-01,shop\n", Traits{Find: true, Created: "none",
				Engaged: "none", Source: "none"}, nil, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := listWithTraits(t, c.list, c.traits)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, tr := range l.Layout().Traits {
				got = append(got, fmt.Sprintf("%d %s %s", tr.Use, tr.Name, map[Dates]string{MonthFirst: "month",
					DayFirst: "day"}[tr.Dates]))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("traits (-want +got):\n%s", diff)
			}
			notes := l.Layout().Notes
			if len(notes) != len(c.notes) {
				t.Fatalf("notes %q, want %d", notes, len(c.notes))
			}
			for i, want := range c.notes {
				if !strings.Contains(notes[i], want) {
					t.Errorf("note %q, want %q", notes[i], want)
				}
			}
		})
	}
}

func TestTraitsThatCannotBe(t *testing.T) {
	for want, traits := range map[string]Traits{
		`no column "Nope"`:    {Find: true, Created: "Nope"},
		"is used twice":       {Find: true, Created: "Email"},
		`column "Created" is`: {Find: true, Created: "Created", Engaged: "Created"},
	} {
		if _, err := listWithTraits(t, "Email,Created\na@b.de,2024-05-01\n", traits); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", traits, err, want)
		}
	}
}

func TestConfirmedSays(t *testing.T) {
	trait := Trait{Use: Confirmed}
	for cell, want := range map[string]bool{
		"yes": true, "YES": true, "1": true, "true": true, "Ja": true, "oui": true, "да": true, "double": true,
		"2024-05-01 10:00": true,
		"no":               false, "": false, "0": false, "pending": false, "unconfirmed": false, "single": false,
		"0000-00-00": false, strings.Repeat("y", 100): false,
	} {
		if got := trait.Says([]byte(cell)); got != want {
			t.Errorf("%q: %v, want %v", cell, got, want)
		}
	}
}

func TestGroups(t *testing.T) {
	var b strings.Builder
	b.WriteString("Email,Country,Name,Always,Owner email,Created,Half,First name\n")
	for i := range 200 {
		fmt.Fprintf(&b, "a%d@b.de,%s,n%d,x,boss@x.de,2024-05-01,%s,%s\n", i, []string{"DE", "FR", ""}[i%3], i,
			[]string{"y", ""}[i%2], []string{"Ann", "Bob"}[i%2])
	}
	l, err := listWithTraits(t, b.String(), Traits{Find: true})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range l.Layout().Groups {
		got = append(got, c.Name)
	}
	if want := []string{"Country", "Half"}; !slices.Equal(got, want) {
		t.Errorf("groups %q, want %q", got, want)
	}
}

func TestPassHandsOutFurtherColumns(t *testing.T) {
	l, err := listWithTraits(t, "id,Email,\"a,b\",c\n1,x@y.de,\"p, \"\"q\"\"\",r\n2,z@y.de\n3,\"v@y.de\",s,t,u\n",
		Traits{})
	if err != nil {
		t.Fatal(err)
	}
	pass, err := l.Pass(t.Context(), 3, 0, 2)
	if err != nil {
		t.Fatal(err)
	}
	block, err := pass.Next(nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for rec := (Record{}); block.Next(&rec); {
		if rec.Kind == Row {
			got = append(got, fmt.Sprintf("%s|%s", rec.Cells, bytes.Join(rec.Extra, []byte(";"))))
		}
	}
	if want := []string{`[x@y.de]|r;1;p, "q"`, "[z@y.de]|;2;", "[v@y.de]|t;3;s"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
