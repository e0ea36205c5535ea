// Package smtp holds one conversation with one mail host, as far as RCPT: what the host says about
// recipients, and no more. There is no DATA command in it, so nothing that it does can send a message (RFC
// 5321 §4.1.1.4).
//
// [Client.Open] connects, waits for the whole greeting and introduces us. [Session.Ask] asks about the
// recipients of one transaction, and [Session.Quit] takes leave. What a reply means is for validate/reply to
// say; how much to ask, how fast, and whether to ask again is for the caller, whom [Session.Refusals],
// [Session.Slower] and the kinds of [Trouble] tell what they need.
//
// A reply counts only if there is no doubt which command it answers: a good recipient must not get the reply
// that was meant for a bad one. So a host that speaks unasked, owes replies, gives a code that does not fit
// the command or names another recipient than the one it was asked about ends the session, and what can't be
// told apart is not given out.
//
// Everything that a host sends is bounded: octets in a line, lines and octets in a reply, octets in a
// session, the time of each reply and that of all of them together. Replies come as the host wrote them;
// [Redact] takes the addresses out before anybody keeps them, and who prints them escapes the control
// characters.
package smtp
