package contacts

// The names of columns that say when a contact was last mailed. English ones are those of exports that are
// public (HubSpot, Klaviyo, Mailjet, Constant Contact); the translations are reported: no export with them
// was seen.

// lastWords say that a date is the latest one.
var lastWords = foldedSet(`last latest recent lasted zuletzt senast seneste sidst sist ostatnio viimeksi letzte letzter letztes letzten dernier dernière derniere último última ultimo ultima laatste laatst senaste sidste siste ostatnie ostatni ostatnia poslední son последний последняя последнее последнего последней`)

var openedNames = columnNames{
	keys: foldedSet(`recentopen lastopen openedat lastopened hsemaillastopendate lastemailopen
zuletztgeöffnet letzteöffnung 最終開封日 最終開封日時 最后打开时间 最後開啟時間 마지막오픈일 최근오픈일`),
	first: lastWords,
	second: foldedSet(`open opened opens
öffnung geöffnet ouverture ouvert apertura abierto aperto abertura aberto geopend öppning öppnad öppnat åbning åbnet åpning åpnet avaus avattu otwarcie otwarto otevření megnyitás açılma открытие открытия відкриття`),
	never: neverMailed,
}

var deliveredNames = columnNames{
	keys: foldedSet(`lastdelivered lastdelivery lastdelivereddate deliveredat lastemaildelivered
zuletztzugestellt letztezustellung 最終配信完了日 最后送达时间 最後送達時間 마지막수신일`),
	first: lastWords,
	second: foldedSet(`delivered
zugestellt délivré délivrée livré entregado entregada consegnato consegnata entregue afgeleverd levererat toimitettu doręczono doručeno kézbesítve доставлено`),
	never: neverMailed,
}

var mailedNames = columnNames{
	keys: foldedSet(`lastsent lastsend lastemailsent lastmailsent lastmailed lastemailed lastmarketingemailsend hsemaillastsend hsemaillastsenddate lastcampaignsent lastnewslettersent
sentat lastmailing lastmailingdate
zuletztgesendet zuletztversendet letzterversand letztermailversand dernierenvoi últimoenvío ultimoinvio últimoenvio laatstverzonden senastskickat
最終送信日 最終送信日時 最終配信日 最終配信日時 最后发送时间 最近发送时间 最後發送時間 마지막발송일 최근발송일`),
	first: lastWords,
	second: foldedSet(`sent send mailed emailed
gesendet versendet versand verschickt zugesandt envoyé envoyée envoi enviado enviada envío inviato inviata invio envio verzonden verstuurd verzending skickad skickat utskick sendt udsendt utsendt lähetetty lähetys
wysłano wysłania wysyłka wysyłki odesláno odeslání küldés elküldve gönderim gönderildi отправлено отправки отправка рассылки надіслано`),
	never: neverMailed,
}

var countNames = columnNames{
	keys: foldedSet(`marketingemailsdelivered hsemaildelivered deliveredcount emailsdelivered messagesdelivered totaldelivered numberdelivered
zugestelltemails anzahlzugestellt nombredélivrés`),
	never: foldedSet(`sms whatsapp push rate percent`),
}

// neverMailed are words of columns about other channels, of one-to-one mail, and of what went wrong.
var neverMailed = foldedSet(`first erste erster première premier primera primer prima primo primeira primeiro eerste första første pierwszy první первый
sms mms whatsapp push phone call fax letter post sales invoice quote order shipping parcel package bounce bounced failed rejected error blocked complaint unsubscribe unsubscribed
count number total rate percent subject name title id url ip user owner by campaignname rechnung bestellung commande factura fattura pedido`)
