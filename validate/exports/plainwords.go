package exports

import (
	"regexp"
	"strings"
	"sync"
)

// lazily compiles a regular expression when it is first used: most lists need neither.
func lazily(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

func setOf(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[fold(w)] = true
	}
	return set
}

// yesWords and noWords are what people and programs write into columns of yes and no.
var (
	yesWords = setOf(`1 y yes true t x on ja j oui o vrai sí s si verdadero vero sim verdadeiro waar tak prawda ano evet kyllä igen da да
はい 是 예 네 ναι نعم כן vâng ya wahr checked enabled`)
	noWords = setOf(`0 n no false f off nein non faux nein falso não nao nee onwaar nie fałsz nei nej ne hayır ei nem nu нет
いいえ 否 아니오 아니요 όχι لا לא không tidak falsch unchecked disabled`)
	yesSigns = map[string]bool{"✓": true, "✔": true, "☑": true, "✅": true, "●": true}
	noSigns  = map[string]bool{"✗": true, "✘": true, "☐": true, "❌": true}
)

// synonyms are the words that other languages and services have for a status, by the English one.
var synonyms = func() map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(statusWords) {
		if same, others, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			for w := range strings.FieldsSeq(others) {
				all[fold(w)] = same
			}
		}
	}
	return all
}()

// statusWords stand with underscores for blanks. Participles stand in the genders that an export may use.
const statusWords = `
unsubscribed: unsubscribe has_unsubscribed email_unsubscribed unsubscribed_from_all abgemeldet ausgetragen abbestellt désabonné désabonnée désinscrit désinscrite
unsubscribed: desuscrito desuscrita dado_de_baja dada_de_baja cancelado_suscripción anulado_suscripción disiscritto disiscritta disiscritto/a cancellato_iscrizione
unsubscribed: descadastrado descadastrada inscrição_cancelada cancelou_inscrição afgemeld uitgeschreven avregistrerad avprenumererad frameldt afmeldt avmeldt peruutettu
unsubscribed: wypisany wypisana zrezygnował odhlášen odhlášený odhlásený leiratkozott abonelikten_çıktı отписан отписана отписался отписалась відписаний dezabonat
unsubscribed: 配信停止 購読解除 登録解除 退订 已退订 取消订阅 已取消订阅 退訂 已取消訂閱 수신거부 구독취소
optedout: opt_out opted_out_of_email email_opt_out opted-out opt-out widersprochen widerrufen
subscribed: subscriber email_subscribed angemeldet abonniert eingetragen abonné abonnée inscrit inscrite suscrito suscrita iscritto iscritta inscrito inscrita cadastrado
subscribed: ingeschreven aangemeld abonnee prenumererar tilmeldt påmeldt tilaaja zapisany subskrybent přihlášen prihlásený feliratkozott abone подписан подписана підписаний abonat
subscribed: 購読中 登録済み 已订阅 已訂閱 구독중 구독
unconfirmed: not_confirmed unbestätigt nicht_bestätigt non_confirmé non_confirmée no_confirmado sin_confirmar non_confermato não_confirmado niet_bevestigd onbevestigd
unconfirmed: obekräftad ikke_bekræftet ikke_bekreftet niepotwierdzony nepotvrzený onaylanmamış не_подтвержден не_подтверждён 未確認 未确认 미확인
bounced: bounce gebounct gebounced unzustellbar rebotado rebote rejeté rimbalzato respinto devolvido odbity undeliverable
hardbounced: hard_bounce hard_bounced bounced_hard bounced_(hard) hardbounces permanent_bounce rebote_duro rebond_dur
softbounced: soft_bounce soft_bounced bounced_soft temporary_bounce
complained: complaint complaints spam_complaint marked_as_spam reported_spam reported_as_spam spam_report abuse_complaint als_spam_markiert marqué_comme_spam marcado_como_spam
blocklisted: blacklisted block_listed black_listed auf_sperrliste gesperrt_(blacklist)
active: aktiv actif active activo activa attivo attiva ativo ativa actief aktywny aktivní активен
inactive: inaktiv inactif inactivo inattivo inativo inactief nieaktywny
confirmed: bestätigt confirmé confirmado confermato bevestigd potwierdzony подтвержден
`

// noDate reports whether a cell of dates stands for no date.
func noDate(cell string) bool {
	return strings.Trim(cell, "0-/.: T") == ""
}

// isDate reports whether a cell is a date or a time as exports write them, or a count of seconds or milliseconds
// since 1970. Which number is the day does not matter here.
func isDate(cell string) bool {
	if len(cell) > longestDate {
		return false
	}
	return dateForm().MatchString(cell) || sinceEpoch().MatchString(cell)
}

const longestDate = 64

var (
	dateForm   = lazily(`^\D{0,24}((19|20)\d\d|\d{1,2})\D{1,12}\d{1,2}\D{1,12}\d{2}|^\pL{3,12}\.? \d{1,2},? (19|20)\d\d|^(19|20)\d{6}$`)
	sinceEpoch = lazily(`^1\d{9}(\d{3})?$`)
)
