// Package probe asks mail hosts about recipients, politely: RCPT TO, and never DATA.
//
// A [Plan] sorts the questions into lanes, one for each set of mail hosts. Lanes go side by side, each at the pace of
// its operator (see [Rules]), and what must hold across runs and processes (how much was asked, who wants to be left
// alone, who asks at present) is in a [Memory]. What comes back is facts: replies, word for word but for the
// addresses in them. What they mean for a contact is not decided here, with one exception that concerns ourselves:
// replies are read to find out whether they are about us, and then asking stops and what was said there since the
// last proof of good faith is withdrawn.
package probe
