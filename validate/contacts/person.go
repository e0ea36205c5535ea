package contacts

import "unicode"

// samePersonWords may appear in the name of an address column besides the words for e-mail; it is then still
// the contact's own address. Any other word might: "manager", "buyer", "cc".
var samePersonWords = setOf(`
primary main first secondary second third alternate alternative alt additional other another others further more extra home personal private
work business office job professional default preferred old previous former backup value values contact contacts customer user person people
member subscriber client account your my the of address addresses id adr addr list
adresse adressen anschrift haupt erste zweite dritte weitere alternative alternativ privat private geschäftlich geschaeftlich dienstlich arbeit büro buero kunde kontakt
principale principal secondaire personnel personnelle professionnel professionnelle domicile travail autre autres deuxième perso pro électronique de du le la
secundario secundaria personal particular trabajo casa alternativo alternativa otro otros segundo adicional principal electrónico electronico dirección direccion
principale secondario secondaria personale lavoro altro altra altri seconda aggiuntiva aggiuntivo privata indirizzo
secundário secundária pessoal trabalho outro outros alternativo adicional endereço endereco
zakelijk zakelijke privé prive tweede werk thuis ander andere extra adres
arbete arbets privat hem andra annan arbejde anden jobb hjem annen ekstra adress
prywatny prywatna służbowy sluzbowy dodatkowy drugi praca dom inny
práce domů soukromý druhý další iş ev kişisel ikinci diğer adresi
дополнительный дополнительная второй рабочий рабочая личный личная домашний другой адрес электронная электронной
`)

// samePerson reports whether a column's name says that it holds an address of the contact too: E-mail 2,
// Secondary Email, Person - Email - Home. A word that it doesn't know says that it might be anybody's.
func samePerson(name string) bool {
	if rankName(name) < rankMail {
		return false
	}
	words := nameWords(name)
	if exactNames[nameKey(name)] {
		return true
	}
	for _, w := range words {
		if !samePersonWords[w] && !mailWords[w] && !holdsPart([]string{w}, mailParts) && !isDigits(w) && w != "e" {
			return false
		}
	}
	return true
}

func isDigits(word string) bool {
	for _, r := range word {
		if !unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

// others are the columns that may hold the contact's address where the chosen one holds none: by their names,
// and not the same few addresses again and again.
func others(columns []Column, chosen Column, rows int) (same []Column) {
	for _, c := range columns {
		shared := c.most > 1 && float64(c.most) > mostShared*float64(rows)
		if c.Index != chosen.Index && samePerson(c.Name) && !shared && (c.filled == 0 || c.addresses()) {
			same = append(same, c)
		}
	}
	return same
}

// mostShared is the share of the rows that a single address of such a column may fill.
const mostShared = 0.01
