package contacts

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// How well a column's name says that it holds the contact's address.
const (
	rankLookAlike = -1  // it says something about an address, or it is somebody else's
	rankUnknown   = 0   // the content decides
	rankSoft      = 40  // names that only some exports use for it
	rankMail      = 50  // the least for a name that speaks of e-mail
	rankPart      = 70  // a word for e-mail among others
	rankExact     = 100 // a usual name, and nothing else
)

const longestName = 100 // bytes; a longer text is not a name

// exactNames are the usual names, normalised: lower case, without blanks and punctuation. They come from
// exports of CRMs, shops and newsletter tools, and from the languages those speak.
var exactNames = setOf(`
email emailaddress emailaddr emailaddress1 email1 email1value mail emails emailid primaryemail primaryemailaddress workemail
contactemail customeremail useremail personemail personemailwork subscriberemail emailaddresswork
emailadresse mailadresse emailanschrift elektronischepost epostadresse
adresseemail adressemail adressedemail courriel adressecourriel adresseelectronique adresseélectronique
correoelectronico correoelectrónico correo direccionemail direccióndecorreoelectrónico direcciondecorreoelectronico
indirizzoemail postaelettronica indirizzodipostaelettronica
enderecodeemail endereçodeemail correioeletronico correioeletrônico
epost epostadress emailadres sähköposti sähköpostiosoite netfang tölvupóstur
adresemail adresaemail emailováadresa emailcím elpaštas epasts eposti adresădeemail eposta epostaadresi
メールアドレス eメール メール 电子邮件 电子邮件地址 电子邮箱 邮箱 邮箱地址 邮件地址 電子郵件 電子郵件地址 電郵 이메일 이메일주소
электроннаяпочта адресэлектроннойпочты почта емейл имейл електроннапошта ηλεκτρονικόταχυδρομείο البريدالإلكتروني דואל דוארלאלקטרוני
địachỉemail alamatemail
`)

// softNames need content that agrees.
var softNames = setOf(`subscriber subscriberkey recipient to login username emailto member contact destinatario destinataire empfänger`)

// mailWords speak of e-mail wherever they stand; in letters of ASCII as words of their own.
var mailWords = setOf(`mail mails email emails emailaddress courriel correo correos epost eposta`)

// mailParts speak of e-mail in scripts without blanks, and in names that are written in one.
var mailParts = []string{"email", "メール", "邮箱", "邮件", "郵件", "電郵", "이메일", "почта", "почты", "sähköposti",
	"postaelettronica"}

// otherWords make a column a look-alike: it says something about the address, or the address is another party's.
var otherWords = setOf(`
status consent consents opt opted optin optout type label domain domains owner owners company source sources confidence permission permissions
suppressed suppression suppressions blacklisted blocked disabled bounce bounced bounces bouncing marketing notification notifications
subscription subscriptions subscribed unsubscribed unsubscribe unsub valid validity validated validation verified verification verify
score rating date time timestamp count counts sent opened opens open clicked clicks frequency preference preferences template subject body
provider providers hash hashed md5 sha1 sha256 reason quality not donotemail accepts accept allow allowed checksum format display
campaign server host password catchall engagement activity creator created modified updated rep salesrep agent manager
sender from assigned assignee
besitzer eigentümer firma zustimmung einwilligung propriétaire proprietaire statut consentement entreprise propietario estado empresa
proprietario stato azienda eigenaar właściciel владелец статус компания 所有者 状态
`)

// otherParts are those of them that names written in one hold.
var otherParts = []string{"status", "consent", "optin", "optout", "opted", "domain", "owner", "confidence",
	"permission", "suppress",
	"blacklist", "disabled", "bounce", "marketing", "notification", "subscribed", "donotemail", "verified"}

// firstWords and laterWords order several address columns.
var (
	firstWords = setOf(`1 primary main work preferred principal business default professional`)
	laterWords = setOf(`2 3 4 5 6 7 8 9 secondary second third alternate alternative additional other others home personal private old
previous former backup buyer billing shipping parent spouse assistant referrer referral cc bcc emergency partner reply recovery`)
)

// messageIDs name columns of what looks like addresses and is none.
var messageIDs = setOf(`messageid messageids msgid inreplyto references threadid smtpid`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// rankName tells how well a column's name says that it holds the contact's address.
func rankName(name string) int {
	if len(name) > longestName {
		return rankUnknown
	}
	words := nameWords(name)
	key := strings.Join(words, "")
	switch {
	case exactNames[key]:
		return rankExact
	case anyOf(words, otherWords) || holdsPart(words, otherParts):
		return rankLookAlike
	case softNames[key]:
		return rankSoft
	case !anyOf(words, mailWords) && !holdsPart(words, mailParts):
		return rankUnknown
	case anyOf(words, laterWords):
		return rankMail
	case anyOf(words, firstWords):
		return rankPart + 10
	}
	return rankPart
}

func anyOf(words []string, set map[string]bool) bool {
	for _, w := range words {
		if set[w] {
			return true
		}
	}
	return false
}

func holdsPart(words, parts []string) bool {
	for _, w := range words {
		for _, p := range parts {
			if strings.Contains(w, p) {
				return true
			}
		}
	}
	return false
}

// nameKey is a column's name without case, blanks and punctuation.
func nameKey(name string) string { return strings.Join(nameWords(name), "") }

// nameWords splits a name into lower-case words: at punctuation, before capitals and around numbers.
func nameWords(name string) (words []string) {
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = word[:0]
		}
	}
	for _, r := range norm.NFKC.String(name) {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r):
			flush()
			continue
		case len(word) > 0 && newWord(word[len(word)-1], r):
			flush()
		}
		word = append(word, r)
	}
	flush()
	return words
}

func newWord(before, r rune) bool {
	return (unicode.IsLower(before) && unicode.IsUpper(r)) || unicode.IsNumber(before) != unicode.IsNumber(r)
}
