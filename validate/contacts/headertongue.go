package contacts

import "strings"

// tongue is a language that writes the day before the month, known by the words of headers.
type tongue struct {
	name  string
	words stems // of headers, and of no American ones
}

// tongues are languages by the words of their headers. English alone leaves the order of dates open, so only
// words that are not American stand for it.
var tongues = []tongue{
	{"German", foldedSet(`vorname nachname anrede straße strasse plz ort postleitzahl stadt firma telefon geburtsdatum erstellt angelegt anmeldung eintragung quelle
kunde kundennummer kundennr adresse sprache herkunft geschlecht unternehmen abteilung bemerkung bestell bestellung rechnung eintrag registrierung erstell anmelde beitritt seit mailadresse`)},
	{"French", foldedSet(`prénom nom adresse ville téléphone société entreprise pays civilité rue naissance inscription création début adhésion adhérent langue courriel commande
facture achat client créé inscrit ajout postal`)},
	{"Spanish", foldedSet(`nombre apellido apellidos correo teléfono empresa dirección ciudad país calle fecha idioma alta creación registro pedido factura nacimiento cliente móvil provincia`)},
	{"Italian", foldedSet(`nome cognome azienda indirizzo città paese telefono cellulare provincia iscrizione creazione registrazione ordine fattura nascita lingua dell partecipante`)},
	{"Portuguese", foldedSet(`nome sobrenome apelido empresa endereço cidade país telefone celular cadastro inscrição criação pedido encomenda fatura nascimento idioma estado telemóvel`)},
	{"Dutch", foldedSet(`voornaam achternaam bedrijf straat woonplaats plaats telefoonnummer telefoon geboorte inschrijf aangemaakt aanmaak factuur bestel taal herkomst tussenvoegsel emailadres lid`)},
	{"Swedish", foldedSet(`förnamn efternamn namn företag gatuadress postnummer ort stad telefonnummer skapad registrerad beställning faktura födelse språk epost`)},
	{"Danish", foldedSet(`fornavn efternavn navn firma virksomhed vej postnr telefonnummer oprettet tilmeldt tilmelding tilmeldings køb faktura fødsels sprog`)},
	{"Norwegian", foldedSet(`fornavn etternavn navn bedrift postnr poststed telefonnummer opprettet påmeldt innmeldt kjøp faktura fødsels språk`)},
	{"Finnish", foldedSet(`etunimi sukunimi nimi yritys katuosoite osoite postinumero kaupunki puhelin luotu rekisteröity liittymis lasku tilaus syntymä kieli sähköposti`)},
	{"Polish", foldedSet(`imię nazwisko firma ulica miasto kraj adres utworzenia zapisu rejestracji dodania zamówienia faktury urodzenia język źródło kod`)},
	{"Czech", foldedSet(`jméno příjmení firma ulice město psč země vytvoření registrace přihlášení objednávky faktury narození jazyk zdroj telefon`)},
	{"Turkish", foldedSet(`adı soyad soyadı şirket adres şehir ülke telefon kayıt oluşturma oluşturulma üyelik abonelik sipariş fatura doğum dil kaynak tarihi eposta`)},
	{"Russian", foldedSet(`имя фамилия отчество компания адрес город страна телефон создания регистрации подписки заказа счета рождения язык источник дата почта`)},
	{"Ukrainian", foldedSet(`імя прізвище компанія адреса місто країна створення реєстрації підписки замовлення народження мова джерело дата пошта`)},
	{"Romanian", foldedSet(`nume prenume companie adresă oraș țară înscrierii creării comenzii facturii nașterii limbă`)},
	{"Hungarian", foldedSet(`vezetéknév keresztnév név cég utca város ország feliratkozás regisztráció létrehozás rendelés számla születési nyelv forrás`)},
	{"British English", foldedSet(`postcode organisation favourite colour suburb`)},
}

// tongueOf is the language that most columns are named in, or nil. System columns are English in any
// language, so English words say nothing; one foreign word among many columns may be anything.
func tongueOf(columns []Column) (best *tongue) {
	most, named := 0, 0
	votes := make([]int, len(tongues))
	for _, c := range columns {
		if c.Name == "" || len(c.Name) > longestName {
			continue
		}
		named++
		words := nameStems(c.Name)
		for i := range tongues {
			votes[i] += btoi(tongues[i].words.anyOf(append(words, strings.Join(words, ""))))
		}
	}
	for i, n := range votes {
		if n > most {
			best, most = &tongues[i], n
		}
	}
	if most == 1 && named > 4 {
		return nil
	}
	return best
}
