package validate

import (
	"strings"

	"github.com/prebounce/prebounce/validate/reply"
)

// Proof is what else is known of the host that gave an [Answer], where its reply alone proves nothing. It is a set.
type Proof uint8

const (
	// a more preferred mail server of the domain was down: this one may not know who exists
	FromBackup  Proof = 1 << iota
	TookAnother       // the host accepted another recipient of the domain in the same run
	LikeControl       // the host refused the domain's control recipient with the same words in the same run
)

// Has reports whether all of p is in the set.
func (s Proof) Has(p Proof) bool { return s&p == p }

// proven is what a reply speaks for that alone proves nothing: a backup server may accept or refuse everybody, and so
// may Microsoft's edge.
func (a *Answer) proven(r Reason) Reason {
	switch {
	case a.EdgeRefusal() && a.Proof.Has(TookAnother|LikeControl):
		return MailboxUnknown
	case a.EdgeRefusal():
		return Undetermined
	case !a.Proof.Has(FromBackup):
		return r
	case r == Accepted:
		return Unproven
	case backupGuesses.Has(r) && !a.Proof.Has(TookAnother):
		return Undetermined
	}
	return r
}

// backupGuesses are the reasons that a refusal of a backup server doesn't speak for: it may refuse everybody.
var backupGuesses = Of(MailboxUnknown, MailboxDisabled, MailboxMoved, MailboxFull, DomainRefused, RelayDenied)

// EdgeRefusal reports whether the reply is the one of Microsoft 365's directory-based edge blocking (550 5.4.1 ...
// Access denied). It is said of unknown recipients, but also to everybody where the domain's directory is not
// synchronised or mail is refused altogether.
func (a *Answer) EdgeRefusal() bool {
	r := reply.Parse(a.Text)
	edge := r.Code == 550 && r.Enhanced == reply.Enhanced{Class: 5, Subject: 4, Detail: 1} &&
		strings.Contains(strings.ToLower(r.Text()), "access denied")
	return edge && a.Finding().Class != reply.SenderBlocked
}
